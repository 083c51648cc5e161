import { describe, expect, it } from 'vitest'
import { addressOf, pathOf } from '../../../main/engine/wire/endpoint.ts'

describe('virtual-host addressing', () => {
  it.each([
    ['https://s3.example.com', 'photos', 'photos.s3.example.com', '/key'],
    ['https://s3.example.com:9000', 'photos', 'photos.s3.example.com:9000', '/key'],
    ['https://s3.example.com', 'Photos', 's3.example.com', '/Photos/key'],
    ['https://s3.example.com', 'my.photos', 's3.example.com', '/my.photos/key'],
    ['http://127.0.0.1:9000', 'photos', '127.0.0.1:9000', '/photos/key'],
    ['http://[::1]:9000', 'photos', '[::1]:9000', '/photos/key'],
  ])('of %s and %s asks %s for %s', (endpoint, bucket, host, path) => {
    const config = {
      endpoint,
      region: 'us-east-1',
      addressing: 'virtual',
      credentials: { kind: 'environment' },
    } as const
    const address = addressOf(config, { caFiles: [], noProxy: [], from: 'environment' }, 'us-east-1', bucket)
    expect(address.host).toBe(host)
    expect(pathOf(address, 'key')).toBe(path)
  })
})

import { describe, expect, it } from 'vitest'
import type { EndpointConfig } from '#model/connection.ts'
import { habitsOf, isAws, presumedHabits } from '../../main/engine/habits.ts'

const at = (endpoint?: string): EndpointConfig => ({
  ...(endpoint !== undefined && { endpoint }),
  region: 'us-east-1',
  addressing: 'path',
  credentials: { kind: 'environment' },
})
const CEPH_ID = 'tx00000d54eb0e76d4904b4-006b00f540-1030-default'

describe('what an endpoint is known to keep', () => {
  it.each([
    [undefined, true],
    ['https://s3.eu-west-1.amazonaws.com', true],
    ['https://bucket.vpce-1.s3.us-east-1.vpce.amazonaws.com', true],
    ['https://s3.cn-north-1.amazonaws.com.cn', true],
    ['https://amazonaws.com.evil.test', false],
    ['https://notamazonaws.com', false],
    ['http://127.0.0.1:9000', false],
  ])('%s is AWS: %s', (endpoint, expected) => {
    expect(isAws(at(endpoint))).toBe(expected)
    expect(presumedHabits(at(endpoint)).answersInFull).toBe(expected)
  })

  it.each([
    ['the playground', { server: 'Decant-Playground' }, 'Decant playground', true, true],
    ['Ceph 20', { server: 'Ceph Object Gateway (tentacle)', requestId: CEPH_ID }, 'Ceph RGW', true, false],
    ['Ceph 16', { requestId: CEPH_ID }, 'Ceph RGW', false, false],
    ['MinIO', { server: 'MinIO', requestId: '17F' }, 'MinIO', false, false],
    ['a stranger', {}, 'S3-compatible server', false, false],
    ['one that poses as AWS', { server: 'AmazonS3' }, 'S3-compatible server', false, false],
  ])('%s', (_who, signs, name, copySourceIfMatch, writeConditions) => {
    expect(habitsOf(at('http://server.test'), signs)).toMatchObject({
      name,
      copySourceIfMatch,
      writeConditions,
    })
  })
})

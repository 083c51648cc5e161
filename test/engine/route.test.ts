import { describe, expect, test } from 'vitest'
import type { CredentialSource, EndpointConfig } from '#model/connection.ts'
import { S3_LIMITS } from '#model/object.ts'
import { canonicalEndpoint, chooseAction, chooseRoute, isSameObject } from '../../main/engine/route.ts'

const ADA: CredentialSource = { kind: 'keys', accessKeyId: 'ADA' }
const BOB: CredentialSource = { kind: 'keys', accessKeyId: 'BOB' }

function config(
  endpoint?: string,
  credentials: CredentialSource = ADA,
  region = 'us-east-1',
): EndpointConfig {
  return { ...(endpoint === undefined ? {} : { endpoint }), region, addressing: 'path', credentials }
}

describe('canonicalEndpoint', () => {
  test.each([
    { endpoint: undefined, region: 'eu-west-1', is: 'aws' },
    { endpoint: undefined, region: 'cn-north-1', is: 'aws-cn' },
    { endpoint: undefined, region: 'us-gov-west-1', is: 'aws-us-gov' },
    { endpoint: 'https://s3.amazonaws.com', region: 'us-east-1', is: 'aws' },
    { endpoint: 'https://s3.eu-west-1.amazonaws.com/', region: 'us-east-1', is: 'aws' },
    { endpoint: 'https://s3-eu-west-1.amazonaws.com', region: 'us-east-1', is: 'aws' },
    { endpoint: 'https://s3.dualstack.eu-west-1.amazonaws.com', region: 'us-east-1', is: 'aws' },
    { endpoint: 'https://s3.cn-north-1.amazonaws.com.cn', region: 'us-east-1', is: 'aws-cn' },
    { endpoint: 'https://s3.us-gov-west-1.amazonaws.com', region: 'us-east-1', is: 'aws-us-gov' },
    { endpoint: 'HTTP://LocalHost:9000/', region: 'x', is: 'localhost:9000' },
    { endpoint: 'http://127.0.0.1:9000', region: 'x', is: 'localhost:9000' },
    { endpoint: 'http://[::1]:9000', region: 'x', is: 'localhost:9000' },
    { endpoint: 'https://S3.Example.com:443', region: 'x', is: 's3.example.com:443' },
    { endpoint: 'https://s3.example.com./', region: 'x', is: 's3.example.com:443' },
    { endpoint: 'http://s3.example.com', region: 'x', is: 's3.example.com:80' },
    { endpoint: 'https://s3.example.com/tenant/', region: 'x', is: 's3.example.com:443/tenant' },
  ])('$endpoint in $region: $is', ({ endpoint, region, is }) => {
    expect(canonicalEndpoint(config(endpoint, ADA, region))).toBe(is)
  })
})

describe('chooseRoute', () => {
  const profile: CredentialSource = { kind: 'profile', profile: 'work' }
  test.each([
    {
      name: 'same store, same keys',
      from: config(),
      to: config('https://s3.eu-west-1.amazonaws.com'),
      route: 'server-side',
    },
    { name: 'same store, other keys', from: config(), to: config(undefined, BOB), route: 'relay' },
    {
      name: 'same store, other kind of keys',
      from: config(undefined, profile),
      to: config(),
      route: 'relay',
    },
    { name: 'other store, same keys', from: config(), to: config('http://127.0.0.1:9000'), route: 'relay' },
    {
      name: 'other port',
      from: config('http://localhost:1'),
      to: config('http://localhost:2'),
      route: 'relay',
    },
    {
      name: 'same profile',
      from: config(undefined, profile),
      to: config(undefined, profile),
      route: 'server-side',
    },
  ])('$name: $route', ({ from, to, route }) => {
    expect(chooseRoute(from, to)).toBe(route)
  })
})

describe('chooseAction', () => {
  test.each([
    { route: 'server-side' as const, size: 0, action: 'copy' },
    { route: 'server-side' as const, size: S3_LIMITS.copyObject, action: 'copy' },
    { route: 'server-side' as const, size: S3_LIMITS.copyObject + 1, action: 'copy-parts' },
    { route: 'server-side' as const, size: 11, limit: 10, action: 'copy-parts' },
    { route: 'server-side' as const, size: 1e9, etag: 'e-2', action: 'copy' },
    { route: 'server-side' as const, size: 1e9, etag: 'e-2', layout: 'same' as const, action: 'copy-parts' },
    { route: 'server-side' as const, size: 1e9, etag: 'e', layout: 'same' as const, action: 'copy' },
    { route: 'server-side' as const, size: 0, etag: 'e-1', layout: 'same' as const, action: 'copy' },
    { route: 'relay' as const, size: 0, action: 'relay' },
    { route: 'relay' as const, size: 6e12, action: 'relay' },
  ])(
    '$route, $size bytes of $etag, layout $layout: $action',
    ({ route, size, etag = 'e', layout, limit, action }) => {
      expect(chooseAction(route, { size, etag }, layout, limit)).toBe(action)
    },
  )
})

describe('invariant 2: an object is never its own destination', () => {
  const at = (endpoint: string, key = 'k', bucket = 'b', credentials = ADA) => ({
    config: config(endpoint, credentials),
    bucket,
    key,
  })
  test.each([
    { left: at('http://localhost:9000'), right: at('http://127.0.0.1:9000/', 'k', 'b', BOB), same: true },
    { left: at('http://h:80'), right: at('http://H'), same: true },
    { left: at('http://h'), right: at('http://h', 'K'), same: false },
    { left: at('http://h'), right: at('http://h', 'k', 'other'), same: false },
    { left: at('http://h'), right: at('http://other'), same: false },
  ])(
    '$left.config.endpoint and $right.config.endpoint $right.bucket $right.key: $same',
    ({ left, right, same }) => {
      expect(isSameObject(left, right)).toBe(same)
    },
  )
})

import type { EndpointConfig } from '#model/connection.ts'
import { isLocalConfig } from '#model/local.ts'
import { etagParts, S3_LIMITS } from '#model/object.ts'
import type { Action } from '#model/plan.ts'
import type { CopyWork } from './work.ts'

/** How bytes get across: within the store, or through this machine. */
export type Route = 'server-side' | 'relay'

/**
 * A server-side copy is one request, signed once, so both sides must be the same store and the same keys:
 *
 * | same store | same keys | route       |
 * |------------|-----------|-------------|
 * | yes        | yes       | server-side |
 * | yes        | no        | relay       |
 * | no         | any       | relay       |
 */
export function chooseRoute(source: EndpointConfig, destination: EndpointConfig): Route {
  const together = isSameStore(source, destination) && credentialName(source) === credentialName(destination)
  return together ? 'server-side' : 'relay'
}

/**
 * What moves an object along `route`. `copyLimit` is the store's limit for CopyObject, bytes; S3's is 5 GiB, and a test
 * or an endpoint may have a lower one. CopyObject makes one part of many, which changes the ETag:
 *
 * | route       | size               | ETag       | layout | action     |
 * |-------------|--------------------|------------|--------|------------|
 * | relay       | any                | any        | any    | relay      |
 * | server-side | above the limit    | any        | any    | copy-parts |
 * | server-side | up to it, not 0    | of N parts | same   | copy-parts |
 * | server-side | up to it           | any other  | any    | copy       |
 */
export function chooseAction(
  route: Route,
  { size, etag }: { readonly size: number; readonly etag: string },
  partLayout: CopyWork['partLayout'] = 'chosen',
  copyLimit: number = S3_LIMITS.copyObject,
): Extract<Action, 'copy' | 'copy-parts' | 'relay'> {
  if (route === 'relay') return 'relay'
  return size > copyLimit || (goesInParts(partLayout, etag) && size > 0) ? 'copy-parts' : 'copy'
}

/** Only in parts can its ETag stay, which it is asked to. */
export function goesInParts(partLayout: CopyWork['partLayout'], etag: string): boolean {
  return partLayout === 'same' && etagParts(etag) !== undefined
}

export interface PlaceOfObject {
  readonly config: EndpointConfig
  readonly bucket: string
  readonly key: string
}

/**
 * Invariant 2: an object is never moved or copied onto itself. Other keys or another Region of the connection
 * do not make it another object, so only store, bucket and key are compared.
 */
export function isSameObject(left: PlaceOfObject, right: PlaceOfObject): boolean {
  return left.key === right.key && left.bucket === right.bucket && isSameStore(left.config, right.config)
}

/** Whether both reach the same buckets, whatever their keys: endpoints compared canonically. */
export function isSameStore(left: EndpointConfig, right: EndpointConfig): boolean {
  return canonicalEndpoint(left) === canonicalEndpoint(right)
}

/**
 * One name for all ways to write an endpoint: `aws` and its partition for every AWS endpoint (a bucket name is
 * unique in it), host and port for all others. The scheme is left out, and every name of this machine is one:
 * taking two stores for one skips an object and says so; taking one for two could delete the only copy.
 */
export function canonicalEndpoint(config: EndpointConfig): string {
  if (isLocalConfig(config)) return 'this machine'
  if (config.endpoint === undefined) return awsPartition(config.region)
  const url = new URL(config.endpoint)
  const host = url.hostname.toLowerCase().replace(/\.$/, '')
  const aws = /(?:^|\.)s3[.-](?:[a-z0-9.-]+\.)?amazonaws\.com(\.cn)?$/.exec(host)
  if (aws) return awsPartition(aws[1] ? 'cn-' : (/us-gov-[a-z0-9-]+/.exec(host)?.[0] ?? config.region))
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  return `${isLoopback(host) ? 'localhost' : host}:${port}${url.pathname.replace(/\/+$/, '')}`
}

function awsPartition(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn'
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws'
}

function isLoopback(host: string): boolean {
  return (
    host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127(\.\d+){3}$/.test(host)
  )
}

/** Names where the keys come from; the keys themselves are not known here. */
function credentialName(config: EndpointConfig): string {
  const from = config.credentials
  switch (from.kind) {
    case 'keys':
      return `keys ${from.accessKeyId}`
    case 'profile':
      return `profile ${from.profile}`
    case 'sso':
      return `sso ${from.startUrl} ${from.accountId} ${from.roleName}`
    case 'role':
      return `role ${from.roleArn} ${JSON.stringify(from.base)}`
    case 'environment':
    case 'container':
    case 'instance':
    case 'anonymous':
    case 'playground':
    case 'local':
      return from.kind
  }
}

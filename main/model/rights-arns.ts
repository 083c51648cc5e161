import type { EndpointConfig } from './connection.ts'
import { isLocal } from './local.ts'
import type { DestinationPlace, SourcePlace } from './spec.ts'

type Place = SourcePlace | DestinationPlace

/** The partition of AWS that a connection's Region is in. Source: "Amazon Resource Names (ARNs)", AWS General Reference. */
export function partitionOf({ region }: Pick<EndpointConfig, 'region'>): string {
  if (region.startsWith('cn-')) return 'aws-cn'
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws'
}

/** Whether IAM has a say there: elsewhere the same actions are set with the store's own tools. */
export function isAws({ connection: { config } }: Pick<Place, 'connection'>): boolean {
  if (config.endpoint === undefined) return true
  return /(^|\.)amazonaws\.com(\.cn)?$/.test(new URL(config.endpoint).hostname)
}

export function bucketArn(place: Place): string {
  return `arn:${partitionOf(place.connection.config)}:s3:::${place.bucket}`
}

/** Selections that are named one by one; above, the whole of what they have in common. */
const MOST_NAMED = 10

/** What a place's objects are called in a policy. Empty for folders of this machine. */
export function objectArns(place: Place): readonly string[] {
  if (isLocal(place)) return []
  const arn = bucketArn(place)
  if (!('select' in place)) return [`${arn}/${literal(place.prefix)}*`]
  if (place.select.length > MOST_NAMED) return [`${arn}/${literal(place.base)}*`]
  return place.select.map((one) =>
    one.kind === 'prefix' ? `${arn}/${literal(one.prefix)}*` : `${arn}/${literal(one.key)}`,
  )
}

/**
 * A key as it stands: `*`, `?` and `$` mean something in a policy.
 * Source: "IAM policy elements: variables and tags", where `${*}`, `${?}` and `${$}` stand for these characters.
 */
function literal(key: string): string {
  return key.replace(/[*?$]/g, (character) => `\${${character}}`)
}

/** Any key of that Region, of the account that the caller is in or of another: for what the plan cannot name. */
export function anyKeyArn({ config }: Pick<Place['connection'], 'config'>): string {
  return `arn:${partitionOf(config)}:kms:${config.region}:*:key/*`
}

/** The bucket that an ARN of S3 names. */
export function bucketNamed(arn: string): string | undefined {
  return /^arn:[a-z-]+:s3:::([^/]+)/.exec(arn)?.[1]
}

/** Whether a pattern with `*` at its end, or none, takes that ARN. */
export function covers(pattern: string, arn: string): boolean {
  const plain = pattern.replace(/\$\{([*?$])\}/g, '$1')
  return pattern.endsWith('*') && !pattern.endsWith('${*}')
    ? arn.startsWith(plain.slice(0, -1))
    : plain === arn
}

import { createHash } from 'node:crypto'
import { endpointConfig, type ConnectionRef, type EndpointConfig } from '#model/connection.ts'
import { badInput } from '#model/failure.ts'
import type { DestinationPlace, SourcePlace } from '#model/spec.ts'
import { flag, list, text, type Options } from './arguments.ts'
import type { Machine } from './machine.ts'
import { ROLE_OPTION_OF, roleOptions, withRole, type RoleOptions } from './role-options.ts'
import { instant } from './values.ts'
import { UsageError } from './usage.ts'

/** What the AWS files say of a profile, as far as it matters here. */
export type ProfileFacts = (
  name: string,
) => { region?: string | undefined; endpoint?: string | undefined } | undefined

/** What a place takes from around the arguments. */
export interface Surroundings {
  readonly env: NodeJS.ProcessEnv
  readonly profileFacts: ProfileFacts
  readonly machine: Machine
}

export interface S3Url {
  readonly bucket: string
  readonly key: string
}

export function s3Url(name: string, given: string): S3Url {
  const match = /^s3:\/\/([^/]+)(?:\/([\s\S]*))?$/.exec(given)
  if (!match?.[1]) throw new UsageError(`${name}: must be like s3://bucket/prefix/, not "${given}"`)
  return { bucket: match[1], key: match[2] ?? '' }
}

/**
 * Which keys, and what becomes of them:
 *
 *   SOURCE            DEST             a key → its copy
 *   a/b/ or nothing   z/ or nothing    a/b/c.txt → z/c.txt
 *   a/b --recursive   z/ or nothing    a/b1/c.txt → z/b1/c.txt   (the prefix may end within a name, which is kept)
 *   a/b.txt           z/ or nothing    a/b.txt → z/b.txt
 *   a/b.txt           z/n.txt          a/b.txt → z/n.txt
 *
 * `to` is undefined for a command that has no destination: the key stays what it is.
 */
export function mapping(
  from: S3Url,
  to: S3Url | undefined,
  recursive: boolean,
): { select: SourcePlace['select'][number]; base: string } {
  const folder = from.key.slice(0, from.key.lastIndexOf('/') + 1)
  const intoFolder = to === undefined || to.key === '' || to.key.endsWith('/')
  const many = recursive || folder === from.key
  if (many) {
    if (!intoFolder) {
      throw new UsageError(`DEST: must end in / as many objects go there, not "s3://${to.bucket}/${to.key}"`)
    }
    return { select: { kind: 'prefix', prefix: from.key }, base: folder }
  }
  return { select: { kind: 'object', key: from.key }, base: intoFolder ? folder : from.key }
}

/** The sources as a job file would have them. */
export function s3Sources(
  urls: readonly S3Url[],
  to: S3Url | undefined,
  options: Options,
  around: Surroundings,
): SourcePlace[] {
  const near = sideOptions(options, '')
  const connection = connectionOf('', near, around)
  const versionId = text(options, 'version-id')
  return urls.map((url) => {
    const { select, base } = mapping(url, to, flag(options, 'recursive'))
    if (versionId !== undefined && select.kind === 'prefix')
      throw new UsageError('--version-id: names a version of one object, and SOURCE is a prefix')
    return {
      connection,
      bucket: url.bucket,
      select: [select.kind === 'object' && versionId !== undefined ? { ...select, versionId } : select],
      base,
      versions: versionsOf(text(options, 'versions')),
      requesterPays: flag(options, 'requester-pays'),
      customerKeys: list(options, 'sse-c-source-key'),
      ...owner(options, ''),
    }
  })
}

/** A destination's way there, whose options are the source's where no other are given. */
export function s3Destination(
  url: S3Url,
  access: Pick<DestinationPlace, 'owner' | 'requesterPays'>,
  options: Options,
  around: Surroundings,
): DestinationPlace {
  const side = farSide(sideOptions(options, ''), sideOptions(options, 'dest-'))
  return { connection: connectionOf('dest-', side, around), bucket: url.bucket, prefix: url.key, ...access }
}

function versionsOf(given: string | undefined): SourcePlace['versions'] {
  if (given === undefined || given === 'current') return { take: 'current' }
  if (given === 'all') return { take: 'all' }
  return {
    take: 'as-of',
    at: instant('versions', given, 'current, all, or a time such as 2026-03-01T12:00Z'),
  }
}

export function owner(options: Options, prefix: '' | 'dest-'): { owner?: string } {
  const given = text(options, `${prefix}owner`)
  if (given === undefined) return {}
  if (!/^\d{12}$/.test(given))
    throw new UsageError(`--${prefix}owner: must be an account id of 12 digits, not "${given}"`)
  return { owner: given }
}

interface Side {
  readonly profile?: string
  readonly endpoint?: string
  readonly region?: string
  readonly pathStyle?: boolean
  readonly role?: RoleOptions
  readonly unsigned?: true
}

/**
 * Both sides are alike where nothing else is said; but a role is taken with keys that it was named for, and who reads
 * what is public does not write without keys.
 */
function farSide(near: Side, far: Side): Side {
  const { role, unsigned: _, ...rest } = near
  return { ...rest, ...(far.profile === undefined && role && { role }), ...far }
}

function sideOptions(options: Options, prefix: '' | 'dest-'): Side {
  const profile = text(options, `${prefix}profile`)
  const endpoint = text(options, `${prefix}endpoint-url`)
  const region = text(options, `${prefix}region`)
  const role = roleOptions(options, prefix)
  return {
    ...(profile !== undefined && { profile }),
    ...(endpoint !== undefined && { endpoint }),
    ...(region !== undefined && { region }),
    ...(role && { role }),
    ...(flag(options, `${prefix}path-style`) && { pathStyle: true }),
    ...(flag(options, `${prefix}no-sign-request`) && { unsigned: true }),
  }
}

function connectionOf(prefix: string, side: Side, { env, profileFacts }: Surroundings): ConnectionRef {
  if (side.unsigned && side.role)
    throw new UsageError(`--${prefix}no-sign-request: a role is taken with keys, and these are none`)
  const profile = side.profile ?? (env['AWS_ACCESS_KEY_ID'] ? undefined : env['AWS_PROFILE'] || undefined)
  const known = profile === undefined ? profileFacts('default') : profileFacts(profile)
  if (side.profile !== undefined && known === undefined) {
    throw new UsageError(`--${prefix}profile: there is no profile "${side.profile}" in the AWS files`)
  }
  const endpoint =
    side.endpoint ?? (env['AWS_ENDPOINT_URL_S3'] || env['AWS_ENDPOINT_URL'] || undefined) ?? known?.endpoint
  const config: EndpointConfig = {
    ...(endpoint !== undefined && { endpoint }),
    region:
      side.region ??
      (env['AWS_REGION'] || env['AWS_DEFAULT_REGION'] || undefined) ??
      known?.region ??
      'us-east-1',
    addressing: side.pathStyle === true || (endpoint !== undefined && !isAws(endpoint)) ? 'path' : 'virtual',
    credentials: side.unsigned ? { kind: 'anonymous' } : withRole(keysOf(profile), side.role),
  }
  const checked = endpointConfig.safeParse(config, { reportInput: true })
  if (!checked.success) {
    const path = checked.error.issues[0]?.path ?? []
    const field = path.map(String).join('.')
    const option = OPTION_OF[String(path.at(-1))] ?? field
    throw new UsageError(`--${prefix}${badInput(checked.error).message.replace(field, option)}`)
  }
  return {
    id: idOf(config),
    name: profile ?? (endpoint === undefined ? 'AWS' : new URL(endpoint).host),
    config,
  }
}

function keysOf(profile: string | undefined): { kind: 'environment' } | { kind: 'profile'; profile: string } {
  return profile === undefined ? { kind: 'environment' } : { kind: 'profile', profile }
}

const OPTION_OF: Readonly<Record<string, string>> = { endpoint: 'endpoint-url', ...ROLE_OPTION_OF }

function isAws(endpoint: string): boolean {
  return /\.amazonaws\.com(\.cn)?(:\d+)?(\/|$)/.test(endpoint)
}

/** The same store and keys give the same id, so that both sides share what they can. */
function idOf(config: EndpointConfig): string {
  return `cli-${createHash('sha256').update(JSON.stringify(config)).digest('hex').slice(0, 16)}`
}

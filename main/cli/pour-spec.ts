import { createHash } from 'node:crypto'
import { endpointConfig, type ConnectionRef, type EndpointConfig } from '#model/connection.ts'
import { badInput } from '#model/failure.ts'
import { STORAGE_CLASSES } from '#model/object.ts'
import {
  CONFLICT_POLICIES,
  VERIFY_LEVELS,
  jobSpec,
  type DestinationPlace,
  type JobFile,
  type PourSpec,
  type SourcePlace,
} from '#model/spec.ts'
import { readChoice, readNumber } from './arguments.ts'
import { UsageError } from './usage.ts'

/** What `decant copy` and `decant move` were told, as the command line has it. */
export interface PourArguments {
  readonly source: string
  readonly destination: string
  readonly options: Readonly<Record<string, string | boolean | undefined>>
}

/** What the AWS files say of a profile, as far as it matters here. */
export type ProfileFacts = (
  name: string,
) => { region?: string | undefined; endpoint?: string | undefined } | undefined

/** Pure: the spec that the arguments mean, or a `UsageError` that names the argument and the value. */
export function pourSpec(
  kind: 'copy' | 'move',
  { source, destination, options }: PourArguments,
  env: NodeJS.ProcessEnv,
  profileFacts: ProfileFacts,
): PourSpec {
  const from = s3Url('SOURCE', source)
  const to = s3Url('DEST', destination)
  const { select, base, prefix } = mapping(from, to, options['recursive'] === true)
  const near = sideOptions(options, '')
  const far = sideOptions(options, 'dest-')
  const sourcePlace: PlaceInput<SourcePlace> = {
    connection: connection('', near, env, profileFacts),
    bucket: from.bucket,
    select: [select],
    base,
  }
  const destinationPlace: PlaceInput<DestinationPlace> = {
    connection: connection('dest-', { ...near, ...far }, env, profileFacts),
    bucket: to.bucket,
    prefix,
  }
  const storageClass = text(options, 'storage-class')
  const concurrency = text(options, 'concurrency')
  const spec: JobFile = {
    v: 1,
    kind,
    sources: [sourcePlace],
    destinations: [destinationPlace],
    conflict: readChoice('conflict', text(options, 'conflict') ?? 'skip', CONFLICT_POLICIES),
    verify: readChoice('verify', text(options, 'verify') ?? 'auto', VERIFY_LEVELS),
    properties: {
      storageClass:
        storageClass === undefined
          ? { policy: 'copy' }
          : { policy: 'set', value: readChoice('storage-class', storageClass, STORAGE_CLASSES) },
    },
    ...(concurrency !== undefined && { concurrency: readNumber('concurrency', concurrency, 1, 1024) }),
  }
  const checked = jobSpec.safeParse(spec, { reportInput: true })
  if (!checked.success) throw new UsageError(badInput(checked.error).message)
  return checked.data as PourSpec
}

/** What has a default is filled in by the schema. */
type PlaceInput<Place> = Omit<Place, 'versions' | 'requesterPays' | 'customerKeys'>

interface S3Url {
  readonly bucket: string
  readonly key: string
}

function s3Url(name: string, given: string): S3Url {
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
 */
function mapping(
  from: S3Url,
  to: S3Url,
  recursive: boolean,
): { select: SourcePlace['select'][number]; base: string; prefix: string } {
  const folder = from.key.slice(0, from.key.lastIndexOf('/') + 1)
  const intoFolder = to.key === '' || to.key.endsWith('/')
  const many = recursive || folder === from.key
  if (many) {
    if (!intoFolder) {
      throw new UsageError(`DEST: must end in / as many objects go there, not "s3://${to.bucket}/${to.key}"`)
    }
    return { select: { kind: 'prefix', prefix: from.key }, base: folder, prefix: to.key }
  }
  return { select: { kind: 'object', key: from.key }, base: intoFolder ? folder : from.key, prefix: to.key }
}

interface Side {
  readonly profile?: string
  readonly endpoint?: string
  readonly region?: string
  readonly pathStyle?: boolean
}

function sideOptions(options: PourArguments['options'], prefix: '' | 'dest-'): Side {
  const profile = text(options, `${prefix}profile`)
  const endpoint = text(options, `${prefix}endpoint-url`)
  const region = text(options, `${prefix}region`)
  return {
    ...(profile !== undefined && { profile }),
    ...(endpoint !== undefined && { endpoint }),
    ...(region !== undefined && { region }),
    ...(options[`${prefix}path-style`] === true && { pathStyle: true }),
  }
}

function connection(prefix: string, side: Side, env: NodeJS.ProcessEnv, facts: ProfileFacts): ConnectionRef {
  const profile = side.profile ?? (env['AWS_ACCESS_KEY_ID'] ? undefined : env['AWS_PROFILE'] || undefined)
  const known = profile === undefined ? facts('default') : facts(profile)
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
    credentials: profile === undefined ? { kind: 'environment' } : { kind: 'profile', profile },
  }
  const checked = endpointConfig.safeParse(config, { reportInput: true })
  if (!checked.success) {
    const field = String(checked.error.issues[0]?.path[0] ?? '')
    const option = field === 'endpoint' ? 'endpoint-url' : field
    throw new UsageError(`--${prefix}${badInput(checked.error).message.replace(field, option)}`)
  }
  return {
    id: idOf(config),
    name: profile ?? (endpoint === undefined ? 'AWS' : new URL(endpoint).host),
    config,
  }
}

function isAws(endpoint: string): boolean {
  return /\.amazonaws\.com(\.cn)?(:\d+)?(\/|$)/.test(endpoint)
}

/** The same store and keys give the same id, so that both sides share what they can. */
function idOf(config: EndpointConfig): string {
  return `cli-${createHash('sha256').update(JSON.stringify(config)).digest('hex').slice(0, 16)}`
}

function text(options: PourArguments['options'], name: string): string | undefined {
  const value = options[name]
  return typeof value === 'string' ? value : undefined
}

import type { Item } from '../../../main/jobs/item.ts'
import type { Jobs } from '../../../main/jobs/api.ts'
import type { EndpointHabits } from '../../../main/engine/storage.ts'
import { specOf } from '../../helpers/specs.ts'
import { MemoryS3 } from '../../helpers/memory/server.ts'
import type { Given, RequestStep } from '../../helpers/memory/server.ts'
import type { StoredVersion } from '../../helpers/memory/bucket.ts'
import { isSameContent } from '../../helpers/memory/content.ts'
import type { Content } from '../../helpers/memory/content.ts'
import { virtualSeams } from '../../helpers/virtual-seams.ts'
import type { VirtualSeams } from '../../helpers/virtual-seams.ts'
import type { Versioning } from '#model/object.ts'
import type { JobFile, JobSpec } from '#model/spec.ts'

const MIB = 1024 ** 2
const DAY = 24 * 3600 * 1000
/** Above it an object is copied in parts. */
export const COPY_LIMIT = 6 * MIB
/** Of every request, there and back; milliseconds. */
export const LATENCY = 10

export type ServerName = 'one' | 'two' | 'local'

/** A key, and where. */
export interface Place {
  readonly server: MemoryS3
  readonly bucket: string
  readonly key: string
}

/** What stands at a place, as everybody can see it; null: nothing. */
export type Look = { readonly content: Content; readonly more: string } | null

/** One object of a job: where it is, where it goes, and what shall be there before and after. */
export interface GridObject {
  /** The journal's rows about it. */
  isOf(item: Item): boolean
  readonly from: Place
  readonly to?: Place | undefined
  readonly start: { readonly from: Look; readonly to: Look }
  readonly end: { readonly from: Look; readonly to: Look }
}

/** Somebody else's work while the job was under way, newest last. */
export interface Touched {
  readonly place: Place
  readonly left: Look
  readonly at: number
}

/** A world of a handful of objects, and the job that is looked at in it. */
export interface GridWorld {
  readonly seams: VirtualSeams
  readonly servers: Readonly<Record<ServerName, MemoryS3>>
  /** Of a job that comes after others, as they are once `prepared`. */
  readonly objects: readonly GridObject[]
  /** Nobody's business: the same at the end as at the start. */
  readonly bystanders: readonly { readonly place: Place; readonly look: Look }[]
  readonly touched: Touched[]
  /** Bytes above which an object is copied in parts; `COPY_LIMIT` where it is not told. */
  readonly copyLimit?: number | undefined
  /** The job itself; what comes before it is over by then. */
  begin(jobs: Jobs): string
  /** Jobs that have to be over before. */
  readonly before?: ((jobs: Jobs) => string) | undefined
  /** Once they are: looks at what the job finds. */
  readonly prepared?: (() => void) | undefined
  /** Its plan is made, and waits for somebody. */
  readonly ready?: ((jobs: Jobs, id: string) => void) | undefined
  /** What happened, for a cell that fails. */
  readonly story: (string | { readonly at: number; readonly step: RequestStep })[]
}

export interface ServerOptions {
  readonly copyLimit?: number
  /** How far each server's clock is ahead of the machine's; milliseconds. */
  readonly skew?: number
}

/** `of`: told at each step of each request, with its server. */
export type Watch = (step: RequestStep, server: MemoryS3) => void

const FILES: Partial<EndpointHabits> = {
  name: 'This computer',
  holds: 'files',
  checksums: false,
  annotations: false,
  updateEncryption: false,
}

export function makeServers(seed: number, { skew = 0, copyLimit = COPY_LIMIT }: ServerOptions) {
  const seams = virtualSeams(seed)
  const clock = { ...seams, now: () => seams.now() + skew }
  const options = { seams: clock, latency: LATENCY, copyLimit, realChecksum: MIB }
  const servers = {
    one: new MemoryS3(options),
    two: new MemoryS3(options),
    local: new MemoryS3({ ...options, seams, habits: FILES }),
  }
  return { seams, servers }
}

export function give(
  server: MemoryS3,
  bucket: string,
  key: string,
  { size, seed, ...given }: Given & { size: number },
): StoredVersion {
  const lastModified = server.seams.now() - DAY
  return server.give(bucket, key, { size, seed: seed ?? `${bucket} ${key}`, lastModified, ...given })
}

/** What copies, moves and edits have to carry along. */
export const CARRIED = {
  metadata: { made: 'by hand', n: '7' },
  tags: { colour: 'red' },
  headers: { contentType: 'text/css', cacheControl: 'max-age=7' },
} as const

export function lookAt({ server, bucket, key }: Place): Look {
  return lookOf(server, server.current(bucket, key))
}

/** A file has its bytes and nothing else. */
export function lookOf(server: MemoryS3, version: StoredVersion | undefined): Look {
  if (version === undefined) return null
  const { content } = version
  if (server.habits.holds === 'files') return { content, more: '' }
  const { metadata, tags, headers, storageClass } = version
  return { content, more: JSON.stringify([sorted(metadata), sorted(tags), sorted(headers), storageClass]) }
}

/** The same object with something else about it. */
export function lookWith(
  place: Place,
  change: Partial<Pick<StoredVersion, 'metadata' | 'tags' | 'headers'>>,
): Look {
  const version = place.server.current(place.bucket, place.key)
  return version ? lookOf(place.server, { ...version, ...change }) : null
}

export function isSame(one: Look, other: Look): boolean {
  return one === null || other === null
    ? one === other
    : isSameContent(one.content, other.content) &&
        (one.more === other.more || one.more === '' || other.more === '')
}

function sorted(of: object): [string, unknown][] {
  return Object.entries(of)
    .filter(([, value]) => value !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1))
}

export function samePlace(one: Place, other: { server: MemoryS3; bucket: string; key: string }): boolean {
  return one.server === other.server && one.bucket === other.bucket && one.key === other.key
}

const HOSTS: Readonly<Record<'one' | 'two', string>> = {
  one: 'http://s3.one.test',
  two: 'http://s3.two.test',
}

export function connection(id: ServerName): JobSpec['sources'][0]['connection'] {
  if (id === 'local')
    return { id, name: id, config: { region: 'local', addressing: 'path', credentials: { kind: 'local' } } }
  const credentials = { kind: 'environment' } as const
  return {
    id,
    name: id,
    config: { endpoint: HOSTS[id], region: 'us-east-1', addressing: 'path', credentials },
  }
}

export const source = (bucket = 'from', id: ServerName = 'one', prefix = 'in/') => ({
  ...{ connection: connection(id), bucket, base: prefix },
  select: [{ kind: 'prefix' as const, prefix }],
})
export const destination = (bucket = 'to', id: ServerName = 'one', prefix = 'out/') => ({
  ...{ connection: connection(id), bucket, prefix },
})

const COMMON = { v: 1, concurrency: 4 } as const
const POUR = { conflict: 'overwrite', verify: 'auto' } as const

/** A spec from what is said of it. */
export function spec(file: object): JobSpec {
  const { kind } = file as { kind: JobFile['kind'] }
  const verify = kind === 'edit' || kind === 'rewind' ? { verify: 'auto' } : {}
  const more = kind === 'copy' || kind === 'move' ? POUR : verify
  return specOf({ ...COMMON, ...more, ...file } as JobFile)
}

export function makeBuckets(server: MemoryS3, versioning: Versioning, ...names: string[]): void {
  for (const name of names) server.makeBucket(name, versioning)
}

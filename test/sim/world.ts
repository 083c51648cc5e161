import { CEPH_16_HABITS } from '../helpers/memory/server.ts'
import type { Given } from '../helpers/memory/server.ts'
import { MemoryS3 } from '../helpers/memory/server.ts'
import type { StoredVersion } from '../helpers/memory/bucket.ts'
import { virtualSeams } from '../helpers/virtual-seams.ts'
import type { VirtualSeams } from '../helpers/virtual-seams.ts'
import type { ConnectionRef } from '#model/connection.ts'
import { CONFLICT_POLICIES, PLAIN_SOURCE } from '#model/spec.ts'
import { specOf } from '../helpers/specs.ts'
import type { JobSpec } from '#model/spec.ts'
import { Draw } from './draw.ts'
import type { Events } from './events.ts'
import { drawScene } from './scenes.ts'
import type { Scene } from './scenes.ts'

const MIB = 1024 ** 2
const DAY = 24 * 3600 * 1000
/** Above it an object is copied in parts. */
export const COPY_LIMIT = 6 * MIB
/** What is copied in parts has checksums that are as good as real ones: computed, they would be most of a seed's time. */
const REAL_CHECKSUM = MIB
export const SOURCE_PREFIX = 'in/'
export const DESTINATION_PREFIX = 'out/'

/** Two buckets and what everybody but Decant did in them. */
export interface World {
  readonly seed: number
  readonly draw: Draw
  readonly seams: VirtualSeams
  readonly source: MemoryS3
  /** The same server as the source's, but in a relay. */
  readonly destination: MemoryS3
  readonly spec: JobSpec
  readonly fromBucket: string
  readonly toBucket: string
  /** What others wrote at the source's keys, oldest first. `undefined`: they deleted it. */
  readonly written: Map<string, (StoredVersion | undefined)[]>
  /** Source keys that somebody else wrote or deleted while the job was under way, and when. */
  readonly touchedSource: Map<string, number>
  readonly touchedDestination: Map<string, number>
  /** Keys whose every write is refused. */
  readonly cursed: ReadonlySet<string>
  /** What stood at the destination at first, and all that is no business of the job. */
  readonly stood: ReadonlyMap<string, StoredVersion>
  readonly bystanders: readonly Bystander[]
  readonly foreignUpload: string | undefined
  /** In words, for a seed that fails. */
  readonly story: string[]
  readonly events: Events
  /** Its objects depend on each other, or on the archive: it has an oracle of its own. */
  readonly scene?: Scene | undefined
}

export interface Bystander {
  readonly server: MemoryS3
  readonly bucket: string
  readonly version: StoredVersion
}

export async function drawWorld(seed: number): Promise<World> {
  // Every other seed, so that those that there were before are the same worlds still.
  if (seed % 2 === 0) return drawSceneWorld(seed)
  const draw = new Draw(seed)
  const seams = virtualSeams(seed)
  const isRelay = draw.chance(0.1)
  const habits = draw.chance(0.15) ? CEPH_16_HABITS : {}
  const slowest = draw.pick([10, 60, 200])
  const options = {
    seams,
    habits,
    latency: () => 1 + seams.random() * slowest,
    copyLimit: COPY_LIMIT,
    realChecksum: REAL_CHECKSUM,
    pageSize: pageSizeOf(seed),
  }
  const source = new MemoryS3(options)
  const destination = isRelay ? new MemoryS3(options) : source
  const fromBucket = 'from'
  const toBucket = !isRelay && draw.chance(0.15) ? 'from' : 'to'
  source.makeBucket(fromBucket, draw.pick(['off', 'off', 'enabled']))
  if (toBucket !== fromBucket || isRelay)
    destination.makeBucket(toBucket, draw.pick(['off', 'off', 'enabled']))
  const spec = drawSpec(draw, fromBucket, toBucket, isRelay)
  const world = {
    ...{ seed, draw, seams, source, destination, spec, fromBucket, toBucket },
    written: new Map<string, (StoredVersion | undefined)[]>(),
    touchedSource: new Map<string, number>(),
    touchedDestination: new Map<string, number>(),
    cursed: new Set<string>(),
    stood: new Map<string, StoredVersion>(),
    bystanders: [] as Bystander[],
    events: new Map(),
    story: [`${spec.kind} ${isRelay ? 'relay ' : ''}${source.habits.name} latency ${slowest}`],
  }
  fill(world, isRelay)
  return { ...world, foreignUpload: beginForeignUpload(world) }
}

/** Every third world is listed in so many pages that far ones go in several ranges at once. Nothing is drawn for it. */
function pageSizeOf(seed: number): number | undefined {
  return seed % 3 === 1 ? 5 : undefined
}

async function drawSceneWorld(seed: number): Promise<World> {
  const draw = new Draw(seed)
  const seams = virtualSeams(seed)
  const slowest = draw.pick([10, 60, 200])
  const latency = (): number => 1 + seams.random() * slowest
  const scene = await drawScene(draw, { seams, latency, copyLimit: COPY_LIMIT, realChecksum: REAL_CHECKSUM })
  const { name, source, destination, spec, before } = scene
  return {
    ...{ seed, draw, seams, source, destination, spec, scene, fromBucket: scene.bucket, toBucket: 'to' },
    written: new Map([...before.keys()].map((key) => [key, []])),
    touchedSource: new Map(),
    touchedDestination: new Map(),
    cursed: new Set(),
    stood: new Map(),
    bystanders: [],
    foreignUpload: undefined,
    events: new Map(),
    story: [`${name}: ${spec.kind} latency ${slowest}`],
  }
}

function drawSpec(draw: Draw, from: string, to: string, isRelay: boolean): JobSpec {
  const kind = draw.pick<'copy' | 'move' | 'delete'>(['copy', 'copy', 'move', 'move', 'delete'])
  const source = {
    ...PLAIN_SOURCE,
    connection: connection('one', 'http://s3.one.test'),
    bucket: from,
    select: [{ kind: 'prefix', prefix: SOURCE_PREFIX }] as JobSpec['sources'][0]['select'],
    base: SOURCE_PREFIX,
  }
  const common = {
    v: 1 as const,
    sources: [source] satisfies JobSpec['sources'],
    concurrency: draw.pick([1, 4, 32, 256]),
  }
  if (kind === 'delete') return { kind, ...common }
  return specOf({
    kind,
    ...common,
    destinations: [
      {
        connection: isRelay ? connection('two', 'http://s3.two.test') : source.connection,
        bucket: to,
        prefix: DESTINATION_PREFIX,
      },
    ],
    conflict: draw.pick([...CONFLICT_POLICIES]),
    verify: draw.pick(['auto', 'head', 'full']),
  })
}

function connection(id: string, endpoint: string): ConnectionRef {
  const credentials = { kind: 'environment' } as const
  return { id, name: id, config: { endpoint, region: 'us-east-1', addressing: 'path', credentials } }
}

type Filled = Omit<World, 'foreignUpload'> & {
  readonly cursed: Set<string>
  readonly stood: Map<string, StoredVersion>
  readonly bystanders: Bystander[]
}

function fill(world: Filled, isRelay: boolean): void {
  const { draw, source, destination, fromBucket, toBucket, seams } = world
  const count = draw.int(20, 200)
  const large = isRelay ? 0 : draw.pick([0.02, 0.1, 0.3])
  for (let n = 0; n < count; n++) {
    const key = `${SOURCE_PREFIX}${draw.pick(['a/', 'b/', ''])}${String(n).padStart(4, '0')}${draw.pick(['', ' ä', '+%'])}`
    const size = draw.chance(large) ? draw.int(COPY_LIMIT + 1, 30 * MIB) : draw.int(0, 2000)
    const lastModified = seams.now() - draw.int(1, 400) * DAY
    const given = { ...drawProperties(draw), size, seed: `${key} 1`, lastModified }
    world.written.set(key, [source.give(fromBucket, key, given)])
    const to = DESTINATION_PREFIX + key.slice(SOURCE_PREFIX.length)
    if (draw.chance(0.25)) {
      const other = draw.chance(0.4) ? given : { size: draw.int(0, 2000), seed: `${key} there` }
      const age = draw.int(1, 400) * DAY
      world.stood.set(to, destination.give(toBucket, to, { ...other, lastModified: seams.now() - age }))
    }
    if (draw.chance(0.01)) world.cursed.add(to)
  }
  const stranger = (server: MemoryS3, bucket: string, key: string): void => {
    const version = server.give(bucket, key, { size: 7, seed: 'stranger', lastModified: seams.now() - DAY })
    world.bystanders.push({ server, bucket, version })
  }
  stranger(source, fromBucket, 'in')
  stranger(source, fromBucket, 'in0')
  stranger(destination, toBucket, `${DESTINATION_PREFIX}a/zzz`)
  stranger(destination, toBucket, 'out0')
}

export function drawProperties(draw: Draw): Given {
  return {
    ...(draw.chance(0.3) && { metadata: { made: 'by hand', n: String(draw.int(1, 9)) } }),
    ...(draw.chance(0.3) && { tags: { colour: draw.pick(['red', 'white']) } }),
    ...(draw.chance(0.3) && { headers: { contentType: 'text/css', cacheControl: 'max-age=7' } }),
    ...(draw.chance(0.2) && { storageClass: 'STANDARD_IA' }),
  }
}

/** Somebody else's, of a key that the job writes, too: it must still be there in the end. */
function beginForeignUpload(world: Filled): string | undefined {
  const { draw, destination, toBucket, seams } = world
  const large = [...world.written].find(([, [version]]) => (version?.content.size ?? 0) > COPY_LIMIT)
  if (!large || !draw.chance(0.5)) return undefined
  const uploadId = 'foreign'
  destination.uploads.set(uploadId, {
    uploadId,
    bucket: toBucket,
    key: DESTINATION_PREFIX + large[0].slice(SOURCE_PREFIX.length),
    initiatedAt: seams.now() - DAY,
    properties: {},
    parts: new Map([[1, { etag: 'theirs', content: large[1][0]!.content }]]),
  })
  return uploadId
}

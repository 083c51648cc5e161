import type { Fault, FaultKind } from '../helpers/memory/faults.ts'
import { DESTINATION_PREFIX, drawProperties, SOURCE_PREFIX } from './world.ts'
import type { World } from './world.ts'

const SECOND = 1000
export const FAULTS: readonly [FaultKind, ...FaultKind[]] = [
  'slow-down',
  'server-error',
  'conflict',
  'connection',
  'timeout',
  'bad-answer',
]
const OPERATIONS: readonly [string | undefined, ...(string | undefined)[]] = [
  undefined,
  'CopyObject',
  'HeadObject',
  'ListObjectsV2',
  'DeleteObject',
  'UploadPartCopy',
  'CompleteMultipartUpload',
  'CreateMultipartUpload',
]

/** Sets up everything that goes wrong in this world by itself: faults, other people, and the network. */
export function stirUp(world: World): void {
  addFaults(world)
  limitWrites(world)
  addOutages(world)
  // Where conditions are ignored nobody could close the gap between a look and a write.
  if (world.source.habits.writeConditions && world.scene === undefined) meddle(world)
}

function addFaults({ draw, source, destination, cursed, story }: World): void {
  const faults: Fault[] = []
  for (let n = draw.int(0, 4); n > 0; n--) {
    const operation = draw.pick(OPERATIONS)
    const kind = draw.pick(FAULTS)
    const when = draw.pick<Fault['when']>(['before', 'after'])
    const fault: Fault = {
      kind,
      // S3 says 409 only of what it has not done.
      when: kind === 'conflict' ? 'before' : when,
      ...(operation !== undefined && { operation }),
      probability: operation === undefined ? draw.pick([0.01, 0.05]) : draw.pick([0.01, 0.05, 0.1]),
    }
    faults.push(fault)
    story.push(`fault ${fault.kind} ${fault.when} ${operation ?? 'any'} ${fault.probability}`)
  }
  for (const key of cursed) {
    const when = draw.pick<Fault['when']>(['before', 'after'])
    faults.push({ kind: 'server-error', when, operation: 'CopyObject', key })
    story.push(`cursed ${when} ${key}`)
  }
  for (const server of new Set([source, destination])) if (isStore(server)) server.faults.add(...faults)
}

/** A folder of this machine has troubles of its own. */
function isStore({ habits }: World['source']): boolean {
  return habits.holds !== 'files'
}

function limitWrites({ draw, destination, story }: World): void {
  if (!draw.chance(0.2) || !isStore(destination)) return
  destination.writesPerSecond = draw.pick([20, 100, 400])
  story.push(`at most ${destination.writesPerSecond} writes/s`)
}

function addOutages({ draw, seams, source, destination, story }: World): void {
  for (let n = draw.pick([0, 0, 1, 2]); n > 0; n--) {
    const server = draw.pick([source, destination])
    const from = draw.int(1, 3 * SECOND)
    const span = draw.pick([100, 2 * SECOND, 5 * SECOND, 60 * SECOND])
    story.push(`offline from ${from} for ${span}`)
    if (!isStore(server)) continue
    seams.after(from, () => {
      server.offline = true
      seams.after(span, () => {
        server.offline = false
      })
    })
  }
}

/** Somebody else works in both buckets, on some keys once each. */
function meddle(world: World): void {
  const { draw, seams, written } = world
  const share = draw.pick([0, 0.05, 0.2, 0.5])
  const span = draw.pick([SECOND, 4 * SECOND, 20 * SECOND])
  for (const key of written.keys()) {
    if (!draw.chance(share)) continue
    const at = draw.int(0, span)
    const act = draw.pick([rewrite, touch, remove, writeThere, removeThere])
    const properties = drawProperties(draw)
    if (draw.chance(0.5)) seams.after(at, () => act(world, key, properties))
    else rightAfterLook(world, key, () => act(world, key, properties))
  }
}

/** At the worst moment: when Decant has just looked, or has just copied. */
function rightAfterLook({ draw, source }: World, key: string, act: () => void): void {
  const operation = draw.pick(['HeadObject', 'HeadObject', 'DeleteObject'])
  const when = operation === 'HeadObject' ? 'after' : 'before'
  source.faults.add({ kind: 'nothing', when, operation, key, nth: draw.pick([1, 1, 2]), act })
}

type Properties = ReturnType<typeof drawProperties>

function rewrite(world: World, key: string, properties: Properties): void {
  noteAtSource(world, key, 'rewrites')
  const given = { ...properties, size: 1234, seed: `${key} 2` }
  world.written.get(key)?.push(world.source.give(world.fromBucket, key, given))
}

/** The same bytes with other properties: an ETag does not see it. */
function touch(world: World, key: string): void {
  const current = world.source.current(world.fromBucket, key)
  if (!current) return
  noteAtSource(world, key, 'touches')
  const { source, fromBucket } = world
  const properties = { ...current, metadata: { touched: 'yes' } }
  world.written.get(key)?.push(source.store(fromBucket, key, current.content, current.etag, properties))
}

function remove(world: World, key: string): void {
  const bucket = world.source.bucket(world.fromBucket)
  const current = bucket.current(key)
  if (!current || bucket.versioning !== 'off') return
  noteAtSource(world, key, 'removes')
  bucket.remove(key, current.versionId)
  world.written.get(key)?.push(undefined)
}

function writeThere(world: World, key: string, properties: Properties): void {
  const to = noteAtDestination(world, key, 'writes')
  world.destination.give(world.toBucket, to, { ...properties, size: 99, seed: `${key} by another` })
}

function removeThere(world: World, key: string): void {
  const to = noteAtDestination(world, key, 'removes')
  const bucket = world.destination.bucket(world.toBucket)
  const current = bucket.current(to)
  if (current && bucket.versioning === 'off') bucket.remove(to, current.versionId)
}

function noteAtSource(world: World, key: string, what: string): void {
  world.touchedSource.set(key, world.seams.now())
  world.story.push(`${world.seams.now()} another ${what} ${key}`)
}

function noteAtDestination(world: World, key: string, what: string): string {
  const to = DESTINATION_PREFIX + key.slice(SOURCE_PREFIX.length)
  world.touchedDestination.set(to, world.seams.now())
  world.story.push(`${world.seams.now()} another ${what} ${to}`)
  return to
}

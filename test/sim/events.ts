import { createHash } from 'node:crypto'
import type { MemoryS3 } from '../helpers/memory/server.ts'
import { SCENES } from './scenes.ts'
import { FAULTS } from './troubles.ts'
import type { World } from './world.ts'

/** How often each kind of event occurred. A kind that never occurs is something that the simulator does not test. */
export type Events = Map<string, number>

/** A seed that passed. */
export interface Played {
  readonly seed: number
  readonly events: Events
  /** Of the mutation logs of its servers: equal for two runs of one seed. */
  readonly hash: string
  readonly story: readonly string[]
}

/** Each of these occurs often in a thousand seeds. */
const EXPECTED: readonly string[] = [
  ...['plain copy', 'plain move', 'plain delete', 'plain copy, relayed', 'plain move, relayed'],
  ...SCENES.map((name) => `scene ${name}`),
  ...['stopped by its budget', 'kept as the last copy'],
  ...['draft', 'journal in a file', 'failed tried again', 'endpoint without conditions'],
  ...['kill', 'kill of a second life', 'quit', 'pause', 'cancel', 'give up'],
  ...['kill amid ranges', 'listed in several ranges'],
  ...['kill, and what was sent lands', 'kill, and what was sent is lost', 'landed in the next life'],
  ...['copied', 'moved', 'deleted', 'edited', 'skipped', 'failed'].map((state) => `item ${state}`),
  ...FAULTS.map((kind) => `fault ${kind}`),
  ...['fault after the effect', 'write refused for its rate'],
  ...['source touched by another', 'destination touched by another'],
  ...['CopyObject', 'PutObject', 'DeleteObject', 'PutObjectTagging', 'RestoreObject'].map(did),
  ...['CreateMultipartUpload', 'UploadPartCopy', 'CompleteMultipartUpload', 'AbortMultipartUpload'].map(did),
]

/** The kinds of events that every run of many seeds owes, and that never occurred in this one. */
export function missing(events: Events): string[] {
  return EXPECTED.filter((name) => !events.has(name))
}

export function count(events: Events, name: string, times = 1): void {
  if (times > 0) events.set(name, (events.get(name) ?? 0) + times)
}

export function addEvents(into: Events, from: Iterable<readonly [string, number]>): void {
  for (const [name, times] of from) count(into, name, times)
}

/** What its servers tell of a world once it is over: what was asked for, what was changed, what struck. */
export function countWorld({ events, scene, spec, source, destination, ...world }: World): void {
  const isRelay = scene === undefined && source !== destination
  count(
    events,
    scene === undefined ? `plain ${spec.kind}${isRelay ? ', relayed' : ''}` : `scene ${scene.name}`,
  )
  if (source.habits.name !== 'memory') count(events, 'endpoint without conditions')
  count(events, 'source touched by another', world.touchedSource.size)
  count(events, 'destination touched by another', world.touchedDestination.size)
  for (const server of new Set([source, destination])) countServer(events, server)
  count(events, 'listed in several ranges', Number(source.mostLists > 2))
}

function countServer(events: Events, { log, faults, refused }: MemoryS3): void {
  for (const { operation } of log) count(events, did(operation))
  addEvents(events, faults.struck)
  count(events, 'write refused for its rate', refused)
}

function did(operation: string): string {
  return `did ${operation}`
}

/** SHA-256 over the mutation logs of both servers, in their order. */
export function hashOf({ source, destination }: World): string {
  const hash = createHash('sha256')
  for (const { log } of new Set([source, destination])) hash.update(JSON.stringify(log))
  return hash.digest('hex')
}

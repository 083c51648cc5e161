import { createPace } from '../../engine/pace/pace.ts'
import type { FindCustomerKey, OpenStorage } from '../../engine/storage.ts'
import { openPlaces, sum } from './places.ts'
import { probe } from './reachability.ts'
import type { JobRecord } from '../record.ts'
import { lookForRestored, untilRestored } from './restores.ts'
import { whyNoRoom } from './spending.ts'
import type { Store } from '../store/store.ts'
import { toFailure } from '#model/failure.ts'
import type { PauseReason } from '#model/job.ts'
import { isLocal } from '#model/local.ts'
import type { Seams } from '#model/seams.ts'
import { placesOf } from '#model/spec.ts'
import type { JobSpec } from '#model/spec.ts'

export interface Waiting {
  /** Looks at once instead of at the next time. */
  wake(): void
  stop(): void
}

export interface WaitOptions {
  readonly seams: Seams
  readonly reason: PauseReason
  readonly record: JobRecord
  readonly store: Store
  readonly openStorage: OpenStorage
  readonly findKey: FindCustomerKey
  /** Runs a change of the journal in a transaction that leaves the record as it was when it fails. */
  readonly write: (change: () => void) => void
  /** Whether the journal can be written again. */
  readonly canWrite: () => boolean
  /** The cause is gone: called once. */
  readonly over: () => void
}

/** What a job waits for: how long until it is worth a look, in milliseconds, and the look itself. */
interface Cause {
  untilLook(looks: number): number
  /** Rejects where nothing can be said: as good as no. */
  isGone(signal: AbortSignal): boolean | Promise<boolean>
}

const LEAST_BETWEEN_LOOKS = 1000

/** Looks again and again whether what paused a job is gone. A person's pause is waited out by nobody. */
export function waitForCause(options: WaitOptions): Waiting {
  const cause = causeOf(options)
  const stopping = new AbortController()
  const { signal } = stopping
  let looking = false
  let looks = 0
  let lookedAt = -Infinity
  let cancel: (() => void) | undefined

  const schedule = (): void => {
    if (cause === undefined) return
    cancel = options.seams.after(cause.untilLook(looks), () => void look())
    looks += 1
  }
  const look = async (): Promise<void> => {
    if (cause === undefined || signal.aborted || looking) return
    cancel?.()
    looking = true
    lookedAt = options.seams.now()
    const gone = await isGone(cause, signal, options.reason)
    looking = false
    if (signal.aborted) return
    if (!gone) return schedule()
    stopping.abort()
    options.over()
  }
  schedule()
  return {
    // Woken again and again, it looks at a bounded rate; the next look is planned in any case.
    wake: () => {
      if (options.seams.now() - lookedAt >= LEAST_BETWEEN_LOOKS) void look()
    },
    stop: () => {
      stopping.abort()
      cancel?.()
    },
  }
}

async function isGone(cause: Cause, signal: AbortSignal, reason: PauseReason): Promise<boolean> {
  try {
    return await cause.isGone(signal)
  } catch (error) {
    // What it waited for will not come: the run says so, and pauses for that.
    return reason !== 'credentials' && toFailure(error).code === 'connection-changed'
  }
}

function causeOf(options: WaitOptions): Cause | undefined {
  const { seams, record, openStorage, canWrite } = options
  const reached = (): Promise<boolean> => canReach(record.spec, openStorage, seams)
  switch (options.reason) {
    case 'offline':
      return { untilLook: doubling(1000, 15_000), isGone: reached }
    case 'refused':
      // That writes are taken again nobody can tell but by writing.
      return { untilLook: () => WHILE_REFUSED, isGone: () => true }
    case 'credentials':
      return { untilLook: doubling(30_000, 60_000), isGone: reached }
    case 'storage':
      return { untilLook: doubling(2000, 15_000), isGone: canWrite }
    case 'folder':
      return { untilLook: untilFolder(record), isGone: () => hasFolders(record.spec, openStorage) }
    case 'restore':
      return restored(options)
    case 'schedule':
      return itsTime(options)
    case 'user':
    case 'interrupted':
    case 'budget':
      return undefined
  }
}

/** Long enough that a server in trouble is left alone. */
const WHILE_REFUSED = 5 * 60_000

/** A timer stands still while the machine sleeps, so the clock is looked at in between. */
const CLOCK = 30_000

function itsTime({ seams, record }: WaitOptions): Cause {
  const left = (): number => (record.more.startAt ?? 0) - seams.now()
  return {
    untilLook: () => Math.min(Math.max(0, left()), CLOCK),
    isGone: () => left() <= 0,
  }
}

/** Each wait is twice the one before. */
function doubling(first: number, longest: number): (looks: number) => number {
  return (looks) => Math.min(first * 2 ** Math.min(looks, 20), longest)
}

/** Rejects where there is no way to it yet: no keys, or no connection. */
async function canReach(spec: JobSpec, openStorage: OpenStorage, seams: Seams): Promise<boolean> {
  const { all } = await openPlaces(spec, openStorage)
  for (const place of all) if ((await probe(place, seams)) !== undefined) return false
  return true
}

const WHILE_FULL = 30_000

/** Whether there is room again nobody can tell but by writing: such a job is tried again now and then. */
function untilFolder({ status }: JobRecord): (looks: number) => number {
  const isFull = status.is === 'paused' && status.failure?.code === 'disk-full'
  return isFull ? () => WHILE_FULL : doubling(2000, 15_000)
}

/** Whether every folder of this machine that the job works in is there. Rejects where one is not. */
async function hasFolders(spec: JobSpec, openStorage: OpenStorage): Promise<boolean> {
  for (const place of placesOf(spec).filter(isLocal)) {
    const storage = await openStorage(place.connection)
    await storage.headBucket(place.bucket)
  }
  return true
}

/** Requests in flight at most while a job looks what has come from the archive. */
const LOOKS_AT_ONCE = 8
const MINUTE = 60_000

/** When to look follows from the journal alone: what was asked for when, of which class, at which tier. */
function restored({ seams, store, record, openStorage, findKey, write }: WaitOptions): Cause {
  return {
    untilLook: () => untilRestored(store, record, seams.now()) ?? MINUTE,
    async isGone(signal) {
      // The run says so, and pauses for it.
      if (whyNoRoom(record, undefined) !== undefined) return true
      const places = await openPlaces(record.spec, openStorage)
      const request = { seams, signal, pace: createPace({ seams, ceiling: LOOKS_AT_ONCE }) }
      const ready = await lookForRestored({ store, record, places, findKey, request, write })
      write(() => {
        record.requests = sum([record.requests, places.requests])
      })
      // Nothing is awaited any more: whatever is left, the run will find it.
      return ready > 0 || record.tally.restoring.items === 0
    },
  }
}

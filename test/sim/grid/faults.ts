import type { FailureCode } from '#model/failure.ts'
import type { JobStatus } from '#model/job.ts'
import type { Fault } from '../../helpers/memory/faults.ts'
import type { MemoryS3, RequestStep } from '../../helpers/memory/server.ts'
import { isWrite } from './kills.ts'
import type { Place, GridWorld, ServerOptions } from './world.ts'
import { give, LATENCY, lookAt } from './world.ts'

const SECOND = 1000
const HOUR = 3600 * SECOND
/** Bytes. */
const LARGE = 16 * 1024 ** 2
/** Of the wire client: milliseconds without a sign of life, after which a request is given up. */
const IDLE = 30 * SECOND

/** What a job sent when nothing went wrong. */
export interface Trace {
  /** Of stores in the order of their first request, then those of folders alone. */
  readonly operations: readonly string[]
  /** The first one to a store that changes something of an object, or reads it for a file. */
  readonly main: string
  /** What makes the object appear. */
  readonly last: string
  /** The first object goes to another place. */
  readonly isAcross: boolean
}

/** Where a fault is put into. */
export interface Ground {
  readonly world: GridWorld
  readonly trace: Trace
  /** Those that are no folder of this machine. */
  readonly stores: readonly MemoryS3[]
  /** Calls back at each step of each request. */
  onStep(listener: (step: RequestStep) => void): void
  /** Calls back when a process is killed, before the next one begins. */
  onDeath(listener: () => void): void
  /** From now on, for so long, the journal cannot be written. */
  breakJournal(how: 'busy' | 'full' | 'io', ms: number): void
  /** Somebody said that keys were given, or the like. */
  wake(): void
  /** The machine's clock is set: so many milliseconds ahead of the servers'. */
  setClock(ahead: number): void
}

export interface GridFault {
  readonly name: string
  readonly servers?: ServerOptions
  /** Why it makes no sense with such a job. */
  readonly without?: (trace: Trace) => string | undefined
  readonly put?: (ground: Ground) => void
  /** With which codes items may fail; of others none does. */
  readonly fails?: readonly FailureCode[]
  /** The job as a whole may end so. */
  readonly ends?: JobStatus['is']
  /** Milliseconds within which everything is over, without a kill. */
  readonly within?: number
  /** Kills come twice, too: again while the second process goes on. */
  readonly again?: true
  /** A copy is not answered for longer than any but a large one is waited for. */
  readonly hangs?: true
  /** What failed passes once the fault is gone. */
  readonly heals?: false
}

const MINUTE = 60 * SECOND
const COPIES = new Set(['CopyObject', 'UploadPartCopy', 'CompleteMultipartUpload'])

function once(
  kind: Fault['kind'],
  when: Fault['when'],
  times: number,
  which: (operation: string) => boolean = () => true,
) {
  return ({ stores, trace }: Ground): void => {
    for (const operation of trace.operations.filter(which))
      for (const store of stores) store.faults.add({ kind, when, operation, times })
  }
}

/** Of every write of the object that comes second, as long as there is one. */
function cursed(kind: Fault['kind'], which: (operation: string) => boolean) {
  return ({ stores, trace, world }: Ground): void => {
    const { from, to } = world.objects[1] ?? (world.objects[0] as GridWorld['objects'][number])
    for (const operation of trace.operations.filter((one) => isWrite(one) && which(one)))
      for (const { key } of [from, ...(to ? [to] : [])])
        for (const store of stores) store.faults.add({ kind, when: 'before', operation, key })
  }
}

function hang(when: Fault['when']) {
  return ({ stores, trace, world }: Ground): void => {
    const { from, to } = world.objects[0] as GridWorld['objects'][number]
    const { key } = to ?? from
    for (const store of stores) {
      let met = 0
      const isIt = (of: { operation: string; key?: string }): boolean =>
        of.operation === trace.main && of.key === key && ++met === 1
      Object.assign(store, { latency: (of: { operation: string }) => (isIt(of) ? IDLE : LATENCY) })
      store.faults.add({ kind: 'timeout', when, operation: trace.main, key, nth: 1 })
    }
  }
}

/**
 * The first request of the kind takes so long, for each large object, or for those of the first so many. The server does
 * it after half of that, also when nobody waits for it any more.
 */
function hangs(which: (trace: Trace) => string, ms: number, ofFirst = Infinity) {
  return ({ stores, trace, world }: Ground): void => {
    const large = world.objects
      .slice(0, ofFirst)
      .filter(({ start }) => (start.from?.content.size ?? 0) > LARGE)
    const keys = new Set(large.map(({ from, to }) => (to ?? from).key))
    for (const store of stores) {
      const met = new Set<string>()
      const isIt = ({ operation, key = '' }: { operation: string; key?: string }): boolean => {
        if (operation !== which(trace) || !keys.has(key) || met.has(key)) return false
        met.add(key)
        return true
      }
      const latency = (of: { operation: string; key?: string }): number => (isIt(of) ? ms : LATENCY)
      Object.assign(store, { finishes: true, latency })
    }
  }
}

/** As soon as the server has done the first of these. */
function once1(
  onStep: Ground['onStep'],
  phase: RequestStep['phase'],
  operation: string,
  act: () => void,
): void {
  let isDone = false
  onStep((step) => {
    if (isDone || step.phase !== phase || step.operation !== operation) return
    isDone = true
    act()
  })
}

function journal(how: 'busy' | 'full' | 'io', from: 'start' | 'main') {
  return ({ onStep, breakJournal, trace }: Ground): void => {
    if (from === 'main') return once1(onStep, 'done', trace.main, () => breakJournal(how, 5 * SECOND))
    const first = trace.operations[0] ?? trace.main
    once1(onStep, 'answered', first, () => breakJournal(how, 5 * SECOND))
  }
}

function away(kind: 'offline' | 'expired', ms: number) {
  return ({ onStep, world, stores, trace, wake }: Ground): void => {
    let until = -Infinity
    const during = (): boolean => world.seams.now() < until
    const what = kind === 'expired' ? 'ExpiredToken' : 'connection'
    for (const store of stores) store.faults.add({ kind: what, when: 'before', during })
    once1(onStep, 'done', trace.main, () => {
      until = world.seams.now() + ms
      world.seams.after(ms, wake)
    })
  }
}

/** Somebody else works at the first object's place, right before or after an operation is done. */
function meddle(
  where: 'from' | 'to',
  what: 'rewrites' | 'deletes',
  when: Fault['when'],
  which: (trace: Trace) => string,
) {
  return ({ world, trace }: Ground): void => {
    const object = world.objects[0] as GridWorld['objects'][number]
    const place = where === 'from' ? object.from : object.to
    if (place === undefined) return
    const act = (): void => (what === 'rewrites' ? rewrite(world, place) : take(world, place))
    let isDone = false
    const key = [object.from.key, object.to?.key]
    for (const server of Object.values(world.servers))
      for (const one of new Set(key))
        if (one !== undefined)
          server.faults.add({
            kind: 'nothing',
            when,
            operation: which(trace),
            key: one,
            times: 1,
            during: () => !isDone,
            act: () => {
              isDone = true
              act()
            },
          })
  }
}

function rewrite(world: GridWorld, place: Place, size = 1234): void {
  const { server, bucket, key } = place
  give(server, bucket, key, { size, seed: 'by another', lastModified: server.seams.now() })
  note(world, place, 'rewrites')
}

/** The first part is there, and the others are still of the same size: only the ETag tells that they are of another object. */
function betweenParts({ world, trace, onStep }: Ground): void {
  const { from } = world.objects[0] as GridWorld['objects'][number]
  const size = from.server.current(from.bucket, from.key)?.content.size
  once1(onStep, 'done', partOf(trace), () => rewrite(world, from, size))
}

/** Between two processes somebody takes away what the first one made. */
function takenMeanwhile({ world, onDeath }: Ground): void {
  const { to } = world.objects[0] as GridWorld['objects'][number]
  let isDone = false
  onDeath(() => {
    if (!isDone && to) take(world, to)
    isDone = true
  })
}

function partOf({ operations }: Trace): string {
  return operations.includes('UploadPartCopy') ? 'UploadPartCopy' : 'UploadPart'
}

function take(world: GridWorld, place: Place): void {
  const bucket = place.server.bucket(place.bucket)
  const current = bucket.current(place.key)
  if (!current) return
  if (bucket.versioning === 'off') bucket.remove(place.key, current.versionId)
  else {
    const marker = {
      versionId: place.server.newName('v'),
      isDeleteMarker: true,
      etag: '',
      lastModified: place.server.seams.now(),
    }
    bucket.add({ ...current, ...marker })
  }
  note(world, place, 'deletes')
}

function note(world: GridWorld, place: Place, what: string): void {
  const at = world.seams.now()
  world.touched.push({ place, left: lookAt(place), at })
  world.story.push(`${at} another ${what} ${place.key}`)
}

const noList = ({ operations }: Trace): string | undefined =>
  operations.includes('ListObjectsV2') ? undefined : 'the job lists nothing'
const noCopy = ({ operations }: Trace): string | undefined =>
  operations.some((one) => COPIES.has(one))
    ? undefined
    : 'only copies and completions answer 200 before they are done'
const noTarget = ({ isAcross }: Trace): string | undefined =>
  isAcross ? undefined : 'the job writes to no other place'
const noMove = ({ isAcross, operations }: Trace): string | undefined =>
  isAcross && operations.includes('DeleteObject') ? undefined : 'the job deletes no source'

const noParts = (trace: Trace): string | undefined =>
  trace.operations.includes(partOf(trace)) ? undefined : 'the job copies nothing by parts'

const SOURCE_FAILS: readonly FailureCode[] = [
  'source-changed',
  'source-missing',
  'not-verified',
  'delete-refused',
  'no-such-key',
  'destination-changed',
  'not-possible',
  'destination-exists',
]
const main = ({ main: operation }: Trace): string => operation
const last = ({ last: operation }: Trace): string => operation
const deletes = (): string => 'DeleteObject'

export const FAULTS: readonly GridFault[] = [
  { name: 'no fault', again: true },
  { name: '503', put: once('slow-down', 'before', 2) },
  { name: '500', put: once('server-error', 'before', 1) },
  { name: '500 after the effect', put: once('server-error', 'after', 1, isWrite) },
  { name: 'reset before', put: once('connection', 'before', 1) },
  { name: 'reset after', again: true, put: once('connection', 'after', 1) },
  {
    name: '200 with an error, once',
    put: once('error-in-200', 'before', 1, (one) => COPIES.has(one)),
    without: noCopy,
  },
  {
    name: '200 with an error, for ever',
    put: cursed('error-in-200', (one) => COPIES.has(one)),
    fails: ['server-error'],
    without: noCopy,
  },
  { name: 'denied', put: cursed('AccessDenied', isWrite), fails: ['access-denied'] },
  {
    name: 'list cut off, once',
    put: once('bad-answer', 'after', 2, (one) => one === 'ListObjectsV2'),
    without: noList,
  },
  {
    name: 'list that is none, for ever',
    put: ({ stores }) =>
      stores.forEach((store) =>
        store.faults.add({ kind: 'bad-answer', when: 'after', operation: 'ListObjectsV2' }),
      ),
    ends: 'failed',
    without: noList,
  },
  {
    name: 'aborts whatever it is told to',
    put: ({ stores }) => stores.forEach((store) => Object.assign(store, { abortsAnything: true })),
    without: ({ operations }) =>
      operations.includes('AbortMultipartUpload') ? undefined : 'the job aborts nothing',
  },
  {
    name: 'slow',
    put: ({ stores }) => stores.forEach((store) => Object.assign(store, { latency: () => SECOND })),
  },
  { name: 'hangs before', put: hang('before') },
  { name: 'hangs after', put: hang('after') },
  { name: 'last write hangs for good', put: hangs(last, HOUR), hangs: true, again: true },
  { name: 'last write is done, and not answered', put: hangs(last, 80 * SECOND), hangs: true, again: true },
  {
    name: 'last write is done while it is asked for again',
    put: hangs(last, 100 * SECOND),
    hangs: true,
  },
  { name: 'part hangs for good', put: hangs(partOf, HOUR), hangs: true, without: noParts },
  { name: 'offline for 20 s', put: away('offline', 20 * SECOND), within: 2 * MINUTE },
  { name: 'expired keys', put: away('expired', 20 * SECOND), within: 2 * MINUTE },
  { name: 'clock an hour ahead', servers: { skew: HOUR } },
  { name: 'clock an hour behind', servers: { skew: -HOUR } },
  {
    name: 'machine set a day back while nobody works',
    put: ({ onDeath, setClock }) => onDeath(() => setClock(-24 * HOUR)),
  },
  {
    name: 'machine leaps a day ahead',
    put: ({ onStep, trace, setClock }) => once1(onStep, 'leaves', trace.main, () => setClock(24 * HOUR)),
  },
  { name: 'disk full while planning', put: journal('full', 'start') },
  { name: 'disk full', put: journal('full', 'main') },
  { name: 'SQLITE_BUSY', again: true, put: journal('busy', 'main') },
  { name: 'I/O error', put: journal('io', 'main') },
  {
    name: 'source rewritten before',
    put: meddle('from', 'rewrites', 'before', main),
    fails: SOURCE_FAILS,
    heals: false,
  },
  {
    name: 'source rewritten between two parts',
    again: true,
    put: betweenParts,
    fails: SOURCE_FAILS,
    heals: false,
    without: noParts,
  },
  {
    name: 'source rewritten after',
    again: true,
    put: meddle('from', 'rewrites', 'after', last),
    fails: SOURCE_FAILS,
    heals: false,
  },
  {
    name: 'source deleted before',
    put: meddle('from', 'deletes', 'before', main),
    fails: SOURCE_FAILS,
    heals: false,
  },
  {
    name: 'source deleted after',
    put: meddle('from', 'deletes', 'after', last),
    fails: SOURCE_FAILS,
    heals: false,
  },
  {
    name: 'source rewritten before its delete',
    put: meddle('from', 'rewrites', 'before', deletes),
    fails: SOURCE_FAILS,
    heals: false,
    without: noMove,
  },
  {
    name: 'source deleted before its delete',
    put: meddle('from', 'deletes', 'before', deletes),
    fails: SOURCE_FAILS,
    heals: false,
    without: noMove,
  },
  {
    name: 'destination written before',
    put: meddle('to', 'rewrites', 'before', last),
    fails: SOURCE_FAILS,
    heals: false,
    without: noTarget,
  },
  {
    name: 'destination written after',
    put: meddle('to', 'rewrites', 'after', last),
    fails: SOURCE_FAILS,
    heals: false,
    without: noTarget,
  },
  {
    name: 'destination deleted after',
    put: meddle('to', 'deletes', 'after', last),
    fails: SOURCE_FAILS,
    heals: false,
    without: noTarget,
  },
  {
    name: 'destination deleted while nobody works',
    put: takenMeanwhile,
    fails: SOURCE_FAILS,
    heals: false,
    without: noTarget,
  },
]

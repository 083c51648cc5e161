import type { Item } from '../../../main/jobs/item.ts'
import { countItem, emptyTally, freezeTally } from '../../../main/jobs/tally.ts'
import { jobRange } from '../../../main/jobs/store/items.ts'
import type { Store } from '../../../main/jobs/store/store.ts'
import type { JobSnapshot } from '#model/job.ts'
import { isSameContent } from '../../helpers/memory/content.ts'
import type { MemoryS3, Mutation, RequestStep } from '../../helpers/memory/server.ts'
import type { GridFault } from './faults.ts'
import type { GridJob } from './jobs.ts'
import { LastCopies } from '../last-copies.ts'
import { isSame, lookAt, samePlace } from './world.ts'
import type { GridObject, GridWorld, Look, Place } from './world.ts'

const DONE: ReadonlySet<Item['state']> = new Set(['copied', 'moved', 'deleted', 'edited'])
const OPEN: ReadonlySet<Item['state']> = new Set(['planned', 'again', 'restoring', 'copied-not-deleted'])
/** Done twice they would make another version, or take one more away; requests about what is beside the bytes do the same. */
const COUNTED: ReadonlySet<string> = new Set([
  'CopyObject',
  'CompleteMultipartUpload',
  'PutObject',
  'DeleteObject',
])

/** A process at work, as far as an oracle has to know it. */
export interface LifeSeen {
  readonly journal: Store
}

/** What has to be true of a cell, whatever its fault and wherever it was killed. What is not is kept in `problems`. */
export class GridOracle {
  readonly problems: string[] = []
  readonly #world: GridWorld
  readonly #job: GridJob
  readonly #fault: GridFault
  readonly #seen = new Map<MemoryS3, number>()
  readonly #counts = new Map<string, number>()
  readonly #lastFrom = new Map<GridObject, Look>()
  readonly #lateUploads = new Set<string>()
  /** Where a request of a dead process landed while the next one was at work already. */
  readonly #lateWrites: Place[] = []
  /** Of an undo. */
  readonly #copies: LastCopies | undefined
  #touches = 0
  #life: LifeSeen | undefined
  #id = ''
  #isRetried = false

  constructor(world: GridWorld, job: GridJob, fault: GridFault) {
    this.#world = world
    this.#job = job
    this.#fault = fault
    for (const server of Object.values(world.servers)) this.#seen.set(server, server.log.length)
    for (const object of world.objects) this.#lastFrom.set(object, object.start.from)
    this.#copies = job.undoes === true ? new LastCopies(Object.values(world.servers)) : undefined
    this.#touches = world.touched.length
  }

  began(life: LifeSeen | undefined, id: string): void {
    this.look()
    this.#life = life
    this.#id = id
  }

  died(): void {
    this.look()
    this.#life = undefined
  }

  retried(): void {
    this.look()
    this.#isRetried = true
  }

  /** The fault is gone: what fails now fails for what somebody else did, and the job is complete. */
  healed(): GridOracle {
    // What was written since the last look is judged by who knows of the fault: a late upload is one still.
    this.look()
    const { fails, heals } = this.#fault
    const healed = new GridOracle(this.#world, this.#job, {
      name: this.#fault.name,
      fails: heals === false ? (fails ?? []) : [],
    })
    healed.began(this.#life, this.#id)
    healed.retried()
    for (const one of this.#lateUploads) healed.#lateUploads.add(one)
    healed.#lateWrites.push(...this.#lateWrites)
    healed.problems.push(...this.problems)
    return healed
  }

  /** At each step of each request, right after the server has done it. */
  step({ phase, operation, bucket, key, orphan }: RequestStep, server: MemoryS3): void {
    if (phase === 'done') this.#judgeLoss(operation)
    if (phase !== 'done' || bucket === undefined || key === undefined) return
    const object = this.#world.objects.find(({ from }) => samePlace(from, { server, bucket, key }))
    const isMove = object?.to !== undefined && object.end.from === null && object.end.to !== null
    if (operation === 'DeleteObject' && object && isMove) this.#judgeDelete(object, orphan === true)
    for (const one of this.#world.objects) this.#lastFrom.set(one, lookAt(one.from))
  }

  /** An undo never takes the last copy of a content, whatever it is called. */
  #judgeLoss(operation: string): void {
    const { touched } = this.#world
    if (touched.length > this.#touches) this.#copies?.begin()
    this.#touches = touched.length
    for (const place of this.#copies?.lostBy(operation) ?? [])
      this.problems.push(`${operation} by an undo took the last copy of a content, at ${place}`)
  }

  /** Invariant 1. */
  #judgeDelete(object: GridObject, isOrphan: boolean): void {
    const was = this.#lastFrom.get(object) ?? null
    if (was === null || lookAt(object.from) !== null) return
    const { key } = object.from
    const to = object.to as Place
    const isSafe = isSame(lookAt(to), was) || this.#lastTouch(to) !== undefined
    this.#demand(isSafe, `${key} was deleted, and its copy does not stand`)
    if (isOrphan || this.#life === undefined) return
    const { items } = this.#journal()
    const isKnown = items.some(
      (item) => object.isOf(item) && (item.state === 'copied-not-deleted' || item.state === 'moved'),
    )
    this.#demand(isKnown, `${key} was deleted before its copy was journaled`)
  }

  /** Counts what was written since the last look. */
  look(): void {
    for (const [server, from] of this.#seen) {
      if (from === server.log.length) continue
      this.#seen.set(server, server.log.length)
      for (const entry of server.log.slice(from)) this.#count(entry, server)
    }
  }

  #count(entry: Mutation, server: MemoryS3): void {
    const { operation, bucket, key, uploadId, part, orphan } = entry
    if (isLateUpload(entry, this.#life)) this.#lateUploads.add(entry.uploadId ?? '')
    // What lands when the next process is at work already was in doubt, and nobody could have waited for it.
    if (orphan === true && this.#life !== undefined) {
      this.#lateWrites.push({ server, bucket, key })
      return
    }
    const isPart = part !== undefined
    if (!isPart && !COUNTED.has(operation)) return
    if (this.#lastTouch({ server, bucket, key }) || this.#isRetried) return
    const partner = this.#world.objects.find(({ to }) => to && samePlace(to, { server, bucket, key }))
    if (partner && this.#lastTouch(partner.from)) return
    const name = isPart ? `part ${part} of ${key} in ${uploadId}` : `${operation} ${bucket}/${key}`
    const times = (this.#counts.get(name) ?? 0) + 1
    this.#counts.set(name, times)
    if (times > 1) this.problems.push(`${name}: done ${times} times`)
  }

  #lastTouch(place: { server: MemoryS3; bucket: string; key: string }) {
    return this.#world.touched.findLast((one) => samePlace(one.place, place))
  }

  #demand(isTrue: boolean, otherwise: string): void {
    if (!isTrue) this.problems.push(otherwise)
  }

  /** Of a job that is over. */
  check(snapshot: JobSnapshot): void {
    this.look()
    const { record, items, causes } = this.#journal()
    const { status } = record
    const isCancelled = status.is === 'cancelled'
    const mayEnd = [
      this.#fault.ends ?? 'completed',
      ...(this.#job.person !== undefined && this.#job.person.is !== 'pause'
        ? ['cancelled', 'completed']
        : []),
    ]
    this.#demand(mayEnd.includes(status.is), `the job is ${JSON.stringify(status)}`)
    const { startedAt = -Infinity, endedAt = Infinity, ranFor } = record
    this.#demand(
      endedAt >= startedAt && ranFor >= 0,
      `it ran for ${ranFor} ms from ${startedAt} to ${endedAt}`,
    )
    for (const object of this.#world.objects) this.#checkObject(object, items, status.is)
    for (const { place, look } of this.#world.bystanders)
      this.#demand(isSame(lookAt(place), look), `${place.key} is none of the job's business`)
    if (status.is === 'completed' || isCancelled) this.#checkUploads()
    const recounted = emptyTally()
    for (const item of items) countItem(recounted, item, 1)
    const tally = { ...recounted, filtered: record.tally.filtered }
    this.#demand(
      JSON.stringify(record.tally) === JSON.stringify(tally),
      'the tally is not the sum of the items',
    )
    this.#demand(
      JSON.stringify(snapshot.tally) === JSON.stringify(freezeTally(tally)),
      'the snapshot tells another tally',
    )
    this.#demand(causes === recounted.failed.items, 'the failures by cause are not the failed items')
    for (const { key, state, failure } of items) if (state === 'failed') this.#checkFailure(key, failure)
  }

  #journal() {
    const { jobs, items, causes } = this.#life?.journal ?? never()
    const record = jobs.byId(this.#id) ?? never()
    return {
      record,
      items: items.readAll(...jobRange(record.n), 1000),
      causes: causes.list(record.n).reduce((sum, cause) => sum + cause.items, 0),
    }
  }

  #checkFailure(key: string, failure: Item['failure']): void {
    const fails = [...(this.#fault.fails ?? []), ...(this.#job.fails ?? [])]
    const isAllowed = failure !== undefined && fails.includes(failure.code)
    this.#demand(isAllowed, `${key} failed: ${failure?.code} ${failure?.message}`)
  }

  #checkObject(object: GridObject, items: readonly Item[], status: string): void {
    // A row that names an object once more fails for that, and the first one stands for the object.
    const rows = items.filter((item) => object.isOf(item) && item.failure?.code !== 'name-taken')
    const name = `${object.from.key} (${rows.map(({ state, failure }) => failure?.code ?? state).join(', ') || 'not planned'})`
    const isDone = rows.length > 0 && rows.every(({ state }) => DONE.has(state))
    const isOpen = rows.length === 0 || rows.some(({ state }) => OPEN.has(state))
    const isTouched = this.#lastTouch(object.from) ?? (object.to && this.#lastTouch(object.to))
    if (status === 'completed')
      this.#demand(!isOpen || isTouched !== undefined, `${name} is left undone in a job that is complete`)
    const found = `is ${short(lookAt(object.from))}${object.to ? ` and ${short(lookAt(object.to))}` : ''}`
    const isRight = this.#allowed(object, isDone).some(
      ([from, to]) =>
        isSame(lookAt(object.from), from) && (object.to === undefined || isSame(lookAt(object.to), to)),
    )
    this.#demand(
      isRight,
      `${name} ${found}, and was ${short(object.start.from)} and ${short(object.start.to)}`,
    )
  }

  /**
   * What may stand at both places of an object in the end. X and Y are what somebody else left at its source and at its
   * destination.
   *
   * | the rows  | from              | to                                                    |
   * |-----------|-------------------|-------------------------------------------------------|
   * | all done  | as it shall be    | as it shall be                                        |
   * | any other | as it was         | as it was, or as it shall be                          |
   * | any other, not failed | as it shall be | as it shall be: done, and nobody wrote it down |
   * | any       | X, or moved on    | as it was or shall be, Y, or X                        |
   * | any       | as above          | Y                                                     |
   * | not done, and a dead process wrote there late | as it was | as it shall be, over Y         |
   */
  #allowed({ from, to, start, end }: GridObject, isDone: boolean): [Look, Look][] {
    const x = this.#lastTouch(from)
    const y = to && this.#lastTouch(to)
    const all: [Look, Look][] = isDone
      ? [[end.from, end.to]]
      : [
          [start.from, start.to],
          [start.from, end.to],
        ]
    if (!isDone) all.push([end.from, end.to])
    if (y) {
      const here = [start.from, end.from]
      // A source goes for a copy that somebody replaced, or took away, only after it was seen to stand.
      for (const one of here) all.push([one, y.left])
      // What another wrote there is not written over, unless the job's policy is to.
      const isLate = !isDone && this.#lateWrites.some((place) => samePlace(place, to))
      const isOurs = (there: Look): boolean =>
        there === y.left || (!isDone && isSame(there, start.to)) || (isLate && there === end.to)
      if ((!isDone || y.left !== null) && !this.#isRetried && this.#job.overwrites !== true)
        return all.filter(([, there]) => isOurs(there))
    }
    if (x) {
      const there = [start.to, end.to, x.left, ...(y ? [y.left] : [])]
      for (const one of there) all.push([x.left, one])
      // What has no other place is not moved on; tried anew, a deletion takes what stands there then.
      const mayGo = to !== undefined || (this.#isRetried && this.#job.undoes !== true)
      if (x.left !== null && end.from === null && mayGo) all.push([null, x.left])
      // Edited, or put over, once it was looked at anew.
      const now = lookAt(from)
      if (to === undefined && now !== null && x.left !== null && isSameContent(now.content, x.left.content))
        all.push([now, null])
      return all.filter(
        ([one, other]) =>
          isSame(one, x.left) ||
          (one !== start.from && (one !== null || x.left === null || isSame(other, x.left))),
      )
    }
    return all
  }

  #checkUploads(): void {
    for (const server of Object.values(this.#world.servers))
      for (const { uploadId, key } of server.uploads.values())
        if (!this.#lateUploads.has(uploadId))
          this.problems.push(`upload ${uploadId} of ${key} was left behind`)
  }
}

function short(look: Look): string {
  return look === null ? 'nothing' : `${look.content.digest.slice(0, 6)} ${look.more}`
}

/** Begun for a dead process after the next one has looked: whose it is nobody can tell any more. */
function isLateUpload({ operation, orphan }: Mutation, life: LifeSeen | undefined): boolean {
  return operation === 'CreateMultipartUpload' && orphan === true && life !== undefined
}

function never(): never {
  throw new Error('the journal is gone')
}

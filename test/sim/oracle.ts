import assert from 'node:assert/strict'
import { isSameContent } from '../helpers/memory/content.ts'
import type { StoredVersion } from '../helpers/memory/bucket.ts'
import type { MemoryS3, Mutation } from '../helpers/memory/server.ts'
import { JOURNAL_STATES } from '../../main/jobs/item.ts'
import type { Item } from '../../main/jobs/item.ts'
import type { JobRecord } from '../../main/jobs/record.ts'
import { jobRange } from '../../main/jobs/store/items.ts'
import { countItem, emptyTally, freezeTally } from '../../main/jobs/tally.ts'
import { count as note } from './events.ts'
import type { Life } from './life.ts'
import { DESTINATION_PREFIX, SOURCE_PREFIX } from './world.ts'
import type { World } from './world.ts'

const SECOND = 1000
/** Longer than any HEAD and its delete take together. */
const UNSEEN = SECOND
const WRITES = ['CopyObject', 'CompleteMultipartUpload', 'PutObject']

/** Who looks on and says what is wrong. */
export interface Judge {
  began(life: Life): void
  died(): void
  /** What failed is tried once more. */
  retried(id: string, life: Life): void
  /** At every instant. */
  look(): void
  /** The job stands still for its budget. */
  spent?(requests: Readonly<Record<string, number>>): void
  /** Of a job that is finished. */
  check(id: string, life: Life): void
}

/** Knows what has to be true of a world, whatever happened in it. */
export class Oracle implements Judge {
  readonly #world: World
  readonly #servers: readonly MemoryS3[]
  readonly #seen = new Map<MemoryS3, number>()
  /** Successful mutations a key, without those that landed when the next process was at work already. */
  readonly #written = new Map<string, number>()
  readonly #deleted = new Map<string, number>()
  readonly #deletedAt = new Map<string, number>()
  readonly #begun = new Map<string, number>()
  readonly #parts = new Map<string, number>()
  readonly #lateUploads = new Set<string>()
  readonly #again = new Set<string>()
  #life: Life | undefined

  constructor(world: World) {
    this.#world = world
    this.#servers = [...new Set([world.source, world.destination])]
  }

  began(life: Life): void {
    this.look()
    this.#life = life
  }

  died(): void {
    this.look()
    this.#life = undefined
  }

  /** These keys may be written once more. */
  retried(id: string, life: Life): void {
    const { items } = readJournal(life, id)
    for (const item of items) if (item.state === 'failed') this.#again.add(item.key)
  }

  /** Looks at every mutation since the last look, while the journal still says what it said at the time. */
  look(): void {
    for (const server of this.#servers) {
      const from = this.#seen.get(server) ?? 0
      if (from === server.log.length) continue
      this.#seen.set(server, server.log.length)
      for (const entry of server.log.slice(from)) this.#judge(entry, server)
    }
  }

  #judge(entry: Mutation, server: MemoryS3): void {
    const { destination, toBucket, fromBucket } = this.#world
    const isLate = entry.orphan === true && this.#life !== undefined
    if (isLate) note(this.#world.events, 'landed in the next life')
    const isOurs = server === destination && entry.bucket === toBucket
    if (WRITES.includes(entry.operation)) {
      assert(isOurs && entry.key.startsWith(DESTINATION_PREFIX), `a write at ${entry.bucket} ${entry.key}`)
      if (!isLate) count(this.#written, entry.key)
    } else if (entry.operation === 'DeleteObject') {
      assert(entry.bucket === fromBucket && entry.key.startsWith(SOURCE_PREFIX), `a delete of ${entry.key}`)
      this.#deletedAt.set(entry.key, entry.at)
      if (!isLate) count(this.#deleted, entry.key)
      if (this.#world.spec.kind === 'move') this.#judgeDelete(entry)
    } else if (entry.operation === 'CreateMultipartUpload') {
      if (isLate) this.#lateUploads.add(entry.uploadId ?? '')
      else count(this.#begun, entry.key)
    } else if (entry.part !== undefined && !isLate) {
      count(this.#parts, `part ${entry.part} of ${entry.key} in upload ${entry.uploadId}`)
    }
  }

  /** Invariant 1: its copy stands, and the journal had it before. */
  #judgeDelete(entry: Mutation): void {
    const { written, touchedDestination } = this.#world
    const deleted = written.get(entry.key)?.findLast((version) => version?.etag === entry.etag)
    assert(deleted, `${entry.key} was deleted with an ETag that it never had`)
    if (this.#life) {
      const state = journaledState(this.#life, entry.key)
      assert(
        state === 'copied-not-deleted' || state === 'moved',
        `${entry.key} was deleted while it was ${state}`,
      )
    }
    const to = destinationOf(entry.key)
    if (touchedDestination.has(to)) return
    const isSafe = this.#isSafe(entry.key, deleted, entry.at)
    assert(isSafe, `${entry.key} was deleted, and its copy does not stand`)
  }

  /** Everything that has to be true of a job that is finished. */
  check(id: string, life: Life): void {
    this.look()
    const { record, items, causes } = readJournal(life, id)
    assert(
      record.status.is === 'completed' || record.status.is === 'cancelled',
      JSON.stringify(record.status),
    )
    if (record.status.is === 'completed') this.#checkComplete(items)
    else this.#checkGivenUp(items, record.notes)
    for (const item of items) this.#checkItem(item)
    this.#checkSources(items)
    this.#checkOnce()
    this.#checkUploads(record)
    for (const { server, bucket, version } of this.#world.bystanders) {
      assert.equal(
        server.current(bucket, version.key),
        version,
        `${version.key} is none of the job's business`,
      )
    }
    const recounted = emptyTally()
    for (const item of items) countItem(recounted, item, 1)
    assert.deepEqual(record.tally, recounted, 'the tally is not the sum of the items')
    assert.equal(causes, recounted.failed.items, 'the failures by cause are not the failed items')
    assert.deepEqual(life.jobs.get(id).snapshot.tally, freezeTally(recounted))
  }

  #checkComplete(items: readonly Item[]): void {
    const planned = new Set(items.map(({ key }) => key))
    assert.equal(planned.size, items.length, 'a key is planned twice')
    for (const key of this.#world.written.keys()) {
      assert(planned.has(key) || this.#world.touchedSource.has(key), `${key} is missing in the plan`)
    }
    for (const { key, state } of items) {
      const isOpen =
        state === 'planned' || state === 'again' || state === 'restoring' || state === 'copied-not-deleted'
      assert(!isOpen, `${key} is ${state} in a job that is complete`)
    }
  }

  /** What was done is journaled as done, or named as what nobody could be sure of. */
  #checkGivenUp(items: readonly Item[], notes: readonly string[]): void {
    const isDone = ({ key, state }: Item): boolean =>
      state === 'planned' && (this.#written.has(destinationOf(key)) || this.#deleted.has(key))
    const done = items.filter(isDone).map(({ key }) => key)
    if (done.length > 0) note(this.#world.events, 'named by a cancel')
    const isNamed = notes.some((text) => text.startsWith('Under way when the job was stopped'))
    assert(
      done.length === 0 || isNamed,
      `${done.join()} was done, and the journal of the cancelled job does not say so`,
    )
  }

  #checkItem(item: Item): void {
    const { key, state } = item
    const to = destinationOf(key)
    const { stood, touchedDestination } = this.#world
    switch (state) {
      case 'copied':
      case 'moved': {
        const sources = this.#world.written.get(key)?.filter((version) => version?.etag === item.etag) ?? []
        assert(sources.length > 0, `${key} was planned with an ETag that it never had`)
        const isThere = sources.some((version) => version && this.#holds(to, version))
        assert(isThere || touchedDestination.has(to), `${key} is ${state}, and ${to} is something else`)
        return
      }
      case 'skipped':
        assert(
          stood.has(to) || touchedDestination.has(to),
          `${key} is skipped (${item.skipReason}) for nothing`,
        )
        return
      case 'failed':
        return this.#checkFailed(item)
      case 'deleted':
      case 'planned':
      case 'again':
      case 'restoring':
      case 'edited':
      case 'copied-not-deleted':
        return
    }
  }

  /** Of a key that nobody meddled with nothing fails, but by its policy. */
  #checkFailed({ key, action, failure }: Item): void {
    const { spec, touchedSource, touchedDestination, cursed, stood } = this.#world
    const to = destinationOf(key)
    assert(failure, `${key} failed for no reason`)
    if (touchedSource.has(key) || touchedDestination.has(to) || cursed.has(to)) return
    // S3 asks for a new upload after a conflict; after three of them the item is given up.
    if (failure.code === 'no-such-upload' && this.#hasConflicts()) return
    const isPolicy =
      (spec.kind === 'copy' || spec.kind === 'move') &&
      spec.conflict === 'fail' &&
      action === 'refuse' &&
      stood.has(to)
    assert(isPolicy, `${key} failed: ${failure.code} ${failure.message}`)
  }

  /** What somebody wrote at the source last is still there, or was moved as it was. */
  #checkSources(items: readonly Item[]): void {
    const { source, fromBucket, written, spec, touchedSource, touchedDestination } = this.#world
    const states = new Map(items.map((item) => [item.key, item]))
    for (const [key, versions] of written) {
      const last = versions.at(-1)
      const current = source.current(fromBucket, key)
      const state = states.get(key)?.state
      if (current) {
        assert(last && isSameContent(current.content, last.content), `${key} at the source is another`)
        const isGone = state === 'moved' || state === 'deleted'
        assert(!isGone || touchedSource.has(key), `${key} is ${state}, and still at the source`)
        continue
      }
      if (!last) continue
      const deletedAt = this.#deletedAt.get(key)
      assert(spec.kind !== 'copy' && deletedAt !== undefined, `${key} is gone from the source`)
      if (spec.kind === 'delete') continue
      const to = destinationOf(key)
      const isSafe = touchedDestination.has(to) || this.#isSafe(key, last, deletedAt)
      assert(isSafe, `what was written last at ${key} is lost`)
    }
  }

  /** Every key is written once; somebody else's write in between is a reason to write again. */
  #checkOnce(): void {
    const { touchedSource, touchedDestination } = this.#world
    const exempt = (key: string): boolean => {
      const from = SOURCE_PREFIX + key.slice(DESTINATION_PREFIX.length)
      return this.#again.has(from) || touchedSource.has(from) || touchedDestination.has(key)
    }
    for (const [key, times] of this.#written) {
      assert(times === 1 || exempt(key), `${key} was written ${times} times`)
    }
    for (const [key, times] of this.#deleted) {
      assert(times === 1 || exempt(destinationOf(key)), `${key} was deleted ${times} times`)
    }
    for (const [part, times] of this.#parts) assert.equal(times, 1, `${part} was sent ${times} times`)
    if (this.#hasConflicts() || this.#lateUploads.size > 0) return
    for (const [key, times] of this.#begun) {
      assert(times === 1 || exempt(key), `the upload of ${key} was begun ${times} times`)
    }
  }

  #hasConflicts(): boolean {
    return this.#world.story.some((line) => line.startsWith('fault conflict'))
  }

  /** Invariant 10, and somebody else's upload is left alone. */
  #checkUploads(record: JobRecord): void {
    const { destination, foreignUpload } = this.#world
    if (foreignUpload !== undefined)
      assert(destination.uploads.has(foreignUpload), 'a foreign upload is gone')
    if (record.notes.some((note) => /could not be aborted|may or may not be ours/.test(note))) return
    for (const { uploadId, key } of destination.uploads.values()) {
      if (uploadId === foreignUpload || this.#lateUploads.has(uploadId)) continue
      assert.fail(`upload ${uploadId} of ${key} was left behind`)
    }
  }

  /**
   * Whether what was deleted stands at the destination. What somebody changed between the look and the delete without
   * changing the ETag is seen by no condition: there the same bytes are enough.
   */
  #isSafe(key: string, deleted: StoredVersion, at: number): boolean {
    const { written, touchedSource } = this.#world
    const to = destinationOf(key)
    if (this.#holds(to, deleted)) return true
    if (at - (touchedSource.get(key) ?? -Infinity) > UNSEEN) return false
    const same = written.get(key)?.filter((version) => version?.etag === deleted.etag) ?? []
    return same.some((version) => version && this.#holds(to, version))
  }

  /** Whether the destination's key holds all of this object: in any of its versions. */
  #holds(to: string, wanted: StoredVersion): boolean {
    const { destination, toBucket } = this.#world
    return destination
      .bucket(toBucket)
      .versions(to)
      .some((version) => !version.isDeleteMarker && isCopyOf(version, wanted))
  }
}

function isCopyOf(version: StoredVersion, wanted: StoredVersion): boolean {
  return (
    isSameContent(version.content, wanted.content) &&
    version.storageClass === wanted.storageClass &&
    isEqual(version.metadata, wanted.metadata) &&
    isEqual(version.tags, wanted.tags) &&
    isEqual(version.headers, wanted.headers)
  )
}

function isEqual(left: object, right: object): boolean {
  const known = (from: object): string =>
    JSON.stringify(
      Object.entries(from)
        .filter(([, value]) => value !== undefined)
        .sort(),
    )
  return known(left) === known(right)
}

function destinationOf(key: string): string {
  return DESTINATION_PREFIX + key.slice(SOURCE_PREFIX.length)
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

interface Journaled {
  readonly record: JobRecord
  readonly items: readonly Item[]
  /** Failed items, summed up over their causes. */
  readonly causes: number
}

export function readJournal({ journal }: Pick<Life, 'journal'>, id: string): Journaled {
  const record = journal.jobs.byId(id)
  assert(record, 'the job is not in the journal')
  const items = journal.items.readAll(...jobRange(record.n), 1_000_000)
  const causes = journal.causes.list(record.n).reduce((sum, cause) => sum + cause.items, 0)
  return { record, items, causes }
}

function journaledState({ journal }: Life, key: string): string | undefined {
  const row = journal.db.prepare('SELECT state FROM items WHERE key = ? ORDER BY id DESC LIMIT 1').get(key)
  return row && JOURNAL_STATES[Number(row[0])]
}

import assert from 'node:assert/strict'
import type { JobSpec, PourSpec } from '#model/spec.ts'
import type { MemoryS3, Mutation } from '../helpers/memory/server.ts'
import type { Item } from '../../main/jobs/item.ts'
import { legOf } from '../../main/jobs/plan/legs.ts'
import { targetOf } from '../../main/jobs/plan/plan-item.ts'
import { countItem, emptyTally } from '../../main/jobs/tally.ts'
import type { Life } from './life.ts'
import { readJournal } from './oracle.ts'
import type { Judge } from './oracle.ts'
import { LastCopies } from './last-copies.ts'
import { contentsOf, EDITED } from './scenes.ts'
import type { Scene } from './scenes.ts'
import type { World } from './world.ts'

const WRITES = ['CopyObject', 'CompleteMultipartUpload', 'PutObject']

/** What has to be true of jobs whose objects depend on each other, or on the archive. */
export class SceneOracle implements Judge {
  readonly #scene: Scene
  readonly #servers: readonly MemoryS3[]
  readonly #seen = new Map<MemoryS3, number>()
  /** Successful writes a key, without those that landed when the next process was at work already. */
  readonly #written = new Map<string, number>()
  /** Version ids of those. */
  readonly #late = new Set<string>()
  /** Of an undo, or where what is written over is kept aside. */
  readonly #copies: LastCopies | undefined
  #isLateAtAll = false
  #hasLife = false
  #retried = false

  constructor({ scene }: World & { readonly scene: Scene }) {
    this.#scene = scene
    this.#servers = [...new Set([scene.source, scene.destination])]
    const keeps = scene.name === 'undo' || scene.name === 'backup'
    this.#copies = keeps ? new LastCopies(this.#servers) : undefined
  }

  spent(requests: Readonly<Record<string, number>>): void {
    const { spec } = this.#scene
    const sent = Object.values(requests).reduce((sum, count) => sum + count, 0)
    const { requests: granted = Infinity } = spec.budget ?? {}
    assert(sent <= granted, `${sent} requests were sent, and ${granted} were granted`)
  }

  began(): void {
    this.look()
    this.#hasLife = true
  }

  died(): void {
    this.look()
    this.#hasLife = false
    this.#nothingIsLost()
  }

  retried(): void {
    this.#retried = true
  }

  look(): void {
    for (const server of this.#servers) {
      const from = this.#seen.get(server) ?? 0
      if (from === server.log.length) continue
      this.#seen.set(server, server.log.length)
      for (const entry of server.log.slice(from)) this.#note(entry)
    }
  }

  #note(entry: Mutation): void {
    const { operation, bucket, key, versionId } = entry
    const [lost] = this.#copies?.lostBy(operation) ?? []
    assert(lost === undefined, `${operation} of ${bucket}/${key} took the last copy of a content, at ${lost}`)
    if (this.#scene.name === 'undo') return
    const isMarker = operation === 'DeleteObject' && bucket !== 'from'
    if (!WRITES.includes(operation) && !isMarker) return
    if (entry.orphan === true && this.#hasLife) {
      this.#isLateAtAll = true
      if (versionId !== undefined) this.#late.add(`${bucket} ${versionId}`)
      return
    }
    const name = `${bucket} ${key}`
    this.#written.set(name, (this.#written.get(name) ?? 0) + 1)
  }

  check(id: string, life: Life): void {
    this.look()
    const { record, items, causes } = readJournal(life, id)
    const { spec } = record
    this.#nothingIsLost()
    if (record.status.is === 'completed') {
      for (const { key, state } of items) {
        assert(
          !['planned', 'again', 'restoring', 'copied-not-deleted'].includes(state),
          `${key} is ${state} in a job that is complete`,
        )
      }
      if (this.#retried) {
        const failed = items.filter(
          ({ state, failure }) => state === 'failed' && !isForGood(failure, this.#scene),
        )
        assert.deepEqual(
          failed.map(({ key, failure }) => `${key} ${failure?.code} ${failure?.message}`),
          [],
        )
      }
    }
    if (spec.kind === 'undo') for (const item of items) this.#checkUndone(item)
    else for (const item of items) this.#checkItem(item, spec)
    this.#checkOnce(items, spec)
    if (this.#scene.name === 'edit') this.#checkEdits(items, spec)
    if (this.#scene.name === 'history') this.#checkOrder(items, spec)
    if (this.#scene.name === 'places' && record.status.is === 'completed') this.#checkPlaces(items, spec)
    if (this.#scene.name === 'purge' && record.status.is === 'completed') this.#checkPurge(items, spec)
    const recounted = emptyTally()
    for (const item of items) countItem(recounted, item, 1)
    assert.deepEqual(record.tally, { ...recounted, filtered: record.tally.filtered }, 'the tally is another')
    assert.equal(causes, recounted.failed.items, 'the failures by cause are not the failed items')
  }

  /** What is taken back is as it was before the job that did it: what stood there, and what was moved away. */
  #checkUndone({ key, target, state, action }: Item): void {
    const { source, destination, before, stood } = this.#scene
    if (state === 'deleted' || action === 'put-over') {
      if (state !== 'deleted' && state !== 'moved') return
      const to = action === 'put-over' ? (target ?? '') : key
      const now = destination.current('to', to)?.content.digest
      assert.equal(now, stood?.get(to)?.at(-1) ?? undefined, `${to} is not as it was before what is undone`)
    } else if (state === 'moved' || (state === 'copied' && action !== 'skip')) {
      const now = source.current('from', target ?? '')?.content.digest
      assert.equal(now, before.get(target ?? '')?.at(-1), `${target} is not back as it was`)
    }
  }

  /** Every content that lay at the source still lies somewhere, whatever was moved where. */
  #nothingIsLost(): void {
    this.#nothingCurrentGoes()
    // Somebody took some of them away before it began; what is left is looked at with each request.
    if (this.#scene.name === 'undo') return
    const held = new Set<string | null>()
    for (const server of this.#servers) {
      for (const bucket of server.buckets.keys()) {
        for (const contents of contentsOf(server, bucket).values()) {
          for (const content of contents) held.add(content)
        }
      }
    }
    for (const [key, contents] of this.#scene.before) {
      // What lay there last is what is owed, and of a history everything.
      const isWhole = this.#scene.name === 'history' || this.#scene.name === 'rewind'
      const owed = isWhole ? contents : contents.slice(-1)
      const isOwed = this.#scene.name !== 'places' || this.#isMoved()
      for (const content of isOwed ? owed : []) {
        assert(content === null || held.has(content), `a content of ${key} is lost`)
      }
    }
  }

  /** What the rule keeps of each key, counted here once more, and nothing else. */
  #checkPurge(items: readonly Item[], spec: JobSpec): void {
    if (items.some(({ state }) => state === 'failed')) return
    assert(spec.kind === 'delete' && spec.purge)
    const { keep, loneMarkers } = spec.purge
    const left = contentsOf(this.#scene.source, 'from')
    for (const [key, contents] of this.#scene.before) {
      const [top = null, ...below] = [...contents].reverse()
      let objects = 0
      const stay = [top]
      for (const content of below) {
        if (objects < keep) stay.push(content)
        if (content !== null) objects += 1
      }
      if (loneMarkers) while (stay.at(-1) === null) stay.pop()
      assert.deepEqual([...(left.get(key) ?? [])].reverse(), stay, `what is left of ${key}`)
    }
  }

  /** What is current while a purge goes on is what was, whatever happens to it. */
  #nothingCurrentGoes(): void {
    const { name, source, before } = this.#scene
    if (name !== 'purge') return
    for (const [key, contents] of before) {
      const current = source.current('from', key)?.content.digest ?? null
      assert.equal(current, contents.at(-1) ?? null, `${key} is another`)
    }
  }

  /** Back at what it was brought back to: the version that the row names. */
  #checkRewound({ key, versionId, action }: Item): void {
    const { source, before } = this.#scene
    const current = source.current('from', key)
    if (action === 'delete') return assert.equal(current, undefined, `${key} is still there`)
    const then = source.bucket('from').version(key, versionId)
    const owed =
      action === 'delete-version' ? before.get(key)?.findLast((one) => one !== null) : then?.content.digest
    if (action !== 'delete-version' || current)
      assert.equal(current?.content.digest, owed, `${key} is another`)
  }

  #isMoved(): boolean {
    return this.#scene.spec.kind === 'move'
  }

  #checkItem(item: Item, spec: JobSpec): void {
    if (spec.kind === 'rewind' && (item.state === 'copied' || item.state === 'deleted'))
      return this.#checkRewound(item)
    if (item.state !== 'copied' && item.state !== 'moved') return
    assert(spec.kind !== 'edit', 'an edit copies nothing')
    if (item.action === 'set-aside' || item.action === 'mark' || this.#scene.name === 'places') return
    const { destination } = legOf(spec, item)
    assert(destination, 'it has a destination')
    const server = destination.connection.id === 'two' ? this.#scene.destination : this.#scene.source
    const to = targetOf(spec, item) ?? ''
    const holds = server
      .bucket(destination.bucket)
      .versions(to)
      .some((version) => !version.isDeleteMarker && version.content.size === item.size)
    assert(holds, `${item.key} is ${item.state}, and ${destination.bucket}/${to} does not hold it`)
  }

  /** At most one successful write for every item of a name, but where a request landed late. */
  #checkOnce(items: readonly Item[], spec: JobSpec): void {
    if (this.#isLateAtAll || this.#retried) return
    const owed = new Map<string, number>()
    for (const item of items) {
      const { source, destination } = legOf(spec, item)
      const name = `${(destination ?? source).bucket} ${targetOf(spec, item) ?? item.key}`
      owed.set(name, (owed.get(name) ?? 0) + 1)
    }
    for (const [name, times] of this.#written) {
      // Of what stood there, one backup.
      const most = owed.get(name) ?? Number(name.includes(' kept/'))
      assert(times <= most, `${name} was written ${times} times`)
    }
  }

  /** As asked for where it says so, the same bytes, and everything else kept. */
  #checkEdits(items: readonly Item[], spec: JobSpec): void {
    assert(spec.kind === 'edit')
    for (const { key, state } of items) {
      const current = this.#scene.source.current('from', key)
      assert(current, `${key} is gone`)
      assert.equal(current.metadata['by'], 'hand', key)
      assert.equal(current.tags['kept'], 'yes', `the tags of ${key}`)
      assert.equal(current.headers.contentType, 'text/css', key)
      assert.equal(current.content.digest, this.#scene.before.get(key)?.at(-1), `the bytes of ${key}`)
      const rules: ReadonlySet<string> = new Set(spec.fieldRules.map(({ field }) => field))
      const twice = [current.metadata['twice'], current.tags['twice']]
      assert(
        twice.every((value, at) => value === 'a' || (value === 'aa' && rules.has(TWICE[at] ?? ''))),
        key,
      )
      if (state !== 'edited') continue
      assert.deepEqual(
        twice,
        TWICE.map((field) => (rules.has(field) ? 'aa' : 'a')),
        key,
      )
      if (spec.properties.metadata.policy === 'change')
        assert.equal(current.metadata['how'], EDITED.metadata, key)
      if (spec.properties.tags.policy === 'change') assert.equal(current.tags['colour'], EDITED.tag, key)
    }
  }

  /** What is done of each history lies at the destination in the source's order, and nothing else does. */
  #checkOrder(items: readonly Item[], spec: JobSpec): void {
    const { source, before } = this.#scene
    const done = new Map<string, number>()
    for (const item of items) {
      if (item.state === 'copied' || item.state === 'moved' || item.state === 'copied-not-deleted')
        done.set(item.key, (done.get(item.key) ?? 0) + 1)
    }
    const unsettled = new Set(items.filter(({ state }) => state === 'planned').map(({ key }) => key))
    for (const [key, contents] of before) {
      const item = items.find((one) => one.key === key)
      if (item === undefined) continue
      const at = targetOf(spec, item) ?? ''
      const made = [...source.bucket('to').versions(at)].reverse().map((version) => ({
        content: version.isDeleteMarker ? null : version.content.digest,
        isLate: this.#late.has(`to ${version.versionId}`),
      }))
      const count = done.get(key) ?? 0
      const isInDoubt = unsettled.has(key) && made.filter(({ isLate }) => !isLate).length === count + 1
      const owed = contents.slice(0, isInDoubt ? count + 1 : count)
      // What landed late was settled as ours, or is one too many.
      if (isMadeOf(owed, made)) continue
      const onTime = made.filter(({ isLate }) => !isLate).map(({ content }) => content)
      assert.deepEqual(onTime, owed, `the history of ${key}`)
    }
  }

  /** Every object that was taken stands under its new name, and in a move nothing else is left. */
  #checkPlaces(items: readonly Item[], spec: JobSpec): void {
    if (items.some(({ state }) => state === 'failed')) return
    const { before, source } = this.#scene
    const pour = spec as PourSpec
    const wanted = new Map<string, string | null | undefined>()
    if (pour.kind === 'copy') for (const [key, contents] of before) wanted.set(key, contents.at(-1))
    for (const [key, contents] of before) wanted.set(this.#newName(key, pour), contents.at(-1))
    const stands = new Map(
      source.keys('from').map((key) => [key, source.current('from', key)?.content.digest]),
    )
    assert.deepEqual(new Map([...stands].sort()), new Map([...wanted].sort()), 'the names')
  }

  #newName(key: string, { names }: PourSpec): string {
    let rest = key.slice('in/'.length)
    for (const rule of names) {
      if (rule.rule === 'prefix' && rest.startsWith(rule.from)) rest = rule.to + rest.slice(rule.from.length)
    }
    return `in/${rest}`
  }
}

/** Whether `made` is what is owed, in its order, where any of those that landed late may be left out. */
function isMadeOf(
  owed: readonly (string | null)[],
  made: readonly { readonly content: string | null; readonly isLate: boolean }[],
): boolean {
  const [first, ...rest] = made
  if (first === undefined) return owed.length === 0
  if (first.isLate && isMadeOf(owed, rest)) return true
  return owed.length > 0 && first.content === owed[0] && isMadeOf(owed.slice(1), rest)
}

const TWICE = ['x-amz-meta-twice', 'tag:twice']

/** Where a source is gone, no other try is different, nor where nothing was kept of what was written over. */
function isForGood(failure: Item['failure'], { name }: Scene): boolean {
  const codes = ['only-copy', 'not-possible', 'not-verified', 'destination-changed', 'destination-exists']
  return (
    name === 'undo' &&
    failure !== undefined &&
    [...codes, 'previous-failed', 'source-missing'].includes(failure.code)
  )
}

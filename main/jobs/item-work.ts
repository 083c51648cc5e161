import { copyObject } from '../engine/copy-object.ts'
import { copyParts } from '../engine/copy-parts.ts'
import { deletePlain, deleteSource } from '../engine/delete-source.ts'
import { relay } from '../engine/relay.ts'
import { mayBeOffline } from '../engine/retry.ts'
import { settleCopy, settleDelete } from '../engine/settle.ts'
import type { CopyOutcome, CopyWork, DeleteWork, UploadJournal, WorkContext } from '../engine/work.ts'
import type { Item } from './item.ts'
import type { Journal } from './journal.ts'
import { legOf } from './legs.ts'
import { planAgain } from './plan-again.ts'
import { targetOf } from './plan-item.ts'
import type { PlanRules } from './plan-item.ts'
import type { KnownUpload } from './store/uploads.ts'
import { countParts } from '../engine/parts.ts'
import { fail, toFailure } from '#model/failure.ts'
import type { Failure, FailureCode } from '#model/failure.ts'
import type { JobSpec, PourSpec } from '#model/spec.ts'

/** What one item's work takes from the run around it. */
export interface ItemTools {
  readonly rules: PlanRules
  readonly context: WorkContext
  readonly journal: Journal
  knownUpload(item: Item): KnownUpload | undefined
  /** Whether the endpoint is away, by a probe. */
  isAway(): Promise<boolean>
  /** Parts of a large object go on being told; `bytes` since the last time. */
  progress(item: Item, detail: string, bytes: number): void
}

/** It may have been sent before: `since` is the server's clock at the earliest moment at which it can have been. */
export interface Doubt {
  readonly since: number
}

/** How often an item is begun that no answer came for, although the endpoint answers. */
const ROUNDS = 3

/** It got no answer, while the endpoint answers others: an outage has just ended, or this one object is cursed. */
interface Unanswered {
  readonly unanswered: Failure
  /** The item as far as it came. */
  readonly item: Item
}

/**
 * Does what the plan says with one object and journals what became of it. Resolves with the failure that reaches the
 * whole job, if there was one; then, and when the signal was aborted, the item stays in doubt.
 */
export async function carryOut(
  item: Item,
  doubt: Doubt | undefined,
  tools: ItemTools,
): Promise<Failure | undefined> {
  const { serverTime } = tools.context.destination
  const since = doubt ?? (serverTime === undefined ? undefined : { since: serverTime })
  let result = await carryOutOnce(item, doubt, tools)
  for (let round = 2; result !== undefined && 'unanswered' in result; round++) {
    if (since === undefined || round > ROUNDS) {
      settleFailed(result.item, result.unanswered, tools)
      return undefined
    }
    result = await carryOutOnce(result.item, since, tools)
  }
  return result
}

async function carryOutOnce(
  item: Item,
  doubt: Doubt | undefined,
  tools: ItemTools,
): Promise<Failure | Unanswered | undefined> {
  const { spec } = tools.rules
  let current = item
  try {
    if (item.state === 'again') {
      const planned = await lookAgain(item, doubt, tools)
      if (planned === undefined) return undefined
      current = planned
    }
    if (spec.kind === 'delete') return await carryOutDelete(current, doubt, tools)
    if (!isPour(spec)) fail('internal', 'job', `A job of the kind ${spec.kind} cannot be carried out yet.`)
    const outcome = current.state === 'copied' ? remembered(current) : await copy(current, spec, doubt, tools)
    if (spec.kind === 'copy') {
      tools.journal.settle(current, 'copied', outcome.etag, outcome.versionId)
      return undefined
    }
    if (current.state !== 'copied') {
      // Invariant 1: the verified copy is on the disk before its source is touched.
      tools.journal.settle(current, 'copied', outcome.etag, outcome.versionId)
      await tools.journal.durable()
      current = { ...current, state: 'copied', newEtag: outcome.etag, newVersionId: outcome.versionId }
    }
    await deleteSource(copyWork(current, spec), outcome, tools.context)
    tools.journal.settle(current, 'moved', outcome.etag, outcome.versionId)
    return undefined
  } catch (error) {
    return failed(current, error, tools)
  }
}

async function failed(
  item: Item,
  error: unknown,
  tools: ItemTools,
): Promise<Failure | Unanswered | undefined> {
  const { signal } = tools.context
  if (signal.aborted) return undefined
  const failure = toFailure(error)
  if (failure.reach === 'job') return failure
  if (mayBeOffline(failure)) {
    if (await tools.isAway()) return failure
    return signal.aborted ? undefined : { unanswered: failure, item }
  }
  const { spec } = tools.rules
  if (failure.code === 'destination-exists' && isPour(spec) && spec.conflict === 'skip') {
    // Somebody else wrote it after the plan: what is there already is to be skipped, whenever it came.
    tools.journal.change(item, { ...item, action: 'skip', skipReason: 'exists', state: 'skipped' })
    return undefined
  }
  settleFailed(item, failure, tools)
  return undefined
}

function settleFailed(item: Item, failure: Failure, tools: ItemTools): void {
  tools.journal.change(item, { ...item, state: 'failed', failure: { ...failure, reach: 'item' } })
}

async function copy(
  item: Item,
  spec: PourSpec,
  doubt: Doubt | undefined,
  tools: ItemTools,
): Promise<CopyOutcome> {
  const work = copyWork(item, spec)
  const known = item.action === 'copy' ? undefined : tools.knownUpload(item)
  // With a journaled upload the engine finds out by itself how far it came.
  if (doubt !== undefined && known === undefined) {
    const settled = await settleCopy(work, tools.context, doubt.since)
    if (settled.is === 'done') return settled.outcome
  }
  try {
    return await send(item, work, known, tools)
  } catch (error) {
    // What was sent before the kill may have reached the server only now, and stands where nothing stood.
    const { code } = toFailure(error)
    if (doubt === undefined || (code !== 'destination-exists' && code !== 'destination-changed')) throw error
    const settled = await settleCopy(work, tools.context, doubt.since)
    if (settled.is === 'done') return settled.outcome
    throw error
  }
}

function send(
  item: Item,
  work: CopyWork,
  known: KnownUpload | undefined,
  tools: ItemTools,
): Promise<CopyOutcome> {
  if (item.action === 'copy') return copyObject(work, tools.context)
  const journal = uploadJournal(item, known, tools)
  return item.action === 'relay'
    ? relay(work, tools.context, journal)
    : copyParts(work, tools.context, journal)
}

function uploadJournal(item: Item, known: KnownUpload | undefined, tools: ItemTools): UploadJournal {
  let partSize = known?.partSize ?? 0
  let done = known?.parts.length ?? 0
  return {
    known,
    intend: (size, at) => {
      partSize = size
      done = 0
      return tools.journal.intend(item, size, at)
    },
    begun: (uploadId) => tools.journal.begun(item, uploadId),
    part: (part) => {
      done += 1
      tools.journal.part(item, part)
      tools.progress(item, `part ${done} of ${countParts(item.size, partSize)}`, part.size)
    },
    ended: () => {
      tools.journal.ended(item)
      return Promise.resolve()
    },
  }
}

async function carryOutDelete(item: Item, doubt: Doubt | undefined, tools: ItemTools): Promise<undefined> {
  const work = deleteWork(item, tools.rules.spec)
  const settled = doubt && (await settleDelete(work, tools.context, doubt.since))
  if (settled?.is !== 'done') await deletePlain(work, tools.context)
  tools.journal.settle(item, 'deleted')
  return undefined
}

/** After these the request may have had its effect nevertheless. */
const MAY_HAVE_WORKED: readonly FailureCode[] = [
  'connection',
  'timeout',
  'bad-answer',
  'server-error',
  'slow-down',
  'conflict',
  'internal',
]

/**
 * A failed item, tried anew: what may have worked is settled first, then source and destination are looked at afresh
 * and the item is planned once more. Undefined: that settled it.
 */
async function lookAgain(item: Item, doubt: Doubt | undefined, tools: ItemTools): Promise<Item | undefined> {
  const { failure } = item
  if (doubt !== undefined && failure !== undefined && MAY_HAVE_WORKED.includes(failure.code)) {
    const done = await settleAgain(item, doubt.since, tools)
    if (done) return undefined
  }
  const planned = await planAgain(item, { rules: tools.rules, ...tools.context }, tools.context)
  if (planned.state !== 'planned') {
    // What stands there may be the very copy that did not pass: that is no reason to call it well.
    const kept = failure?.code === 'not-verified' ? { ...item, state: 'failed' as const } : planned
    tools.journal.change(item, kept)
    return undefined
  }
  tools.journal.change(item, planned)
  // On the disk before it is sent, so that after a kill it is settled against what was really sent.
  await tools.journal.durable()
  return { ...planned, id: item.id }
}

async function settleAgain(item: Item, since: number, tools: ItemTools): Promise<boolean> {
  const { spec } = tools.rules
  if (spec.kind !== 'copy' || item.action === 'refuse') return false
  const settled = await settleCopy(copyWork(item, spec), tools.context, since)
  if (settled.is !== 'done') return false
  const { etag, versionId } = settled.outcome
  tools.journal.change(item, {
    ...item,
    state: 'copied',
    failure: undefined,
    newEtag: etag,
    newVersionId: versionId,
  })
  return true
}

/** A move's copy as the journal has it: it was verified before it was written there. */
function remembered(item: Item): CopyOutcome {
  return { etag: item.newEtag ?? '', versionId: item.newVersionId, verified: 'head', settled: true }
}

export function copyWork(item: Item, spec: PourSpec): CopyWork {
  const { source, destination } = legOf(spec, item)
  const { bucket, owner, customerKeys } = source
  return {
    source: { bucket, key: item.key, versionId: item.versionId, owner, customerKeys },
    destination: { bucket: destination?.bucket ?? '', key: targetOf(spec, item) ?? '' },
    size: item.size,
    etag: item.etag,
    lastModified: item.lastModified,
    storageClass: item.storageClass,
    expect: item.expect,
    properties: spec.properties,
    partLayout: spec.partLayout,
    purpose: spec.kind,
    // Invariant 1: `head` at least, before anything is deleted.
    verify: spec.kind === 'move' && spec.verify !== 'full' ? 'head' : spec.verify,
  }
}

function isPour(spec: JobSpec): spec is PourSpec {
  return spec.kind === 'copy' || spec.kind === 'move'
}

function deleteWork(item: Item, spec: JobSpec): DeleteWork {
  const { key, versionId, etag, lastModified } = item
  return { bucket: legOf(spec, item).source.bucket, key, versionId, etag, lastModified, mode: 'marker' }
}

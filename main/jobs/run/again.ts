import { isWrittenSince } from '../../engine/look.ts'
import { archiveState } from '../../engine/restore.ts'
import { settleCopy } from '../../engine/settle.ts'
import { headOfSource } from './archive-head.ts'
import { copyWork, howTo, takesSource } from './copy-item.ts'
import type { Item } from '../item.ts'
import type { ItemTask, ItemTools } from './item-tools.ts'
import { isOfHistory } from '../plan/legs.ts'
import { planAgain } from '../plan/plan-again.ts'
import { missingItem } from '../plan/plan-item.ts'
import { askForItem } from './restore-item.ts'
import type { FailureCode } from '#model/failure.ts'
import type { ObjectSummary } from '#model/object.ts'
import type { Action } from '#model/plan.ts'
import { isPour } from '#model/spec.ts'

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

/** Where S3 refused one of these, nothing was made. */
const MAKES: ReadonlySet<string> = new Set([
  'CopyObject',
  'PutObject',
  'CreateMultipartUpload',
  'UploadPart',
  'UploadPartCopy',
  'CompleteMultipartUpload',
])

const COPIES: readonly Action[] = ['copy', 'copy-parts', 'relay', 'restore-then-copy']

/** The plan as a whole decided of these, and of all that wait for another; a look at one object would tell less. */
const AS_PLANNED: readonly Action[] = ['mark', 'set-aside', 'bring-back', 'delete-extra']

/**
 * A failed item, tried anew, or one that has come from the archive. Undefined: that settled it, or it is on its way from
 * the archive. `reached`: told what was journaled of it on the way.
 */
export async function carryOutAgain(
  task: ItemTask,
  tools: ItemTools,
  reached: (item: Item) => void,
): Promise<Item | undefined> {
  const { item } = task
  if (item.action === 'restore-then-copy' && item.failure === undefined) return fromArchive(task, tools)
  // What an undo is bound to is in the journal of another job.
  if (
    tools.spec.kind === 'undo' ||
    AS_PLANNED.includes(item.action) ||
    isOfHistory(tools.spec, item) ||
    item.after !== undefined
  ) {
    return begun(item, { ...item, state: 'planned', failure: undefined }, tools)
  }
  const planned = await lookAgain(task, tools)
  // A copy that was found done needs its source no more.
  if (planned?.action !== 'restore-then-copy' || planned.state === 'copied-not-deleted') return planned
  reached(planned)
  return fromArchive({ ...task, item: planned }, tools)
}

/** Readable, and as it was planned: it goes on. What its restored copy was lost of is asked for once more. */
async function fromArchive({ item }: ItemTask, tools: ItemTools): Promise<Item | undefined> {
  const { leg, context } = tools.of(item)
  const { key, versionId } = item
  const head = await headOfSource(item, leg, context.source, context.findKey, context)
  if (head === undefined) {
    tools.journal.change(item, missingItem(leg, key, versionId))
    return undefined
  }
  switch (archiveState(head, context.source.serverTime)) {
    case 'readable':
      return item
    case 'restoring':
      tools.journal.change(item, { ...item, state: 'restoring' })
      return undefined
    case 'archived':
      return (await askForItem(item, tools)) === 'readable' ? item : undefined
  }
}

/**
 * What may have worked is settled first, then source and destination are looked at afresh and the item is planned once
 * more. Undefined: that settled it.
 */
async function lookAgain({ item, doubt }: ItemTask, tools: ItemTools): Promise<Item | undefined> {
  const { failure } = item
  if (doubt !== undefined && isPour(tools.spec) && mayStand(item)) {
    const settled = await settleAgain(item, doubt.since, tools)
    if (settled !== 'not-done') return settled
  }
  const { rules, context } = tools.of(item)
  const isOurs = (standing: ObjectSummary): boolean =>
    doubt !== undefined && isWrittenSince(standing.lastModified, doubt.since) && isMadeBy(item, standing)
  const planned = await planAgain({ ...item, own: tools.own(item) }, { rules, ...context }, context, isOurs)
  if (planned.state !== 'planned') {
    // What stands there may be the very copy that did not pass: that is no reason to call it well.
    const kept = failure?.code === 'not-verified' ? { ...item, state: 'failed' as const } : planned
    tools.journal.change(item, kept)
    return undefined
  }
  return begun(item, planned, tools)
}

/**
 * What an item that failed may have left at its destination, which is no reason to call its object skipped or refused:
 *
 * | the item                       | what stands there, written since the job began | made by it |
 * |--------------------------------|------------------------------------------------|------------|
 * | is half moved                  | has the ETag of its copy                       | yes        |
 * | found that its source changed  | has the ETag of the source as it was           | yes        |
 * | any                            | anything else                                  | no         |
 */
export function isMadeBy({ newEtag, etag, failure }: Item, standing: Pick<ObjectSummary, 'etag'>): boolean {
  return standing.etag === newEtag || (failure?.code === 'source-changed' && standing.etag === etag)
}

/** On the disk before it is sent, so that after a kill it is settled against what was really sent. */
async function begun(item: Item, planned: Omit<Item, 'id'>, tools: ItemTools): Promise<Item> {
  tools.journal.change(item, planned)
  await tools.journal.durable()
  return { ...planned, id: item.id }
}

/**
 * Whether the copy of an item that failed may stand all the same. That is settled as after a kill: a look at the
 * destination would take it for somebody else's.
 *
 * | the item failed by                                           | its copy may stand |
 * |--------------------------------------------------------------|--------------------|
 * | anything, before it was looked at, or with its copy journaled | no                 |
 * | what tells nothing of the effect (a 5xx, no answer)          | yes                |
 * | S3's refusal of what makes a copy                            | no                 |
 * | S3's refusal of anything else, as of the look that follows   | yes                |
 * | what we found (a source that changed, a copy that is not verified) | no           |
 */
export function mayStand({ action, etag, newEtag, failure }: Omit<Item, 'id'>): boolean {
  if (!COPIES.includes(action) || etag === '' || newEtag !== undefined || failure === undefined) return false
  if (MAY_HAVE_WORKED.includes(failure.code)) return true
  return failure.s3 !== undefined && !MAKES.has(failure.s3.operation)
}

/** A copy that is done; of a move then still with its source, which goes as if its delete had failed. */
async function settleAgain(
  item: Item,
  since: number,
  tools: ItemTools,
): Promise<Item | undefined | 'not-done'> {
  const { leg, rules, context } = tools.of(item)
  const work = copyWork(item, undefined, tools)
  const settled = await settleCopy(work, context, since, howTo(item, rules))
  if (settled.is !== 'done') return 'not-done'
  const { etag, versionId } = settled.outcome
  const done = { ...item, failure: undefined, newEtag: etag, newVersionId: versionId }
  if (!takesSource(tools.spec, leg, item)) {
    tools.journal.change(item, { ...done, state: 'copied' })
    return undefined
  }
  // Invariant 1: the verified copy is on the disk before its source is touched.
  return begun(item, { ...done, state: 'copied-not-deleted' }, tools)
}

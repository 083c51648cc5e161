import { isWrittenSince } from '../../engine/look.ts'
import { archiveState } from '../../engine/restore.ts'
import { settleCopy } from '../../engine/settle.ts'
import { headOfSource } from './archive-head.ts'
import { copyWork, takesSource } from './copy-item.ts'
import type { Item } from '../item.ts'
import type { ItemTask, ItemTools } from './item-tools.ts'
import { planAgain } from '../plan/plan-again.ts'
import { missingItem } from '../plan/plan-item.ts'
import { askForItem } from './restore-item.ts'
import type { FailureCode } from '#model/failure.ts'
import type { ObjectSummary } from '#model/object.ts'
import type { Action } from '#model/plan.ts'

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

/** Where one of these was denied, nothing was made. */
const MAKES: ReadonlySet<string> = new Set([
  'CopyObject',
  'PutObject',
  'CreateMultipartUpload',
  'UploadPart',
  'UploadPartCopy',
  'CompleteMultipartUpload',
])

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
    (task.doubt !== undefined && wasDeniedLater(item)) ||
    item.history !== undefined ||
    item.after !== undefined
  ) {
    return begun(item, { ...item, state: 'planned', failure: undefined }, tools)
  }
  const planned = await lookAgain(task, tools)
  if (planned?.action !== 'restore-then-copy') return planned
  reached(planned)
  return fromArchive({ ...task, item: planned }, tools)
}

/**
 * Its copy may stand, and only what follows was denied: that is settled as after a kill. A look at the destination would
 * take the copy for somebody else's.
 */
export function wasDeniedLater({ action, etag, newEtag, failure }: Omit<Item, 'id'>): boolean {
  if (failure?.code !== 'access-denied' || failure.s3 === undefined) return false
  const isCopy = action === 'copy' || action === 'copy-parts' || action === 'relay'
  return isCopy && etag !== '' && newEtag === undefined && !MAKES.has(failure.s3.operation)
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
  if (doubt !== undefined && failure !== undefined && MAY_HAVE_WORKED.includes(failure.code)) {
    if (await settleAgain(item, doubt.since, tools)) return undefined
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

async function settleAgain(item: Item, since: number, tools: ItemTools): Promise<boolean> {
  const { leg, context } = tools.of(item)
  const { spec } = tools
  const isCopy = spec.kind === 'copy' && item.action !== 'refuse' && !takesSource(spec, leg, item)
  if (!isCopy) return false
  const settled = await settleCopy(copyWork(item, undefined, tools), context, since)
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

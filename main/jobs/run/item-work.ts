import { mayBeOffline } from '../../engine/pace/retry.ts'
import { carryOutAgain } from './again.ts'
import { compareItem } from './compare-item.ts'
import { copyItem } from './copy-item.ts'
import { deleteExtra, deleteItem } from './delete-item.ts'
import { editItem } from './edit-item.ts'
import type { Item } from '../item.ts'
import type { Doubt, ItemTask, ItemTools } from './item-tools.ts'
import { markItem } from './mark-item.ts'
import { conflictPolicy } from '../plan/plan-item.ts'
import { purgeItem } from './purge-item.ts'
import { askForItem } from './restore-item.ts'
import { rewindItem } from './rewind-item.ts'
import { undoItem } from '../undo/undo-item.ts'
import { fail, toFailure } from '#model/failure.ts'
import type { Failure } from '#model/failure.ts'
import { assertNever } from '#model/seams.ts'
import { isPour, worksOnVersions } from '#model/spec.ts'

/** How often an item is begun whose connection broke, although the endpoint answers. One that hangs had its minute. */
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
export async function carryOut(task: ItemTask, tools: ItemTools): Promise<Failure | undefined> {
  const { serverTime } = tools.of(task.item).context.destination
  // As far as the work has come: what is journaled as failed is what was journaled last.
  const at: At = { item: task.item }
  try {
    await actAt(at, task, tools)
    return undefined
  } catch (error) {
    const result = await failed(at.item, error, tools)
    if (result === undefined || !('unanswered' in result)) return result
    const since: Doubt | undefined =
      task.doubt ?? (serverTime === undefined ? undefined : { since: serverTime })
    return carryOutOnceMore(task, result, since, tools)
  }
}

async function carryOutOnceMore(
  task: ItemTask,
  first: Unanswered,
  since: Doubt | undefined,
  tools: ItemTools,
): Promise<Failure | undefined> {
  let result: Failure | Unanswered | undefined = first
  for (let round = 2; result !== undefined && 'unanswered' in result; round++) {
    if (since === undefined || round > ROUNDS || result.unanswered.code === 'timeout') {
      settleFailed(result.item, result.unanswered, tools)
      return undefined
    }
    const at: At = { item: result.item }
    try {
      await actAt(at, { ...task, item: at.item, doubt: since }, tools)
      return undefined
    } catch (error) {
      result = await failed(at.item, error, tools)
    }
  }
  return result
}

interface At {
  item: Item
}

/** Does what is planned. `at.item` is what was journaled of the item last. */
function actAt(at: At, task: ItemTask, tools: ItemTools): Promise<void> {
  const reached = (item: Item): void => {
    at.item = item
  }
  return task.item.state === 'again' ? actAgain(task, tools, reached) : act(task, tools, reached)
}

async function actAgain(task: ItemTask, tools: ItemTools, reached: (item: Item) => void): Promise<void> {
  const again = await carryOutAgain(task, tools, reached)
  if (again === undefined) return
  reached(again)
  await act({ ...task, item: again }, tools, reached)
}

/** `reached`: told what was journaled of the item on the way. */
function act(task: ItemTask, tools: ItemTools, reached: (item: Item) => void): Promise<void> {
  const { action } = task.item
  if (tools.spec.kind === 'rewind') return rewindItem(task, tools, reached)
  if (tools.spec.kind === 'undo') return undoItem(task, tools, reached)
  switch (action) {
    case 'copy':
    case 'copy-parts':
    case 'relay':
    case 'set-aside':
    case 'bring-back':
      return copyItem(task, tools, reached)
    case 'restore-then-copy':
      return tools.spec.kind === 'edit' ? editItem(task, tools) : copyItem(task, tools, reached)
    case 'rewrite':
    case 're-encrypt':
    case 'in-place':
      return editItem(task, tools)
    case 'mark':
      return markItem(task, tools, reached)
    case 'delete-version':
      return worksOnVersions(tools.spec) ? purgeItem(task, tools) : deleteItem(task, tools)
    case 'delete':
      return deleteItem(task, tools)
    case 'delete-extra':
      return deleteExtra(task, tools)
    case 'compare':
      return compareItem(task, tools)
    case 'skip':
    case 'refuse':
    case 'put-back':
    case 'put-over':
      return fail('internal', 'item', `It was planned as ${action}, and sent all the same.`)
    default:
      return assertNever(action, 'action')
  }
}

async function failed(
  item: Item,
  error: unknown,
  tools: ItemTools,
): Promise<Failure | Unanswered | undefined> {
  const { signal } = tools.of(item).context
  if (signal.aborted) return undefined
  const failure = toFailure(error)
  if (failure.reach === 'job') return failure
  if (mayBeOffline(failure)) {
    if (await tools.isAway()) return failure
    return signal.aborted ? undefined : { unanswered: failure, item }
  }
  const { spec } = tools
  const isSkippedWhereThere = isPour(spec) && conflictPolicy(spec, tools.own(item)) === 'skip'
  if (failure.code === 'destination-exists' && isSkippedWhereThere) {
    // Somebody else wrote it after the plan: what is there already is to be skipped, whenever it came.
    tools.journal.change(item, { ...item, action: 'skip', skipReason: 'exists', state: 'skipped' })
    return undefined
  }
  if (failure.code === 'archived' && item.action === 'restore-then-copy') {
    // The restored copy went before it was read: it is asked for once more.
    if (await isOnItsWay(item, tools)) return undefined
  }
  settleFailed(item, failure, tools)
  return undefined
}

async function isOnItsWay(item: Item, tools: ItemTools): Promise<boolean> {
  try {
    return (await askForItem(item, tools)) === 'under-way'
  } catch {
    // The failure that led here says what is wrong.
    return false
  }
}

export function settleFailed(item: Item, failure: Failure, tools: Pick<ItemTools, 'journal'>): void {
  tools.journal.change(item, { ...item, state: 'failed', failure: { ...failure, reach: 'item' } })
}

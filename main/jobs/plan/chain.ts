import type { Item } from '../item.ts'
import { seqOf } from '../item.ts'
import type { Failure } from '#model/failure.ts'

type Earlier = Pick<Item, 'state' | 'skipReason' | 'failure'>

/** Nothing was done about it: what it was to make way for, or to prove, does not stand. */
function isLeft({ state, skipReason, failure }: Earlier): boolean {
  return state === 'skipped' && skipReason === 'left' && failure !== undefined
}

/**
 * What becomes of an item that waits for an earlier one of its job, by where that one stands in the journal:
 *
 * | the earlier one is                                | the item                           |
 * |---------------------------------------------------|------------------------------------|
 * | copied, moved, deleted, edited, skipped           | goes                               |
 * | failed, left after it failed, or not in the plan  | fails as `previous-failed`         |
 * | planned, again, restoring, its source still there | stays for later                    |
 */
export function afterPrevious(previous: Earlier | undefined): 'goes' | 'fails' | 'later' {
  if (previous !== undefined && isLeft(previous)) return 'fails'
  switch (previous?.state) {
    case 'copied':
    case 'moved':
    case 'deleted':
    case 'edited':
    case 'skipped':
      return 'goes'
    case 'failed':
    case undefined:
      return 'fails'
    case 'planned':
    case 'again':
    case 'restoring':
    case 'copied-not-deleted':
      return 'later'
  }
}

/** Names the earlier one, and why it did not succeed. */
export function previousFailed(previous: Item | undefined): Failure {
  if (previous === undefined) {
    const message = 'What has to be done before it is not in the plan.'
    return { code: 'previous-failed', reach: 'item', message }
  }
  const { key, versionId, failure } = previous
  const name = versionId === undefined ? key : `version ${versionId} of ${key}`
  const why = failure === undefined ? '' : ` ${failure.message}`
  const message = `${name} (row ${seqOf(previous.id)}) has to be done before it, and failed.${why}`
  return { code: 'previous-failed', reach: 'item', message }
}

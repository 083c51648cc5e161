import type { Item, JournalState } from './item.ts'
import { seqOf } from './item.ts'
import type { Failure } from '#model/failure.ts'

/**
 * What becomes of an item that waits for an earlier one of its job, by where that one stands in the journal:
 *
 * | the earlier one is                                | the item                           |
 * |---------------------------------------------------|------------------------------------|
 * | copied, moved, deleted, edited, skipped           | goes                               |
 * | failed, or not in the plan at all                 | fails as `previous-failed`         |
 * | planned, again, restoring, its source still there | stays for later                    |
 */
export function afterPrevious(state: JournalState | undefined): 'goes' | 'fails' | 'later' {
  switch (state) {
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

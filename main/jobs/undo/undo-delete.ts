import type { Item, PlannedItem } from '../item.ts'
import { refuse, uncovered } from './undo-pour.ts'
import type { UndoneLeg } from './undo-pour.ts'
import type { Failure } from '#model/failure.ts'

type Undone = Pick<UndoneLeg, 'leg' | 'since' | 'until'>

/**
 * How a deletion is taken back. Undefined: there is nothing to take back.
 *
 * | the row | named a version | wrote a marker | becomes                                                       |
 * |---------|-----------------|----------------|---------------------------------------------------------------|
 * | deleted | no              | yes            | delete-version of that marker, if what it deleted is under it |
 * | deleted | no              | no             | refuse: gone for good                                         |
 * | deleted | yes             | any            | refuse: gone for good                                         |
 * | any other | any           | any            | nothing                                                       |
 */
export function undoOfDelete(item: Item, undone: Undone): PlannedItem | undefined {
  if (item.state !== 'deleted') return undefined
  const here = { ...undone, target: item.key }
  return item.versionId === undefined ? uncovered(item, here) : refuse(item, here, VERSION_GONE)
}

/**
 * How one step of a rewind is taken back.
 *
 * | the row | did                                | becomes                                              |
 * |---------|------------------------------------|------------------------------------------------------|
 * | copied  | put an older version on top        | delete-version of that copy                          |
 * | deleted | put a delete marker on top         | delete-version of that marker                        |
 * | deleted | took a delete marker away          | refuse: it is gone for good, delete the key once more|
 * | any other |                                  | nothing                                              |
 */
export function undoOfRewind(item: Item, undone: Undone): PlannedItem | undefined {
  const here = { ...undone, target: item.key }
  if (item.state === 'deleted')
    return item.action === 'delete-version' ? refuse(item, here, MARKER_GONE) : uncovered(item, here)
  if (item.state !== 'copied') return undefined
  const { newVersionId, newEtag = '', size, lastModified, storageClass, key } = item
  if (newVersionId === undefined || newVersionId === 'null') return refuse(item, here, NO_VERSION)
  const below = item.expect.is === 'etag' ? 'object' : 'anything'
  const of = { key, versionId: item.versionId, etag: item.etag, size }
  return {
    ...{ leg: undone.leg, rules: 0, key, size, lastModified, storageClass, conflict: false, etag: newEtag },
    ...{ versionId: newVersionId, action: 'delete-version', expect: { is: 'anything' }, state: 'planned' },
    own: { undo: { below, since: undone.since, until: undone.until, of } },
  }
}

function never(message: string): Failure {
  return { code: 'not-possible', reach: 'item', property: 'versions', message }
}

const VERSION_GONE = never('That version was deleted by its id: it is gone for good.')
const MARKER_GONE = never('The delete marker that was taken away is gone for good: delete the key once more.')
const NO_VERSION = never('The store did not tell which version was put on top.')

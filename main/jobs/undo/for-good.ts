import type { PlannedItem } from '../item.ts'

/** What has to be known of the bucket that an item changes, to tell whether its work can be undone. */
export interface BucketKeeps {
  /** Its versioning is enabled. `undefined`: it may not be read, and nobody knows. */
  readonly keepsVersions: boolean | undefined
  /** The job copies aside what it writes over. */
  readonly backup: boolean
}

/**
 * Whether what an item is going to do cannot be undone afterwards. A bucket of which nobody knows is taken for one that
 * keeps nothing.
 *
 * | action                                        | writes over something | keeps versions | backup | for good |
 * |-----------------------------------------------|-----------------------|----------------|--------|----------|
 * | skip, refuse, compare, set-aside              | any                   | any            | any    | no       |
 * | an edit: rewrite, re-encrypt, in-place        | any                   | any            | any    | no: it is remembered |
 * | copy, copy-parts, relay, bring-back, restore-then-copy | no           | any            | any    | no       |
 * | the same                                      | yes                   | yes            | any    | no       |
 * | the same                                      | yes                   | no             | yes    | no       |
 * | the same                                      | yes                   | no             | no     | yes      |
 * | delete, delete-extra, of no named version     | any                   | yes            | any    | no: a marker |
 * | the same                                      | any                   | no             | any    | yes      |
 * | delete, delete-extra, of a named version      | any                   | any            | any    | yes      |
 * | delete-version                                | any                   | any            | any    | yes      |
 * | mark                                          | any                   | any            | any    | no       |
 */
export function isForGood(
  { action, conflict, versionId }: Pick<PlannedItem, 'action' | 'conflict' | 'versionId'>,
  { keepsVersions, backup }: BucketKeeps,
): boolean {
  switch (action) {
    case 'copy':
    case 'copy-parts':
    case 'relay':
    case 'bring-back':
    case 'restore-then-copy':
      return conflict && keepsVersions !== true && !backup
    case 'delete':
    case 'delete-extra':
      return versionId !== undefined || keepsVersions !== true
    case 'delete-version':
      return true
    default:
      return false
  }
}

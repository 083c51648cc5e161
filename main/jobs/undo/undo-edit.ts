import type { Item, PlannedItem } from '../item.ts'
import { editWay } from '../plan/plan-edit.ts'
import { exactly, refused } from '../plan/plan-outcomes.ts'
import type { Described } from '../plan/plan-outcomes.ts'
import { withSome } from '#model/apply-rules.ts'
import type { Failure } from '#model/failure.ts'
import { EDIT_DEFAULTS } from '#model/properties.ts'
import type { SomeProperties } from '#model/properties.ts'

/**
 * How the edit of one object is taken back; `before`: what was remembered of it. Undefined: there is nothing to take
 * back.
 *
 * | the edit            | its way                 | it made a version | remembered | becomes                              |
 * |---------------------|-------------------------|-------------------|------------|--------------------------------------|
 * | done                | rewrite                 | yes               | any        | delete-version of that one           |
 * | done                | rewrite                 | no, or `null`     | yes        | an edit by the remembered values     |
 * | done                | in-place, re-encrypt    | any               | yes        | the same                             |
 * | done                | no version made, or in place | any          | no         | refuse                               |
 * | undone by a deleted version | delete-version  |                   |            | refuse: it is gone for good          |
 * | failed, or in doubt | any                     | any               | yes        | an edit by the remembered values, which finds out |
 * | anything else       | any                     | any               | no         | nothing                              |
 *
 * A version that shall go carries the remembered values as well: where it may not be deleted, they are written instead.
 */
export function undoOfEdit(item: Item, before: SomeProperties | undefined): PlannedItem | undefined {
  const described = describe(item, before)
  if (item.state === 'deleted') return refused(described, GONE)
  if (item.state !== 'edited') return before && byValues(described, before)
  const { newVersionId: version, action } = item
  const wasRewritten = action === 'rewrite' || action === 'restore-then-copy'
  if (wasRewritten && version !== undefined && version !== 'null') {
    const { etag, lastModified } = item
    const planned = { ...described, versionId: version, state: 'planned' } as const
    return { ...planned, action: 'delete-version', expect: { is: 'etag', etag, lastModified } }
  }
  return before ? byValues(described, before) : refused(described, UNKNOWN)
}

function describe(item: Item, before: SomeProperties | undefined): Described {
  const { leg, key, versionId, size, etag, newEtag, lastModified, storageClass, history } = item
  return {
    ...{ leg, key, versionId, size, lastModified, storageClass, history },
    ...{ rules: 0, conflict: false, etag: newEtag ?? etag },
    own: before && { properties: before },
  }
}

function byValues(item: Described, before: SomeProperties): PlannedItem {
  // The class that it has now is not known: the one to bring back is another, or it would not be remembered.
  const way = editWay(withSome(EDIT_DEFAULTS, before), '')
  return { ...item, action: way === 'nothing' ? 'in-place' : way, expect: exactly(item), state: 'planned' }
}

const GONE: Failure = {
  code: 'not-possible',
  reach: 'item',
  property: 'versions',
  message: 'The edit was undone by deleting the version that it had made: that version is gone for good.',
}
const UNKNOWN: Failure = {
  code: 'not-possible',
  reach: 'item',
  message: 'Nothing is remembered of what it was before, and the edit made no version that could be deleted.',
}

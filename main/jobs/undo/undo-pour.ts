import { chooseAction } from '../../engine/route.ts'
import type { Route } from '../../engine/route.ts'
import type { CopiedObject, Item, OwnUndo, PlannedItem } from '../item.ts'
import type { Backup } from '../store/backups.ts'
import type { Failure } from '#model/failure.ts'

/** What of the other job an undo of its items has to know. */
export interface UndoneLeg {
  readonly kind: 'copy' | 'move'
  /** The undo's leg that this item belongs to. */
  readonly leg: number
  /** Which of the job's sources it was taken from. */
  readonly sourceN: number
  /** The item's key where the job wrote it, and where it was taken from. */
  readonly target: string
  readonly isFromFiles: boolean
  readonly isToFiles: boolean
  /** Whole histories were moved, versions deleted by their ids. */
  readonly byVersions: boolean
  /** What moves it back. */
  readonly route: Route
  readonly copyLimit: number
  readonly since: number
  readonly until: number | undefined
}

/**
 * How what a copy or a move did with one object is taken back; `backup`: what was kept aside of what stood there.
 * Empty: there is nothing to take back. A version of its own is one that is not called `null`. Of a copy, what goes, or is
 * put over, knows what it was made of: it has to stand still when its turn comes.
 *
 * | the row                       | wrote over something | version of its own | kept aside | becomes                     |
 * |-------------------------------|------|-------|-----|-----------------------------------------------------------|
 * | copied                        | any  | yes   | any | delete-version of that one (under it an object, if there was one) |
 * | copied                        | no   | no    | any | delete, bound to what was written; of `null` by its id     |
 * | copied                        | yes  | no    | yes | put-over: what was kept comes back                         |
 * | copied                        | yes  | no    | no  | refuse: it was written over for good                       |
 * | marker of a history           |      | yes   |     | delete-version of that marker                              |
 * | marker of a history           |      | no    |     | refuse: nobody told its id                                 |
 * | deleted, having no source     |      | yes   |     | delete-version of the marker, if what it deleted is under it |
 * | deleted, having no source     |      | no    |     | refuse: gone for good                                      |
 * | moved, its source under a marker | no, or a version of its own ||| put-back: the marker goes, and then the copy            |
 * | moved, its source under a marker `null` | as before |  |  | moved back, unless the source lies under that marker       |
 * | moved, its source deleted     | no, or a version of its own |   ||| copy, copy-parts or relay: moved back, with all that it has |
 * | moved, either                 | yes  | no    | yes | the same, but the copy stays; and then put-over            |
 * | moved, either                 | yes  | no    | no  | refuse: it was written over for good                       |
 * | moved by versions             | any  | any   | any | refuse: the versions of its source are gone for good       |
 * | moved from or to files        | any  | any   | any | refuse                                                     |
 * | of a move: copied, or not yet deleted at its source | as moved | | | put-back: its source has to stand, and then the copy goes |
 * | of a move: set aside, no versions kept | | no  |     | moved back under its own name                              |
 * | set aside, of any other kind | |    |     | put-back: what it is a copy of has to stand, and then it goes        |
 * | names that changed places: brought back, no versions kept | | no | | refuse: another rename does it               |
 * | skipped, failed, not sent     |      |       |     | nothing                                                   |
 */
export function undoOfPour(item: Item, undone: UndoneLeg, backup: Backup | undefined): PlannedItem[] {
  switch (item.state) {
    case 'deleted':
      return item.action === 'delete-extra' ? [undoOfExtra(item, undone)] : []
    case 'copied':
    case 'copied-not-deleted':
    case 'moved':
      break
    default:
      return []
  }
  if (item.action === 'mark') return [undoOfMark(item, undone)]
  const isLost = overwrites(item) && backup === undefined
  if (undone.kind === 'copy' && !isOfCycle(item)) {
    if (isLost) return [refuse(item, undone, undone.isToFiles ? FILE_REPLACED : OVERWRITTEN)]
    return [overwrites(item) && backup ? putOver(item, undone, backup) : unmake(item, undone)]
  }
  const refusal = whyNotBack(item, undone)
  if (refusal) return [refuse(item, undone, refusal)]
  if (isLost) return [refuse(item, undone, OVERWRITTEN)]
  if (!overwrites(item) || backup === undefined) return [putBack(item, undone, {})]
  return [putBack(item, undone, { leaves: true }), putOver(item, undone, backup)]
}

/** The one may be the only copy of an object until the other is done. */
function isOfCycle({ action }: Item): boolean {
  return action === 'set-aside' || action === 'bring-back'
}

/** It stands where something stood, and no version was kept of that. */
function overwrites(item: Item): boolean {
  return item.conflict && !hasVersion(item)
}

/** What came after another row of its job lies on what that one made or left, whatever that is by then. */
function belowOf({ conflict, after }: Item): OwnUndo['below'] {
  return conflict && after === undefined ? 'object' : 'anything'
}

function hasVersion({ newVersionId }: Item): boolean {
  return newVersionId !== undefined && newVersionId !== 'null'
}

function whyNotBack(item: Item, { isFromFiles, isToFiles, byVersions }: UndoneLeg): Failure | undefined {
  if (isFromFiles) return FILE_DELETED
  if (isToFiles) return MOVED_TO_FILES
  if (byVersions && item.versionId !== undefined) return VERSIONS_MOVED
  if (item.action === 'bring-back' && !hasVersion(item)) return CHANGED_PLACES
  return undefined
}

function unmake(item: Item, undone: UndoneLeg): PlannedItem {
  const { newVersionId } = item
  const made = describe(item, undone, { below: belowOf(item), of: copiedOf(item, undone) })
  if (newVersionId === undefined) return { ...made, action: 'delete' }
  return { ...made, versionId: newVersionId, action: 'delete-version' }
}

function undoOfMark(item: Item, undone: UndoneLeg): PlannedItem {
  const { newVersionId } = item
  if (newVersionId === undefined) return refuse(item, undone, NO_MARKER)
  const made = describe(item, undone, { below: 'anything' })
  return {
    ...made,
    ...{ etag: '', versionId: newVersionId, history: 'delete-marker', action: 'delete-version' },
  }
}

/** Its key is the one at the destination. */
function undoOfExtra(item: Item, undone: UndoneLeg): PlannedItem {
  const there = { ...undone, target: item.key }
  return uncovered(item, there, undone.isToFiles ? FILE_EXTRA : NOT_KEPT)
}

/** The delete marker that a row made goes, if what it deleted is under it; or else it cannot be. */
export function uncovered(
  item: Item,
  undone: Pick<UndoneLeg, 'leg' | 'target' | 'since' | 'until'>,
  without: Failure = NOT_KEPT,
): PlannedItem {
  const { newVersionId, etag, lastModified } = item
  if (newVersionId === undefined) return refuse(item, undone, without)
  const own = { below: 'planned', since: undone.since, until: undone.until } as const
  return {
    ...base(item, undone),
    ...{ etag: '', versionId: newVersionId, history: 'delete-marker', action: 'delete-version' },
    ...{ expect: { is: 'etag', etag, lastModified }, state: 'planned', own: { undo: own } },
  }
}

function putBack(item: Item, undone: UndoneLeg, more: Pick<OwnUndo, 'leaves'>): PlannedItem {
  const { marker, newVersionId, key, size, etag, newEtag = '' } = item
  const below = hasVersion(item) ? belowOf(item) : 'anything'
  const was = { etag: etag === '' ? newEtag : etag, lastModified: item.lastModified }
  const own = { below, marker, ...(marker === 'null' && { was }), ...more } as const
  const row = { ...describe(item, undone, own), versionId: newVersionId, target: key }
  const isAside = undone.kind === 'move' && item.action === 'set-aside' && !hasVersion(item)
  const isGone = item.state === 'moved' && item.action !== 'bring-back'
  const isNull = marker === 'null' && isGone
  if ((marker !== undefined && !isNull) || !(isGone || isAside))
    return { ...row, action: 'put-back', expect: { is: 'etag', ...was } }
  const action = chooseAction(undone.route, { size, etag: newEtag }, 'same', undone.copyLimit)
  return { ...row, action, expect: { is: 'absent' } }
}

/** Bound to what the job wrote, over which it comes. */
function putOver(item: Item, undone: UndoneLeg, backup: Backup): PlannedItem {
  const { key, etag, size, lastModified, storageClass, versionId } = backup
  const { newEtag = '' } = item
  return {
    ...describe(item, undone, { below: 'anything', of: copiedOf(item, undone) }),
    ...{ key, versionId, etag, size, lastModified, storageClass, target: undone.target, action: 'put-over' },
    expect: { is: 'etag', etag: newEtag, lastModified: undone.since },
  }
}

/** Of a move it is the row before that knows where its object went. */
function copiedOf(item: Item, { kind, sourceN }: UndoneLeg): CopiedObject | undefined {
  const { key, versionId, etag, newEtag = '', size } = item
  return kind === 'copy' ? { place: sourceN, key, versionId, etag: etag || newEtag, size } : undefined
}

function base(item: Item, { leg, target }: Pick<UndoneLeg, 'leg' | 'target'>) {
  const { size, lastModified, storageClass } = item
  return { leg, rules: 0, key: target, size, lastModified, storageClass, conflict: false } as const
}

function describe(
  item: Item,
  undone: UndoneLeg,
  own: Pick<OwnUndo, 'below' | 'marker' | 'was' | 'leaves' | 'of'>,
): Omit<PlannedItem, 'action'> {
  const { since, until } = undone
  return {
    ...base(item, undone),
    ...{ etag: item.newEtag ?? '', expect: { is: 'anything' }, state: 'planned' },
    own: { undo: { since, until, ...own } },
  }
}

export function refuse(item: Item, undone: Pick<UndoneLeg, 'leg' | 'target'>, failure: Failure): PlannedItem {
  const row = { ...base(item, undone), etag: item.newEtag ?? item.etag }
  return { ...row, action: 'refuse', expect: { is: 'anything' }, state: 'failed', failure }
}

function never(property: string, message: string): Failure {
  return { code: 'not-possible', reach: 'item', property, message }
}

const OVERWRITTEN = never(
  'versions',
  'It was written over something in a bucket that keeps no versions, and no backup was kept: what stood there is gone for good.',
)
const FILE_REPLACED = never('conflict', 'It took the place of another file, which is gone for good.')
const NOT_KEPT = never('versions', 'It was deleted where no versions are kept: it is gone for good.')
const FILE_EXTRA = never('deleteExtra', 'The file was deleted: it is gone for good.')
const FILE_DELETED = never(
  'sources',
  'It was a file of this computer, and was deleted there: it is not written back.',
)
const MOVED_TO_FILES = never(
  'destinations',
  'It was moved into a folder of this computer: upload it from there.',
)
const VERSIONS_MOVED = never(
  'versions',
  'Its whole history was moved, and the versions at its source were deleted for good.',
)
const CHANGED_PLACES = never(
  'names',
  'Names changed places in a bucket that keeps no versions: a rename the other way round brings them back.',
)
const NO_MARKER = never('versions', 'The store did not tell the id of the delete marker that was written.')

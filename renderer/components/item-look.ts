import type { ItemView, SkipReason } from '#model/plan.ts'
import { hasDestinations, type JobSpec } from '#model/spec.ts'
import type { SegmentKind } from '../ui/segment.ts'
import type { StateName } from '../ui/state-look.ts'

/** Of a job between this computer and a store. */
type FileWay = 'upload' | 'download'

/** The states that an item can be shown in. */
export const ITEM_STATES = [
  'waiting',
  'running',
  'verifying',
  'done',
  'skipped',
  'restoring',
  'failed',
] as const satisfies readonly StateName[]

/** How one item of a job is shown. */
export interface ItemLook {
  readonly segment: SegmentKind
  /** What the plan does with it, in a word or two. */
  readonly plan: string
  readonly state: (typeof ITEM_STATES)[number]
  /** Where it stands, in a word or two. */
  readonly word: string
}

const SKIPPED: Readonly<Record<SkipReason, string>> = {
  exists: 'skip, exists',
  same: 'skip, same',
  'not-newer': 'skip, not newer',
  'same-object': 'skip, itself',
  'nothing-to-do': 'nothing to do',
  left: 'left aside',
}

export function itemLook(item: ItemView, kind: JobSpec['kind'], files?: FileWay): ItemLook {
  return { ...planLook(item, kind, files), ...stateLook(item, kind) }
}

const UNDONE: Readonly<Partial<Record<ItemView['action'], Pick<ItemLook, 'segment' | 'plan'>>>> = {
  copy: { segment: 'running', plan: 'move back' },
  'copy-parts': { segment: 'parts', plan: 'move back in parts' },
  relay: { segment: 'planned', plan: 'move back through here' },
  delete: { segment: 'failed', plan: 'delete what was made' },
  'delete-version': { segment: 'failed', plan: 'delete the version made' },
}

function planLook(
  { action, skipReason, conflict, history }: ItemView,
  kind: JobSpec['kind'],
  files: FileWay | undefined,
): Pick<ItemLook, 'segment' | 'plan'> {
  const again = conflict ? ', replaces' : ''
  if (kind === 'undo' && UNDONE[action] !== undefined) return UNDONE[action]
  switch (action) {
    case 'copy':
      if (kind === 'rewind') return { segment: 'running', plan: 'copy on top' }
      return {
        segment: 'running',
        plan: `${kind === 'move' ? 'move' : 'copy'}${history === 'noncurrent' ? ', older version' : again}`,
      }
    case 'copy-parts':
      return { segment: 'parts', plan: `in parts${again}` }
    case 'relay':
      return files === undefined
        ? { segment: 'planned', plan: `through here${again}` }
        : { segment: 'running', plan: `${files}${again}` }
    case 'delete':
      return { segment: 'running', plan: 'delete' }
    case 'delete-version':
      if (kind === 'rewind') return { segment: 'done', plan: 'remove the marker' }
      return { segment: 'failed', plan: history === 'delete-marker' ? 'delete marker' : 'older version' }
    case 'skip':
      return { segment: 'skipped', plan: skipReason === undefined ? 'skip' : SKIPPED[skipReason] }
    case 'refuse':
      return { segment: 'failed', plan: 'would fail' }
    case 'restore-then-copy':
      return { segment: 'restoring', plan: `restore first${again}` }
    case 'rewrite':
      return { segment: 'parts', plan: 'onto itself' }
    case 're-encrypt':
      return { segment: 'running', plan: 're-encrypt' }
    case 'in-place':
      return { segment: 'done', plan: 'in place' }
    case 'mark':
      return { segment: 'planned', plan: 'delete marker' }
    case 'delete-extra':
      return { segment: 'failed', plan: 'delete, has no source' }
    case 'compare':
      return { segment: 'running', plan: 'compare' }
    case 'set-aside':
      return { segment: 'planned', plan: 'set aside' }
    case 'bring-back':
      return { segment: 'planned', plan: `bring back${again}` }
    case 'put-back':
      return { segment: 'done', plan: 'uncover where it was' }
    case 'put-over':
      return { segment: 'parts', plan: 'bring the backup back' }
  }
}

function stateLook(
  { state, action, detail, failure }: ItemView,
  kind: JobSpec['kind'],
): Pick<ItemLook, 'state' | 'word'> {
  switch (state) {
    case 'planned':
      return { state: 'waiting', word: 'To do' }
    case 'sent':
      return { state: 'running', word: detail?.startsWith('part ') ? sentence(detail) : UNDER_WAY[kind] }
    case 'copied':
      if (kind === 'rewind') return { state: 'done', word: 'Brought back' }
      return kind === 'move' ? { state: 'verifying', word: 'Copied' } : { state: 'done', word: 'Copied' }
    case 'moved':
      return { state: 'done', word: 'Moved' }
    case 'deleted':
      if (kind === 'rewind' && action === 'delete-version') return { state: 'done', word: 'Uncovered' }
      return { state: 'done', word: 'Deleted' }
    case 'skipped':
      return kind === 'parity' ? { state: 'done', word: 'Alike' } : { state: 'skipped', word: 'Skipped' }
    case 'restoring':
      return { state: 'restoring', word: 'Restoring' }
    case 'edited':
      return { state: 'done', word: 'Edited' }
    case 'failed':
      return {
        state: 'failed',
        word: kind === 'parity' && failure?.code === 'differs' ? 'Differs' : 'Failed',
      }
  }
}

const UNDER_WAY: Readonly<Record<JobSpec['kind'], string>> = {
  copy: 'Copying',
  move: 'Moving',
  delete: 'Deleting',
  edit: 'Editing',
  parity: 'Comparing',
  rewind: 'Rewinding',
  undo: 'Undoing',
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** The line beside an item: what is being done, why it failed or was skipped, what it became. */
export function itemDetail(item: ItemView): string {
  if (item.failure !== undefined) return item.failure.message
  if (item.detail !== undefined) return item.detail
  if (item.skipReason !== undefined) return SKIP_SENTENCES[item.skipReason]
  const parts = [
    item.history === 'delete-marker' ? 'delete marker' : item.history === 'noncurrent' ? 'older version' : '',
    versionMap(item),
    item.conflict && item.newVersionId === undefined ? 'replaces what is there' : '',
  ]
  return parts.filter(Boolean).join(', ')
}

/** Which version became which: `version 3xK…9f to 8aB…22`, or the new one alone. */
function versionMap({ versionId, newVersionId }: ItemView): string {
  if (newVersionId === undefined) return versionId === undefined ? '' : `version ${versionId}`
  return versionId === undefined ? `version ${newVersionId}` : `version ${versionId} to ${newVersionId}`
}

const SKIP_SENTENCES: Readonly<Record<SkipReason, string>> = {
  exists: 'the key exists',
  same: 'the same is there already',
  'not-newer': 'what is there is as new',
  'same-object': 'source and destination are one object',
  'nothing-to-do': 'it is as asked for already',
  left: 'somebody said to leave it',
}

/** An item's key without what is the same for all of its source. */
export function itemName(item: ItemView, spec: JobSpec | undefined): string {
  const base = spec?.sources[item.source]?.base ?? ''
  return item.key.slice(base.length) || item.key
}

/** Where it goes, as far as its key does not say it: to which of several places, and under which new name. */
export function itemWay(item: ItemView, spec: JobSpec | undefined): string {
  if (spec === undefined || !hasDestinations(spec) || item.destinationKey === undefined) return ''
  const destination = spec.destinations[item.destination]
  const place = spec.destinations.length > 1 ? (destination?.bucket ?? '') : ''
  const base = spec.sources[item.source]?.base ?? ''
  const name = item.destinationKey.slice(destination?.prefix.length ?? 0)
  const renamed = name !== '' && name !== item.key.slice(base.length) ? name : ''
  const to = [place, renamed].filter(Boolean).join('/')
  return to === '' ? '' : `→ ${to}`
}

import type { ItemView, SkipReason } from '#model/plan.ts'
import type { JobSpec } from '#model/spec.ts'
import type { SegmentKind } from '../ui/segment.ts'
import type { StateName } from '../ui/state-look.ts'

/** How one item of a job is shown. */
export interface ItemLook {
  readonly segment: SegmentKind
  /** What the plan does with it, in a word or two. */
  readonly plan: string
  readonly state: StateName
  /** Where it stands, in a word or two. */
  readonly word: string
}

const SKIPPED: Readonly<Record<SkipReason, string>> = {
  exists: 'skip, exists',
  same: 'skip, same',
  'not-newer': 'skip, not newer',
  'same-object': 'skip, itself',
  'nothing-to-do': 'nothing to do',
}

export function itemLook(item: ItemView, kind: JobSpec['kind']): ItemLook {
  return { ...planLook(item, kind), ...stateLook(item, kind) }
}

function planLook(
  { action, skipReason, conflict }: ItemView,
  kind: JobSpec['kind'],
): Pick<ItemLook, 'segment' | 'plan'> {
  const again = conflict ? ', replaces' : ''
  switch (action) {
    case 'copy':
      return { segment: 'running', plan: `${kind === 'move' ? 'move' : 'copy'}${again}` }
    case 'copy-parts':
      return { segment: 'parts', plan: `in parts${again}` }
    case 'relay':
      return { segment: 'planned', plan: `through here${again}` }
    case 'delete':
      return { segment: 'running', plan: 'delete' }
    case 'skip':
      return { segment: 'skipped', plan: skipReason === undefined ? 'skip' : SKIPPED[skipReason] }
    case 'refuse':
      return { segment: 'failed', plan: 'would fail' }
    case 'restore-then-copy':
      return { segment: 'planned', plan: `restore first${again}` }
    case 'rewrite':
      return { segment: 'running', plan: 'rewrite' }
    case 're-encrypt':
      return { segment: 'running', plan: 're-encrypt' }
    case 'in-place':
      return { segment: 'running', plan: 'in place' }
    case 'mark':
      return { segment: 'running', plan: 'delete marker' }
    case 'delete-extra':
      return { segment: 'failed', plan: 'delete, has no source' }
    case 'compare':
      return { segment: 'running', plan: 'compare' }
    case 'set-aside':
      return { segment: 'running', plan: 'set aside' }
    case 'bring-back':
      return { segment: 'running', plan: `bring back${again}` }
  }
}

function stateLook({ state, detail }: ItemView, kind: JobSpec['kind']): Pick<ItemLook, 'state' | 'word'> {
  switch (state) {
    case 'planned':
      return { state: 'waiting', word: 'To do' }
    case 'sent':
      return { state: 'running', word: detail?.startsWith('part ') ? sentence(detail) : UNDER_WAY[kind] }
    case 'copied':
      return kind === 'move' ? { state: 'verifying', word: 'Copied' } : { state: 'done', word: 'Copied' }
    case 'moved':
      return { state: 'done', word: 'Moved' }
    case 'deleted':
      return { state: 'done', word: 'Deleted' }
    case 'skipped':
      return { state: 'skipped', word: 'Skipped' }
    case 'restoring':
      return { state: 'restoring', word: 'Restoring' }
    case 'edited':
      return { state: 'done', word: 'Edited' }
    case 'failed':
      return { state: 'failed', word: 'Failed' }
  }
}

const UNDER_WAY: Readonly<Record<JobSpec['kind'], string>> = {
  copy: 'Copying',
  move: 'Moving',
  delete: 'Deleting',
  edit: 'Editing',
  parity: 'Comparing',
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** The line beside an item: what is being done, why it failed or was skipped, what it became. */
export function itemDetail(item: ItemView): string {
  if (item.failure !== undefined) return item.failure.message
  if (item.detail !== undefined) return item.detail
  if (item.skipReason !== undefined) return SKIP_SENTENCES[item.skipReason]
  if (item.newVersionId !== undefined) return `version ${item.newVersionId}`
  return item.conflict ? 'replaces what is there' : ''
}

const SKIP_SENTENCES: Readonly<Record<SkipReason, string>> = {
  exists: 'the key exists',
  same: 'the same is there already',
  'not-newer': 'what is there is as new',
  'same-object': 'source and destination are one object',
  'nothing-to-do': 'it is as asked for already',
}

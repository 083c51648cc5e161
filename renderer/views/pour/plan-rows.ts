import type { Tally } from '#model/job.ts'
import { SKIP_REASONS, type Action, type Count } from '#model/plan.ts'
import type { SheetSpec } from '../../state/sheet-spec.ts'
import { SKIP_WORDS } from '../../state/pour-plan.ts'
import type { Segment, SegmentKind } from '../../ui/segment.ts'

export interface PlanRow {
  readonly kind: SegmentKind
  readonly label: string
  readonly count: number
  readonly bytes: number
  /** It destroys something. */
  readonly danger: boolean
}

type Kind = SheetSpec['kind']
type FileWay = 'upload' | 'download'
export type Done = Exclude<Action, 'skip'>

/** In the order in which a person wants to know of them; skips come before what would fail. */
const ORDER: readonly (readonly [action: Done, segment: SegmentKind])[] = [
  ['copy', 'running'],
  ['copy-parts', 'parts'],
  ['relay', 'planned'],
  ['re-encrypt', 'running'],
  ['in-place', 'done'],
  ['rewrite', 'parts'],
  ['compare', 'running'],
  ['restore-then-copy', 'restoring'],
  ['set-aside', 'planned'],
  ['bring-back', 'planned'],
  ['mark', 'planned'],
  ['delete-version', 'failed'],
  ['delete', 'failed'],
  ['delete-extra', 'failed'],
]

const VERBS: Readonly<Record<Kind, string>> = {
  copy: 'Copy',
  move: 'Move',
  edit: 'Edit',
  parity: 'Compare',
  delete: 'Delete',
  rewind: 'Copy on top',
}

/** What goes between this computer and a store goes through this machine anyway. */
const FILE_VERBS = { upload: 'Upload', download: 'Download' } as const

const REWOUND: Readonly<Partial<Record<Done, string>>> = {
  copy: 'Older version copied on top',
  rewrite: 'Older version copied on top',
  'copy-parts': 'Over 5 GiB: on top in parts',
  'delete-version': 'Delete markers removed',
  delete: 'Came later: deleted by a marker',
}

/** What an action does, as a line of the plan. */
export function actionLabel(action: Done, kind: Kind): string {
  if (kind === 'rewind' && REWOUND[action] !== undefined) return REWOUND[action]
  const verb = VERBS[kind]
  switch (action) {
    case 'copy':
      return verb
    case 'copy-parts':
      return `Over 5 GiB: ${verb.toLowerCase()} in parts`
    case 'relay':
      return 'Through this machine'
    case 're-encrypt':
      return 'Re-encrypt, without a copy'
    case 'in-place':
      return 'In place, without a copy'
    case 'rewrite':
      return 'Copied onto themselves'
    case 'compare':
      return 'Compare'
    case 'restore-then-copy':
      return `Archived: restore, then ${verb.toLowerCase()}`
    case 'set-aside':
      return 'Set aside: names change places'
    case 'bring-back':
      return 'Brought to their new names'
    case 'put-back':
      return 'Uncovered where they were'
    case 'put-over':
      return 'Backups brought back'
    case 'mark':
      return 'Delete markers of the history'
    case 'delete-version':
      return 'Versions deleted for good'
    case 'delete':
      return 'Delete'
    case 'delete-extra':
      return 'Delete: it has no source'
    case 'refuse':
      return 'Would fail'
  }
}

/** What is shown with a zero where nothing is planned at all. */
const MAIN: Readonly<Partial<Record<Kind, Done>>> = {
  ...{ copy: 'copy', move: 'copy', parity: 'compare', delete: 'delete-version' },
}

/** What the plan does, by action, skips by their reason; what does not occur is left out, but for the plain action. */
export function planRows(kind: Kind, { planned, skipped }: Tally, files?: FileWay): PlanRow[] {
  const main = MAIN[kind]
  const alone = ORDER.every(([action]) => action === main || planned[action].items === 0)
  const done = ORDER.filter(([action]) => planned[action].items > 0 || (alone && action === main))
  const why = SKIP_REASONS.filter((reason) => skipped[reason].items > 0)
  return [
    ...done.map(([action, segment]) =>
      row(
        segmentOf(action, segment, kind, files),
        action === 'relay' && files !== undefined ? FILE_VERBS[files] : actionLabel(action, kind),
        planned[action],
        destroys(action, kind),
      ),
    ),
    ...why.map((reason) => row('skipped', SKIP_WORDS[reason], skipped[reason])),
    ...(planned.refuse.items > 0 ? [row('failed', actionLabel('refuse', kind), planned.refuse)] : []),
  ]
}

/** A delete marker that a rewind takes away is nothing lost. Files go no other way: what relays them is the plain action. */
function segmentOf(action: Done, segment: SegmentKind, kind: Kind, files: FileWay | undefined): SegmentKind {
  if (action === 'relay' && files !== undefined) return 'running'
  return kind === 'rewind' && action === 'delete-version' ? 'done' : segment
}

function destroys(action: Done, kind: Kind): boolean {
  return action === 'delete-extra' || (action === 'delete-version' && kind === 'delete')
}

function row(kind: SegmentKind, text: string, { items, bytes }: Count, danger = false): PlanRow {
  return { kind, label: text, count: items, bytes, danger }
}

/** The same as one bar. */
export function planSegments(kind: Kind, { planned }: Tally, files?: FileWay): Segment[] {
  return [
    ...ORDER.map(([action, segment]) => ({
      kind: segmentOf(action, segment, kind, files),
      count: planned[action].items,
    })),
    { kind: 'skipped', count: planned.skip.items },
    { kind: 'failed', count: planned.refuse.items },
  ]
}

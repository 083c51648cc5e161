import type { Freshness, JobDetail, JobSnapshot, Tally } from '#model/job.ts'
import { isFinished } from '#model/job.ts'
import {
  ACTIONS,
  ANEW,
  PLAN_WARNINGS,
  SKIP_REASONS,
  type Action,
  type Anew,
  type ItemFilter,
  type ItemQueryInput,
  type PlanWarning,
  type SkipReason,
} from '#model/plan.ts'
import { formatCount } from '../format/count.ts'

/** One thing to look at in a plan: everything, the names that are taken, a warning, what the last look found. */
export type Lens = 'all' | 'taken' | PlanWarning | Anew
/** What becomes of an item: an action, or the reason of a skip. */
export type Fate = 'any' | `action:${Action}` | `skip:${SkipReason}`

/** A cause of failures. */
export type Cause = Pick<ItemQueryInput, 'code' | 's3Code'>

/** What is chosen above a list of items. */
export interface ItemChoice {
  readonly text: string
  readonly filter: ItemFilter
  readonly lens: Lens
  readonly fate: Fate
  readonly cause?: Cause | undefined
}

export const EVERY_ITEM: ItemChoice = { text: '', filter: 'all', lens: 'all', fate: 'any' }

export interface LensChoice {
  readonly value: Lens
  readonly label: string
  /** Undefined where nobody counts them before they are looked for. */
  readonly count?: number | undefined
}

export const LENS_WORDS: Readonly<Record<Lens, string>> = {
  all: 'All',
  taken: 'Names taken',
  overwrites: 'Written over',
  exists: 'Left, name taken',
  'for-good': 'For good',
  archived: 'Archived',
  large: 'Large',
  refused: 'Would fail',
  changed: 'Changed',
  added: 'New',
  gone: 'Gone',
}

/** Objects whose name is taken at the destination: written over, and left for it. */
export function takenNames({ kind, tally }: Pick<JobSnapshot, 'kind' | 'tally'>): {
  readonly all: number
  readonly over: number
  readonly left: number
} {
  const pours = kind === 'copy' || kind === 'move'
  const { exists, same, 'not-newer': older } = tally.skipped
  const over = pours ? tally.conflicts : 0
  const left = pours ? exists.items + same.items + older.items : 0
  return { all: over + left, over, left }
}

/** What there is to look at, with its counts; what does not occur is left out, but for what is looked at now. */
export function itemLenses(
  job: Pick<JobSnapshot, 'kind' | 'tally'>,
  warnings: JobDetail['warnings'],
  freshness: Freshness | undefined,
  chosen: Lens,
): LensChoice[] {
  const counts: Record<Lens, number> = {
    all: plannedItems(job.tally),
    taken: takenNames(job).all,
    ...(Object.fromEntries(PLAN_WARNINGS.map((name) => [name, warnings[name]?.items ?? 0])) as Record<
      PlanWarning,
      number
    >),
    changed: freshness?.changed ?? 0,
    added: freshness?.added ?? 0,
    gone: freshness?.gone ?? 0,
  }
  const order: readonly Lens[] = ['all', 'taken', ...PLAN_WARNINGS, ...ANEW]
  return order
    .filter((value) => value === 'all' || value === chosen || counts[value] > 0)
    .map((value) => ({ value, label: LENS_WORDS[value], count: counts[value] }))
}

export function plannedItems({ planned }: Pick<Tally, 'planned'>): number {
  return Object.values(planned).reduce((sum, { items }) => sum + items, 0)
}

export interface FateChoice {
  readonly value: Fate
  readonly label: string
  readonly hint?: string | undefined
}

/** What becomes of the items, as far as it occurs, with its counts. */
export function fateChoices(
  { planned, skipped }: Pick<Tally, 'planned' | 'skipped'>,
  words: {
    readonly action: (action: Action) => string
    readonly skip: Readonly<Record<SkipReason, string>>
  },
  chosen: Fate,
): FateChoice[] {
  const shown = (value: Fate, label: string, items: number): FateChoice[] =>
    items > 0 || value === chosen ? [{ value, label, hint: formatCount(items) }] : []
  return [
    { value: 'any', label: 'Whatever becomes of it' },
    ...ACTIONS.filter((action) => action !== 'skip').flatMap((action) =>
      shown(`action:${action}`, words.action(action), planned[action].items),
    ),
    ...SKIP_REASONS.flatMap((reason) => shown(`skip:${reason}`, words.skip[reason], skipped[reason].items)),
  ]
}

/** As the core is asked. */
export function toQuery({ text, filter, lens, fate, cause }: ItemChoice): ItemQueryInput {
  const [of, name] = fate.split(':') as ['any'] | ['action', Action] | ['skip', SkipReason]
  const wanted = text.trim() === '' ? undefined : text
  return {
    filter,
    ...(wanted === undefined ? {} : { text: wanted }),
    ...(lens === 'all' ? {} : lensQuery(lens)),
    ...(of === 'action' ? { action: name } : of === 'skip' ? { skipReason: name } : {}),
    ...(cause ?? {}),
  }
}

function lensQuery(lens: Exclude<Lens, 'all'>): Pick<ItemQueryInput, 'taken' | 'warning' | 'anew'> {
  switch (lens) {
    case 'taken':
      return { taken: true }
    case 'changed':
    case 'added':
    case 'gone':
      return { anew: lens }
    default:
      return { warning: lens }
  }
}

/** How many rows there are, honestly: `214 items`, `120 so far, still looking`. */
export function rowsSaid(total: number | undefined, looking: boolean): string {
  if (total === undefined) return 'looking'
  if (looking) return `${formatCount(total)} so far, still looking`
  return `${formatCount(total)} ${total === 1 ? 'item' : 'items'}`
}

/** Whether a plan's answers can still be changed: it is a copy or move, and nothing of it was carried out. */
export function canAnswer({ kind, status, draft }: JobSnapshot): boolean {
  if (kind !== 'copy' && kind !== 'move') return false
  return !isFinished(status) && (draft || status.is === 'ready')
}

import type { JobStatus } from '#model/job.ts'
import { isFinished } from '#model/job.ts'
import type { PanePlace } from './place.ts'
import type { Screen } from './router.svelte.ts'

/** The tour, in its order. */
export const TOUR_STEPS = [
  { title: 'Look around', text: 'two panes, two buckets' },
  { title: 'Drag to copy', text: 'read the plan, then start' },
  { title: 'Pause it', text: 'and let it go on' },
  { title: 'Edit metadata', text: '20 objects, one rule, one diff' },
  { title: 'Take it back', text: 'undo the edit' },
  { title: 'Do it by keys', text: 'the palette and the list of keys' },
] as const

/** Where the tour does what it does, in the playground's sample. */
export const TOUR_SOURCE = { bucket: 'acme-lake-curated', prefix: '' } as const
export const TOUR_POURED = 'events/'
export const TOUR_TARGET = { bucket: 'acme-web-assets', prefix: '' } as const
export const TOUR_EDIT_IN = { bucket: 'acme-web-assets', prefix: 'img/products/' } as const
export const TOUR_EDITED = '01/'

export type SheetState = 'closed' | 'planning' | 'ready'

/** What the tour looks at to know where one is. */
export interface TourFacts {
  readonly screen: Screen
  readonly left: PanePlace
  readonly right: PanePlace
  readonly pour: SheetState
  readonly gridPlan: SheetState
  readonly undoing: SheetState
  /** Of the metadata grid that is shown. */
  readonly changes: number
  /** The last job of each kind that was made on the tour. */
  readonly copy: JobStatus | undefined
  readonly edit: JobStatus | undefined
  readonly undo: JobStatus | undefined
  /** The job on the screen is that edit. */
  readonly editShown: boolean
  /** The copy was paused once. */
  readonly paused: boolean
  readonly overlay: 'palette' | 'keys' | 'other' | undefined
  readonly sawPalette: boolean
  readonly sawKeys: boolean
}

/** One thing to do next. */
export type TourHint =
  | 'browse'
  | 'open-left'
  | 'open-right'
  | 'pour'
  | 'planning'
  | 'start-copy'
  | 'pause'
  | 'resume'
  | 'too-late'
  | 'open-products'
  | 'open-grid'
  | 'add-rule'
  | 'plan-edit'
  | 'start-edit'
  | 'editing'
  | 'show-edit'
  | 'undo'
  | 'start-undo'
  | 'undoing'
  | 'palette'
  | 'in-palette'
  | 'keys'
  | 'in-keys'

const at = (place: PanePlace, { bucket, prefix }: { bucket: string; prefix: string }): boolean =>
  place?.bucket === bucket && place.prefix === prefix
const within = (place: PanePlace, bucket: string): boolean => place?.bucket === bucket
const over = (status: JobStatus | undefined): boolean => status !== undefined && isFinished(status)

/**
 * What to do next in a step, or that it is done. Each line holds where none above it does.
 *
 * | step | what is seen                                  | then                                |
 * |------|-----------------------------------------------|-------------------------------------|
 * | 1    | both buckets are open                         | done                                |
 * |      | another screen; left; right                   | browse; open-left; open-right       |
 * | 2    | a copy was started                            | done                                |
 * |      | the sheet is open                             | planning; start-copy                |
 * |      | the panes stand elsewhere                     | as in 1                             |
 * |      | else                                          | pour                                |
 * | 3    | it was paused, and is no more                 | done                                |
 * |      | it is paused; it is over; else                | resume; too-late; pause             |
 * | 4    | an edit is over                               | done                                |
 * |      | it runs; its plan is open                     | editing; planning, start-edit       |
 * |      | the grid is shown, changed or not             | plan-edit; add-rule                 |
 * |      | the right pane stands elsewhere; else         | open-products; open-grid            |
 * | 5    | an undo is over                               | done                                |
 * |      | it runs; the question is open                 | undoing; planning, start-undo       |
 * |      | the edit is shown; else                       | undo; show-edit                     |
 * | 6    | palette and keys were seen, nothing is open   | done                                |
 * |      | one of them is open                           | in-palette; in-keys                 |
 * |      | the palette was not seen; else                | palette; keys                       |
 */
export function nextInTour(step: number, facts: TourFacts): TourHint | 'done' {
  switch (step) {
    case 1:
      return openBoth(facts, (place, spot) => within(place, spot.bucket)) ?? 'done'
    case 2:
      if (facts.copy !== undefined) return 'done'
      if (facts.pour !== 'closed') return facts.pour === 'planning' ? 'planning' : 'start-copy'
      return openBoth(facts, at) ?? 'pour'
    case 3:
      if (facts.copy?.is === 'paused' && facts.copy.reason === 'user') return 'resume'
      if (facts.paused) return 'done'
      return facts.copy === undefined || over(facts.copy) ? 'too-late' : 'pause'
    case 4:
      return edit(facts)
    case 5:
      return takeBack(facts)
    default:
      return byKeys(facts)
  }
}

function openBoth(
  { screen, left, right }: TourFacts,
  stands: (place: PanePlace, spot: { bucket: string; prefix: string }) => boolean,
): TourHint | undefined {
  if (screen !== 'browse') return 'browse'
  if (!stands(left, TOUR_SOURCE)) return 'open-left'
  return stands(right, TOUR_TARGET) ? undefined : 'open-right'
}

function edit({ edit: job, gridPlan, screen, changes, right }: TourFacts): TourHint | 'done' {
  if (over(job)) return 'done'
  if (job !== undefined) return 'editing'
  if (gridPlan !== 'closed') return gridPlan === 'planning' ? 'planning' : 'start-edit'
  if (screen === 'metadata') return changes > 0 ? 'plan-edit' : 'add-rule'
  if (screen !== 'browse') return 'browse'
  return at(right, TOUR_EDIT_IN) ? 'open-grid' : 'open-products'
}

function takeBack({ undo, undoing, editShown }: TourFacts): TourHint | 'done' {
  if (over(undo)) return 'done'
  if (undo !== undefined) return 'undoing'
  if (undoing !== 'closed') return undoing === 'planning' ? 'planning' : 'start-undo'
  return editShown ? 'undo' : 'show-edit'
}

function byKeys({ overlay, sawPalette, sawKeys }: TourFacts): TourHint | 'done' {
  if (overlay === 'palette') return 'in-palette'
  if (overlay === 'keys') return 'in-keys'
  if (!sawPalette) return 'palette'
  return sawKeys ? 'done' : 'keys'
}

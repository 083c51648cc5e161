import type { Freshness } from '#model/job.ts'
import type { Anew } from '#model/plan.ts'
import { formatCount } from '../format/count.ts'
import { formatClock, formatSpokenDate } from '../format/date.ts'

/** A part of what the last look found: "12 changed". */
export interface FoundAnew {
  readonly anew: Anew
  readonly text: string
}

/** What the last look at a plan found, in the order of the sentence; none where it still holds. */
export function foundAnew({ changed, added, gone }: Freshness): FoundAnew[] {
  const parts: readonly (readonly [Anew, number, string])[] = [
    ['changed', changed, 'changed'],
    ['added', added, 'new'],
    ['gone', gone, 'gone'],
  ]
  return parts
    .filter(([, items]) => items > 0)
    .map(([anew, items, word]) => ({ anew, text: `${formatCount(items)} ${word}` }))
}

/** When: "14:02" of today, else "yesterday 18:03". */
export function lookedAt(at: number, now: number): string {
  return formatSpokenDate(at, now).replace(/^today .*/, formatClock(at))
}

import type { Tally } from '#model/job.ts'
import { SKIP_REASONS } from '#model/plan.ts'
import type { PourSpec } from '#model/spec.ts'
import { SKIP_WORDS } from '../../state/pour-plan.ts'
import type { Segment, SegmentKind } from '../../ui/segment.ts'

export interface PlanRow {
  readonly kind: SegmentKind
  readonly label: string
  readonly count: number
  readonly bytes: number
}

/** What the plan does, by action, skips by their reason; what does not occur is left out, but for the plain copy. */
export function planRows(kind: PourSpec['kind'], { planned, skipped }: Tally): PlanRow[] {
  const verb = kind === 'copy' ? 'Copy' : 'Move'
  const rows: (readonly [SegmentKind, string, Tally['listed']])[] = [
    ['running', verb, planned.copy],
    ['parts', `Over 5 GiB: ${verb.toLowerCase()} in parts`, planned['copy-parts']],
    ['planned', 'Through this machine', planned.relay],
    ...SKIP_REASONS.map((reason) => ['skipped', SKIP_WORDS[reason], skipped[reason]] as const),
    ['failed', 'Would fail', planned.refuse],
  ]
  return rows
    .map(([segment, label, { items, bytes }]) => ({ kind: segment, label, count: items, bytes }))
    .filter(({ count, label }) => count > 0 || (label === verb && planned.relay.items === 0))
}

/** The same as one bar. */
export function planSegments({ planned }: Tally): Segment[] {
  return [
    { kind: 'running', count: planned.copy.items },
    { kind: 'parts', count: planned['copy-parts'].items },
    { kind: 'planned', count: planned.relay.items },
    { kind: 'skipped', count: planned.skip.items },
    { kind: 'failed', count: planned.refuse.items },
  ]
}

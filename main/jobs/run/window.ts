import type { AdaptivePace } from '../../engine/pace/pace.ts'
import type { JobSpec } from '#model/spec.ts'

/**
 * Items under way beyond the requests that the pace allows: who waits for a slot is why it allows more; and where all are
 * refused, the more share the tries, the later one of them has used up its own.
 */
const BEYOND_PACE = 16
/** The same where objects wait for the journal between two steps: a copy and its delete, two versions of a key, what an edit remembers. */
const BEYOND_PACE_IN_STEPS = 512
/** Items that wait for their next try, times the slots: so many are under way beyond the others. */
const RESTING = 4

/** How many items may be under way, whenever it is asked. */
export function windowOf(spec: JobSpec, pace: Pick<AdaptivePace, 'limit' | 'resting'>): () => number {
  const beyond = isInSteps(spec) ? BEYOND_PACE_IN_STEPS : BEYOND_PACE
  // What waits for its next try takes no slot, so others go on meanwhile.
  return () => pace.limit + beyond + Math.min(pace.resting, RESTING * pace.limit)
}

function isInSteps(spec: JobSpec): boolean {
  if (spec.kind === 'edit' || spec.kind === 'undo' || spec.manifest?.look === 'send') return true
  return spec.kind === 'move' || spec.sources.some(({ versions }) => versions.take !== 'current')
}

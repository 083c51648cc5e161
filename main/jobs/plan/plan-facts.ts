import { keepsVersions } from './known-versioning.ts'
import { isPourLeg, legsOf } from './legs.ts'
import type { JobRecord } from '../record.ts'
import type { ConditionFacts } from '../store/conditions.ts'
import { TAKEN_REASONS } from '../store/conditions.ts'
import type { Store } from '../store/store.ts'
import { atRisk } from '../tally.ts'
import type { Count, PlanWarning } from '#model/plan.ts'
import { isPour } from '#model/spec.ts'
import type { JobSpec } from '#model/spec.ts'

/** What a job's record says of all its items, for a condition on one of them. */
export function conditionFacts(store: Pick<Store, 'causes'>, record: JobRecord): ConditionFacts {
  return {
    pours: isPour(record.spec),
    causes: store.causes.list(record.n),
    keptLegs: keptLegs(record),
    backsUp: backsUp(record.spec),
  }
}

/** Legs whose place keeps what is written over or deleted there, as far as that is known. */
function keptLegs({ spec, more }: Pick<JobRecord, 'spec' | 'more'>): number[] {
  return legsOf(spec)
    .filter((leg) => {
      const place = isPourLeg(leg) ? leg.destination : leg.source
      return keepsVersions(more, place) === true
    })
    .map(({ n }) => n)
}

function backsUp(spec: JobSpec): boolean {
  return isPour(spec) && spec.backup !== undefined
}

/** How many items of the plan each warning is about; the same sets as by `store/conditions.ts`. */
export function warningsOf(record: JobRecord): Partial<Record<PlanWarning, Count>> {
  const { tally, spec } = record
  const { planned, skipped } = tally
  const kept = keptLegs(record)
  const all = atRisk(tally)
  const lost = atRisk(tally, (leg) => !kept.includes(leg))
  const counts: Record<PlanWarning, Count> = {
    overwrites: all.replaced,
    exists: isPour(spec) ? sum(TAKEN_REASONS.map((reason) => skipped[reason])) : NONE,
    'for-good': sum([all.erased, lost.removed, backsUp(spec) ? NONE : lost.replaced]),
    archived: planned['restore-then-copy'],
    large: sum([planned['copy-parts'], tally.large]),
    refused: planned.refuse,
  }
  return Object.fromEntries(
    Object.entries(counts)
      .filter(([, { items }]) => items > 0)
      .map(([name, { items, bytes }]) => [name, { items, bytes }]),
  )
}

const NONE: Count = { items: 0, bytes: 0 }

function sum(counts: readonly Count[]): Count {
  return counts.reduce(
    (all, { items, bytes }) => ({ items: all.items + items, bytes: all.bytes + bytes }),
    NONE,
  )
}

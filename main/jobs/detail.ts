import { toldExpected } from './plan/expected.ts'
import { toGroup } from './causes/failure-groups.ts'
import { workAtPace } from './run/kept-pace.ts'
import { owed } from './report/owed.ts'
import type { JobRecord } from './record.ts'
import { undoOf } from './snapshot.ts'
import { budgetOf, usdSpent } from './run/spending.ts'
import type { Store } from './store/store.ts'
import { warningsOf } from './plan/plan-facts.ts'
import { undoLater } from './undo/undoable.ts'
import { estimateOf } from '#model/estimate.ts'
import type { JobDetail, JobSnapshot } from '#model/job.ts'
import type { Prices } from '#model/price-file.ts'

/** What a run knows of its job that the journal does not yet. */
export type RunFigures = Partial<Pick<JobDetail, 'requests' | 'samples'>>

/** Everything about one job, read from the journal. `past`: the jobs by whose pace it is told how long it takes. */
export function toDetail(
  store: Pick<Store, 'causes' | 'history'>,
  record: JobRecord,
  snapshot: JobSnapshot,
  prices: Prices | undefined,
  past: Iterable<JobRecord>,
  run: RunFigures = {},
): JobDetail {
  const { n, spec, more, notes } = record
  return {
    snapshot,
    spec,
    requests: run.requests ?? record.requests,
    expected: toldExpected(record.expected),
    failures: store.causes.list(n).map(toGroup),
    samples: run.samples ?? store.history.readSamples(n)?.points ?? [],
    log: store.history.readLog(n),
    notes,
    undo: undoOf(record),
    undoLater: undoLater(record),
    estimate: estimateOf({
      ...{ spec, prices, quantities: record.quantities, expected: record.expected },
      listing: snapshot.listing,
      work: workAtPace(record, past),
    }),
    warnings: warningsOf(record),
    freshness: more.freshness,
    manifest: more.manifest,
    budget: budgetOf(record),
    spentUsd: usdSpent(record, run.requests ?? record.requests, prices),
    ...owed(record),
  }
}

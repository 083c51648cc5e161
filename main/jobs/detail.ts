import { toldExpected } from './expected.ts'
import { toGroup } from './failure-groups.ts'
import { workAtPace } from './kept-pace.ts'
import { owed } from './owed.ts'
import { BROUGHT } from './record-imports.ts'
import type { JobRecord } from './record.ts'
import { budgetOf, usdSpent } from './spending.ts'
import type { Store } from './store/store.ts'
import { warningsOf } from './plan-facts.ts'
import { undoable, undoLater } from './undoable.ts'
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
    undo: more.importedAt === undefined ? undoable(record) : { is: 'no', why: BROUGHT },
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

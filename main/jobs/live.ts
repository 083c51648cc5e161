import type { JobRecord } from './record.ts'
import type { JobRun } from './run/run.ts'
import type { Store } from './store/store.ts'
import type { Waiting } from './run/waiting.ts'
import type { Failure } from '#model/failure.ts'
import type { Seams } from '#model/seams.ts'

/** A job and what this process does for it. */
export interface Live {
  readonly record: JobRecord
  revision: number
  run?: JobRun | undefined
  /** Settles when the run and everything after it is over. */
  running?: Promise<void> | undefined
  /** Settles when the failed items that are to be tried again are marked. */
  marking?: Promise<void> | undefined
  ranSince?: number | undefined
  waiting?: Waiting | undefined
  /** What it awaits from the archive was looked at, and something has come. */
  hasLooked?: boolean | undefined
  /** That it goes through, known once its turn was thought of. */
  endpoints?: readonly string[] | undefined
  lastSaved: number
}

/** Adds the time since the last saving, and keeps the chart. */
export function keepTime(live: Live, store: Store, seams: Seams): void {
  const { record, run, ranSince } = live
  const now = seams.now()
  if (ranSince !== undefined) record.ranFor += now - ranSince
  live.ranSince = now
  const samples = run?.samples
  if (samples === undefined) return
  quietly(store, () => store.history.saveSamples(record.n, samples.span, samples.points))
}

export function log(live: Live, store: Store, seams: Seams, text: string, failure?: Failure): void {
  quietly(store, () => store.history.log(live.record.n, seams.now(), text, failure))
}

/** For what a job can do without: a log that cannot be written stops nothing, the journal will say why. */
function quietly(store: Store, write: () => void): void {
  try {
    store.transaction(write)
  } catch {
    // As above.
  }
}

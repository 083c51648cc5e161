import type { Seams } from '#model/seams.ts'
import type { Pace } from './work.ts'

/** A pace whose figures can be shown. */
export interface AdaptivePace extends Pace {
  readonly inFlight: number
  /** Requests allowed in flight at present. */
  readonly limit: number
  /** Times S3 asked to slow down. */
  readonly throttled: number
}

export interface PaceOptions {
  readonly seams: Seams
  /** Requests in flight at most, whatever the answers say. */
  readonly ceiling: number
  readonly start?: number | undefined
}

/** One for each destination bucket, shared by all jobs that write there. */
export function createPace(_options: PaceOptions): AdaptivePace {
  throw new Error('not built yet')
}

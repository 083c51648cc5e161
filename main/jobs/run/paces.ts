import { createPace, createRates } from '../../engine/pace/pace.ts'
import type { AdaptivePace, Rates } from '../../engine/pace/pace.ts'
import { legsOf } from '../plan/legs.ts'
import type { Leg } from '../plan/legs.ts'
import { canonicalEndpoint } from '../../engine/route.ts'
import type { Seams } from '#model/seams.ts'
import type { JobSpec } from '#model/spec.ts'

/** Requests in flight at most, where the spec names no number. */
const CEILING = 256

/**
 * One pace for each bucket that is written to, shared by the jobs that write there with the same ceiling. How fast the
 * bucket takes requests is one thing for all of them.
 */
export class Paces {
  readonly #seams: Seams
  readonly #paces = new Map<string, AdaptivePace>()
  readonly #rates = new Map<string, Rates>()

  constructor(seams: Seams) {
    this.#seams = seams
  }

  /**
   * The paces of a job's legs. The spec's number holds for the job as a whole: its buckets share it evenly, and where it
   * is less than they are, they share one pace.
   */
  forJob(spec: JobSpec): readonly AdaptivePace[] {
    const legs = legsOf(spec)
    const buckets = [...new Set(legs.map(bucketOf))]
    const ceiling = spec.concurrency ?? CEILING
    const isEnough = ceiling >= buckets.length
    const share = isEnough ? Math.floor(ceiling / buckets.length) : ceiling
    const together = buckets.join(' ')
    return legs.map((leg) => this.#pace(isEnough ? bucketOf(leg) : together, share))
  }

  #pace(bucket: string, ceiling: number): AdaptivePace {
    const name = `${bucket} ${ceiling}`
    const known = this.#paces.get(name)
    if (known) return known
    const pace = createPace({ seams: this.#seams, ceiling, rates: this.#ratesOf(bucket) })
    this.#paces.set(name, pace)
    return pace
  }

  #ratesOf(bucket: string): Rates {
    const known = this.#rates.get(bucket)
    if (known) return known
    const rates = createRates(this.#seams)
    this.#rates.set(bucket, rates)
    return rates
  }
}

function bucketOf({ source, destination }: Leg): string {
  const { connection, bucket } = destination ?? source
  return `${canonicalEndpoint(connection.config)} ${bucket}`
}

/** Several paces as one to look at. */
export function allPaces(
  paces: readonly AdaptivePace[],
): Pick<AdaptivePace, 'limit' | 'throttled' | 'resting'> {
  const each = [...new Set(paces)]
  const [only] = each
  // Asked for each object: of one pace there is nothing to add up.
  if (only !== undefined && each.length === 1) return only
  return {
    get limit() {
      return each.reduce((sum, { limit }) => sum + limit, 0)
    },
    get resting() {
      return each.reduce((sum, { resting }) => sum + resting, 0)
    },
    get throttled() {
      return each.reduce((sum, { throttled }) => sum + throttled, 0)
    },
  }
}

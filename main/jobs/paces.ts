import { createPace } from '../engine/pace.ts'
import type { AdaptivePace } from '../engine/pace.ts'
import { legsOf } from './legs.ts'
import { canonicalEndpoint } from '../engine/route.ts'
import type { Seams } from '#model/seams.ts'
import type { JobSpec } from '#model/spec.ts'

/** Requests in flight at most, where the spec names no number. */
const CEILING = 256

/** One pace for each bucket that is written to, shared by the jobs that write there with the same ceiling. */
export class Paces {
  readonly #seams: Seams
  readonly #paces = new Map<string, AdaptivePace>()

  constructor(seams: Seams) {
    this.#seams = seams
  }

  forJob(spec: JobSpec): AdaptivePace {
    const { connection, bucket } = legsOf(spec)[0].destination ?? legsOf(spec)[0].source
    const ceiling = spec.concurrency ?? CEILING
    const name = `${canonicalEndpoint(connection.config)} ${bucket} ${ceiling}`
    const known = this.#paces.get(name)
    if (known) return known
    const pace = createPace({ seams: this.#seams, ceiling })
    this.#paces.set(name, pace)
    return pace
  }
}

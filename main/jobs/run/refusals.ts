import type { Pace } from '../../engine/work.ts'
import type { Failure } from '#model/failure.ts'
import type { Seams } from '#model/seams.ts'

/** Milliseconds in which not one write was done, counted from the first that was refused. */
const LONGEST = 30_000
/** Writes that were refused in that time: fewer say something of a few objects, which fail by themselves. */
const ENOUGH = 100

interface Place {
  readonly bucket: string
  /** When the first write was refused since one was done; undefined: none was. */
  since: number | undefined
  refused: number
  slow: number
}

/**
 * Finds out that a bucket takes no write at all any more, which its single items would find out only one after the other:
 * 30 tries each, of 20 a second.
 *
 * | writes to the bucket                     | then                                                         |
 * |------------------------------------------|--------------------------------------------------------------|
 * | a share refused by chance                | some are done: tried again, each for itself                  |
 * | refused above a limit                    | some are done: the rate is kept below it                     |
 * | no answer at all                         | `Reachability` asks whether anybody is there: paused offline |
 * | a few objects refused for ever           | they fail                                                    |
 * | all refused, or answered by errors       | within a minute the job is paused: `refused`                 |
 * | all hang, though somebody is there       | the same, once as many had no answer                         |
 */
export class Refusals {
  readonly #seams: Seams
  readonly #stop: (failure: Failure) => void

  /** `stop` is told as long as it goes on. */
  constructor(seams: Seams, stop: (failure: Failure) => void) {
    this.#seams = seams
    this.#stop = stop
  }

  /** A pace of writes to this bucket that is listened to. */
  listen(pace: Pace, bucket: string): Pace {
    const place: Place = { bucket, since: undefined, refused: 0, slow: 0 }
    return {
      enter: (signal, kind) => pace.enter(signal, kind),
      leave: (outcome, kind) => {
        if (kind !== 'read') {
          if (outcome !== 'fine') this.#note(place, outcome)
          else if (place.since !== undefined) place.since = undefined
        }
        pace.leave(outcome, kind)
      },
      rest: (by) => pace.rest?.(by),
    }
  }

  #note(place: Place, outcome: 'slow' | 'failed'): void {
    const now = this.#seams.now()
    if (place.since === undefined) {
      place.since = now
      place.refused = 0
      place.slow = 0
    }
    place.refused += 1
    if (outcome === 'slow') place.slow += 1
    if (place.refused >= ENOUGH && now - place.since >= LONGEST) this.#stop(failureOf(place))
  }
}

function failureOf({ bucket, refused, slow }: Place): Failure {
  const isSlow = slow * 2 > refused
  const times = refused.toLocaleString('en')
  return {
    code: isSlow ? 'slow-down' : 'server-error',
    reach: 'job',
    message: `The bucket "${bucket}" took no write for ${LONGEST / 1000} seconds: ${isSlow ? `it asked to slow down ${times} times` : `${times} requests failed or were not answered`}.`,
  }
}

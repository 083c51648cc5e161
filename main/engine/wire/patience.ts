/** Milliseconds. */
export interface Timeouts {
  /** Until a connection stands, TLS and proxy included. */
  readonly connect: number
  /** Without a byte, for what a server answers at once. */
  readonly idle: number
  /** Without a byte, while the server copies: minutes for gigabytes, on one socket. At most this; see `patienceFor`. */
  readonly copy: number
}
export const TIMEOUTS: Timeouts = { connect: 5_000, idle: 30_000, copy: 15 * 60_000 }

/** Bytes a millisecond of one request: a disk or two that copy 64 parts at once. S3 itself moves 85 times as many. */
const SLOWEST_COPY = 1_000

/**
 * Milliseconds without a byte after which a request counts as lost. A server that copies small objects answers as soon
 * as any other; one that hangs over them must not be waited for as over gigabytes. `moves`: the bytes that it copies
 * before it answers, Infinity where nobody knows.
 *
 * | moves               | patience                            |
 * |---------------------|-------------------------------------|
 * | nothing             | idle                                |
 * | so many             | idle, and as long as they may take  |
 * | gigabytes, unknown  | copy                                |
 */
export function patienceFor(moves: number | undefined, { idle, copy }: Timeouts): number {
  return moves === undefined ? idle : Math.min(copy, idle + moves / SLOWEST_COPY)
}

/** What was heard of a request since it was sent. */
export interface Heard {
  /** When it was sent. */
  readonly began: number
  /** Looks at which there were new bytes; the first are those of the request. */
  readonly times: number
  /** Milliseconds: the longest silence between two of them. */
  readonly longest: number
}

/** Bytes; what is copied of less is not waited for much longer than anything. */
const LARGE = 8 * 1024 ** 2
/** Copies that were done meanwhile: so many tell how fast the server copies at present. */
const TELLING = 4
/** Longer than the slowest of them took for its bytes: no luck explains that. */
const FAR_SLOWER = 8
/** Bytes of the answer came so often, before it was whole: the server keeps the line alive while it copies. */
const ALIVE = 4
/** Times its longest silence, and it keeps nothing alive any more. */
const FAR_LONGER = 3
/** Copies that are remembered: as many as there are parts in flight. */
const REMEMBERED = 64

/**
 * Tells a large copy that hangs from one that is slow, by what the same server does meanwhile. Nobody else can: S3 may
 * take minutes to copy a part of gigabytes, on a line that is silent.
 *
 * | since it was sent                           | patience                                          |
 * |---------------------------------------------|---------------------------------------------------|
 * | four other copies were done                 | eight times as long as the slowest took, by bytes |
 * | its line was kept alive, then no more       | three times its longest silence                   |
 * | nothing is known                            | by its bytes (`patienceFor`)                      |
 *
 * Never less than `idle`, and never more than by its bytes. A server that is slow for all of them finishes none, or shows
 * how slow it is by those that it does finish.
 */
export class CopyPatience {
  readonly #timeouts: Timeouts
  /** The latest copies that were done: when, and the milliseconds that a byte took. A ring. */
  readonly #done: { readonly at: number; readonly perByte: number }[] = []
  #next = 0

  constructor(timeouts: Timeouts) {
    this.#timeouts = timeouts
  }

  /** Undefined where the bytes alone decide. */
  watcher(moves: number | undefined): ((heard: Heard) => number) | undefined {
    if (moves === undefined || moves < LARGE) return undefined
    return (heard) => this.#patience(moves, heard)
  }

  /** A copy of so many bytes was done. */
  finished(moves: number, began: number, now: number): void {
    if (moves === Infinity) return
    this.#done[this.#next] = { at: now, perByte: (now - began) / moves }
    this.#next = (this.#next + 1) % REMEMBERED
  }

  #patience(moves: number, { began, times, longest }: Heard): number {
    const most = patienceFor(moves, this.#timeouts)
    const { idle } = this.#timeouts
    if (times >= ALIVE) return Math.min(most, Math.max(idle, longest * FAR_LONGER))
    let [count, slowest] = [0, 0]
    for (const { at, perByte } of this.#done) {
      if (at <= began) continue
      count += 1
      slowest = Math.max(slowest, perByte)
    }
    if (count < TELLING || moves === Infinity) return most
    return Math.min(most, Math.max(idle, slowest * moves * FAR_SLOWER))
  }
}

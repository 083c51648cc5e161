import { mulberry32 } from '../helpers/virtual-seams.ts'

/** What a seed decides, in the order in which it is asked. */
export class Draw {
  readonly #random: () => number
  constructor(seed: number) {
    this.#random = mulberry32(seed)
  }

  chance(probability: number): boolean {
    return this.#random() < probability
  }

  /** From `least` to `most`, both in. */
  int(least: number, most: number): number {
    return least + Math.floor(this.#random() * (most - least + 1))
  }

  pick<T>(from: readonly [T, ...T[]]): T {
    return from[Math.floor(this.#random() * from.length)] ?? from[0]
  }
}

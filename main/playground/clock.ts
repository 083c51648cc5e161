/** The playground's time in seconds since 1970: the real one, and ahead of it by what it was moved. */
export class Clock {
  #ahead = 0

  /** By what was moved; what is stored and answered goes by it. */
  now(): number {
    return this.real() + this.#ahead
  }

  /** By the machine's clock. */
  real(): number {
    return Math.floor(Date.now() / 1000)
  }

  /** Seconds by which it is ahead of the machine's clock. */
  get ahead(): number {
    return this.#ahead
  }

  /** Time does not go back: what was written would lie in the future. */
  advance(seconds: number): void {
    this.#ahead += seconds
  }
}

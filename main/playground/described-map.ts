import { NO_KEY } from './keys.ts'
import type { ByteKey } from './keys.ts'
import type { KeyCursor, KeyMap } from './ordered-map.ts'

/** Keys that follow from their number, ascending; `numberOf` is undefined for whatever is none of them. */
export interface Description<Value> {
  readonly count: number
  keyOf(index: number): ByteKey
  numberOf(key: ByteKey): number | undefined
  valueOf(index: number): Value
}

/**
 * Any number of entries that are made when they are asked for, in a bucket that discards: what is put into it or taken
 * out of it changes nothing. So ten million objects take no memory, and ten million copies of them none either.
 */
export class DescribedMap<Value> implements KeyMap<Value> {
  #description: Description<Value> | undefined

  describe(description: Description<Value>): void {
    this.#description = description
  }

  get size(): number {
    return this.#description?.count ?? 0
  }

  get(key: ByteKey): Value | undefined {
    const index = this.#description?.numberOf(key)
    return index === undefined ? undefined : this.#description?.valueOf(index)
  }

  set(): void {
    // It is discarded.
  }

  delete(): void {
    // As above.
  }

  seek(from: ByteKey): KeyCursor<Value> {
    return new DescribedCursor(this.#description, from)
  }
}

class DescribedCursor<Value> implements KeyCursor<Value> {
  readonly #description: Description<Value> | undefined
  #index = 0

  constructor(description: Description<Value> | undefined, from: ByteKey) {
    this.#description = description
    this.seek(from)
  }

  get key(): ByteKey | undefined {
    return this.#isOver ? undefined : this.#description?.keyOf(this.#index)
  }

  get value(): Value | undefined {
    return this.#isOver ? undefined : this.#description?.valueOf(this.#index)
  }

  get #isOver(): boolean {
    return this.#index >= (this.#description?.count ?? 0)
  }

  next(): void {
    this.#index += 1
  }

  /** By halves: the keys ascend with their numbers. */
  seek(from: ByteKey): void {
    let low = 0
    let high = this.#description?.count ?? 0
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      if ((this.#description?.keyOf(middle) ?? NO_KEY) < from) low = middle + 1
      else high = middle
    }
    this.#index = low
  }
}

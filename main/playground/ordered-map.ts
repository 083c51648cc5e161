import type { ByteKey } from './keys.ts'

interface Chunk<Value> {
  readonly keys: ByteKey[]
  readonly values: Value[]
}

/** Keys in byte order with their values. */
export interface KeyMap<Value> {
  readonly size: number
  get(key: ByteKey): Value | undefined
  set(key: ByteKey, value: Value): void
  delete(key: ByteKey): void
  /** A cursor on the first entry whose key is `from` or greater. It holds until the map is next changed. */
  seek(from: ByteKey): KeyCursor<Value>
}

/** A place among the keys that moves forward. */
export interface KeyCursor<Value> {
  /** The key here; undefined at the end. */
  readonly key: ByteKey | undefined
  readonly value: Value | undefined
  next(): void
  /** Moves to the first entry whose key is `from` or greater. */
  seek(from: ByteKey): void
}

const MOST_IN_A_CHUNK = 512

/**
 * Keys in byte order with their values: sorted chunks of a few hundred entries. A million keys are two
 * thousand chunks, so finding, adding and removing stay near a microsecond, and seeking past a whole prefix
 * costs the same as finding one key.
 */
export class OrderedMap<Value> implements KeyMap<Value> {
  readonly #chunks: Chunk<Value>[] = []
  #size = 0

  get size(): number {
    return this.#size
  }

  get(key: ByteKey): Value | undefined {
    const chunk = this.#chunks[this.#chunkFor(key)]
    if (chunk === undefined) return undefined
    const index = lowerBound(chunk.keys, key)
    return chunk.keys[index] === key ? chunk.values[index] : undefined
  }

  set(key: ByteKey, value: Value): void {
    const at = this.#chunkFor(key)
    const chunk = this.#chunks[at]
    if (chunk === undefined) {
      this.#chunks.push({ keys: [key], values: [value] })
      this.#size = 1
      return
    }
    const index = lowerBound(chunk.keys, key)
    if (chunk.keys[index] === key) {
      chunk.values[index] = value
      return
    }
    chunk.keys.splice(index, 0, key)
    chunk.values.splice(index, 0, value)
    this.#size += 1
    if (chunk.keys.length > MOST_IN_A_CHUNK) this.#split(at, chunk)
  }

  delete(key: ByteKey): void {
    const at = this.#chunkFor(key)
    const chunk = this.#chunks[at]
    if (chunk === undefined) return
    const index = lowerBound(chunk.keys, key)
    if (chunk.keys[index] !== key) return
    chunk.keys.splice(index, 1)
    chunk.values.splice(index, 1)
    this.#size -= 1
    if (chunk.keys.length === 0) this.#chunks.splice(at, 1)
  }

  /** A cursor on the first entry whose key is `from` or greater. It holds until the map is next changed. */
  seek(from: ByteKey): Cursor<Value> {
    return new Cursor(this.#chunks, (key) => this.#chunkFor(key), from)
  }

  /** Keys added in order fill their chunks: a full last chunk is left as it is and a new one begun. */
  #split(at: number, chunk: Chunk<Value>): void {
    const isLast = at === this.#chunks.length - 1
    const middle = isLast ? chunk.keys.length - 1 : chunk.keys.length >> 1
    const right = { keys: chunk.keys.splice(middle), values: chunk.values.splice(middle) }
    this.#chunks.splice(at + 1, 0, right)
  }

  /** The last chunk whose first key is not greater than `key`, or the first chunk. */
  #chunkFor(key: ByteKey): number {
    let low = 0
    let high = this.#chunks.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      const first = this.#chunks[middle]?.keys[0]
      if (first !== undefined && first <= key) low = middle
      else high = middle - 1
    }
    return low
  }
}

/** A place in an OrderedMap that moves forward. */
export class Cursor<Value> implements KeyCursor<Value> {
  readonly #chunks: readonly Chunk<Value>[]
  readonly #chunkFor: (key: ByteKey) => number
  #chunk = 0
  #index = 0

  constructor(chunks: readonly Chunk<Value>[], chunkFor: (key: ByteKey) => number, from: ByteKey) {
    this.#chunks = chunks
    this.#chunkFor = chunkFor
    this.seek(from)
  }

  /** The key here; undefined at the end. */
  get key(): ByteKey | undefined {
    return this.#chunks[this.#chunk]?.keys[this.#index]
  }

  get value(): Value | undefined {
    return this.#chunks[this.#chunk]?.values[this.#index]
  }

  next(): void {
    this.#index += 1
    this.#skipChunkEnd()
  }

  /** Moves to the first entry whose key is `from` or greater. */
  seek(from: ByteKey): void {
    this.#chunk = this.#chunkFor(from)
    const chunk = this.#chunks[this.#chunk]
    this.#index = chunk === undefined ? 0 : lowerBound(chunk.keys, from)
    this.#skipChunkEnd()
  }

  #skipChunkEnd(): void {
    const chunk = this.#chunks[this.#chunk]
    if (chunk === undefined || this.#index < chunk.keys.length) return
    this.#chunk += 1
    this.#index = 0
  }
}

/** The index of the first key that is `key` or greater. */
function lowerBound(keys: readonly ByteKey[], key: ByteKey): number {
  const last = keys[keys.length - 1]
  if (last !== undefined && last < key) return keys.length
  let low = 0
  let high = keys.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((keys[middle] as ByteKey) < key) low = middle + 1
    else high = middle
  }
  return low
}

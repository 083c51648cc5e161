/** A repeatable source of numbers in [0, 1): mulberry32. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    return mix(state) / 0x1_0000_0000
  }
}

/** A number in [0, 1) that depends on `seed` and `index` alone. */
export function randomAt(seed: number, index: number): number {
  return blockSeed(seed, index) / 0x1_0000_0000
}

export const BLOCK_BYTES = 64 * 1024
const WORDS = BLOCK_BYTES / 4

/** One block, used again by every call: none outlives it. */
const scratch = new Uint32Array(WORDS)
const scratchBytes = new Uint8Array(scratch.buffer)

/**
 * Fills `target` with the bytes of the endless stream `seed` from byte `offset` on. Any range can be made
 * without the bytes before it: each block of 64 KiB has a seed of its own.
 */
export function fillSeededBytes(target: Uint8Array, seed: number, offset: number): void {
  let done = 0
  while (done < target.length) {
    const position = offset + done
    const index = Math.floor(position / BLOCK_BYTES)
    const from = position - index * BLOCK_BYTES
    const length = Math.min(BLOCK_BYTES - from, target.length - done)
    fillWords(scratch, blockSeed(seed, index), Math.ceil((from + length) / 4))
    target.set(scratchBytes.subarray(from, from + length), done)
    done += length
  }
}

/** A whole block from its own seed. Its bytes are a linear map of the seed's bits, which crc.ts relies on. */
export function fillBlock(seed: number): Uint8Array {
  const words = new Uint32Array(WORDS)
  fillWords(words, seed, WORDS)
  return new Uint8Array(words.buffer)
}

/** xorshift32, one word after the other. */
function fillWords(words: Uint32Array, seed: number, count: number): void {
  let state = seed
  for (let index = 0; index < count; index += 1) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    words[index] = state
  }
}

/** What the block `index` of the stream `seed` is made of: 32 bits. */
export function blockSeed(seed: number, index: number): number {
  const low = mix((seed >>> 0) ^ mix(Math.floor(seed / 0x1_0000_0000)))
  const high = mix((index >>> 0) + 0x9e3779b9) ^ mix(Math.floor(index / 0x1_0000_0000) + 0x85ebca6b)
  // xorshift would stay at 0.
  return mix(low ^ high) || 1
}

/** Spreads the bits of a 32-bit number (the finaliser of mulberry32). */
function mix(value: number): number {
  let state = value | 0
  state = Math.imul(state ^ (state >>> 15), state | 1)
  state ^= state + Math.imul(state ^ (state >>> 7), state | 61)
  return (state ^ (state >>> 14)) >>> 0
}

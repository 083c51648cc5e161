import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import type { ChecksumAlgorithm } from '#model/properties.ts'

/** A checksum of S3's under way: of bytes that come one after the other. */
export interface Checksum {
  update(bytes: Uint8Array): void
  /** Base64, as S3 writes it. To be called once. */
  digest(): string
}

/** Source: "Checking object integrity in Amazon S3" and the CRC catalogue (CRC-32/ISCSI, CRC-64/NVME). */
export function checksum(algorithm: ChecksumAlgorithm): Checksum {
  switch (algorithm) {
    case 'SHA1':
    case 'SHA256': {
      const hash = createHash(algorithm.toLowerCase())
      return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest('base64') }
    }
    case 'CRC32': {
      let value = 0
      return { update: (bytes) => void (value = crc32(bytes, value)), digest: () => base64Of(value) }
    }
    case 'CRC32C':
      return new Crc(0, 0x82f63b78, 4)
    case 'CRC64NVME':
      return new Crc(0x9a6c9329, 0xac4bc9b5, 8)
  }
}

export function checksumOf(algorithm: ChecksumAlgorithm, bytes: Uint8Array): string {
  const sum = checksum(algorithm)
  sum.update(bytes)
  return sum.digest()
}

/** Whether the checksum of a whole can be had with parts (FULL_OBJECT), or only one of its parts' (COMPOSITE). */
export function coversWholeObject(algorithm: ChecksumAlgorithm): boolean {
  return algorithm === 'CRC32' || algorithm === 'CRC32C' || algorithm === 'CRC64NVME'
}

function base64Of(...words: readonly number[]): string {
  const bytes = Buffer.alloc(4 * words.length)
  words.forEach((word, at) => bytes.writeUInt32BE(word >>> 0, 4 * at))
  return bytes.toString('base64')
}

/** Eight tables of 256 for a polynomial: what a byte does to the sum from 0 to 7 places before its end. */
interface Tables {
  readonly high: Uint32Array
  readonly low: Uint32Array
}
const TABLES = new Map<number, Tables>()

/**
 * A reflected CRC of 32 or 64 bits, eight bytes at a time ("slicing-by-8", Kounavis and Berry). Two halves of 32 bits,
 * for BigInt would cost a hundred times as much.
 */
class Crc implements Checksum {
  readonly #tables: Tables
  readonly #bytes: 4 | 8
  #high: number
  #low = -1

  constructor(polynomialHigh: number, polynomialLow: number, bytes: 4 | 8) {
    let tables = TABLES.get(polynomialLow)
    if (!tables) TABLES.set(polynomialLow, (tables = tablesOf(polynomialHigh, polynomialLow)))
    this.#tables = tables
    this.#bytes = bytes
    this.#high = bytes === 8 ? -1 : 0
  }

  update(bytes: Uint8Array): void {
    const { high: H, low: L } = this.#tables
    let high = this.#high
    let low = this.#low
    let at = 0
    for (const end = bytes.length - 7; at < end; at += 8) {
      low ^= word(bytes, at)
      high ^= word(bytes, at + 4)
      const a = 1792 + (low & 255)
      const b = 1536 + ((low >>> 8) & 255)
      const c = 1280 + ((low >>> 16) & 255)
      const d = 1024 + (low >>> 24)
      const e = 768 + (high & 255)
      const f = 512 + ((high >>> 8) & 255)
      const g = 256 + ((high >>> 16) & 255)
      const h = high >>> 24
      low = at8(L, a) ^ at8(L, b) ^ at8(L, c) ^ at8(L, d) ^ at8(L, e) ^ at8(L, f) ^ at8(L, g) ^ at8(L, h)
      high = at8(H, a) ^ at8(H, b) ^ at8(H, c) ^ at8(H, d) ^ at8(H, e) ^ at8(H, f) ^ at8(H, g) ^ at8(H, h)
    }
    for (; at < bytes.length; at++) {
      const index = (low ^ (bytes[at] as number)) & 255
      low = ((low >>> 8) | (high << 24)) ^ at8(L, index)
      high = (high >>> 8) ^ at8(H, index)
    }
    this.#high = high
    this.#low = low
  }

  digest(): string {
    return this.#bytes === 4 ? base64Of(~this.#low) : base64Of(~this.#high, ~this.#low)
  }
}

function at8(table: Uint32Array, index: number): number {
  return table[index] as number
}

/** Four bytes, the first lowest. */
function word(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)
  )
}

function tablesOf(polynomialHigh: number, polynomialLow: number): Tables {
  const high = new Uint32Array(2048)
  const low = new Uint32Array(2048)
  for (let byte = 0; byte < 256; byte++) {
    let [h, l] = [0, byte]
    for (let bit = 0; bit < 8; bit++) {
      const out = l & 1
      l = (l >>> 1) | (h << 31)
      h >>>= 1
      if (out) {
        l ^= polynomialLow
        h ^= polynomialHigh
      }
    }
    high[byte] = h
    low[byte] = l
  }
  for (let at = 256; at < 2048; at++) {
    const [h, l] = [high[at - 256] as number, low[at - 256] as number]
    low[at] = ((l >>> 8) | (h << 24)) ^ (low[l & 255] as number)
    high[at] = (h >>> 8) ^ (high[l & 255] as number)
  }
  return { high, low }
}

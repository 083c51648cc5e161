import { crc32 } from 'node:zlib'
import { BLOCK_BYTES, blockSeed, fillBlock, fillSeededBytes } from './random.ts'

export type CrcName = 'CRC32' | 'CRC32C' | 'CRC64NVME'

/** Reflected polynomials; all three begin with ones and are inverted at the end. */
const POLYNOMIALS: Readonly<Record<CrcName, { readonly width: 32 | 64; readonly polynomial: bigint }>> = {
  CRC32: { width: 32, polynomial: 0xedb88320n },
  CRC32C: { width: 32, polynomial: 0x82f63b78n },
  CRC64NVME: { width: 64, polynomial: 0x9a6c9329ac4bc9b5n },
}

/** A linear map as tables: the image of each byte at each place, in two halves of 32 bits. */
interface Tables {
  readonly low: Int32Array
  readonly high: Int32Array
}

/** The register in two halves, low and high; the high one of a CRC of 32 bits is 0. */
type Register = Int32Array

/** One polynomial and what is computed of it once. */
class Crc {
  readonly width: 32 | 64
  readonly #polynomial: bigint
  /** x^(2^n), as asked for. */
  readonly #squares: bigint[]
  /** x^(8n) by n: parts mostly have one size. */
  readonly #powers = new Map<number, bigint>()
  readonly bytes: Tables
  #blocks: { readonly shift: Tables; readonly seed: Tables } | undefined

  constructor(name: CrcName) {
    const { width, polynomial } = POLYNOMIALS[name]
    this.width = width
    this.#polynomial = polynomial
    this.#squares = [1n << BigInt(width - 2)]
    this.bytes = byteTables(polynomial)
  }

  /** The product of two polynomials, x^0 being the highest bit. */
  multiply(left: bigint, right: bigint): bigint {
    let product = 0n
    let shifted = right
    for (let bit = 1n << BigInt(this.width - 1); bit > 0n; bit >>= 1n) {
      if ((left & bit) !== 0n) product ^= shifted
      shifted = (shifted & 1n) === 0n ? shifted >> 1n : (shifted >> 1n) ^ this.#polynomial
    }
    return product
  }

  /** What a register is multiplied by when `bytes` zeros follow. */
  power(bytes: number): bigint {
    const known = this.#powers.get(bytes)
    if (known !== undefined) return known
    let power = 1n << BigInt(this.width - 1)
    let index = 0
    for (let rest = BigInt(bytes) * 8n; rest > 0n; rest >>= 1n) {
      if ((rest & 1n) === 1n) power = this.multiply(power, this.#square(index))
      index += 1
    }
    if (this.#powers.size >= 100) this.#powers.clear()
    this.#powers.set(bytes, power)
    return power
  }

  #square(index: number): bigint {
    for (let at = this.#squares.length; at <= index; at += 1) {
      const last = this.#squares[at - 1] ?? 0n
      this.#squares.push(this.multiply(last, last))
    }
    return this.#squares[index] ?? 0n
  }

  /** What a whole block does to the register: its own bits are moved on, those of the block's seed come in. */
  get blocks(): { readonly shift: Tables; readonly seed: Tables } {
    this.#blocks ??= {
      shift: linearTables(this.width, (bit) => this.multiply(1n << BigInt(bit), this.power(BLOCK_BYTES))),
      seed: linearTables(32, (bit) => {
        const register = new Int32Array(2)
        update(this.bytes, register, fillBlock(2 ** bit))
        return toBigInt(register)
      }),
    }
    return this.#blocks
  }
}

const KNOWN = new Map<CrcName, Crc>()

function crcNamed(name: CrcName): Crc {
  const known = KNOWN.get(name) ?? new Crc(name)
  KNOWN.set(name, known)
  return known
}

/** For the byte at each of eight places: the register after it and the places behind it, from 0. */
function byteTables(polynomial: bigint): Tables {
  const low = new Int32Array(8 * 256)
  const high = new Int32Array(8 * 256)
  const last = 7 * 256
  const polynomialLow = Number(BigInt.asIntN(32, polynomial))
  const polynomialHigh = Number(BigInt.asIntN(32, polynomial >> 32n))
  for (let byte = 0; byte < 256; byte += 1) {
    let [lows, highs] = [byte, 0]
    for (let bit = 0; bit < 8; bit += 1) {
      const carry = lows & 1
      lows = (lows >>> 1) | (highs << 31)
      highs >>>= 1
      if (carry === 1) {
        lows ^= polynomialLow
        highs ^= polynomialHigh
      }
    }
    low[last + byte] = lows
    high[last + byte] = highs
  }
  for (let at = last - 1; at >= 0; at -= 1) {
    const [lows, highs] = [low[at + 256] ?? 0, high[at + 256] ?? 0]
    low[at] = ((lows >>> 8) | (highs << 24)) ^ (low[last + (lows & 255)] ?? 0)
    high[at] = (highs >>> 8) ^ (high[last + (lows & 255)] ?? 0)
  }
  return { low, high }
}

/** The tables of the linear map that takes each of `bits` bits to `image` of it. */
function linearTables(bits: number, image: (bit: number) => bigint): Tables {
  const low = new Int32Array(bits * 32)
  const high = new Int32Array(bits * 32)
  for (let bit = 0; bit < bits; bit += 1) {
    const value = image(bit)
    const first = (bit >> 3) * 256
    const mask = 1 << (bit & 7)
    for (let byte = mask; byte < 256; byte += 1) {
      if ((byte & mask) === 0) continue
      low[first + byte] = (low[first + byte] ?? 0) ^ Number(BigInt.asIntN(32, value))
      high[first + byte] = (high[first + byte] ?? 0) ^ Number(BigInt.asIntN(32, value >> 32n))
    }
  }
  return { low, high }
}

/** Takes `bytes` into the register, eight at a time. Every index is within its table, here and below. */
function update({ low, high }: Tables, register: Register, bytes: Uint8Array): void {
  let lows = register[0]!
  let highs = register[1]!
  const whole = bytes.length - (bytes.length % 8)
  let at = 0
  for (; at < whole; at += 8) {
    const one = lows ^ (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24))
    const two =
      highs ^ (bytes[at + 4]! | (bytes[at + 5]! << 8) | (bytes[at + 6]! << 16) | (bytes[at + 7]! << 24))
    const [a, b, c, d] = [
      one & 255,
      256 | ((one >>> 8) & 255),
      512 | ((one >>> 16) & 255),
      768 | (one >>> 24),
    ]
    const e = 1024 | (two & 255)
    const f = 1280 | ((two >>> 8) & 255)
    const g = 1536 | ((two >>> 16) & 255)
    const h = 1792 | (two >>> 24)
    lows = low[a]! ^ low[b]! ^ low[c]! ^ low[d]! ^ low[e]! ^ low[f]! ^ low[g]! ^ low[h]!
    highs = high[a]! ^ high[b]! ^ high[c]! ^ high[d]! ^ high[e]! ^ high[f]! ^ high[g]! ^ high[h]!
  }
  for (; at < bytes.length; at += 1) {
    const byte = 1792 | ((lows ^ bytes[at]!) & 255)
    lows = ((lows >>> 8) | (highs << 24)) ^ low[byte]!
    highs = (highs >>> 8) ^ high[byte]!
  }
  register[0] = lows
  register[1] = highs
}

/** Takes the synthetic blocks `first` to `end` (not in) into the register, without making their bytes. */
function updateBlocks({ blocks }: Crc, register: Register, seed: number, first: number, end: number): void {
  const { shift, seed: seeds } = blocks
  const wide = shift.low.length > 1024
  let lows = register[0]!
  let highs = register[1]!
  for (let index = first; index < end; index += 1) {
    const own = blockSeed(seed, index)
    const a = own & 255
    const b = 256 | ((own >>> 8) & 255)
    const c = 512 | ((own >>> 16) & 255)
    const d = 768 | (own >>> 24)
    let nextLow = seeds.low[a]! ^ seeds.low[b]! ^ seeds.low[c]! ^ seeds.low[d]!
    let nextHigh = seeds.high[a]! ^ seeds.high[b]! ^ seeds.high[c]! ^ seeds.high[d]!
    for (let place = 0; place < 4; place += 1) {
      const byte = (place << 8) | ((lows >>> (place << 3)) & 255)
      nextLow ^= shift.low[byte]!
      nextHigh ^= shift.high[byte]!
      if (!wide) continue
      const upper = 1024 | (place << 8) | ((highs >>> (place << 3)) & 255)
      nextLow ^= shift.low[upper]!
      nextHigh ^= shift.high[upper]!
    }
    lows = nextLow
    highs = nextHigh
  }
  register[0] = lows
  register[1] = highs
}

function toBigInt(register: Register): bigint {
  return (BigInt((register[1] ?? 0) >>> 0) << 32n) | BigInt((register[0] ?? 0) >>> 0)
}

/** A register that begins, or goes on after the CRC of what was before. */
function registerAfter({ width }: Crc, crc: bigint): Register {
  const inverted = BigInt.asUintN(width, ~crc)
  return Int32Array.of(Number(BigInt.asIntN(32, inverted)), Number(BigInt.asIntN(32, inverted >> 32n)))
}

function finished({ width }: Crc, register: Register): bigint {
  return BigInt.asUintN(width, ~toBigInt(register))
}

/** The CRC of `bytes`. */
export function crcOfBytes(name: CrcName, bytes: Uint8Array): bigint {
  if (name === 'CRC32') return BigInt(crc32(bytes))
  const crc = crcNamed(name)
  const register = registerAfter(crc, 0n)
  update(crc.bytes, register, bytes)
  return finished(crc, register)
}

/**
 * The CRC of `size` bytes of the synthetic stream `seed` from `start` on, the same as of the bytes themselves.
 * A whole block of 64 KiB is a linear map of its seed of 32 bits, and so is its CRC: it costs a dozen table
 * look-ups rather than 64 KiB of bytes, half a second for a TiB.
 */
export function crcOfSynthetic(name: CrcName, seed: number, start: number, size: number): bigint {
  const crc = crcNamed(name)
  const register = registerAfter(crc, 0n)
  const end = start + size
  const first = Math.ceil(start / BLOCK_BYTES)
  const last = Math.floor(end / BLOCK_BYTES)
  if (first >= last) {
    update(crc.bytes, register, seededBytes(seed, start, size))
    return finished(crc, register)
  }
  update(crc.bytes, register, seededBytes(seed, start, first * BLOCK_BYTES - start))
  updateBlocks(crc, register, seed, first, last)
  update(crc.bytes, register, seededBytes(seed, last * BLOCK_BYTES, end - last * BLOCK_BYTES))
  return finished(crc, register)
}

function seededBytes(seed: number, start: number, size: number): Uint8Array {
  const bytes = new Uint8Array(size)
  if (size > 0) fillSeededBytes(bytes, seed, start)
  return bytes
}

/** The CRC of two pieces one after the other, from theirs and the size of the second. */
export function combineCrcs(name: CrcName, left: bigint, right: bigint, rightSize: number): bigint {
  const crc = crcNamed(name)
  return crc.multiply(left, crc.power(rightSize)) ^ right
}

/** The bytes of a CRC, the highest first, as S3 sends them. */
export function crcBytes(name: CrcName, crc: bigint): Buffer {
  const { width } = POLYNOMIALS[name]
  return Buffer.from(crc.toString(16).padStart(width / 4, '0'), 'hex')
}

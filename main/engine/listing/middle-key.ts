import { compareKeys } from '../names.ts'

/** Positions below the prefix of which it is remembered what stood there: a guess needs no more. */
const POSITIONS = 128
/** Pages for which nobody else is worth a request. */
const FEWEST = 4
/** A guess is cut short where that takes no more than this share of the way to it. */
const SHORTEN = 8n

/**
 * How the keys below a prefix are written: which characters stood at which position. Bounded, however many are seen.
 * By it a key can be taken for a number, and a key in the middle of two be guessed where nobody has looked yet.
 */
export class KeyShapes {
  readonly #prefix: string
  readonly #seen: Set<number>[] = []
  #alphabets: readonly (readonly number[])[] | undefined

  constructor(prefix: string) {
    this.#prefix = prefix
  }

  see(key: string): void {
    let at = 0
    for (const symbol of symbolsOf(key, this.#prefix)) {
      const seen = (this.#seen[at++] ??= new Set())
      if (seen.has(symbol) || isSurrogate(symbol)) continue
      seen.add(symbol)
      this.#alphabets = undefined
    }
  }

  /** In UTF-8 order, position by position. */
  get alphabets(): readonly (readonly number[])[] {
    return (this.#alphabets ??= this.#seen.map(alphabetOf))
  }

  /** As a number; undefined is behind all keys. Keys in order are numbers in order, and those that are no guess may be one. */
  valueOf(key: string | undefined): bigint {
    let value = 0n
    const symbols = key === undefined ? undefined : symbolsOf(key, this.#prefix)
    for (const [at, alphabet] of this.alphabets.entries()) {
      const symbol = symbols?.[at]
      const digit =
        symbols === undefined ? alphabet.length : symbol === undefined ? 0 : rank(alphabet, symbol)
      value = value * BigInt(alphabet.length + 1) + BigInt(digit)
    }
    return value
  }

  /** The shortest key with a value from `least` to `value`, or one close behind it. */
  keyOf(value: bigint, least: bigint): string {
    const { alphabets } = this
    let place = alphabets.reduce((all, { length }) => all * BigInt(length + 1), 1n)
    let rest = value
    let key = this.#prefix
    for (const alphabet of alphabets) {
      place /= BigInt(alphabet.length + 1)
      const digit = Number(rest / place)
      // 0 is the end of a key; a number with more behind it is none of a key: the next one is.
      key += String.fromCodePoint(alphabet[Math.max(0, digit - 1)] ?? 0)
      if (digit === 0) return key
      rest %= place
      if (value - rest >= least) return key
    }
    return key
  }
}

/** A stretch of keys, and what is known of it. */
export interface Unlisted {
  /** The last key that was listed. */
  readonly after: string
  /** Undefined: to the end of the prefix. */
  readonly to: string | undefined
  /** The first and the last key of a page in it. */
  readonly page: readonly [first: string, last: string]
  /** Two keys that have keys all the way between them, as far as anybody knows. */
  readonly filled?: readonly [from: string, to: string] | undefined
  /**
   * `full`: there are keys right behind its end, so it is taken for evenly filled. `open`: nobody knows how far its keys
   * go, and each doubling of what is known to be filled is as likely to be the last.
   */
  readonly end: 'full' | 'open'
}

export interface Middle {
  readonly key: string
  /** Pages that are probably left of the whole stretch. */
  readonly pages: number
}

/**
 * A key about which a stretch may be halved, or undefined where none lies in between, or less than four pages are left:
 *
 * | its end | the guess                                                                                  |
 * |---------|--------------------------------------------------------------------------------------------|
 * | full    | half of the way                                                                            |
 * | open    | the geometric middle between what is filled, or a page's width, and the whole way: half of the digits in between; at most half of the way |
 *
 * It lies behind `after` and before `to`, begins with the prefix, and is made of whole characters.
 */
export function middleOf(
  shapes: KeyShapes,
  { after, to, page, filled = page, end }: Unlisted,
): Middle | undefined {
  const [low, high] = [shapes.valueOf(after), shapes.valueOf(to)]
  const width = shapes.valueOf(page[1]) - shapes.valueOf(page[0]) + 1n
  const known = shapes.valueOf(filled[1]) - shapes.valueOf(filled[0]) + 1n
  const way = high - low
  if (width <= 0n || way <= width * 2n) return undefined
  const half = way / 2n
  const step = end === 'full' ? half : smaller(half, between(known > width ? known : width, way))
  const pages = Number((step * 16n) / width) / 8
  if (pages < FEWEST) return undefined
  const key = shapes.keyOf(low + step, low + step - step / SHORTEN)
  if (compareKeys(key, after) <= 0 || (to !== undefined && compareKeys(key, to) >= 0)) return undefined
  return { key, pages }
}

/** The geometric middle, to a factor of two. */
function between(low: bigint, high: bigint): bigint {
  return 1n << BigInt((lengthOf(low) + lengthOf(high)) >> 1)
}

function lengthOf(value: bigint): number {
  return value.toString(2).length
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}

/** Code points: their order is that of UTF-8. */
function symbolsOf(key: string, prefix: string): number[] {
  const symbols: number[] = []
  for (let at = prefix.length; at < key.length && symbols.length < POSITIONS;) {
    const symbol = key.codePointAt(at) ?? 0
    symbols.push(symbol)
    at += symbol > 0xffff ? 2 : 1
  }
  return symbols
}

/** Half a character, which no guess may have. */
function isSurrogate(symbol: number): boolean {
  return symbol >= 0xd800 && symbol <= 0xdfff
}

/** How many of the alphabet are up to the symbol. */
function rank(alphabet: readonly number[], symbol: number): number {
  let [low, high] = [0, alphabet.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((alphabet[middle] as number) <= symbol) low = middle + 1
    else high = middle
  }
  return low
}

const DIGITS = [0x30, 0x39] as const
const LETTERS = [
  [0x61, 0x7a],
  [0x41, 0x5a],
] as const
/** Of a hexadecimal digit, a to f. */
const HEX = 5

/**
 * What may stand at a position, by what stood there:
 *
 * | seen                            | may stand there       |
 * |---------------------------------|-----------------------|
 * | a digit                         | all digits            |
 * | digits, and letters up to f     | hexadecimal digits    |
 * | several letters of one case     | all of that case      |
 * | one letter, or anything else    | that                  |
 */
function alphabetOf(seen: ReadonlySet<number>): number[] {
  const all = new Set(seen)
  const within = ([from, to]: readonly [number, number]): number[] =>
    [...seen].filter((symbol) => symbol >= from && symbol <= to)
  const digits = within(DIGITS).length
  if (digits > 0) addAll(all, DIGITS)
  for (const letters of LETTERS) {
    const found = within(letters)
    const isHex = digits > 0 && found.every((symbol) => symbol <= letters[0] + HEX)
    if (found.length > 0 && isHex) addAll(all, [letters[0], letters[0] + HEX])
    else if (found.length > 1) addAll(all, letters)
  }
  return [...all].sort((a, b) => a - b)
}

function addAll(symbols: Set<number>, [from, to]: readonly [number, number]): void {
  for (let symbol = from; symbol <= to; symbol++) symbols.add(symbol)
}

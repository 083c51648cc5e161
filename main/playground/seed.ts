import type { Attributes } from './attributes.ts'
import { syntheticContent } from './content.ts'
import type { Piece } from './content.ts'
import type { Encryption } from './encryption.ts'
import type { Guard } from './guard.ts'
import { toByteKey } from './keys.ts'
import type { ByteKey } from './keys.ts'
import { randomAt } from './random.ts'
import type { Tags } from './tags.ts'

/** A description of any number of objects with synthetic bodies. */
export interface SeedPlan {
  readonly count: number
  readonly prefix: string
  /** The rest of each key; see keyPattern. */
  readonly pattern: string
  /** Sizes in bytes; spread evenly over the orders of magnitude between both if they differ. */
  readonly smallest: number
  readonly largest: number
  /** Chooses bytes and sizes. Two plans with the same seed hold the same contents. */
  readonly seed: number
  /** What the version ids begin with in a versioned bucket: nothing else has it. */
  readonly versionPrefix: string
  /** Last-Modified of the first and the last object, in seconds since 1970; the others lie between. */
  readonly firstModified: number
  readonly lastModified: number
  readonly attributes: Attributes
  readonly tags: Tags
  readonly storageClass: string
  /** Left out for SSE-S3. */
  readonly encryption?: Encryption
  readonly guard?: Guard
}

/** The content of the plan's object `index`. */
export function seededContent(plan: SeedPlan, index: number): Piece {
  return syntheticContent(seededSize(plan, index), plan.seed * SEED_STRIDE + index)
}

/** Far enough apart for a billion objects a seed, small enough for exact integers up to four million seeds. */
const SEED_STRIDE = 2 ** 31

export const LARGEST_SEED = 2 ** 22 - 1

function seededSize({ smallest, largest, seed }: SeedPlan, index: number): number {
  if (smallest === largest) return smallest
  const low = Math.log(smallest + 1)
  const high = Math.log(largest + 1)
  return Math.round(Math.exp(low + (high - low) * randomAt(seed, index)) - 1)
}

/** Last-Modified of the plan's object `index`. */
export function seededTime({ firstModified, lastModified, count }: SeedPlan, index: number): number {
  if (count < 2) return lastModified
  return firstModified + Math.floor(((lastModified - firstModified) * index) / (count - 1))
}

const FIELD = /\{n(?:\/([1-9]\d*))?(?:%([1-9]\d*))?(?:\+(\d+))?(?::(\d+))?\}/g

/**
 * A function from an object's number to its key. `{n}` in the pattern is the number, from 0. In this order it
 * may be divided (`{n/100}`, rounded down), taken modulo (`{n%28}`), raised (`{n+1}`) and padded with zeros
 * (`{n:6}`): `2026/11/{n/50%28+1:2}/part-{n:5}.parquet`.
 */
export function keyPattern(prefix: string, pattern: string): (index: number) => ByteKey {
  const texts: string[] = []
  const fields: ((index: number) => string)[] = []
  let last = 0
  for (const match of pattern.matchAll(FIELD)) {
    texts.push(pattern.slice(last, match.index))
    fields.push(numberField(match))
    last = match.index + match[0].length
  }
  const end = toByteKey(pattern.slice(last))
  const literals = texts.map((text, at) => toByteKey(at === 0 ? prefix + text : text))
  if (fields.length === 0) return () => toByteKey(prefix + pattern)
  return (index) => {
    const parts: string[] = []
    for (let at = 0; at < fields.length; at += 1) {
      parts.push(literals[at] ?? '', fields[at]?.(index) ?? '')
    }
    parts.push(end)
    // join makes a flat string; adding them up would keep every part alive beside it.
    return parts.join('') as ByteKey
  }
}

/**
 * The number of a key of `count` that one padded number in the pattern makes: of keys that ascend with their numbers.
 * Undefined for any other key.
 */
export function numberIn(
  prefix: string,
  pattern: string,
  count: number,
): (key: ByteKey) => number | undefined {
  const keyOf = keyPattern(prefix, pattern)
  const start = toByteKey(prefix + pattern.slice(0, pattern.search(FIELD))).length
  const { length } = keyOf(0)
  const width = length - start - toByteKey(pattern.slice(pattern.indexOf('}') + 1)).length
  return (key) => {
    const index = key.length === length ? Number(key.slice(start, start + width)) : NaN
    return index < count && keyOf(index) === key ? index : undefined
  }
}

/** Whether its keys ascend with their numbers up to `count`: one number, padded to as many digits as the last has. */
export function ascends(pattern: string, count: number): boolean {
  const [field, ...more] = pattern.match(FIELD) ?? []
  const width = /^\{n:(\d+)\}$/.exec(field ?? '')?.[1]
  return more.length === 0 && width !== undefined && String(Math.max(0, count - 1)).length <= Number(width)
}

/** Whether each number gives a key of its own is for the caller to know; a pattern with no field gives one. */
export function hasField(pattern: string): boolean {
  return pattern.search(FIELD) !== -1
}

function numberField(match: RegExpExecArray): (index: number) => string {
  const [, divisor, modulus, addend, width] = match
  const divide = Number(divisor ?? 1)
  const modulo = modulus === undefined ? Infinity : Number(modulus)
  const add = Number(addend ?? 0)
  const pad = Number(width ?? 0)
  return (index) => String((Math.floor(index / divide) % modulo) + add).padStart(pad, '0')
}

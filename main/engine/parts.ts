import { S3_LIMITS } from '#model/object.ts'

const MIB = 1024 ** 2
/** Large parts mean few requests, each of them priced. 100 GiB are 400 parts. */
const LARGEST_CHOSEN = 256 * MIB
/** Below that size, so many parts that several connections have work. */
const PARTS_WANTED = 32
/** So many are left whatever the latency, as far as the object is large enough for them. */
const PARTS_LEFT = 16
/**
 * Bytes that S3 moves in a millisecond of one request. Source: "Performance guidelines for Amazon S3": 85 to 90 MB/s
 * for each of several concurrent requests.
 */
export const BYTES_A_MS = 90_000

/**
 * The part size for an object of `size` bytes, a multiple of a MiB between 5 MiB and 5 GiB that needs at most
 * 10,000 parts. `latency`: milliseconds of a round trip; a part should not be moved faster than one is waited for.
 * Source of the limits: "Amazon S3 multipart upload limits".
 *
 * | object                    | part                                                       |
 * |---------------------------|------------------------------------------------------------|
 * | up to 160 MiB             | 5 MiB                                                      |
 * | up to 8 GiB               | a 32nd of it                                               |
 * | up to 2.4 TiB             | 256 MiB                                                    |
 * | larger                    | a 10,000th of it                                           |
 * | far away, up to 4 GiB     | what moves in a round trip, but a 16th of it at most       |
 */
export function choosePartSize(size: number, latency = 0): number {
  const worthIt = Math.min(latency * BYTES_A_MS, size / PARTS_LEFT)
  const wanted = Math.max(size / PARTS_WANTED, worthIt, S3_LIMITS.minPart)
  const chosen = Math.min(wanted, LARGEST_CHOSEN)
  return Math.ceil(Math.max(chosen, size / S3_LIMITS.parts) / MIB) * MIB
}

export function countParts(size: number, partSize: number): number {
  return Math.max(1, Math.ceil(size / partSize))
}

/** Where an object is cut: every so many bytes, or where another was. */
export type PartLayout =
  | { readonly is: 'even'; readonly size: number; readonly partSize: number }
  /** `ends[n]`: the byte behind part n + 1. */
  | { readonly is: 'own'; readonly size: number; readonly ends: readonly number[] }

export function partCount(layout: PartLayout): number {
  return layout.is === 'even' ? countParts(layout.size, layout.partSize) : layout.ends.length
}

/** First and last byte, both in, of `part` (from 1). */
export function partRange(layout: PartLayout, part: number): readonly [number, number] {
  if (layout.is === 'own') return [layout.ends[part - 2] ?? 0, (layout.ends[part - 1] ?? layout.size) - 1]
  const first = (part - 1) * layout.partSize
  return [first, Math.min(first + layout.partSize, layout.size) - 1]
}

export function partBytes(layout: PartLayout, part: number): number {
  const [first, last] = partRange(layout, part)
  return last - first + 1
}

/** The one size by which the journal knows a layout: as many parts of it make the object. */
export function nominalPartSize(layout: PartLayout): number {
  return layout.is === 'even' ? layout.partSize : Math.ceil(layout.size / layout.ends.length)
}

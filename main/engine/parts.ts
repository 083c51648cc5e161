import { S3_LIMITS } from '#model/object.ts'

const MIB = 1024 ** 2
/** Large parts mean few requests, each of them priced. 100 GiB are 400 parts. */
const LARGEST_CHOSEN = 256 * MIB
/** Below that size, so many parts that several connections have work. */
const PARTS_WANTED = 32

/**
 * The part size for an object of `size` bytes, a multiple of a MiB between 5 MiB and 5 GiB that needs at most
 * 10,000 parts. `atLeast` asks for larger parts. Source of the limits: "Amazon S3 multipart upload limits".
 */
export function choosePartSize(size: number, atLeast = 0): number {
  const chosen = Math.min(Math.max(size / PARTS_WANTED, S3_LIMITS.minPart), LARGEST_CHOSEN)
  return Math.ceil(Math.max(chosen, atLeast, size / S3_LIMITS.parts) / MIB) * MIB
}

export function countParts(size: number, partSize: number): number {
  return Math.max(1, Math.ceil(size / partSize))
}

/** First and last byte, both in, of `part` (from 1). */
export function partRange(size: number, partSize: number, part: number): readonly [number, number] {
  const first = (part - 1) * partSize
  return [first, Math.min(first + partSize, size) - 1]
}

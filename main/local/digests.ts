import { createHash } from 'node:crypto'
import { fail } from '#model/failure.ts'
import type { ChecksumAlgorithm } from '#model/properties.ts'
import { checksum } from '../engine/compare/checksum.ts'
import type { Digest } from '../engine/storage.ts'

/** What the bytes on their way into a file come to. */
export interface Measuring {
  see(piece: Uint8Array): void
  /** To be called once, when all have passed. */
  told(): Measured
}
export interface Measured {
  /** Hexadecimal. Undefined where only a checksum was asked for: an MD5 is most of what a file costs. */
  readonly md5?: string | undefined
  readonly checksums?: Readonly<Record<string, string>> | undefined
}

/** MD5, unless the bytes can be told by `mustBe`'s checksum alone; and the checksums that are asked for. */
export function measuring(asked: ChecksumAlgorithm | undefined, mustBe: Digest | undefined): Measuring {
  const isTold = mustBe?.checksum !== undefined && mustBe.etag === undefined
  const md5 = isTold ? undefined : createHash('md5')
  const algorithms = [...new Set([asked, mustBe?.checksum?.algorithm])].filter((each) => each !== undefined)
  const sums = algorithms.map((algorithm) => [algorithm, checksum(algorithm)] as const)
  return {
    see(piece) {
      md5?.update(piece)
      for (const [, sum] of sums) sum.update(piece)
    },
    told: () => ({
      md5: md5?.digest('hex'),
      ...(sums.length > 0 && {
        checksums: Object.fromEntries(sums.map(([name, sum]) => [name, sum.digest()])),
      }),
    }),
  }
}

/** A part is told by the checksum that it is asked for, and else by its MD5. */
export function measuringPart(asked: ChecksumAlgorithm | undefined): Measuring {
  return measuring(asked, asked && { checksum: { algorithm: asked, value: '' } })
}

/** The ETag that S3 gives to an object of parts: the MD5 of their MD5s, and how many they are. */
export function etagOfParts(md5s: readonly string[]): string {
  const hash = createHash('md5')
  for (const md5 of md5s) hash.update(md5, 'hex')
  return `${hash.digest('hex')}-${md5s.length}`
}

/** Throws `not-verified` for other bytes than were meant. */
export function checkDigest(
  mustBe: Digest | undefined,
  etag: string | undefined,
  checksums: Readonly<Record<string, string>> | undefined,
  key: string,
): void {
  if (mustBe?.etag !== undefined && mustBe.etag !== etag) refuse('ETag', key)
  const sum = mustBe?.checksum
  if (sum && checksums?.[sum.algorithm] !== sum.value) refuse(`checksum ${sum.algorithm}`, key)
}

function refuse(property: string, key: string): never {
  const message = `${key} did not arrive as it was sent: its ${property} is another. The file was not written.`
  fail('not-verified', 'item', message, { property })
}

import { createHash } from 'node:crypto'
import type { ChecksumAlgorithm } from '#model/properties.ts'
import { checksumOf, coversWholeObject } from '../../../main/engine/compare/checksum.ts'
import type { Content } from './content.ts'
import { toBytes } from './content.ts'

/** Larger contents have a checksum that is as good as one: equal for equal contents. Bytes. */
export const REAL_CHECKSUM = 16 * 1024 ** 2

/** The checksum that a version keeps, computed when somebody asks. */
export interface Summed {
  readonly algorithm: ChecksumAlgorithm
  readonly type: 'FULL_OBJECT' | 'COMPOSITE'
  readonly value: () => string
}

/** `real`: as many bytes are summed up. `as`: what was asked for. AWS gives everything a CRC64NVME that has no other. */
export function summed(content: Content, real: number, as: ChecksumAlgorithm = 'CRC64NVME'): Summed {
  let value: string | undefined
  return { algorithm: as, type: 'FULL_OBJECT', value: () => (value ??= sumOf(as, content, real)) }
}

/** Of an upload: of all its bytes, or of its parts' checksums and their count. */
export function summedParts(
  content: Content,
  parts: readonly Content[],
  real: number,
  algorithm: ChecksumAlgorithm = 'CRC64NVME',
  type: Summed['type'] = algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE',
): Summed {
  if (type === 'FULL_OBJECT' && coversWholeObject(algorithm)) return summed(content, real, algorithm)
  const sums = (): Buffer =>
    Buffer.concat(parts.map((part) => Buffer.from(sumOf(algorithm, part, real), 'base64')))
  return { algorithm, type: 'COMPOSITE', value: () => `${checksumOf(algorithm, sums())}-${parts.length}` }
}

/** As a HEAD or an answer tells it. */
export function toldChecksums(sum: Summed | undefined): {
  readonly checksums?: Record<string, string>
  readonly checksumType?: Summed['type']
} {
  return sum ? { checksums: { [sum.algorithm]: sum.value() }, checksumType: sum.type } : {}
}

export function sumOf(algorithm: ChecksumAlgorithm, content: Content, real: number): string {
  if (content.size <= real) return checksumOf(algorithm, toBytes(content))
  return createHash('sha256').update(`${algorithm} ${content.digest}`).digest('base64')
}

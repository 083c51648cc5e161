import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ChecksumAlgorithm } from '#model/properties.ts'
import { checksum, checksumOf } from '../../main/engine/compare/checksum.ts'

const hex = (base64: string): string => Buffer.from(base64, 'base64').toString('hex')
const CHECK = Buffer.from('123456789')

describe('checksums', () => {
  // The check values of the CRC catalogue; the hashes by Node.
  it.each<[ChecksumAlgorithm, of: string]>([
    ['CRC32', 'cbf43926'],
    ['CRC32C', 'e3069283'],
    ['CRC64NVME', 'ae8b14860a799888'],
    ['SHA1', createHash('sha1').update(CHECK).digest('hex')],
    ['SHA256', createHash('sha256').update(CHECK).digest('hex')],
  ])('%s of 123456789 is %s', (algorithm, expected) => {
    expect(hex(checksumOf(algorithm, CHECK))).toBe(expected)
  })

  it.each(['CRC32', 'CRC32C', 'CRC64NVME'] as const)(
    '%s is the same however the bytes are cut',
    (algorithm) => {
      fc.assert(
        fc.property(
          fc.uint8Array({ maxLength: 100 }),
          fc.array(fc.nat(100), { maxLength: 5 }),
          (bytes, cuts) => {
            const sum = checksum(algorithm)
            let from = 0
            for (const cut of [...cuts].sort((a, b) => a - b)) {
              sum.update(bytes.subarray(from, cut))
              from = Math.max(from, Math.min(cut, bytes.length))
            }
            sum.update(bytes.subarray(from))
            expect(sum.digest()).toBe(bitByBit(algorithm, bytes))
          },
        ),
      )
    },
  )
})

/** As the definition has it, a bit at a time. */
function bitByBit(algorithm: 'CRC32' | 'CRC32C' | 'CRC64NVME', bytes: Uint8Array): string {
  const size = algorithm === 'CRC64NVME' ? 8 : 4
  const polynomial = { CRC32: 0xedb88320n, CRC32C: 0x82f63b78n, CRC64NVME: 0x9a6c9329ac4bc9b5n }[algorithm]
  const all = (1n << BigInt(size * 8)) - 1n
  let value = all
  for (const byte of bytes) {
    value ^= BigInt(byte)
    for (let bit = 0; bit < 8; bit++) value = value & 1n ? (value >> 1n) ^ polynomial : value >> 1n
  }
  return Buffer.from(((value ^ all) & all).toString(16).padStart(size * 2, '0'), 'hex').toString('base64')
}

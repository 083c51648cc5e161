import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  CHECKSUM_ALGORITHMS,
  checksumOf,
  checksumOfBytes,
  combinedChecksum,
  compositeChecksum,
  isChecksum,
  isComposite,
  isTrue,
} from '../../main/playground/checksums.ts'
import {
  joinContents,
  readContent,
  realContent,
  sliceContent,
  syntheticContent,
} from '../../main/playground/content.ts'
import type { Content } from '../../main/playground/content.ts'

const KIB = 1024
const GIB = 1024 ** 3
const TIB = 1024 ** 4
const CRCS = ['CRC32', 'CRC32C', 'CRC64NVME'] as const

function bytesOf(content: Content): Buffer {
  return Buffer.concat([...readContent(content, 0, content.size)])
}

describe('checksums', () => {
  // The check values of the catalogue of CRCs, and of the digests.
  test.each([
    ['CRC32', 'y/Q5Jg=='],
    ['CRC32C', '4waSgw=='],
    ['CRC64NVME', 'rosUhgp5mIg='],
    ['SHA1', '98O8HYCOBHMq32eZZczDTKeuNEE='],
    ['SHA256', 'FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU='],
  ] as const)('%s of 123456789 is %s', (algorithm, value) => {
    expect(checksumOfBytes(algorithm, Buffer.from('123456789'))).toBe(value)
    expect(isChecksum(algorithm, value)).toBe(true)
    expect(isComposite(algorithm, `${value}-3`)).toBe(true)
  })

  test.each([
    ['CRC32', 'y/Q5Jg=', false],
    ['CRC32', 'y/Q5', false],
    ['CRC64NVME', 'y/Q5Jg==', false],
    ['CRC32', 'not base64!', false],
    ['CRC32', '', false],
  ] as const)('%s cannot be %j', (algorithm, value, possible) => {
    expect(isChecksum(algorithm, value)).toBe(possible)
    expect(isComposite(algorithm, `${value}-0`)).toBe(false)
  })

  const contents: readonly Content[] = [
    realContent(Buffer.alloc(0)),
    realContent(Buffer.from('some text')),
    syntheticContent(10, 7),
    syntheticContent(64 * KIB, 7),
    syntheticContent(300_001, 2 ** 40, 65_530),
    syntheticContent(128 * KIB, 7, 64 * KIB),
    joinContents([
      realContent(Buffer.from('ab')),
      syntheticContent(200 * KIB, 3, 5),
      realContent(Buffer.from('cd')),
      syntheticContent(70 * KIB, 4),
    ]),
  ]
  test.each(contents.map((content, index) => [index, content] as const))(
    'of content %d are those of its bytes',
    (_, content) => {
      for (const algorithm of CHECKSUM_ALGORITHMS) {
        expect(checksumOf(algorithm, content)).toBe(checksumOfBytes(algorithm, bytesOf(content)))
        expect(isTrue(algorithm, content)).toBe(true)
      }
    },
  )

  test.each([
    [10, [1, 2, 3, 4]],
    [300_000, [65_536, 1, 65_535, 168_928]],
    [6 * GIB, [5 * GIB, GIB]],
    // Over the place up to which CRCs are true, and far behind it.
    [TIB, [100 * GIB, 200 * GIB, 5 * GIB, 719 * GIB]],
    [45 * TIB, [5 * GIB, 45 * TIB - 5 * GIB]],
  ])('of %d synthetic bytes are combined from any parts of them', (size, sizes) => {
    const whole = syntheticContent(size, 11)
    for (const algorithm of CRCS) {
      let start = 0
      const parts = sizes.map((each) => {
        const part = sliceContent(syntheticContent(size, 11), start, each)
        start += each
        return { value: checksumOf(algorithm, part), size: each }
      })
      expect(start).toBe(size)
      expect(combinedChecksum(algorithm, parts)).toBe(checksumOf(algorithm, whole))
    }
  })

  test('a SHA of many synthetic bytes is not theirs, but the same for the same bytes', () => {
    const whole = syntheticContent(5 * TIB, 1)
    const again = joinContents([sliceContent(whole, 0, GIB), sliceContent(whole, GIB, 5 * TIB - GIB)])
    expect(isTrue('SHA256', whole)).toBe(false)
    expect(checksumOf('SHA256', again)).toBe(checksumOf('SHA256', whole))
    expect(checksumOf('SHA256', syntheticContent(5 * TIB, 2))).not.toBe(checksumOf('SHA256', whole))
  })

  test('of parts are the checksum of theirs, and their number', () => {
    const parts = ['one', 'two'].map((text) => ({
      value: checksumOfBytes('SHA256', Buffer.from(text)),
      size: text.length,
    }))
    const digests = parts.map(({ value }) => Buffer.from(value, 'base64'))
    const expected = createHash('sha256').update(Buffer.concat(digests)).digest('base64')
    expect(compositeChecksum('SHA256', parts)).toBe(`${expected}-2`)
  })
})

import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  digestOf,
  joinContents,
  readContent,
  realContent,
  sameContents,
  sliceContent,
  syntheticContent,
} from '../../main/playground/content.ts'
import type { Content } from '../../main/playground/content.ts'

const GIB = 1024 ** 3

function bytesOf(content: Content, start = 0, length = content.size - start): Buffer {
  return Buffer.concat([...readContent(content, start, length)])
}

describe('a synthetic body', () => {
  test('gives the same bytes from anywhere, as often as asked', () => {
    const content = syntheticContent(300_000, 42)
    const whole = bytesOf(content)
    expect(whole.length).toBe(300_000)
    for (const [start, length] of [
      [0, 1],
      [65_535, 3],
      [65_536, 65_537],
      [123_457, 150_001],
      [299_999, 1],
    ] as const) {
      expect(bytesOf(content, start, length).equals(whole.subarray(start, start + length))).toBe(true)
    }
    expect(new Set(whole).size).toBe(256)
  })

  test('differs by seed, and far into terabytes', () => {
    const far = 40 * 1024 * GIB
    const one = bytesOf(syntheticContent(64 * 1024 * GIB, 1), far, 64)
    const other = bytesOf(syntheticContent(64 * 1024 * GIB, 2), far, 64)
    expect(one.equals(other)).toBe(false)
    expect(one.equals(bytesOf(syntheticContent(64 * 1024 * GIB, 1), 0, 64))).toBe(false)
  })

  test('copied by ranges is itself again', () => {
    const whole = syntheticContent(6 * GIB, 9)
    const part = 700 * 1024 ** 2
    const slices: Content[] = []
    for (let start = 0; start < whole.size; start += part) {
      slices.push(sliceContent(whole, start, Math.min(part, whole.size - start)))
    }
    const joined = joinContents(slices)
    expect(joined).toEqual(whole)
    expect(digestOf(joined)).toBe(digestOf(whole))
    expect(digestOf(joinContents(slices.toReversed()))).not.toBe(digestOf(whole))
    expect(sameContents(joinContents(slices.toReversed()), whole)).toBe(false)
  })
})

describe('contents', () => {
  const real = realContent(Buffer.from('The quick brown fox jumps over the lazy dog'))

  test('of real bytes have the MD5 of AWS, in one piece or several', () => {
    const md5 = '9e107d9d372bb6826bd81d3542a419d6'
    expect(digestOf(real)).toBe(md5)
    const pieces = joinContents([sliceContent(real, 20, 23), sliceContent(real, 0, 20)])
    expect(pieces.kind).toBe('composite')
    expect(digestOf(pieces)).toBe(createHash('md5').update(bytesOf(pieces)).digest('hex'))
    expect(joinContents([sliceContent(real, 0, 20), sliceContent(real, 20, 23)])).toEqual(real)
    expect(digestOf(syntheticContent(0, 5))).toBe('d41d8cd98f00b204e9800998ecf8427e')
  })

  test('are compared by their bytes where a synthetic piece meets a real one', () => {
    const synthetic = syntheticContent(600_000, 3)
    const relayed = realContent(bytesOf(synthetic))
    expect(sameContents(synthetic, relayed)).toBe(true)
    const inParts = joinContents([
      realContent(bytesOf(synthetic, 0, 100_000)),
      sliceContent(synthetic, 100_000, 300_000),
      realContent(bytesOf(synthetic, 400_000)),
    ])
    expect(sameContents(inParts, synthetic)).toBe(true)
    expect(sameContents(inParts, relayed)).toBe(true)
    const spoilt = Buffer.from(relayed.kind === 'real' ? relayed.bytes : '')
    spoilt.writeUInt8(spoilt.readUInt8(599_999) ^ 1, 599_999)
    expect(sameContents(synthetic, realContent(spoilt))).toBe(false)
    expect(sameContents(synthetic, syntheticContent(600_001, 3))).toBe(false)
  })

  test('can be cut anywhere', () => {
    const mixed = joinContents([real, syntheticContent(1000, 1), real])
    const whole = bytesOf(mixed)
    for (let start = 0; start < mixed.size; start += 97) {
      const length = Math.min(211, mixed.size - start)
      expect(bytesOf(sliceContent(mixed, start, length)).equals(whole.subarray(start, start + length))).toBe(
        true,
      )
    }
  })
})

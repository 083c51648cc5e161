import { describe, expect, test } from 'vitest'
import { S3_LIMITS } from '#model/object.ts'
import { choosePartSize, countParts, partRange } from '../../main/engine/parts.ts'

const MIB = 1024 ** 2
const GIB = 1024 ** 3

describe('parts', () => {
  test.each([
    { size: 1, partMib: 5, parts: 1 },
    { size: 5 * MIB + 1, partMib: 5, parts: 2 },
    { size: 160 * MIB, partMib: 5, parts: 32 },
    { size: 5 * GIB + 1, partMib: 161, parts: 32 },
    { size: 6e9, partMib: 179, parts: 32 },
    { size: 100 * GIB, partMib: 256, parts: 400 },
    { size: 5 * 1024 * GIB, partMib: 525, parts: 9987 },
    { size: S3_LIMITS.object, partMib: 5120, parts: 10_000 },
  ])('$size bytes: $parts parts of $partMib MiB', ({ size, partMib, parts }) => {
    const partSize = choosePartSize(size)
    expect({ partMib: partSize / MIB, parts: countParts(size, partSize) }).toEqual({ partMib, parts })
    expect(parts).toBeLessThanOrEqual(S3_LIMITS.parts)
  })

  test('the ranges of all parts are the object, without gap or overlap', () => {
    const size = 23 * MIB + 7
    const partSize = choosePartSize(size)
    let next = 0
    for (let part = 1; part <= countParts(size, partSize); part++) {
      const [first, last] = partRange(size, partSize, part)
      expect(first).toBe(next)
      expect(last - first + 1).toBeLessThanOrEqual(partSize)
      next = last + 1
    }
    expect(next).toBe(size)
  })

  test('larger parts can be asked for, whole MiB', () => {
    expect(choosePartSize(100 * MIB, 7.5 * MIB)).toBe(8 * MIB)
  })
})

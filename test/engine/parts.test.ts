import { describe, expect, test } from 'vitest'
import { S3_LIMITS } from '#model/object.ts'
import type { PartLayout } from '../../main/engine/parts.ts'
import {
  choosePartSize,
  countParts,
  nominalPartSize,
  partBytes,
  partCount,
  partRange,
} from '../../main/engine/parts.ts'

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

  test.each([
    { size: 1000 * MIB, latency: 0, partMib: 32 },
    { size: 1000 * MIB, latency: 20, partMib: 32 },
    { size: 1000 * MIB, latency: 500, partMib: 43 },
    { size: 1000 * MIB, latency: 60_000, partMib: 63 },
    { size: 100 * MIB, latency: 20, partMib: 5 },
    { size: 100 * MIB, latency: 500, partMib: 7 },
    { size: 100 * GIB, latency: 2000, partMib: 256 },
    { size: 100 * GIB, latency: 60_000, partMib: 256 },
    { size: 5 * 1024 * GIB, latency: 60_000, partMib: 525 },
  ])('$size bytes, $latency ms away: parts of $partMib MiB', ({ size, latency, partMib }) => {
    expect(choosePartSize(size, latency) / MIB).toBe(partMib)
  })

  const size = 23 * MIB + 7
  const layouts: PartLayout[] = [
    { is: 'even', size, partSize: choosePartSize(size) },
    { is: 'even', size, partSize: size },
    { is: 'own', size, ends: [5 * MIB, 15 * MIB, 21 * MIB, size] },
  ]
  test.each(layouts)('the ranges of all parts are the object, without gap or overlap: %j', (layout) => {
    let next = 0
    for (let part = 1; part <= partCount(layout); part++) {
      const [first, last] = partRange(layout, part)
      expect(first).toBe(next)
      expect(last - first + 1).toBe(partBytes(layout, part))
      next = last + 1
    }
    expect(next).toBe(size)
    expect(countParts(size, nominalPartSize(layout))).toBe(partCount(layout))
  })
})

import { describe, expect, test } from 'vitest'
import { fileEtag } from '#model/file-etag.ts'
import type { ObjectSummary } from '#model/object.ts'
import { decideConflict } from '../../main/engine/conflict.ts'

const object = (etag: string, lastModified: number, size = 5): ObjectSummary => ({
  key: 'k',
  size,
  etag,
  lastModified,
  storageClass: 'STANDARD',
})
const source = object('s', 100)
const over = (of: ObjectSummary) => ({
  do: 'write',
  expect: { is: 'etag', etag: of.etag, lastModified: of.lastModified },
})
const absent = { do: 'write', expect: { is: 'absent' } }
const anything = { do: 'write', expect: { is: 'anything' } }
const skip = (reason: string) => ({ do: 'skip', reason })

describe('decideConflict', () => {
  test.each([
    { policy: 'skip' as const, decision: absent },
    { policy: 'overwrite' as const, decision: anything },
    { policy: 'if-newer' as const, decision: absent },
    { policy: 'if-different' as const, decision: absent },
    { policy: 'fail' as const, decision: absent },
  ])('$policy, absent', ({ policy, decision }) => {
    expect(decideConflict(policy, source, undefined)).toEqual(decision)
  })

  const older = object('d', 99)
  const alike = object('d', 100)
  const newer = object('d', 101)
  test.each([
    { policy: 'skip' as const, is: 'older', there: older, decision: skip('exists') },
    { policy: 'overwrite' as const, is: 'older', there: older, decision: anything },
    { policy: 'if-newer' as const, is: 'older', there: older, decision: over(older) },
    { policy: 'if-newer' as const, is: 'as old', there: alike, decision: skip('not-newer') },
    { policy: 'if-newer' as const, is: 'newer', there: newer, decision: skip('not-newer') },
  ])('$policy, destination $is', ({ policy, there, decision }) => {
    expect(decideConflict(policy, source, there)).toEqual(decision)
  })

  const file = (lastModified: number, size = 5): ObjectSummary =>
    object(fileEtag({ size: BigInt(size), mtimeNs: BigInt(lastModified), ino: 1n }), lastModified, size)
  const parts3 = object('x-3', 100)
  test.each([
    { is: 'another size', from: source, there: object('s', 200, 6), same: false },
    { is: 'the same ETag', from: source, there: object('s', 1), same: true },
    { is: 'another ETag of one part', from: source, there: object('d', 200), same: false },
    { is: 'another ETag of as many parts', from: parts3, there: object('y-3', 200), same: false },
    { is: 'other parts, written later', from: parts3, there: object('y', 100), same: true },
    { is: 'other parts, written before', from: parts3, there: object('y-4', 99), same: false },
    { is: 'the date of the file', from: file(100), there: object('d', 100), same: true },
    { is: 'a date before the file', from: file(100), there: object('d', 99), same: false },
    { is: 'a file of that date', from: source, there: file(100), same: true },
    { is: 'a file of that date, as FAT keeps it', from: object('s', 3000), there: file(1000), same: true },
    { is: 'an older file', from: object('s', 3001), there: file(1000), same: false },
    { is: 'a file of another size', from: source, there: file(200, 6), same: false },
  ])('if-different, destination has $is', ({ from, there, same }) => {
    expect(decideConflict('if-different', from, there)).toEqual(same ? skip('same') : over(there))
  })

  test('fail, destination exists', () => {
    expect(decideConflict('fail', source, older)).toMatchObject({
      do: 'refuse',
      failure: { code: 'destination-exists', reach: 'item' },
    })
  })
})

import { describe, expect, test } from 'vitest'
import type { Encryption } from '#model/object.ts'
import { compareEtags, levelFor } from '../../main/engine/compare/verify.ts'
import { CEPH_16_HABITS, GOOD_HABITS } from '../helpers/memory/server.ts'

describe('levelFor', () => {
  const nothing = { encryption: false, condition: false }
  test.each([
    { asked: 'auto' as const, good: 'answer', ceph: 'head' },
    { asked: 'answer' as const, good: 'answer', ceph: 'head' },
    { asked: 'head' as const, good: 'head', ceph: 'head' },
    { asked: 'full' as const, good: 'full', ceph: 'full' },
  ])('$asked: $good where the endpoint keeps its word, else $ceph', ({ asked, good, ceph }) => {
    expect(levelFor(asked, GOOD_HABITS, { encryption: true, condition: true })).toBe(good)
    expect(levelFor(asked, CEPH_16_HABITS, nothing)).toBe(ceph)
  })

  test.each([
    { habit: 'copyEncrypts' as const, asks: { ...nothing, encryption: true }, level: 'head' },
    { habit: 'copyEncrypts' as const, asks: { ...nothing, condition: true }, level: 'answer' },
    { habit: 'writeConditions' as const, asks: { ...nothing, condition: true }, level: 'head' },
    { habit: 'writeConditions' as const, asks: { ...nothing, encryption: true }, level: 'answer' },
  ])('without $habit, asked for $asks: $level', ({ habit, asks, level }) => {
    expect(levelFor('auto', { ...GOOD_HABITS, [habit]: false }, asks)).toBe(level)
  })
})

describe('compareEtags', () => {
  const a = 'a'.repeat(32)
  const b = 'b'.repeat(32)
  const rows: { source: string; etag: string; kind?: Encryption['kind']; verdict: string }[] = [
    { source: a, etag: a, verdict: 'equal' },
    { source: `${a}-2`, etag: `${a}-2`, verdict: 'equal' },
    { source: `${a}-2`, etag: b, verdict: 'cannot' },
    { source: a, etag: `${b}-2`, verdict: 'cannot' },
    { source: a, etag: b, kind: 'SSE-KMS', verdict: 'cannot' },
    { source: a, etag: b, kind: 'DSSE-KMS', verdict: 'cannot' },
    { source: a, etag: b, kind: 'SSE-C', verdict: 'cannot' },
    { source: a, etag: b, kind: 'SSE-S3', verdict: 'differ' },
    { source: a, etag: b, kind: 'none', verdict: 'differ' },
    { source: a, etag: b, verdict: 'differ' },
  ]
  test.each(rows)('$source, $etag, $kind: $verdict', ({ source, etag, kind, verdict }) => {
    expect(compareEtags(source, { etag, encryption: kind && { kind } })).toBe(verdict)
  })
})

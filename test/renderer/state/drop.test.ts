import { describe, expect, test } from 'vitest'
import { describeCargo, judgeDrop, type Cargo, type PourKind } from '../../../renderer/state/drop.ts'
import { bucketRow } from '../../../renderer/state/rows.ts'
import { versionRow } from '../../../renderer/state/version-rows.ts'
import { connection, rows, versions } from './build.ts'

const place = (id: string, bucket: string, prefix = '') => ({ connection: id, bucket, prefix })
const cargo = (more: Partial<Cargo> = {}): Cargo => ({
  place: place('a', 'from', 'logs/'),
  rows: rows('logs/x', 'logs/sub/'),
  whole: false,
  ...more,
})
const connections = {
  a: connection('a'),
  twin: connection('twin', { endpoint: 'http://A.test/' }),
  b: connection('b'),
  shut: connection('shut', { readOnly: true }),
  away: connection('away', { state: 'offline' }),
}
type Id = keyof typeof connections

function judge(target: readonly [Id, string, string?], wanted: PourKind = 'copy', taken: Cargo = cargo()) {
  return judgeDrop({
    cargo: taken,
    target: place(...target),
    wanted,
    source: connections[taken.place.connection as Id],
    destination: connections[target[0]],
  })
}

describe('what cannot take it says why', () => {
  const one = cargo({ rows: rows('logs/x') })
  const buckets = cargo({
    place: place('a', ''),
    rows: [bucketRow({ name: 'from' }), bucketRow({ name: 'more' })],
  })
  const bucket = cargo({ place: place('a', ''), rows: [bucketRow({ name: 'from' })] })
  test.each<[string, readonly [Id, string, string?], Cargo, string]>([
    ['no bucket', ['b', ''], one, 'Choose a bucket to drop into.'],
    ['read-only', ['shut', 'to'], one, 'shut is read-only.'],
    ['the same place', ['a', 'from', 'logs/'], one, 'It is here already.'],
    ['the same place for many', ['a', 'from', 'logs/'], cargo(), 'They are here already.'],
    ['the same store by another connection', ['twin', 'from', 'logs/'], cargo(), 'They are here already.'],
    ['into itself', ['a', 'from', 'logs/sub/'], cargo(), 'sub/ cannot go into itself.'],
    ['below itself', ['a', 'from', 'logs/sub/deep/'], cargo(), 'sub/ cannot go into itself.'],
    ['two buckets', ['b', 'to'], buckets, 'One bucket at a time.'],
    ['a bucket into itself', ['a', 'from', 'x/'], bucket, 'from cannot go into itself.'],
  ])('%s', (_what, target, taken, reason) => {
    expect(judge(target, 'copy', taken)).toEqual({ ok: false, reason })
  })
})

describe('what was', () => {
  const chosen = (list: string): Cargo =>
    cargo({ rows: versions(list).map((version) => versionRow(version)) })
  const then = cargo({ versions: { take: 'as-of', at: 20 } })
  test.each<[string, Cargo, readonly [Id, string, string?], PourKind, unknown]>([
    [
      'a delete marker',
      chosen('logs/x!2'),
      ['b', 'to'],
      'copy',
      { reason: 'A delete marker has nothing to copy.' },
    ],
    [
      'two versions of one key',
      chosen('logs/x@2 logs/x@1'),
      ['b', 'to'],
      'copy',
      { reason: 'Two versions of x would have one name.' },
    ],
    [
      'a version',
      chosen('logs/x@2'),
      ['b', 'to'],
      'copy',
      { title: 'Copy this version of x here', hint: '' },
    ],
    [
      'a version is never moved',
      chosen('logs/x@2 logs/y@1'),
      ['b', 'to'],
      'move',
      { kind: 'copy', title: 'Copy 2 versions here', hint: 'what was is copied, never moved away' },
    ],
    ['of a moment, where it lies now', then, ['a', 'from', 'logs/'], 'copy', { ok: true, kind: 'copy' }],
    ['of a moment, moved', then, ['b', 'to'], 'move', { ok: true, kind: 'copy' }],
  ])('%s', (_what, taken, target, wanted, expected) => {
    expect(judge(target, wanted, taken)).toMatchObject(expected as object)
  })
})

describe('what can take it says what will happen', () => {
  test.each<[readonly [Id, string, string?], PourKind, string, string, string]>([
    [['b', 'to', 'in/'], 'copy', 'Copy 1 prefix and 1 object here', 'into in/', 'hold Shift to move'],
    [['b', 'to'], 'move', 'Move 1 prefix and 1 object here', 'into to', 'let go of Shift to copy'],
    [['a', 'from', 'other/'], 'copy', 'Copy 1 prefix and 1 object here', 'into other/', 'hold Shift to move'],
    // The job waits until the connection is back.
    [['away', 'to'], 'copy', 'Copy 1 prefix and 1 object here', 'into to', 'hold Shift to move'],
  ])('%j by %s', (target, wanted, title, into, hint) => {
    expect(judge(target, wanted)).toEqual({ ok: true, kind: wanted, title, into, hint })
  })

  test('a move away from a read-only connection becomes a copy', () => {
    const verdict = judge(['b', 'to'], 'move', cargo({ place: place('shut', 'from', 'logs/') }))
    expect(verdict).toMatchObject({
      ok: true,
      kind: 'copy',
      hint: 'shut is read-only, so nothing can be moved away',
    })
  })
})

test.each([
  [cargo({ rows: rows('logs/x') }), 'x'],
  [cargo({ rows: rows('logs/x', 'logs/y') }), '2 objects'],
  [cargo({ rows: rows('logs/x/', 'logs/y/') }), '2 prefixes'],
  [cargo({ whole: true }), 'everything in logs/'],
  [cargo({ whole: true, place: place('a', 'from') }), 'everything in from'],
])('what is taken is called by its name', (taken, words) => {
  expect(describeCargo(taken)).toBe(words)
})

import { expect, test } from 'vitest'
import { jobSpec } from '#model/spec.ts'
import type { Cargo } from '../../../renderer/state/drop.ts'
import {
  deleteSpec,
  MOST_SELECTIONS,
  pourSpec,
  refuseName,
  renameSpec,
} from '../../../renderer/state/pour.ts'
import { bucketRow } from '../../../renderer/state/rows.ts'
import { rows } from './build.ts'

const ref = {
  id: 'a',
  name: 'A',
  config: { region: 'us-east-1', addressing: 'path' as const, credentials: { kind: 'environment' as const } },
}
const defaults = { conflict: 'skip' as const, verify: 'auto' as const }
const logs = { connection: 'a', bucket: 'from', prefix: 'logs/' }
const target = { connection: 'a', bucket: 'to', prefix: 'in/' }
const cargo = (more: Partial<Cargo> = {}): Cargo => ({
  place: logs,
  rows: rows('logs/x', 'logs/y/'),
  whole: false,
  ...more,
})

function pour(taken: Cargo) {
  const made = pourSpec({ kind: 'copy', cargo: taken, target, source: ref, destination: ref, defaults })
  if (!made.ok) throw new Error(made.reason)
  expect(jobSpec.safeParse(made.spec).success).toBe(true)
  return made.spec
}

test('what was taken keeps its name below the place it came from', () => {
  const {
    sources: [source],
    destinations: [destination],
  } = pour(cargo())
  expect(source).toMatchObject({
    base: 'logs/',
    select: [
      { kind: 'object', key: 'logs/x' },
      { kind: 'prefix', prefix: 'logs/y/' },
    ],
  })
  expect(destination).toMatchObject({ bucket: 'to', prefix: 'in/' })
})

test('everything is one prefix, however much was listed', () => {
  expect(pour(cargo({ whole: true })).sources[0].select).toEqual([{ kind: 'prefix', prefix: 'logs/' }])
})

test('a bucket is its empty prefix', () => {
  const {
    sources: [source],
  } = pour(cargo({ place: { ...logs, bucket: '', prefix: '' }, rows: [bucketRow({ name: 'all' })] }))
  expect(source).toMatchObject({ bucket: 'all', base: '', select: [{ kind: 'prefix', prefix: '' }] })
})

test('too many one by one are refused in words', () => {
  const many = Array.from({ length: MOST_SELECTIONS + 1 }, (_, index) => rows(`logs/${index}`)[0]!)
  expect(deleteSpec(cargo({ rows: many }), ref)).toMatchObject({
    ok: false,
    reason: expect.stringContaining('100,001 are chosen'),
  })
})

test.each([
  ['logs/x', 'new', 'logs/x', 'logs/new'],
  ['logs/y/', 'new', 'logs/y/', 'logs/new/'],
])('%s renamed to %s', (key, name, base, prefix) => {
  const made = renameSpec(cargo({ rows: rows(key) }), name, ref, defaults)
  expect(made).toMatchObject({
    ok: true,
    spec: { kind: 'move', conflict: 'fail', sources: [{ base }], destinations: [{ prefix }] },
  })
})

test.each([
  ['', 'Type a name.'],
  ['a/b', 'A name holds no slash'],
  ['..', 'means another place'],
  ['taken', '“taken” is here already.'],
])('the name %j is refused', (name, words) => {
  expect(refuseName(name, (other) => other === 'taken')).toContain(words)
})

test('a free name is taken as it is', () => {
  expect(refuseName(' with spaces ', () => false)).toBeUndefined()
})

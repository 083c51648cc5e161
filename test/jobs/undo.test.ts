import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { SomeProperties } from '#model/properties.ts'
import { emptyTally } from '../../main/jobs/tally.ts'
import type { Item } from '../../main/jobs/item.ts'
import { undoOfEdit } from '../../main/jobs/undo-edit.ts'
import { undoable } from '../../main/jobs/undoable.ts'
import { specOf } from '../helpers/specs.ts'
import { edit, from } from './planned.ts'
import { makeWorld, pour } from './world.ts'
import type { World } from './world.ts'

const ITEM: Item = {
  ...{
    id: 1,
    leg: 0,
    rules: 0,
    key: 'a',
    size: 3,
    etag: 'old',
    lastModified: 1000,
    storageClass: 'STANDARD',
  },
  ...{ action: 'rewrite', expect: { is: 'anything' }, conflict: false, state: 'edited', newEtag: 'new' },
}
const BEFORE: SomeProperties = { headers: { policy: 'set', value: { contentType: 'text/css' } } }
const TAGS: SomeProperties = { tags: { policy: 'set', value: {} } }

describe('how the edit of one object is taken back', () => {
  test.each<[string, Partial<Item>, SomeProperties | undefined, object | undefined]>([
    [
      'a version was made',
      { newVersionId: 'v2' },
      BEFORE,
      { action: 'delete-version', versionId: 'v2', etag: 'new' },
    ],
    [
      'a version was made, nothing remembered',
      { newVersionId: 'v2' },
      undefined,
      { action: 'delete-version' },
    ],
    [
      'after a restore',
      { action: 'restore-then-copy', newVersionId: 'v2' },
      BEFORE,
      { action: 'delete-version' },
    ],
    [
      'the null version was written over',
      { newVersionId: 'null' },
      BEFORE,
      { action: 'rewrite', etag: 'new' },
    ],
    ['no version', {}, BEFORE, { action: 'rewrite', etag: 'new', own: { properties: BEFORE } }],
    ['no version, nothing remembered', {}, undefined, { action: 'refuse', state: 'failed' }],
    [
      'in place, of a version',
      { action: 'in-place', newVersionId: 'v1' },
      TAGS,
      { action: 'in-place', versionId: undefined },
    ],
    [
      'undone by a deleted version',
      { action: 'delete-version', state: 'deleted' },
      undefined,
      { action: 'refuse' },
    ],
    ['failed half-way', { state: 'failed', newEtag: undefined }, TAGS, { action: 'in-place', etag: 'old' }],
    ['in doubt', { state: 'planned', newEtag: undefined }, BEFORE, { action: 'rewrite', etag: 'old' }],
    ['failed, and nothing was sent', { state: 'failed' }, undefined, undefined],
    ['skipped', { state: 'skipped' }, undefined, undefined],
  ])('%s', (_, more, before, expected) => {
    const planned = undoOfEdit({ ...ITEM, ...more }, before)
    if (expected === undefined) expect(planned).toBeUndefined()
    else expect(planned).toMatchObject(expected)
  })

  test('a version that goes is bound to what it was made over', () => {
    const planned = undoOfEdit({ ...ITEM, newVersionId: 'v2' }, BEFORE)
    expect(planned?.expect).toEqual({ is: 'etag', etag: 'old', lastModified: 1000 })
  })
})

describe('whether a job can be undone', () => {
  const one = { items: 1, bytes: 1 }
  const undo = specOf({ v: 1, kind: 'undo', sources: [from('from', 'a/')], verify: 'auto', of: 'x' })
  test.each([
    ['a copy', { spec: pour('copy') }, 'no'],
    [
      'a running edit',
      { status: { is: 'running' } as const, tally: { ...emptyTally(), edited: one } },
      'not-yet',
    ],
    ['a draft', { draft: true }, 'not-yet'],
    ['an edit that changed something', { tally: { ...emptyTally(), edited: one } }, 'yes'],
    ['an edit that changed nothing', {}, 'no'],
    ['an undo by values', { spec: undo, tally: { ...emptyTally(), edited: one } }, 'yes'],
    ['an undo by versions', { spec: undo, tally: { ...emptyTally(), deleted: one } }, 'no'],
    ['an undo by both', { spec: undo, tally: { ...emptyTally(), edited: one, deleted: one } }, 'partly'],
  ])('%s', (_, more, is) => {
    const record = { spec: edit({}), status: { is: 'completed' } as const, tally: emptyTally(), draft: false }
    expect(undoable({ ...record, ...more }).is).toBe(is)
  })
})

let world: World
beforeEach(() => {
  world = makeWorld(1, { latency: 3 })
})
afterEach(() => world.end())

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { JobFile } from '#model/spec.ts'
import type { Item, PlannedItem } from '../../main/jobs/item.ts'
import type { Backup } from '../../main/jobs/store/backups.ts'
import { undoOfPour } from '../../main/jobs/undo/undo-pour.ts'
import type { UndoneLeg } from '../../main/jobs/undo/undo-pour.ts'
import { done, fill, poured } from './undo-world.ts'
import { makeWorld } from './world.ts'
import type { World } from './world.ts'

const ROW: Item = {
  ...{ id: 1, leg: 0, rules: 0, key: 'a', size: 3, etag: 'was', lastModified: 1000, storageClass: 'GLACIER' },
  ...{ action: 'copy', expect: { is: 'anything' }, conflict: false, state: 'copied', newEtag: 'made' },
}
const LEG: UndoneLeg = {
  ...{
    kind: 'copy',
    leg: 4,
    sourceN: 2,
    target: 'z/a',
    isFromFiles: false,
    isToFiles: false,
    byVersions: false,
  },
  ...{ route: 'server-side', copyLimit: 100, since: 500, until: 900 },
}
const KEPT: Backup = {
  ...{ key: 'kept/a', etag: 'stood', size: 9, lastModified: 600, storageClass: 'STANDARD', is: 'kept' },
  of: { etag: 'stood', lastModified: 400 },
}
const OWN = { newVersionId: 'v7' }
const NULL = { newVersionId: 'null' }
const OVER = { conflict: true }
const MOVED = { state: 'moved' } as const
const MARK = { marker: 'm1' }

/** In short: what is done, of which version, of which key, to where, over what, and what must lie below. */
function told({ action, versionId, key, target, expect: over, own, failure }: PlannedItem): string {
  const { below, leaves } = own?.undo ?? {}
  const words = [action, key, versionId, target && `to ${target}`, over.is === 'etag' && `over ${over.etag}`]
  const rest = [over.is === 'absent' && 'if absent', below && `below: ${below}`, leaves && 'stays']
  return failure
    ? `refuse ${key}: ${failure.property}`
    : [...words, ...rest].filter((word) => typeof word === 'string').join(' ')
}

const moves = { kind: 'move' } as const

describe('how one row of a copy or a move is taken back', () => {
  test.each<[string, Partial<Item>, Partial<UndoneLeg>, Backup | undefined, string[]]>([
    ['copied', {}, {}, undefined, ['delete z/a below: anything']],
    ['copied, a version', OWN, {}, undefined, ['delete-version z/a v7 below: anything']],
    ['copied, called null', NULL, {}, undefined, ['delete-version z/a null below: anything']],
    [
      'over something, a version',
      { ...OWN, ...OVER },
      {},
      undefined,
      ['delete-version z/a v7 below: object'],
    ],
    [
      'the same, after another row',
      { ...OWN, ...OVER, after: 3 },
      {},
      undefined,
      ['delete-version z/a v7 below: anything'],
    ],
    ['over something', OVER, {}, undefined, ['refuse z/a: versions']],
    ['over something, called null', { ...NULL, ...OVER }, {}, undefined, ['refuse z/a: versions']],
    ['over a file', OVER, { isToFiles: true }, undefined, ['refuse z/a: conflict']],
    ['over something that was kept', OVER, {}, KEPT, ['put-over kept/a to z/a over made below: anything']],
    ['over what was kept, a version', { ...OWN, ...OVER }, {}, KEPT, ['delete-version z/a v7 below: object']],
    ['kept, but nothing was there', {}, {}, KEPT, ['delete z/a below: anything']],
    ['a marker', { action: 'mark', ...OWN }, {}, undefined, ['delete-version z/a v7 below: anything']],
    ['a marker of no id', { action: 'mark' }, {}, undefined, ['refuse z/a: versions']],
    [
      'without a source',
      { action: 'delete-extra', state: 'deleted', ...OWN },
      {},
      undefined,
      ['delete-version a v7 over was below: planned'],
    ],
    [
      'without a source, for good',
      { action: 'delete-extra', state: 'deleted' },
      {},
      undefined,
      ['refuse a: versions'],
    ],
    [
      'a file without a source',
      { action: 'delete-extra', state: 'deleted' },
      { isToFiles: true },
      undefined,
      ['refuse a: deleteExtra'],
    ],
    [
      'moved, under a marker',
      { ...MOVED, ...MARK },
      moves,
      undefined,
      ['put-back z/a to a over was below: anything'],
    ],
    [
      'moved, under a marker, a version over something',
      { ...MOVED, ...MARK, ...OWN, ...OVER },
      moves,
      undefined,
      ['put-back z/a v7 to a over was below: object'],
    ],
    [
      'moved, under null',
      { ...MOVED, marker: 'null' },
      moves,
      undefined,
      ['copy z/a to a if absent below: anything'],
    ],
    ['moved, gone', MOVED, moves, undefined, ['copy z/a to a if absent below: anything']],
    [
      'moved, gone, large',
      { ...MOVED, size: 101 },
      moves,
      undefined,
      ['copy-parts z/a to a if absent below: anything'],
    ],
    [
      'moved, gone, to another store',
      MOVED,
      { ...moves, route: 'relay' },
      undefined,
      ['relay z/a to a if absent below: anything'],
    ],
    ['moved over something', { ...MOVED, ...OVER }, moves, undefined, ['refuse z/a: versions']],
    [
      'moved over something that was kept',
      { ...MOVED, ...OVER },
      moves,
      KEPT,
      ['copy z/a to a if absent below: anything stays', 'put-over kept/a to z/a over made below: anything'],
    ],
    [
      'the same, under a marker',
      { ...MOVED, ...OVER, ...MARK },
      moves,
      KEPT,
      [
        'put-back z/a to a over was below: anything stays',
        'put-over kept/a to z/a over made below: anything',
      ],
    ],
    [
      'moved by versions',
      { ...MOVED, versionId: 'v1' },
      { ...moves, byVersions: true },
      undefined,
      ['refuse z/a: versions'],
    ],
    ['moved from files', MOVED, { ...moves, isFromFiles: true }, undefined, ['refuse z/a: sources']],
    ['moved to files', MOVED, { ...moves, isToFiles: true }, undefined, ['refuse z/a: destinations']],
    ['of a move, copied alone', {}, moves, undefined, ['put-back z/a to a over was below: anything']],
    [
      'of a move, not yet deleted',
      { state: 'copied-not-deleted' },
      moves,
      undefined,
      ['put-back z/a to a over was below: anything'],
    ],
    [
      'of a move, set aside',
      { action: 'set-aside' },
      moves,
      undefined,
      ['copy z/a to a if absent below: anything'],
    ],
    [
      'of a move, set aside, a version',
      { action: 'set-aside', ...OWN },
      moves,
      undefined,
      ['put-back z/a v7 to a over was below: anything'],
    ],
    [
      'of a copy, set aside',
      { action: 'set-aside' },
      {},
      undefined,
      ['put-back z/a to a over was below: anything'],
    ],
    ['names changed places', { ...MOVED, action: 'bring-back' }, moves, undefined, ['refuse z/a: names']],
    ['failed', { state: 'failed' }, {}, KEPT, []],
    ['skipped', { state: 'skipped' }, moves, undefined, []],
    ['not sent', { state: 'planned' }, moves, undefined, []],
  ])('%s', (_, row, leg, backup, expected) => {
    const rows = undoOfPour({ ...ROW, ...row }, { ...LEG, ...leg }, backup)
    expect(rows.map(told)).toEqual(expected)
    expect(rows.every((one) => one.leg === 4)).toBe(true)
    // Each is bound to the time in which the job wrote.
    for (const { own, state } of rows)
      if (state === 'planned') expect(own?.undo).toMatchObject({ since: 500, until: 900 })
  })
})

describe('of a move that changes properties', () => {
  let world: World
  beforeEach(() => {
    world = makeWorld(1, { latency: 3 })
  })
  afterEach(() => world.end())
  const TAGS = { properties: { tags: { policy: 'drop' } } }

  test.each([
    [
      'off',
      'move',
      TAGS,
      'From a bucket that keeps no versions, objects come back with their tags as the move left them.',
    ],
    [
      'suspended',
      'move',
      TAGS,
      'From a bucket that keeps no versions, objects come back with their tags as the move left them.',
    ],
    ['enabled', 'move', TAGS, undefined],
    ['off', 'move', { properties: { storageClass: { policy: 'set', value: 'STANDARD_IA' } } }, undefined],
    ['off', 'move', {}, undefined],
    ['off', 'copy', TAGS, undefined],
  ] as const)('from a bucket whose versioning is %s, a %s %o', async (versioning, kind, more, why) => {
    world.s3.makeBucket('from', versioning)
    world.s3.makeBucket('to', 'off')
    fill(world.s3, 'from', 'a/', 2)
    const jobs = await world.open()
    const spec = poured(kind, more as Partial<JobFile>)
    const draft = jobs.create(spec, { draft: true })
    await world.settle(jobs, draft.id)
    const later = why?.replace(' left ', ' leaves ')
    expect(jobs.get(draft.id).undoLater).toEqual(later ? { is: 'partly', why: later } : { is: 'yes' })
    const id = await done(world, jobs, spec)
    expect(jobs.get(id).undo).toEqual(why ? { is: 'partly', why } : { is: 'yes' })
    await world.seams.finish(jobs.close())
  })
})

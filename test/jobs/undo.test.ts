import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { JobSnapshot } from '#model/job.ts'
import type { SomeProperties } from '#model/properties.ts'
import type { Jobs } from '../../main/jobs/api.ts'
import { emptyTally } from '../../main/jobs/tally.ts'
import type { Item } from '../../main/jobs/item.ts'
import { undoOfEdit } from '../../main/jobs/undo/undo-edit.ts'
import { undoable } from '../../main/jobs/undo/undoable.ts'
import { specOf } from '../helpers/specs.ts'
import { edit, from, parity } from './planned.ts'
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
    ['a copy that made nothing', { spec: pour('copy') }, 'no'],
    ['a copy', { spec: pour('copy'), tally: { ...emptyTally(), copied: one } }, 'yes'],
    ['a comparison', { spec: parity({}), tally: { ...emptyTally(), copied: one } }, 'no'],
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
    const record = {
      spec: edit({}),
      status: { is: 'completed' } as const,
      tally: emptyTally(),
      draft: false,
      more: {},
    }
    expect(undoable({ ...record, ...more }).is).toBe(is)
  })
})

let world: World
beforeEach(() => {
  world = makeWorld(1, { latency: 3 })
})
afterEach(() => world.end())

const SET_CSS = edit({
  properties: { headers: { policy: 'change', set: { contentType: 'text/css' }, remove: [] } },
})

/** What everything in `from` is, as an edit could have changed it. */
function standing(): unknown[] {
  return world.s3.keys('from').map((key) => {
    const { headers, metadata, tags, storageClass, content } = world.s3.current('from', key) ?? {}
    return { key, headers, metadata, tags, storageClass, content: content?.digest }
  })
}

async function edited(spec = SET_CSS): Promise<{ jobs: Jobs; id: string }> {
  const jobs = await world.open()
  const { id } = jobs.create(spec, { draft: false })
  await world.settle(jobs, id, 'finished')
  return { jobs, id }
}

async function reported(jobs: Jobs, id: string): Promise<string> {
  const file = path.join(world.dir, 'report.csv')
  await jobs.writeReport(id, 'csv', file)
  return readFileSync(file, 'utf8')
}

async function undone(jobs: Jobs, of: string): Promise<{ id: string; job: JobSnapshot }> {
  const { id } = jobs.undo(of, { draft: false })
  return { id, job: await world.settle(jobs, id, 'finished') }
}

describe('in a bucket that keeps versions', () => {
  beforeEach(() => {
    world.s3.makeBucket('from', 'enabled')
    for (let n = 0; n < 30; n++) world.s3.give('from', `a/${n}`, { size: 9, tags: { colour: 'red' } })
    world.s3.give('from', 'a/1/below', { size: 4 })
  })

  test('the versions that the edit made are deleted, and no others', async () => {
    const before = standing()
    const { jobs, id } = await edited()
    expect(standing()).not.toEqual(before)
    expect(jobs.get(id).undo).toEqual({ is: 'yes' })
    const { id: undo, job } = await undone(jobs, id)
    expect(job.tally).toMatchObject({ deleted: { items: 31 }, failed: { items: 0 } })
    expect(standing()).toEqual(before)
    expect(world.s3.bucket('from').versions('a/1')).toHaveLength(1)
    expect(await reported(jobs, undo)).toMatch(/"Successful, version \S+ deleted: headers as before"/)
    await world.seams.finish(jobs.close())
  })

  test('what was written or deleted since stays, and is named; what is undone already is nothing to do', async () => {
    const { jobs, id } = await edited()
    world.s3.give('from', 'a/3', { size: 10 })
    await world.seams.finish(world.storage.deleteObject({ bucket: 'from', key: 'a/4' }))
    const made = world.s3.current('from', 'a/5')?.versionId ?? ''
    await world.seams.finish(world.storage.deleteObject({ bucket: 'from', key: 'a/5', versionId: made }))
    const { id: undo, job } = await undone(jobs, id)
    expect(job.tally).toMatchObject({
      deleted: { items: 28 },
      failed: { items: 2 },
      skipped: { 'nothing-to-do': { items: 1 } },
    })
    const failed = jobs.items(undo, 'failed', 0, 10).items
    expect(failed.map(({ key, failure }) => [key, failure?.code])).toEqual([
      ['a/3', 'source-changed'],
      ['a/4', 'source-changed'],
    ])
    expect(world.s3.current('from', 'a/3')?.content.size).toBe(10)
    await world.seams.finish(jobs.close())
  })

  test('planned as a draft and started after a restart; the job that is undone may be gone by then', async () => {
    const before = standing()
    const { jobs: first, id } = await edited()
    const { id: undo } = first.undo(id, { draft: true })
    const plan = await world.settle(first, undo)
    expect(plan.tally.planned['delete-version'].items).toBe(31)
    first.start(undo, 'queue')
    first.pause(undo)
    first.remove(id)
    await world.seams.finish(first.close())
    const jobs = await world.open()
    jobs.resume(undo)
    await world.settle(jobs, undo, 'finished')
    expect(standing()).toEqual(before)
    expect(() => jobs.undo(undo, { draft: true })).toThrow('cannot be undone')
    await world.seams.finish(jobs.close())
  })
})

describe('in a bucket that keeps none', () => {
  const PROPERTIES: SomeProperties & Required<Pick<SomeProperties, 'tags'>> = {
    headers: { policy: 'change', set: { contentType: 'text/css' }, remove: ['cacheControl'] },
    metadata: { policy: 'drop' },
    tags: { policy: 'change', set: { n: '1' }, remove: [] },
    storageClass: { policy: 'set', value: 'STANDARD_IA' },
  }

  beforeEach(() => {
    const headers = { contentType: 'text/plain', cacheControl: 'no-store' }
    for (let n = 0; n < 20; n++)
      world.s3.give('from', `a/${n}`, { size: 9, headers, metadata: { by: 'hand' }, tags: { colour: 'red' } })
    world.s3.give('from', 'a/plain', { size: 2 })
  })

  test('each object gets its remembered values again, and an undo of the undo edits it once more', async () => {
    const before = standing()
    const { jobs, id } = await edited(edit({ properties: PROPERTIES }))
    const after = standing()
    expect(after).not.toEqual(before)
    const { id: undo, job } = await undone(jobs, id)
    expect(job.tally).toMatchObject({ edited: { items: 21 }, failed: { items: 0 } })
    expect(standing()).toEqual(before)
    expect(jobs.get(undo).undo).toEqual({ is: 'yes' })
    await undone(jobs, undo)
    expect(standing()).toEqual(after)
    await world.seams.finish(jobs.close())
  })

  test('tags alone come back in place', async () => {
    const before = standing()
    const { jobs, id } = await edited(edit({ properties: { tags: PROPERTIES.tags } }))
    const { id: undo, job } = await undone(jobs, id)
    expect(job.tally.planned['in-place'].items).toBe(21)
    const [row] = jobs.items(undo, 'done', 0, 1).items
    expect(row).toMatchObject({ action: 'in-place', state: 'edited', changed: ['tags'] })
    expect(await reported(jobs, id)).toContain('succeeded,,200,"Successful, in-place: tags"')
    expect(await reported(jobs, undo)).toContain('succeeded,,200,"Successful, in-place: tags as before"')
    expect(standing()).toEqual(before)
    expect(world.s3.mutations({ operation: 'CopyObject' })).toEqual([])
    await world.seams.finish(jobs.close())
  })

  test('what was written or deleted since stays, and is named', async () => {
    const { jobs, id } = await edited(edit({ properties: PROPERTIES }))
    world.s3.give('from', 'a/3', { size: 10, seed: 'other' })
    await world.seams.finish(world.storage.deleteObject({ bucket: 'from', key: 'a/4' }))
    const { id: undo, job } = await undone(jobs, id)
    expect(job.tally).toMatchObject({ edited: { items: 19 }, failed: { items: 2 } })
    expect(jobs.items(undo, 'failed', 0, 10).items.map(({ key, failure }) => [key, failure?.code])).toEqual([
      ['a/3', 'source-changed'],
      ['a/4', 'source-missing'],
    ])
    // Tried again, it still is bound to what the edit left.
    jobs.retry(undo)
    const again = await world.settle(jobs, undo, 'finished')
    expect(again.tally.failed.items).toBe(2)
    await world.seams.finish(jobs.close())
  })

  test('an edit that failed half-way is taken back as far as it went', async () => {
    world.s3.makeBucket('from', { ownership: 'acls' })
    world.s3.giveMany('from', 'a/', 3, 4)
    const before = standing()
    world.s3.faults.add({
      kind: 'AccessDenied',
      when: 'before',
      operation: 'PutObjectAcl',
      key: 'a/00001',
      times: 1,
    })
    const acl = { policy: 'set', value: { kind: 'canned', acl: 'public-read' } } as const
    const { jobs, id } = await edited(edit({ properties: { tags: PROPERTIES.tags, acl } }))
    expect(jobs.get(id).snapshot.tally).toMatchObject({ edited: { items: 2 }, failed: { items: 1 } })
    expect(world.s3.current('from', 'a/00001')?.tags).toEqual({ n: '1' })
    const { job } = await undone(jobs, id)
    expect(job.tally).toMatchObject({ edited: { items: 3 }, failed: { items: 0 } })
    expect(standing()).toEqual(before)
    await world.seams.finish(jobs.close())
  })

  test('closed in the middle and opened again, all is as before', async () => {
    const before = standing()
    const { jobs: first, id } = await edited(edit({ properties: PROPERTIES }))
    const { id: undo } = first.undo(id, { draft: false })
    const sent = world.s3.log.length
    await world.seams.run(() => world.s3.log.length > sent + 5)
    await world.seams.finish(first.close())
    const jobs = await world.open()
    const done = await world.settle(jobs, undo, 'finished')
    expect(done.tally).toMatchObject({ edited: { items: 21 }, failed: { items: 0 } })
    expect(standing()).toEqual(before)
    await world.seams.finish(jobs.close())
  })

  test('a store that loses tags with a copy gets them back', async () => {
    const before = standing()
    Object.assign(world.s3.habits, { selfCopyKeepsTags: false })
    const { jobs, id } = await edited(SET_CSS)
    expect(world.s3.current('from', 'a/7')?.tags).toEqual({ colour: 'red' })
    expect(jobs.get(id).notes.join()).toMatch(/20 objects stood without tags until .* the longest for \d+ ms/)
    await undone(jobs, id)
    expect(standing()).toEqual(before)
    await world.seams.finish(jobs.close())
  })
})

describe('a version that may not go', () => {
  test('is covered by one with the remembered values', async () => {
    world.s3.makeBucket('from', { objectLock: true, defaultRetention: { mode: 'GOVERNANCE', days: 3 } })
    world.s3.give('from', 'a/1', { size: 3, headers: { contentType: 'text/plain' } })
    const { jobs, id } = await edited()
    const { id: undo, job } = await undone(jobs, id)
    expect(jobs.failures(undo)).toEqual([])
    expect(job.tally).toMatchObject({ edited: { items: 1 }, deleted: { items: 0 } })
    expect(world.s3.current('from', 'a/1')?.headers.contentType).toBe('text/plain')
    expect(world.s3.bucket('from').versions('a/1')).toHaveLength(3)
    await world.seams.finish(jobs.close())
  })

  test('or whose object is gone from under it: nothing is lost', async () => {
    world.s3.makeBucket('from', 'enabled')
    const first = world.s3.give('from', 'a/1', { size: 3, headers: { contentType: 'text/plain' } })
    const { jobs, id } = await edited()
    const { versionId } = first
    await world.seams.finish(world.storage.deleteObject({ bucket: 'from', key: 'a/1', versionId }))
    await undone(jobs, id)
    expect(world.s3.current('from', 'a/1')?.headers.contentType).toBe('text/plain')
    await world.seams.finish(jobs.close())
  })
})

describe('an undo that cannot be', () => {
  test('of a job that is not there, of a copy, of one that runs, of other places', async () => {
    world.s3.giveMany('from', 'a/', 3)
    const { jobs, id } = await edited()
    expect(() => jobs.undo('nobody', { draft: true })).toThrow('there is no job')
    const copy = jobs.create(pour('copy'), { draft: true })
    expect(() => jobs.undo(copy.id, { draft: true })).toThrow('not over yet')
    const draft = jobs.create(SET_CSS, { draft: true })
    expect(() => jobs.undo(draft.id, { draft: true })).toThrow('not over yet')
    const elsewhere = specOf<'undo'>({
      v: 1,
      kind: 'undo',
      sources: [from('to', 'a/')],
      verify: 'auto',
      of: id,
    })
    expect(() => jobs.create(elsewhere, { draft: true })).toThrow('sources: must be those of the job')
    await world.seams.finish(jobs.close())
  })

  test('whose job is removed while it is planned says so', async () => {
    world.s3.giveMany('from', 'a/', 1200)
    const { jobs, id } = await edited()
    const { id: undo } = jobs.undo(id, { draft: true })
    jobs.remove(id)
    const { status } = await world.settle(jobs, undo)
    expect(status).toMatchObject({ is: 'failed', failure: { code: 'not-possible', property: 'of' } })
    await world.seams.finish(jobs.close())
  })
})

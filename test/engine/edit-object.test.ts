import { describe, expect, test } from 'vitest'
import type { Acl, Properties, SomeProperties } from '#model/properties.ts'
import { EDIT_DEFAULTS } from '#model/properties.ts'
import { editObject } from '../../main/engine/edit/edit-object.ts'
import { settleEdit } from '../../main/engine/edit/edit-settle.ts'
import type { EditWork } from '../../main/engine/work.ts'
import { isSameContent } from '../helpers/memory/content.ts'
import type { FaultKind } from '../helpers/memory/faults.ts'
import type { Given } from '../helpers/memory/server.ts'
import { CEPH_16_HABITS } from '../helpers/memory/server.ts'
import { createWorld, MemoryJournal, MIB } from './world.ts'
import type { World } from './world.ts'

const GIVEN: Given = {
  size: 10,
  headers: { contentType: 'text/css', cacheControl: 'no-cache', websiteRedirect: '/b' },
  metadata: { owner: 'ada', 'odd-name': 'x y' },
  tags: { team: 'web' },
  storageClass: 'STANDARD_IA',
}
const BIG: Given = { ...GIVEN, size: 23 * MIB + 7 }
const PARTS = 5

const CHANGE: Partial<Properties> = {
  headers: { policy: 'change', set: { cacheControl: 'max-age=60' }, remove: [] },
}
const TAG: Partial<Properties> = { tags: { policy: 'change', set: { tier: '1' }, remove: [] } }

function setUp(options: Parameters<typeof createWorld>[0] = {}, given = GIVEN): World {
  const world = createWorld(options)
  world.server.give('from', 'a', given)
  return world
}

function editOf(world: World, properties: Partial<Properties>, more: Partial<EditWork> = {}): EditWork {
  const { source, size, etag, lastModified, storageClass } = world.work('a')
  const planned = { object: source, size, etag, lastModified, storageClass }
  return {
    ...planned,
    properties: { ...EDIT_DEFAULTS, ...properties },
    verify: 'answer',
    ownership: 'enforced',
    ...more,
  }
}

const stands = (world: World) => {
  const version = world.server.current('from', 'a')
  if (!version) throw new Error('it is gone')
  return version
}
const edit = (world: World, work: EditWork, journal = new MemoryJournal(), copyLimit?: number) =>
  world.finish(editObject(work, world.context, journal, copyLimit))
const begin = (world: World, work: EditWork) => editObject(work, world.context, new MemoryJournal())
const requests = (world: World) => world.context.source.requests

/** Everything but the one header that the edit names. */
function expectRewritten(world: World, given = GIVEN): void {
  const { metadata, tags, storageClass } = given
  expect(stands(world)).toMatchObject({
    headers: { ...given.headers, cacheControl: 'max-age=60' },
    metadata,
    tags,
    storageClass,
  })
}

describe('editObject', () => {
  test('nothing to do: one request, nothing written', async () => {
    const world = setUp()
    const same = editOf(world, {
      headers: { policy: 'change', set: { contentType: 'text/css' }, remove: [] },
    })
    expect(await edit(world, same)).toMatchObject({ how: 'nothing', etag: same.etag })
    expect(requests(world)).toEqual({ HeadObject: 1 })
    expect(world.server.log).toEqual([])
  })

  test('tags alone: no copy', async () => {
    const world = setUp()
    const { etag, lastModified } = stands(world)
    expect(await edit(world, editOf(world, TAG))).toMatchObject({ how: 'in-place', etag, verified: 'answer' })
    expect(stands(world)).toMatchObject({ tags: { team: 'web', tier: '1' }, etag, lastModified })
    expect(requests(world)).toEqual({ HeadObject: 1, GetObjectTagging: 1, PutObjectTagging: 1 })
  })

  test.each([
    { verify: 'answer', heads: 1 },
    { verify: 'head', heads: 2 },
  ] as const)(
    'a header, at $verify: $heads HEADs and one copy, and all else is kept',
    async ({ verify, heads }) => {
      const world = setUp()
      const outcome = await edit(world, editOf(world, CHANGE, { verify }))
      expect(outcome).toMatchObject({ how: 'rewrite', verified: verify, settled: false })
      expectRewritten(world)
      expect(requests(world)).toEqual({ HeadObject: heads, CopyObject: 1 })
    },
  )

  test('at full, the tags are compared with those that stood there before', async () => {
    const world = setUp()
    expect(await edit(world, editOf(world, CHANGE, { verify: 'full' }))).toMatchObject({ verified: 'full' })
    expectRewritten(world)
    const act = (): void => void (stands(world).tags = {})
    world.server.faults.add({ kind: 'nothing', when: 'after', operation: 'CopyObject', act })
    const again = editOf(world, { metadata: { policy: 'drop' } }, { verify: 'full' })
    const failure = await world.failure(editObject(again, world.context, new MemoryJournal()))
    expect(failure).toMatchObject({ code: 'not-verified', property: 'tag team' })
  })

  test('a versioned bucket: a new version, and its id', async () => {
    const world = createWorld()
    world.server.bucket('from').versioning = 'enabled'
    world.server.give('from', 'a', GIVEN)
    const outcome = await edit(world, editOf(world, CHANGE))
    expect(outcome.versionId).toBe(stands(world).versionId)
    expect(world.server.bucket('from').versions('a')).toHaveLength(2)
  })

  test('an older version is not copied on top', async () => {
    const world = createWorld()
    world.server.bucket('from').versioning = 'enabled'
    const { versionId } = world.server.give('from', 'a', GIVEN)
    const work = editOf(world, CHANGE)
    const older = { ...work, object: { ...work.object, versionId } }
    await edit(world, older)
    const tagged = { ...older, properties: { ...EDIT_DEFAULTS, ...TAG } }
    expect(await edit(world, tagged)).toMatchObject({ how: 'in-place', versionId })
    expect(await world.failure(editObject(older, world.context, new MemoryJournal()))).toMatchObject({
      code: 'not-possible',
      property: 'version',
    })
    expect(world.server.bucket('from').versions('a')).toHaveLength(2)
  })

  test.each([
    {
      name: 'rewritten',
      act: (world: World) => void world.server.give('from', 'a', { size: 10, seed: 'x' }),
    },
    { name: 'gone', act: (world: World) => world.server.bucket('from').remove('a', 'null') },
  ])('an object that was $name since it was planned is left', async ({ name, act }) => {
    const world = setUp()
    const work = editOf(world, CHANGE)
    act(world)
    expect(await world.failure(editObject(work, world.context, new MemoryJournal()))).toMatchObject({
      code: name === 'gone' ? 'source-missing' : 'source-changed',
    })
    expect(world.server.log).toEqual([])
  })

  test('one that changes between the look and the copy is left', async () => {
    const world = setUp()
    const act = (): void => void world.server.give('from', 'a', { size: 10, seed: 'theirs' })
    world.server.faults.add({ kind: 'server-error', when: 'before', operation: 'CopyObject', nth: 1, act })
    const failure = await world.failure(editObject(editOf(world, CHANGE), world.context, new MemoryJournal()))
    expect(failure).toMatchObject({ code: 'source-changed' })
    expect(stands(world).metadata).toEqual({})
  })

  test('an archived object cannot be copied, and can be tagged', async () => {
    const world = setUp({}, { ...GIVEN, storageClass: 'GLACIER' })
    const failure = await world.failure(editObject(editOf(world, CHANGE), world.context, new MemoryJournal()))
    expect(failure).toMatchObject({ code: 'archived' })
    expect(requests(world)).toEqual({ HeadObject: 1 })
    expect(await edit(world, editOf(world, TAG))).toMatchObject({ how: 'in-place' })
  })

  const kinds: FaultKind[] = ['connection', 'timeout', 'bad-answer', 'server-error', 'slow-down']
  test.each(kinds)('%s after the copy: found, done once', async (kind) => {
    const world = setUp()
    world.server.faults.add({ kind, when: 'after', operation: 'CopyObject', nth: 1 })
    expect(await edit(world, editOf(world, CHANGE))).toMatchObject({ how: 'rewrite', settled: true })
    expectRewritten(world)
    expect(world.server.mutations({ operation: 'CopyObject' })).toHaveLength(1)
  })

  test.each(kinds)('%s before the copy: sent again', async (kind) => {
    const world = setUp()
    world.server.faults.add({ kind, when: 'before', operation: 'CopyObject', nth: 1 })
    expect(await edit(world, editOf(world, CHANGE))).toMatchObject({ how: 'rewrite', settled: false })
    expectRewritten(world)
    expect(world.server.mutations({ operation: 'CopyObject' })).toHaveLength(1)
  })
})

/** As Ceph keeps it. */
const PLAIN: Given = { ...GIVEN, encryption: { kind: 'none' } }

describe('an endpoint that loses tags', () => {
  test('they are put back, and the window without them is told', async () => {
    const world = setUp({ habits: CEPH_16_HABITS }, PLAIN)
    expect(await edit(world, editOf(world, CHANGE))).toMatchObject({ how: 'rewrite', verified: 'head' })
    expectRewritten(world)
    expect(world.notes).toContainEqual(expect.stringContaining('for a moment each object stood without them'))
  })

  test('an object without tags costs nothing more', async () => {
    const world = setUp({ habits: CEPH_16_HABITS }, { ...PLAIN, tags: {} })
    await edit(world, editOf(world, CHANGE))
    expect(requests(world)['PutObjectTagging']).toBeUndefined()
    expect(world.notes).not.toContainEqual(expect.stringContaining('for a moment'))
  })
})

describe('above the limit of CopyObject: by parts', () => {
  test('everything is kept, and the journal is told', async () => {
    const world = setUp({}, BIG)
    const before = stands(world)
    const journal = new MemoryJournal()
    const outcome = await edit(world, editOf(world, CHANGE), journal, MIB)
    expect(outcome).toMatchObject({ how: 'rewrite', verified: 'head' })
    expectRewritten(world, BIG)
    expect(isSameContent(stands(world).content, before.content)).toBe(true)
    expect(journal.told.filter((word) => word.startsWith('part'))).toHaveLength(PARTS)
    expect(journal.isEnded).toBe(true)
    expect(world.server.uploads.size).toBe(0)
  })

  test.each([
    { versioning: 'enabled', code: undefined },
    { versioning: 'off', code: 'not-possible' },
  ] as const)('annotations, versioning $versioning: kept, or refused before they are lost', async (row) => {
    const world = createWorld({ habits: { annotations: true } })
    world.server.bucket('from').versioning = row.versioning
    world.server.give('from', 'a', BIG)
    const id = { bucket: 'from', key: 'a' }
    const { source } = world.context
    await world.finish(source.putAnnotation({ ...id, name: 'note', body: Buffer.from('seen') }))
    const edited = editObject(editOf(world, CHANGE), world.context, new MemoryJournal(), MIB)
    if (row.code) {
      expect(await world.failure(edited)).toMatchObject({ code: row.code, property: 'annotations' })
      expect(world.server.mutations({ operation: 'CreateMultipartUpload' })).toEqual([])
    } else {
      expect(await world.finish(edited)).toMatchObject({ how: 'rewrite' })
    }
    expect(await world.finish(source.listAnnotations(id))).toEqual(['note'])
  })

  test('stopped in its midst and gone on with: no finished part is sent again', async () => {
    const world = setUp({}, BIG)
    const journal = new MemoryJournal()
    const work = editOf(world, CHANGE)
    const act = (): void => world.stop.abort()
    world.server.faults.add({ kind: 'nothing', when: 'after', operation: 'UploadPartCopy', nth: 3, act })
    await world.failure(editObject(work, world.context, journal, MIB))
    expect(world.server.uploads.size).toBe(1)
    const context = { ...world.context, signal: new AbortController().signal }
    const outcome = await world.finish(editObject(work, context, journal, MIB))
    expect(outcome).toMatchObject({ how: 'rewrite' })
    expectRewritten(world, BIG)
    expect(world.server.mutations({ operation: 'CreateMultipartUpload' })).toHaveLength(1)
    expect(world.server.mutations({ operation: 'CompleteMultipartUpload' })).toHaveLength(1)
    expect(world.server.mutations({ operation: 'UploadPartCopy' })).toHaveLength(PARTS)
  })

  test('completed before the kill: found, and not done again', async () => {
    const world = setUp({}, BIG)
    const journal = new MemoryJournal()
    const work = editOf(world, CHANGE)
    await world.seams.advance(5000)
    const act = (): void => world.stop.abort()
    world.server.faults.add({ kind: 'connection', when: 'after', operation: 'CompleteMultipartUpload', act })
    await world.failure(editObject(work, world.context, journal, MIB))
    world.server.faults.clear()
    const context = { ...world.context, signal: new AbortController().signal }
    const outcome = await world.finish(editObject(work, context, journal, MIB))
    expect(outcome).toMatchObject({ how: 'rewrite', settled: true })
    expect(journal.isEnded).toBe(true)
    expect(world.server.mutations({ operation: 'UploadPartCopy' })).toHaveLength(PARTS)
  })

  test('one that changed meanwhile is left, and so is nothing of the upload', async () => {
    const world = setUp({}, BIG)
    const journal = new MemoryJournal()
    const work = editOf(world, CHANGE)
    const act = (): void => world.stop.abort()
    world.server.faults.add({ kind: 'nothing', when: 'after', operation: 'UploadPartCopy', nth: 3, act })
    await world.failure(editObject(work, world.context, journal, MIB))
    world.server.give('from', 'a', { ...BIG, seed: 'theirs' })
    const context = { ...world.context, signal: new AbortController().signal }
    expect(await world.failure(editObject(work, context, journal, MIB))).toMatchObject({
      code: 'source-changed',
    })
    expect(world.server.uploads.size).toBe(0)
    expect(journal.isEnded).toBe(true)
  })
})

describe('settleEdit', () => {
  const rewritten: Given = { ...GIVEN, headers: { ...GIVEN.headers, cacheControl: 'max-age=60' } }
  const rows: {
    name: string
    there: Given
    /** Milliseconds from the plan to what stands there; nothing: it is the planned one. */
    later?: number
    since?: number
    properties: Partial<Properties>
    remembered?: SomeProperties
    how?: string
  }[] = [
    { name: 'untouched', there: GIVEN, properties: CHANGE },
    { name: 'rewritten as asked', there: rewritten, later: 5000, properties: CHANGE, how: 'rewrite' },
    {
      name: 'rewritten as asked, within the second of the planned one',
      there: rewritten,
      properties: CHANGE,
      remembered: { headers: { policy: 'set', value: {} } },
      how: 'rewrite',
    },
    {
      name: 'remembered, and not written',
      there: GIVEN,
      properties: CHANGE,
      remembered: { headers: { policy: 'set', value: {} } },
    },
    { name: 'as asked all along', there: rewritten, properties: CHANGE },
    { name: 'rewritten as asked, before', there: rewritten, later: 5000, since: 9000, properties: CHANGE },
    { name: 'rewritten otherwise', there: GIVEN, later: 5000, properties: CHANGE },
    { name: 'other bytes, as asked', there: { ...rewritten, seed: 'x' }, later: 5000, properties: CHANGE },
    { name: 'another size, as asked', there: { ...rewritten, size: 11 }, later: 5000, properties: CHANGE },
    { name: 'tags not there', there: GIVEN, properties: TAG },
    {
      name: 'tags there',
      there: { ...GIVEN, tags: { team: 'web', tier: '1' } },
      properties: TAG,
      how: 'in-place',
    },
    {
      name: 'rewritten by somebody else, and only tags are asked for',
      there: { ...GIVEN, tags: { team: 'web', tier: '1' } },
      later: 5000,
      properties: TAG,
    },
    {
      name: 'rewritten as asked, but for its tags',
      there: { ...rewritten, tags: {} },
      later: 5000,
      properties: { ...CHANGE, ...TAG },
      how: 'rewrite',
    },
  ]
  test.each(rows)('$name: $how', async ({ there, later, since = 0, properties, remembered, how }) => {
    const world = setUp()
    const work = editOf(world, properties)
    const begin = world.seams.now()
    await world.seams.advance(20_000)
    const seed = there.seed ?? 'a'
    world.server.give('from', 'a', {
      ...there,
      seed,
      lastModified: later === undefined ? work.lastModified : begin + later,
    })
    const settled = await world.finish(settleEdit(work, world.context, begin + since, remembered))
    expect(settled).toMatchObject(how === undefined ? { is: 'not-done' } : { is: 'done', outcome: { how } })
    if (properties.tags && how) expect(stands(world).tags).toMatchObject({ tier: '1' })
  })

  test('gone: not done', async () => {
    const world = setUp()
    const work = editOf(world, CHANGE)
    world.server.bucket('from').remove('a', 'null')
    expect(await world.finish(settleEdit(work, world.context, 0))).toEqual({ is: 'not-done' })
  })

  const TAGS = { policy: 'set', value: { team: 'web' } } as const
  const mended: [string, Partial<Properties>, object][] = [
    ['kept', {}, { team: 'web' }],
    ['changed', TAG, { team: 'web', tier: '1' }],
    ['set', { tags: { policy: 'set', value: { only: 'x' } } }, { only: 'x' }],
  ]
  test.each(mended)(
    'killed before lost tags were put back: those %s are',
    async (_, properties, expected) => {
      const world = createWorld({ habits: CEPH_16_HABITS })
      world.server.give('from', 'a', GIVEN)
      const work = editOf(world, { ...CHANGE, ...properties })
      await world.seams.advance(5000)
      const since = world.seams.now()
      world.server.give('from', 'a', { ...rewritten, seed: 'a', tags: {} })
      await world.seams.advance(3000)
      const settled = await world.finish(settleEdit(work, world.context, since, { tags: TAGS }))
      expect(settled).toMatchObject({ is: 'done', outcome: { how: 'rewrite' } })
      expect(settled.is === 'done' && settled.outcome.withoutTagsFor).toBeGreaterThanOrEqual(3000)
      expect(stands(world).tags).toEqual(expected)
      expect(world.notes).toEqual([expect.stringContaining('loses the tags')])
    },
  )
})

/** S3 has no condition for what an ETag does not see, so what somebody else wrote there has to be seen by a look. */
describe('what others write while an edit is held up', () => {
  const LATER = { ...GIVEN, metadata: { owner: 'bob' }, tags: { team: 'web', case: '7' } }
  /** Asked to slow down for so long, milliseconds; meanwhile somebody writes. */
  function heldUp(world: World, operation: string, ms: number, act: () => void): void {
    const until = world.seams.now() + ms
    const during = (): boolean => world.seams.now() < until
    world.server.faults.add({ kind: 'nothing', when: 'before', operation, nth: 2, act })
    world.server.faults.add({ kind: 'slow-down', when: 'before', operation, during })
  }

  test.each([
    { what: 'metadata', change: CHANGE, operation: 'CopyObject' },
    { what: 'tags', change: TAG, operation: 'PutObjectTagging' },
    { what: 'tags that a copy replaces', change: { ...CHANGE, ...TAG }, operation: 'CopyObject' },
  ])('$what of the same bytes stay', async ({ change, operation }) => {
    const world = setUp()
    await world.seams.advance(5000)
    const theirs = (): void => void world.server.give('from', 'a', LATER)
    heldUp(world, operation, 10_000, theirs)
    const failure = await world.failure(begin(world, editOf(world, change)))
    expect(failure).toMatchObject({ code: 'source-changed', reach: 'item' })
    expect(stands(world)).toMatchObject({
      metadata: LATER.metadata,
      tags: LATER.tags,
      headers: GIVEN.headers,
    })
  })

  test('tags alone, which leave the date as it was, stay', async () => {
    const world = setUp()
    heldUp(world, 'PutObjectTagging', 10_000, () => {
      stands(world).tags = { ...GIVEN.tags, case: '7' }
    })
    const failure = await world.failure(begin(world, editOf(world, TAG)))
    expect(failure).toMatchObject({ code: 'source-changed', reach: 'item' })
    expect(stands(world).tags).toEqual({ team: 'web', case: '7' })
  })

  test('an ACL stays', async () => {
    const world = setUp()
    const uri = 'http://acs.amazonaws.com/groups/global/AllUsers'
    const theirs: Acl = { owner: 'us', grants: [{ grantee: { kind: 'group', uri }, permission: 'READ' }] }
    heldUp(world, 'PutObjectAcl', 10_000, () => {
      stands(world).acl = theirs
    })
    const acl = { policy: 'set', value: { kind: 'canned', acl: 'authenticated-read' } } as const
    const failure = await world.failure(begin(world, editOf(world, { acl }, { ownership: 'acls' })))
    expect(failure).toMatchObject({ code: 'source-changed', reach: 'item' })
    expect(stands(world).acl).toEqual(theirs)
  })

  test.each([
    ['CopyObject', CHANGE],
    ['PutObjectTagging', TAG],
  ])('where that is nothing, %s is sent in the end', async (operation, change) => {
    const world = setUp()
    heldUp(world, operation, 10_000, () => {})
    await edit(world, editOf(world, change))
    if (change === CHANGE) expectRewritten(world)
    else expect(stands(world).tags).toEqual({ ...GIVEN.tags, tier: '1' })
  })

  test('what a write of ours did whose answer was lost is ours', async () => {
    const world = setUp()
    const until = world.seams.now() + 10_000
    const during = (): boolean => world.seams.now() < until
    world.server.faults.add({ kind: 'server-error', when: 'after', operation: 'PutObjectTagging', nth: 1 })
    world.server.faults.add({ kind: 'slow-down', when: 'before', operation: 'PutObjectTagging', during })
    await edit(world, editOf(world, TAG))
    expect(stands(world).tags).toEqual({ ...GIVEN.tags, tier: '1' })
  })
})

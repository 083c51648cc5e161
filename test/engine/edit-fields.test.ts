import { describe, expect, test } from 'vitest'
import { fieldRules } from '#model/field-rules.ts'
import type { FieldValues } from '#model/field.ts'
import type { Properties } from '#model/properties.ts'
import { EDIT_DEFAULTS } from '#model/properties.ts'
import { editObject } from '../../main/engine/edit/edit-object.ts'
import { settleEdit } from '../../main/engine/edit/edit-settle.ts'
import type { EditWork } from '../../main/engine/work.ts'
import type { Given } from '../helpers/memory/server.ts'
import { createWorld, MemoryJournal } from './world.ts'
import type { World } from './world.ts'

const KEY = 'static/app.css'
const GIVEN: Given = {
  size: 10,
  headers: { contentType: 'binary/octet-stream', cacheControl: 'no-cache' },
  metadata: { build: 'a' },
  tags: { team: 'web' },
}
const rule = (field: string, action: unknown, where = {}) => ({ field, where, action })
const DOUBLE = rule('x-amz-meta-build', { do: 'replace', find: 'a', with: 'aa' })
const DOUBLE_TAG = rule('tag:team', { do: 'replace', find: '^.*$', with: '$&$&' })

function setUp(given: Given = GIVEN): World {
  const world = createWorld()
  world.server.give('from', KEY, given)
  return world
}

function editOf(world: World, rules: readonly unknown[], more: Partial<EditWork> = {}): EditWork {
  const { source, size, etag, lastModified, storageClass } = world.work(KEY)
  return {
    ...{ object: source, size, etag, lastModified, storageClass },
    properties: EDIT_DEFAULTS,
    fieldRules: fieldRules.parse(rules),
    verify: 'answer',
    ownership: 'enforced',
    ...more,
  }
}

const stands = (world: World) => {
  const version = world.server.current('from', KEY)
  if (!version) throw new Error('it is gone')
  return version
}
const edit = (world: World, work: EditWork, journal = new MemoryJournal()) =>
  world.finish(editObject(work, world.context, journal))

describe('field rules and cells', () => {
  const TYPE = rule('content-type', { do: 'type-from-extension' })
  const rows: [string, readonly unknown[], FieldValues, Record<string, number>, object][] = [
    [
      'a header',
      [TYPE],
      {},
      { HeadObject: 1, CopyObject: 1 },
      { headers: { ...GIVEN.headers, contentType: 'text/css' } },
    ],
    [
      'a tag',
      [rule('tag:tier', { do: 'from-field', field: 'x-amz-meta-build' })],
      {},
      { HeadObject: 1, GetObjectTagging: 1, PutObjectTagging: 1 },
      { tags: { team: 'web', tier: 'a' } },
    ],
    [
      'a tag and a header: one copy',
      [TYPE, rule('tag:tier', { do: 'set', value: '1' })],
      {},
      { HeadObject: 1, GetObjectTagging: 1, CopyObject: 1 },
      { tags: { team: 'web', tier: '1' } },
    ],
    [
      'by hand',
      [TYPE],
      { 'content-type': 'text/x-own', 'x-amz-meta-build': 'b' },
      { HeadObject: 1, CopyObject: 1 },
      { headers: { ...GIVEN.headers, contentType: 'text/x-own' }, metadata: { build: 'b' } },
    ],
    ['nothing', [rule('expires', { do: 'remove' })], {}, { HeadObject: 1 }, { headers: GIVEN.headers }],
    [
      'not for this key',
      [rule('tag:a', { do: 'set', value: 'b' }, { key: { kind: 'glob', glob: '*.js' } })],
      {},
      { HeadObject: 1 },
      {},
    ],
  ]
  test.each(rows)('%s', async (_name, rules, fields, requests, expected) => {
    const world = setUp()
    await edit(world, editOf(world, rules, { fields }))
    expect(world.context.source.requests).toEqual(requests)
    expect(stands(world)).toMatchObject(expected)
  })

  test('over the properties, and they see the object as it stands', async () => {
    const world = setUp()
    const properties: Properties = {
      ...EDIT_DEFAULTS,
      metadata: { policy: 'set', value: { build: 'z', other: 'y' } },
    }
    await edit(world, editOf(world, [DOUBLE], { properties }))
    expect(stands(world).metadata).toEqual({ build: 'aa', other: 'y' })
  })

  test('by hand as it stands: what the properties say otherwise is not done', async () => {
    const world = setUp()
    const properties: Properties = { ...EDIT_DEFAULTS, metadata: { policy: 'drop' } }
    await edit(world, editOf(world, [], { properties, fields: { 'x-amz-meta-build': 'a' } }))
    expect(world.context.source.requests).toEqual({ HeadObject: 1 })
  })

  test('by the first bytes: one ranged GET', async () => {
    const world = setUp({ ...GIVEN, body: Buffer.from('<svg xmlns="x"></svg>') })
    await edit(world, editOf(world, [rule('content-type', { do: 'type-from-content' })]))
    expect(world.context.source.requests).toEqual({ HeadObject: 1, GetObject: 1, CopyObject: 1 })
    expect(stands(world).headers.contentType).toBe('image/svg+xml')
  })

  const refused: [string, readonly unknown[], FieldValues, string, RegExp][] = [
    [
      'a header of two lines',
      [],
      { 'cache-control': 'a\nb' },
      'cache-control',
      /cache-control of static\/app\.css would become "a\\nb"\. A header must be one line/,
    ],
    ['a tag that S3 refuses', [rule('tag:cost', { do: 'set', value: 'R&D' })], {}, 'tag:cost', /“&”/],
    [
      '2 KB',
      [rule('x-amz-meta-b', { do: 'set', value: 'x'.repeat(2048) })],
      {},
      'x-amz-meta-b',
      /2055 bytes of metadata/,
    ],
    ['no class', [], { 'storage-class': null }, 'storage-class', /would be taken away/],
  ]
  test.each(refused)('refused before any write: %s', async (_name, rules, fields, property, message) => {
    const world = setUp()
    const journal = new MemoryJournal()
    const failure = await world.failure(editObject(editOf(world, rules, { fields }), world.context, journal))
    expect(failure).toMatchObject({ code: 'bad-input', reach: 'item', property })
    expect(failure.message).toMatch(message)
    expect(world.server.log).toEqual([])
    expect(journal.told).toEqual([])
  })

  test('eleven tags by a change, in place: refused before any write', async () => {
    const tags = Object.fromEntries(Array.from({ length: 10 }, (_, at) => [`t${at}`, 'x']))
    const world = setUp({ ...GIVEN, tags })
    const properties: Properties = {
      ...EDIT_DEFAULTS,
      tags: { policy: 'change', set: { more: 'x' }, remove: [] },
    }
    const work = editOf(world, [], { properties, fieldRules: undefined })
    expect(await world.failure(editObject(work, world.context, new MemoryJournal()))).toMatchObject({
      code: 'bad-input',
      property: 'tags',
      message: expect.stringContaining('would have 11 tags') as string,
    })
    expect(world.server.log).toEqual([])
  })
})

describe('what an edit remembers', () => {
  test('before the first write, and an edit by it brings everything back', async () => {
    const world = setUp()
    const journal = new MemoryJournal()
    await edit(world, editOf(world, [DOUBLE, DOUBLE_TAG]), journal)
    expect(journal.told).toEqual(['remember'])
    expect(stands(world)).toMatchObject({ metadata: { build: 'aa' }, tags: { team: 'webweb' } })
    const properties = { ...EDIT_DEFAULTS, ...journal.remembered } as Properties
    await edit(world, editOf(world, [], { properties }))
    const { headers, metadata, tags } = GIVEN
    expect(stands(world)).toMatchObject({ headers, metadata, tags })
  })

  test('nothing where nothing is changed', async () => {
    const world = setUp()
    const journal = new MemoryJournal()
    await edit(world, editOf(world, [rule('expires', { do: 'remove' })]), journal)
    expect(journal.told).toEqual([])
  })
})

describe('a rule never does its work twice', () => {
  test.each([
    ['with a copy', DOUBLE, { metadata: { build: 'aa' } }, 'rewrite'],
    ['in place', DOUBLE_TAG, { tags: { team: 'webweb' } }, 'in-place'],
  ])('killed before the journal knew: %s', async (_name, one, expected, how) => {
    const world = setUp()
    const work = editOf(world, [one])
    const journal = new MemoryJournal()
    await world.seams.advance(5000)
    const since = world.seams.now()
    await edit(world, work, journal)
    const settled = await world.finish(settleEdit(work, world.context, since, journal.remembered))
    expect(settled).toMatchObject({ is: 'done', outcome: { how } })
    expect(stands(world)).toMatchObject(expected)
  })

  test('killed between two requests of one edit', async () => {
    const world = setUp()
    world.server.bucket('from').ownership = 'acls'
    const work = editOf(world, [DOUBLE_TAG], {
      properties: { ...EDIT_DEFAULTS, acl: { policy: 'set', value: { kind: 'canned', acl: 'public-read' } } },
      ownership: 'acls',
    })
    const journal = new MemoryJournal()
    journal.remembered = { tags: { policy: 'set', value: { team: 'web' } } }
    world.server.give('from', KEY, { ...GIVEN, tags: { team: 'webweb' }, lastModified: work.lastModified })
    const again = { ...work, etag: stands(world).etag }
    expect(await world.finish(settleEdit(again, world.context, 0, journal.remembered))).toEqual({
      is: 'not-done',
    })
    await edit(world, again, journal)
    expect(stands(world).tags).toEqual({ team: 'webweb' })
    expect(world.context.source.requests).toMatchObject({ PutObjectAcl: 1 })
  })

  test('killed before it wrote, and rewritten by somebody else since: changed', async () => {
    const world = setUp()
    const work = editOf(world, [DOUBLE])
    const journal = new MemoryJournal()
    journal.remembered = { metadata: { policy: 'set', value: { build: 'a' } } }
    await world.seams.advance(5000)
    world.server.give('from', KEY, { ...GIVEN, metadata: { build: 'other' } })
    const again = { ...work, etag: stands(world).etag }
    const settled = await world.finish(
      settleEdit(again, world.context, world.seams.now() - 1000, journal.remembered),
    )
    expect(settled).toEqual({ is: 'not-done' })
    expect(await world.failure(editObject(again, world.context, journal))).toMatchObject({
      code: 'source-changed',
    })
  })

  test('nothing remembered: nothing was written', async () => {
    const world = setUp()
    expect(await world.finish(settleEdit(editOf(world, [DOUBLE]), world.context, 0))).toEqual({
      is: 'not-done',
    })
  })
})

import { describe, expect, test } from 'vitest'
import type { ObjectHead } from '#model/object.ts'
import { copyParts } from '../../main/engine/copy-parts.ts'
import { layoutOf } from '../../main/engine/part-layout.ts'
import { nominalPartSize, partBytes, partCount } from '../../main/engine/parts.ts'
import type { WorkContext } from '../../main/engine/work.ts'
import { multipartEtag, sliceContent, syntheticContent } from '../helpers/memory/content.ts'
import { answering } from './answering.ts'
import { createWorld, MemoryJournal, MIB } from './world.ts'
import type { World } from './world.ts'

/** An object in `from` that was uploaded in parts of these MiB, and a source that tells them. */
function setUp(mib: readonly number[], tells = true): { world: World; context: WorkContext; etag: string } {
  const world = createWorld()
  const sizes = mib.map((each) => each * MIB)
  const size = sizes.reduce((sum, each) => sum + each, 0)
  const content = syntheticContent('big', size)
  let start = 0
  const etags = sizes.map((each) => sliceContent(content, start, (start += each)).digest)
  const etag = multipartEtag(etags)
  world.server.give('from', 'big', { seed: 'big', size, etag })
  const { source } = world.context
  const telling = answering(source, {
    async headObject(request, signal): Promise<ObjectHead> {
      const { part, ...whole } = request
      const head = await source.headObject(whole, signal)
      return part === undefined || !tells ? head : { ...head, size: sizes[part - 1] ?? 0 }
    },
  })
  return { world, context: { ...world.context, source: telling }, etag }
}

const heads = (world: World) => world.context.source.requests['HeadObject'] ?? 0

describe('layoutOf', () => {
  const rows: {
    name: string
    mib: number[]
    tells?: boolean
    asks: number
    keeps: boolean
    parts: number[]
  }[] = [
    { name: 'even', mib: [8, 8, 8, 3], asks: 1, keeps: true, parts: [8, 8, 8, 3] },
    { name: 'even to the end', mib: [8, 8, 8], asks: 1, keeps: true, parts: [8, 8, 8] },
    { name: 'one part', mib: [7], asks: 1, keeps: true, parts: [7] },
    { name: 'growing', mib: [5, 6, 7, 8], asks: 3, keeps: true, parts: [5, 6, 7, 8] },
    { name: 'a large last one', mib: [5, 12], asks: 1, keeps: true, parts: [5, 12] },
    { name: 'smaller than S3 lets them be', mib: [3, 3, 3], asks: 1, keeps: false, parts: [5, 4] },
    { name: 'not told', mib: [8, 8], tells: false, asks: 1, keeps: false, parts: [5, 5, 5, 1] },
  ]
  test.each(rows)('$name: $parts, by $asks HEADs', async ({ mib, tells, asks, keeps, parts }) => {
    const { world, context } = setUp(mib, tells)
    const work = world.work('big', { partLayout: 'same' })
    const { layout, keepsEtag } = await world.finish(layoutOf(work, context, { latency: 0 }))
    const made = Array.from({ length: partCount(layout) }, (_, at) => partBytes(layout, at + 1) / MIB)
    expect({ made, keepsEtag, asked: heads(world) }).toEqual({ made: parts, keepsEtag: keeps, asked: asks })
    expect(world.notes).toHaveLength(keeps ? 0 : 1)
  })

  test('an object of no parts has no layout, and is not asked for it', async () => {
    const world = createWorld()
    world.server.give('from', 'big', { size: 12 * MIB })
    const work = world.work('big', { partLayout: 'same' })
    const { keepsEtag } = await world.finish(layoutOf(work, world.context, { latency: 0 }))
    expect({ keepsEtag, asked: heads(world), notes: world.notes.length }).toEqual({
      keepsEtag: false,
      asked: 0,
      notes: 1,
    })
  })

  test('chosen: nothing is asked for, and nothing said', async () => {
    const { world, context } = setUp([8, 8])
    const { layout } = await world.finish(layoutOf(world.work('big'), context, { latency: 0 }))
    expect({ parts: partCount(layout), asked: heads(world), notes: world.notes }).toEqual({
      parts: 4,
      asked: 0,
      notes: [],
    })
  })

  test('an upload that was begun in parts of another size goes on in them', async () => {
    const { world, context } = setUp([8, 8])
    const work = world.work('big', { partLayout: 'same' })
    const known = 6 * MIB
    const { layout } = await world.finish(layoutOf(work, context, { latency: 0, known }))
    expect(nominalPartSize(layout)).toBe(known)
  })
})

describe('copyParts in the parts of the source', () => {
  test.each([[[8, 8, 8, 3]], [[5, 6, 7, 8]]])('%j: the ETag stays', async (mib) => {
    const { world, context, etag } = setUp(mib)
    const work = world.work('big', { partLayout: 'same' })
    const outcome = await world.finish(copyParts(work, context, new MemoryJournal()))
    expect(outcome.etag).toBe(etag)
    expect(world.server.current('to', 'big')?.etag).toBe(etag)
    expect(world.notes).toEqual([])
  })

  test('stopped and gone on with, in parts of their own sizes: no finished part is sent again', async () => {
    const { world, context, etag } = setUp([5, 6, 7, 8])
    const work = world.work('big', { partLayout: 'same' })
    const journal = new MemoryJournal()
    const act = (): void => world.stop.abort()
    world.server.faults.add({ kind: 'nothing', when: 'after', operation: 'UploadPartCopy', nth: 2, act })
    await world.failure(copyParts(work, context, journal))
    expect(world.server.uploads.size).toBe(1)
    const signal = new AbortController().signal
    const outcome = await world.finish(copyParts(work, { ...context, signal }, journal))
    expect(outcome.etag).toBe(etag)
    expect(world.server.mutations({ operation: 'UploadPartCopy' })).toHaveLength(4)
    expect(world.server.mutations({ operation: 'CreateMultipartUpload' })).toHaveLength(1)
  })

  test('taken for even by its first part, and it is not: said, and not called false', async () => {
    const { world, context, etag } = setUp([8, 7, 8, 4])
    const work = world.work('big', { partLayout: 'same' })
    const outcome = await world.finish(copyParts(work, context, new MemoryJournal()))
    expect(outcome.etag).not.toBe(etag)
    expect(world.notes).toEqual([expect.stringContaining('did not stay')])
  })

  test('the same parts under another ETag are other bytes', async () => {
    const { world, context } = setUp([8, 8, 3])
    const { size } = world.work('big')
    world.server.give('from', 'big', { seed: 'other', size, etag: `${'a'.repeat(32)}-3` })
    const work = world.work('big', { partLayout: 'same' })
    expect(await world.failure(copyParts(work, context, new MemoryJournal()))).toMatchObject({
      code: 'not-verified',
      property: 'ETag',
    })
  })
})

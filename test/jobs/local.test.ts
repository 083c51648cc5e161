import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DecantError } from '#model/failure.ts'
import type { Storage } from '../../main/engine/storage.ts'
import { until } from '../helpers/processes.ts'
import { countRequests } from '../helpers/requests-by-key.ts'
import { localWorld } from './local-world.ts'
import type { LocalWorld } from './local-world.ts'

let world: LocalWorld
beforeEach(async () => {
  world = await localWorld()
})
afterEach(() => world.end())

const FILES = { 'a.txt': 'one', 'b/c.txt': 'two', 'b/d e+%2F ü': 'three', 'b-c': '', 'z/y/x': 'four' }
const inFolder = (name: string): string => path.join(world.folder, name)
const rows = (id: string) =>
  world.jobs.items(id, 'all', 0, 1000).items.map(({ key, action, state, skipReason, failure }) => {
    return [key, action, state, skipReason ?? failure?.code].filter(Boolean).join(' ')
  })

describe('a folder and a bucket', () => {
  test('up, down, and equal; once more there is nothing to do, in either way', async () => {
    world.give(FILES)
    mkdirSync(inFolder('empty'))
    // S3 keeps whole seconds: what was written in the second of its upload could have changed since.
    const old = new Date(Date.now() - 3_600_000)
    for (const name of [...Object.keys(FILES), 'empty']) utimesSync(inFolder(name), old, old)
    const up = await world.run(world.spec('copy', 'up'))
    expect(up).toMatchObject({ status: { is: 'completed' }, tally: { copied: { items: 6 } } })
    expect(await world.objects()).toEqual({ ...FILES, 'empty/': '' })
    const { headers } = await world.store.headObject({ bucket: world.bucket, key: 'a.txt' })
    expect(headers.contentType).toBe('text/plain')
    const again = await world.run(world.spec('copy', 'up', { conflict: 'if-different' }))
    expect(again.tally.skipped.same.items).toBe(6)

    rmSync(world.folder, { recursive: true })
    mkdirSync(world.folder)
    const down = await world.run(world.spec('copy', 'down'))
    expect(down.tally).toMatchObject({ copied: { items: 6 }, failed: { items: 0 } })
    expect(world.files()).toEqual(FILES)
    expect(existsSync(inFolder('empty'))).toBe(true)
    for (const conflict of ['if-different', 'if-newer', 'skip'])
      expect((await world.run(world.spec('copy', 'down', { conflict }))).tally.copied.items).toBe(0)
    const compared = await world.run(world.spec('parity', 'down'))
    expect(compared.tally).toMatchObject({ failed: { items: 0 }, skipped: { same: { items: 6 } } })
    expect((await world.run(world.spec('parity', 'up'))).tally.failed.items).toBe(0)
  })

  test('what stands there already meets the conflict policy, up and down', async () => {
    await world.put({ same: 'one', other: 'two', long: 'three' })
    world.give({ same: 'one', other: 'TWO', long: 'three and more' })
    const old = new Date(Date.now() - 3_600_000)
    for (const name of ['same', 'other', 'long']) utimesSync(inFolder(name), old, old)
    const plan = async (way: 'up' | 'down', conflict: string) => {
      const { id } = world.jobs.create(world.spec('copy', way, { conflict }), { draft: true })
      await world.jobs.settled(id, 'idle')
      const { items } = world.jobs.items(id, 'all', 0, 10)
      return items.map(({ action, skipReason, failure }) => skipReason ?? failure?.code ?? action)
    }
    const exists = Array<string>(3).fill('exists')
    expect(await plan('up', 'skip')).toEqual(exists)
    expect(await plan('down', 'skip')).toEqual(exists)
    expect(await plan('up', 'fail')).toEqual(Array(3).fill('destination-exists'))
    // The files are older than the objects.
    expect(await plan('up', 'if-newer')).toEqual(Array(3).fill('not-newer'))
    expect(await plan('down', 'if-newer')).toEqual(Array(3).fill('relay'))
    expect(await plan('up', 'if-different')).toEqual(['relay', 'same', 'same'])
    expect(await plan('down', 'if-different')).toEqual(Array(3).fill('relay'))
    await world.run(world.spec('copy', 'down', { conflict: 'overwrite' }))
    expect(world.files()).toEqual({ same: 'one', other: 'two', long: 'three' })
  })

  test('a move deletes a file once its upload is verified, and an object once its download is', async () => {
    world.give(FILES)
    const up = await world.run(world.spec('move', 'up'))
    expect(up.tally).toMatchObject({ moved: { items: 5 }, failed: { items: 0 } })
    expect(world.files()).toEqual({})
    expect(await world.objects()).toEqual(FILES)
    rmSync(world.folder, { recursive: true })
    mkdirSync(world.folder)
    expect((await world.run(world.spec('move', 'down'))).tally.moved.items).toBe(5)
    expect(world.files()).toEqual(FILES)
    expect(await world.objects()).toEqual({})
  })

  test('a mirror deletes what has no source, on either side', async () => {
    await world.put({ 'gone/x': 'x', 'a.txt': 'one', 'gone/': '' })
    world.give(FILES)
    const mirror = { conflict: 'if-different', deleteExtra: true }
    const up = await world.run(world.spec('copy', 'up', mirror))
    expect(up.tally).toMatchObject({ deleted: { items: 1 }, failed: { items: 0 } })
    expect(await world.objects()).toMatchObject(FILES)
    world.give({ 'b/extra': 'x', 'more/extra': 'x' })
    const down = await world.run(world.spec('copy', 'down', mirror))
    expect(down.tally).toMatchObject({ deleted: { items: 2 }, failed: { items: 0 } })
    expect(world.files()).toEqual(FILES)
  })

  test('a comparison names every difference', async () => {
    world.give({ same: 'one', other: 'TWO', long: 'three', here: '' })
    await world.put({ same: 'one', other: 'two', long: 'three and more', there: '' })
    const { id } = await world.run(world.spec('parity', 'up'))
    const found = world.jobs.items(id, 'all', 0, 10).items.map(({ key, state, failure }) => {
      return [key, state, failure?.property].filter(Boolean).join(' ')
    })
    expect(found.sort()).toEqual([
      'here failed existence',
      'long failed size',
      'other failed content',
      'same skipped',
      'there failed existence',
    ])
  })

  test('one named version comes down', async () => {
    await world.store.putVersioning(world.bucket, 'enabled')
    await world.put({ 'a.txt': 'first' })
    const { versionId } = await world.store.headObject({ bucket: world.bucket, key: 'a.txt' })
    await world.put({ 'a.txt': 'second' })
    const spec = world.spec('copy', 'down')
    const [source] = spec.sources
    const select = [{ kind: 'object', key: 'a.txt', versionId }]
    await world.run(world.spec('copy', 'down', { sources: [{ ...source, select }] }))
    expect(world.files()).toEqual({ 'a.txt': 'first' })
  })
})

describe('what a plan expects is what the server counts', () => {
  const small = Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`f${n}`, 'text']))
  const large = { large: Buffer.alloc(33 * 1024 ** 2, 'large') }
  test.each<['copy' | 'move', 'auto' | 'head', object, 'exact' | 'at-most']>([
    ['copy', 'auto', small, 'exact'],
    ['copy', 'head', small, 'exact'],
    ['move', 'auto', small, 'exact'],
    ['copy', 'auto', large, 'at-most'],
  ])('%s, %s, up and down', async (kind, verify, files, is) => {
    world.give(files as Record<string, string>)
    for (const way of ['up', 'down'] as const) {
      if (way === 'down') rmSync(world.folder, { recursive: true })
      mkdirSync(world.folder, { recursive: true })
      const { id } = world.jobs.create(world.spec(kind, way, { verify }), { draft: true })
      await world.jobs.settled(id, 'idle')
      const count = await countRequests(world.playground.admin)
      world.jobs.start(id, 'now')
      expect((await world.jobs.settled(id, 'finished')).tally.failed.items).toBe(0)
      const { HeadBucket: _, ...counted } = await count()
      const { expected } = world.jobs.get(id)
      expect(expected?.is).toBe(is)
      expect(Object.keys(counted).sort()).toEqual(Object.keys(expected?.requests ?? {}).sort())
      // Of parts that came in even sizes no more has to be asked than of the first.
      if (way === 'down' && is === 'at-most') expect(counted).toEqual({ GetObject: 7, HeadObject: 2 })
      else expect(expected?.requests).toEqual(counted)
    }
  })
})

describe('what goes wrong', () => {
  test('names that a folder cannot hold are refused in the plan, and the rest goes on', async () => {
    await world.put({ 'a//b': 'x', [`${'n'.repeat(256)}`]: 'x', 'ok.txt': 'fine', '../up': 'x' })
    const { id, tally } = await world.run(world.spec('copy', 'down'))
    expect(tally).toMatchObject({ copied: { items: 1 }, failed: { items: 3 } })
    expect(rows(id)).toContain('../up refuse failed not-possible')
    expect(world.files()).toEqual({ 'ok.txt': 'fine' })
    expect(existsSync(path.join(world.folder, '..', 'up'))).toBe(false)
  })

  test('a folder that may not be read is an item that failed', async ({ skip }) => {
    skip(process.getuid?.() === 0, 'root may read every folder')
    world.give({ 'a.txt': 'one', 'shut/b.txt': 'two' })
    chmodSync(inFolder('shut'), 0)
    const { id } = await world.run(world.spec('copy', 'up'))
    chmodSync(inFolder('shut'), 0o700)
    expect(rows(id)).toEqual(['shut/ refuse failed access-denied', 'a.txt relay copied'])
  })

  test('a file that changed, or is gone, since the plan is an item that failed; nothing half is written', async () => {
    world.give({ 'a.txt': 'one', 'b.txt': 'two', 'c.txt': 'three' })
    const { id } = world.jobs.create(world.spec('copy', 'up'), { draft: true })
    await world.jobs.settled(id, 'idle')
    world.give({ 'b.txt': 'two and more' })
    rmSync(inFolder('c.txt'))
    world.jobs.start(id, 'now')
    const { tally } = await world.jobs.settled(id, 'finished')
    expect(tally).toMatchObject({ copied: { items: 1 }, failed: { items: 2 } })
    expect(rows(id)).toEqual([
      'a.txt relay copied',
      'b.txt relay failed source-changed',
      'c.txt relay failed source-missing',
    ])
    expect(await world.objects()).toEqual({ 'a.txt': 'one' })
  })

  test.each(['up', 'down'] as const)(
    '%s: a folder that is taken away pauses the job, until it is back',
    async (way) => {
      const files = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`f${n}`, 'text']))
      if (way === 'up') world.give(files)
      else await world.put(files)
      const away = `${world.folder}-away`
      const { id } = world.jobs.create(world.spec('copy', way), { draft: true })
      await world.jobs.settled(id, 'idle')
      renameSync(world.folder, away)
      // What is believed of a folder is believed for a moment.
      world.later(5000)
      world.jobs.start(id, 'now')
      const paused = await world.jobs.settled(id, 'idle')
      expect(paused.status).toMatchObject({
        is: 'paused',
        reason: 'folder',
        failure: { code: 'folder-missing' },
      })
      expect(paused.tally.failed.items).toBe(0)
      renameSync(away, world.folder)
      if (way === 'down') world.jobs.resume(id)
      const done = await world.jobs.settled(id, 'finished')
      expect(done.tally).toMatchObject({ copied: { items: 40 }, failed: { items: 0 } })
      expect(await world.objects()).toEqual(files)
      expect(world.files()).toEqual(files)
    },
  )

  test('a disk that is full pauses the job, and nothing of it is left', async () => {
    await world.put({ 'a.txt': 'one', 'b.txt': 'two' })
    const plain = world.local
    const full: Partial<Storage> = {
      putObject: () =>
        Promise.reject(
          new DecantError({ code: 'disk-full', reach: 'job', message: 'No space is left on the device.' }),
        ),
    }
    world.local = Object.assign(Object.create(plain) as Storage, full)
    const { id, status } = await world.run(world.spec('copy', 'down'))
    expect(status).toMatchObject({ is: 'paused', reason: 'folder', failure: { code: 'disk-full' } })
    world.local = plain
    world.jobs.resume(id)
    expect((await world.jobs.settled(id, 'finished')).tally.copied.items).toBe(2)
    expect(world.files()).toEqual({ 'a.txt': 'one', 'b.txt': 'two' })
  })

  test('a download that is cancelled leaves no unfinished file, an upload no upload', async () => {
    const size = 33 * 1024 ** 2
    await world.playground.admin.seed({ bucket: world.bucket, count: 1, size, pattern: 'large' })
    await world.playground.admin.faults({ op: 'GetObject', every: 3, do: 'hang' })
    const down = world.jobs.create(world.spec('copy', 'down'), { draft: false })
    await until('parts are there', () => Object.keys(world.files()).length === 2)
    world.jobs.cancel(down.id)
    await world.jobs.settled(down.id, 'finished')
    await until('nothing is left', () => Object.keys(world.files()).length === 0)
    await world.playground.admin.clearFaults()
    await world.playground.admin.release()

    world.give({ large: Buffer.alloc(size, 1) })
    await world.playground.admin.faults({ op: 'UploadPart', every: 3, do: 'hang' })
    const up = world.jobs.create(world.spec('copy', 'up', { conflict: 'overwrite' }), { draft: false })
    const uploads = () => world.store.listUploads({ bucket: world.bucket, prefix: '' })
    await until('it is begun', async () => (await uploads()).length === 1)
    world.jobs.cancel(up.id)
    await world.jobs.settled(up.id, 'finished')
    await until('it is aborted', async () => (await uploads()).length === 0)
    expect(statSync(inFolder('large')).size).toBe(size)
    await world.playground.admin.release()
  })
})

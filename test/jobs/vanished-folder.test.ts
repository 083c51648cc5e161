import { mkdirSync, renameSync, rmdirSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { systemSeams } from '#model/seams.ts'
import type { JobSpec } from '#model/spec.ts'
import type { Storage } from '../../main/engine/storage.ts'
import { createLocalStorage } from '../../main/local/local-storage.ts'
import { until } from '../helpers/processes.ts'
import { localWorld } from './local-world.ts'
import type { LocalWorld } from './local-world.ts'

/** Folders of this machine that go away while a job lists them, as unplugged disks do. */
let world: LocalWorld
beforeEach(async () => {
  world = await localWorld()
})
afterEach(() => world.end())

const FILES = { 'a.txt': 'one', 'b/c.txt': 'two', 'b/d.txt': 'three', 'c/e.txt': 'four', 'z/y/x': 'five' }
const UP = { conflict: 'if-different', deleteExtra: true }

/** Pages of one row; `before` each of them something happens. */
function inSmallPages(local: Storage, before: (page: number) => void): Storage {
  let pages = 0
  const listObjects: Storage['listObjects'] = (request, signal) => {
    if (request.delimiter === undefined) before(++pages)
    return local.listObjects({ ...request, maxKeys: 1 }, signal)
  }
  return { ...local, listObjects }
}

/** Out of the folder, too, so that it is not listed under its other name. */
function asideOf(folder: string): string {
  return path.join(path.dirname(world.folder), `${path.basename(folder)}.away`)
}

function takeAway(folder: string): void {
  renameSync(folder, asideOf(folder))
}

function bringBack(folder: string): void {
  renameSync(asideOf(folder), folder)
}

/** What was listed and not read yet when the disk went has failed, by its name; all else is there. */
async function expectAllTold(id: string, given: Readonly<Record<string, string>>): Promise<void> {
  expect(world.jobs.get(id).snapshot.status.is).toBe('completed')
  const failed = world.jobs.items(id, 'failed', 0, 10).items.map(({ key }) => key)
  expect([...Object.keys(await world.objects()), ...failed].sort()).toEqual(Object.keys(given))
}

function pausedAs(id: string): string | undefined {
  const { status } = world.jobs.get(id).snapshot
  return status.is === 'paused' ? `${status.reason}: ${status.failure?.code}` : undefined
}

for (const [kind, place] of [
  ['copy', ''],
  ['mirror', 'disk/'],
] as const) {
  const what = place === '' ? 'the folder' : 'a folder in it'
  const given = Object.fromEntries(Object.entries(FILES).map(([name, text]) => [place + name, text]))

  function spec(): JobSpec {
    const plain = world.spec('copy', 'up')
    const select = [{ kind: 'prefix', prefix: place }]
    const sources = [{ ...plain.sources[0], select }]
    return world.spec('copy', 'up', { ...(kind === 'mirror' && UP), sources })
  }

  test(`a ${kind} waits for ${what} that went in the middle of its listing`, async () => {
    const folder = path.join(world.folder, place)
    world.give(given)
    world.local = inSmallPages(world.local, (page) => page === 3 && takeAway(folder))
    const { id } = await world.run(spec())
    expect(pausedAs(id)).toBe('folder: folder-missing')
    bringBack(folder)
    await world.jobs.settled(id, 'finished')
    await expectAllTold(id, given)
  })

  test(`a ${kind} does not take what the disk of ${what} was mounted on for the disk`, async () => {
    const folder = path.join(world.folder, place)
    world.give(given)
    let looks = 0
    const local = inSmallPages(world.local, (page) => {
      if (page !== 3) return
      takeAway(folder)
      mkdirSync(folder)
    })
    world.local = { ...local, headBucket: (bucket) => (looks++, local.headBucket(bucket)) }
    const { id } = await world.run(spec())
    expect(pausedAs(id)).toBe('folder: folder-missing')
    // It is looked for, and what is there now is empty.
    await until('it was looked for and found empty', () => looks > 1 && pausedAs(id) !== undefined)
    rmdirSync(folder)
    bringBack(folder)
    await world.jobs.settled(id, 'finished')
    await expectAllTold(id, given)
  })
}

test('a mirror deletes nothing of what its listing missed while a folder below was away', async () => {
  const below = path.join(world.folder, 'b')
  world.give(FILES)
  await world.put({ ...FILES, 'b/extra': 'x' })
  world.local = inSmallPages(world.local, (page) => {
    if (page === 1) takeAway(below)
    if (page === 2) bringBack(below)
  })
  const { id, tally } = await world.run(world.spec('copy', 'up', UP))
  expect(tally).toMatchObject({ deleted: { items: 1 }, failed: { items: 2 } })
  const failed = world.jobs.items(id, 'failed', 0, 10).items
  expect(failed.map(({ key, failure }) => [key, failure?.code])).toEqual([
    ['b/c.txt', 'source-changed'],
    ['b/d.txt', 'source-changed'],
  ])
  expect(await world.objects()).toEqual(FILES)
})

describe.each([
  ['', 'and leaves the empty folder that it was mounted on', true],
  ['', 'and leaves no folder', false],
  ['around/', 'and leaves the empty folder that it was mounted on', true],
] as const)('a disk below %sthe folder goes %s', (above, _what, isLeft) => {
  test('a mirror names what it listed of it, and deletes none of its copies', async () => {
    const disk = path.join(world.folder, above, 'disk')
    const given = Object.fromEntries(
      Object.entries({ a: '1', 'disk/b': '2', 'disk/c/d': '3', 'disk/e/f': '4', 'disk/g': '5', z: '6' }).map(
        ([name, text]) => [above + name, text],
      ),
    )
    world.give(given)
    await world.put({ ...given, extra: 'x' })
    let isAway = false
    const deviceOf = async (folder: string): Promise<bigint> => {
      const { dev } = await stat(folder, { bigint: true })
      return !isAway && folder.startsWith(disk) ? dev + 1n : dev
    }
    const local = createLocalStorage({ seams: systemSeams, deviceOf })
    world.local = inSmallPages(local, (page) => {
      console.log('page', page)
      if (page !== 3) return
      takeAway(disk)
      isAway = true
      if (isLeft) mkdirSync(disk)
    })
    const { id, tally } = await world.run(world.spec('copy', 'up', UP))
    expect(tally.deleted.items).toBe(0)
    expect(await world.objects()).toEqual({ ...given, extra: 'x' })
    const failed = world.jobs.items(id, 'failed', 0, 20).items
    const lost = failed.filter(({ failure }) => failure?.code === 'folder-missing')
    expect(lost.map(({ key }) => key)).toContain(`${above}disk/g`)
    expect(lost[0]?.failure?.message).toContain(`the disk that ${disk} was on went away`)
  })
})

test('a mirror of a folder with nothing in it is refused, also where the folder itself is an object', async () => {
  mkdirSync(path.join(world.folder, 'b'))
  await world.put(FILES)
  const spec = world.spec('copy', 'up', UP)
  const [source] = spec.sources
  const select = [{ kind: 'prefix', prefix: 'b/' }]
  const { status } = await world.run(world.spec('copy', 'up', { ...UP, sources: [{ ...source, select }] }))
  expect(status).toMatchObject({ is: 'failed', failure: { code: 'not-possible', property: 'deleteExtra' } })
  expect(await world.objects()).toEqual(FILES)
})

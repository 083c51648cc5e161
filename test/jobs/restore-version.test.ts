import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { jobSpec } from '#model/spec.ts'
import type { PourSpec } from '#model/spec.ts'
import { purgeSpec, restoreVersionSpec, rewindSpec } from '#model/version-specs.ts'
import type { OpenStorage } from '../../main/engine/storage.ts'
import { checkSpec } from '../../main/jobs/checks/spec-check.ts'
import { MemoryS3 } from '../helpers/memory/server.ts'
import { MemoryStorage } from '../helpers/memory-storage.ts'
import { carryOutOf, from, to } from './planned.ts'
import { CONNECTION, makeWorld, pour } from './world.ts'
import type { World } from './world.ts'

const PLACE = { connection: CONNECTION, bucket: 'from' }
const KEY = 'a/b c.txt'

let world: World
beforeEach(() => {
  world = makeWorld()
  world.s3.bucket('from').versioning = 'enabled'
})
afterEach(() => world.end())

const ALL = {
  headers: { cacheControl: 'no-cache', websiteRedirect: '/there' },
  metadata: { who: 'then' },
  tags: { a: 'b' },
  storageClass: 'STANDARD_IA',
}

/** Two versions, the older one with all that one can carry. @returns their ids */
function twoVersions(): readonly [old: string, current: string] {
  const old = world.s3.give('from', KEY, { size: 3, seed: 'old', ...ALL })
  return [old.versionId, world.s3.give('from', KEY, { size: 5 }).versionId]
}

test('an older version is copied on top of its key, with all that it carries', async () => {
  const [versionId] = twoVersions()
  const { items, snapshot } = await carryOutOf(world, restoreVersionSpec(PLACE, { key: KEY, versionId }))
  expect(snapshot.tally.copied.items).toBe(1)
  expect(world.s3.current('from', KEY)).toMatchObject({ ...ALL, content: { size: 3 } })
  expect(world.s3.bucket('from').versions(KEY)).toHaveLength(3)
  expect(items[0]).toMatchObject({
    versionId,
    newVersionId: world.s3.current('from', KEY)?.versionId,
  })
})

test('also of a key that is deleted', async () => {
  const [versionId] = twoVersions()
  await world.seams.finish(world.storage.deleteObject({ bucket: 'from', key: KEY }))
  await carryOutOf(world, restoreVersionSpec(PLACE, { key: KEY, versionId }))
  expect(world.s3.current('from', KEY)).toMatchObject({ ...ALL, content: { size: 3 } })
  expect(world.s3.bucket('from').versions(KEY)).toHaveLength(4)
})

test('of the current one nothing is done', async () => {
  const [, versionId] = twoVersions()
  const { items } = await carryOutOf(world, restoreVersionSpec(PLACE, { key: KEY, versionId }))
  expect(items[0]?.skipReason).toBe('same-object')
  expect(world.s3.bucket('from').versions(KEY)).toHaveLength(2)
})

test('nothing is written over where the bucket would keep no version of it', async () => {
  const [versionId] = twoVersions()
  world.s3.bucket('from').versioning = 'suspended'
  const { items } = await carryOutOf(world, restoreVersionSpec(PLACE, { key: KEY, versionId }))
  expect(items[0]?.failure).toMatchObject({ code: 'not-possible', property: 'versions' })
  expect(world.s3.bucket('from').versions(KEY)).toHaveLength(2)
})

describe('to a bucket of the same name in another store', () => {
  const connection = {
    ...CONNECTION,
    id: 'far',
    config: { ...CONNECTION.config, endpoint: 'http://far.test' },
  }

  async function copied(spec: PourSpec): Promise<{ far: MemoryS3; told: unknown[] }> {
    world.s3.bucket('from').versioning = 'suspended'
    const far = new MemoryS3({ seams: world.seams, latency: 2 })
    far.makeBucket('from').versioning = 'enabled'
    const storage = new MemoryStorage(far)
    const openStorage: OpenStorage = ({ id }) => Promise.resolve(id === 'far' ? storage : world.storage)
    const [destination] = spec.destinations
    const destinations: PourSpec['destinations'] = [{ ...destination, connection }]
    const { items } = await carryOutOf(world, { ...spec, destinations }, { openStorage })
    return { far, told: items.map(({ state, failure }) => failure?.message ?? state) }
  }

  test('a chosen version goes, whatever the source keeps of what is written over', async () => {
    const [versionId] = twoVersions()
    const { far, told } = await copied(restoreVersionSpec(PLACE, { key: KEY, versionId }))
    expect(told).toEqual(['copied'])
    expect(far.current('from', KEY)).toMatchObject({ ...ALL, content: { size: 3 } })
  })

  test('a whole history does', async () => {
    twoVersions()
    const sources = [from('from', 'a/', { versions: { take: 'all' } })] as PourSpec['sources']
    const { far, told } = await copied(pour('copy', { sources, destinations: [to('from', 'a/')] }))
    expect(told).toEqual(['copied', 'copied'])
    expect(far.bucket('from').versions(KEY)).toHaveLength(2)
  })
})

test('what is built for the window is what a job file may say, and may be', () => {
  const place = from('from', 'a/') as never
  const specs = [
    purgeSpec(place, { olderThanDays: 30, keep: 3, loneMarkers: true }),
    rewindSpec(place, { is: 'undelete' }),
    restoreVersionSpec(PLACE, { key: KEY, versionId: 'v' }),
  ]
  for (const spec of specs) {
    expect(jobSpec.parse(JSON.parse(JSON.stringify(spec)))).toEqual(spec)
    expect(() => checkSpec(spec)).not.toThrow()
  }
})

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemSeams } from '#model/seams.ts'
import { HABIT_FLAGS } from '../../main/engine/habits.ts'
import type { HabitFlag } from '../../main/engine/habits.ts'
import { probeEndpoint } from '../../main/engine/probe-endpoint.ts'
import type { EndpointHabits, Storage } from '../../main/engine/storage.ts'
import { MemoryS3 } from '../helpers/memory/server.ts'
import { MemoryStorage } from '../helpers/memory-storage.ts'
import { spawnPlayground } from '../helpers/playground.ts'
import type { PlaygroundProcess } from '../helpers/playground.ts'
import { failureOf } from '../suites/storage/case.ts'
import { openStorage } from '../suites/storage/bench.ts'

const context = { seams: systemSeams, signal: new AbortController().signal }

function all(value: boolean): Record<HabitFlag, boolean> {
  return Object.fromEntries(HABIT_FLAGS.map((flag) => [flag, value])) as Record<HabitFlag, boolean>
}

/** A server with these habits, and a storage that presumes the opposite of each. */
function planted(habits: Record<HabitFlag, boolean>): { server: MemoryS3; storage: Storage } {
  const server = new MemoryS3({ seams: systemSeams, habits })
  server.makeBucket('b', 'enabled')
  const opposite = Object.fromEntries(HABIT_FLAGS.map((flag) => [flag, !habits[flag]]))
  const presumed = { name: 'presumed', ...opposite } as unknown as EndpointHabits
  return { server, storage: presuming(new MemoryStorage(server), presumed) }
}

function presuming(storage: Storage, habits: EndpointHabits): Storage {
  return new Proxy(storage, {
    get(target, name) {
      if (name === 'habits') return habits
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
}

describe('a probe', () => {
  const cases: readonly (readonly [words: string, habits: Record<HabitFlag, boolean>])[] = [
    ['nothing', all(false)],
    ['everything', all(true)],
    ...HABIT_FLAGS.map((flag) => [`everything but ${flag}`, { ...all(true), [flag]: false }] as const),
    ...HABIT_FLAGS.map((flag) => [`nothing but ${flag}`, { ...all(false), [flag]: true }] as const),
  ]

  test.each(cases)('finds what was planted: %s', async (_, habits) => {
    const { server, storage } = planted(habits)
    expect(await probeEndpoint(storage, 'b', context)).toEqual({ name: 'presumed', ...habits })
    expect(server.bucket('b').isEmpty).toBe(true)
    expect(server.uploads.size).toBe(0)
  })

  test('leaves as it was presumed what it cannot see', async () => {
    const { server, storage } = planted(all(true))
    server.makeBucket('b', { blocksCustomerKeys: true })
    server.faults.add({ kind: 'AccessDenied', when: 'before', operation: 'GetObjectTagging' })
    const seen = await probeEndpoint(storage, 'b', context)
    const unseen: readonly HabitFlag[] = [
      ...(['taggingDirective', 'selfCopyKeepsTags', 'createUploadTagging'] as const),
      // No key of one's own, and SSE-S3 is what the bucket gives anyway; no versions, so no ids to tell.
      ...(['copyEncrypts', 'answersInFull'] as const),
    ]
    const expected = { ...all(true), ...Object.fromEntries(unseen.map((flag) => [flag, false])) }
    expect(seen).toEqual({ name: 'presumed', ...expected })
  })

  test('touches nothing else, and takes everything with it when it is broken off', async () => {
    const { server, storage } = planted(all(true))
    server.give('b', 'mine', { size: 3 })
    const controller = new AbortController()
    server.faults.add({
      kind: 'nothing',
      when: 'before',
      operation: 'UploadPartCopy',
      act: () => controller.abort(),
    })
    const probing = probeEndpoint(storage, 'b', { ...context, signal: controller.signal })
    await expect(probing).rejects.toThrow()
    expect(server.keys('b')).toEqual(['mine'])
    expect(server.bucket('b').keys()).toEqual(['mine'])
    expect(server.uploads.size).toBe(0)
  })

  test('fails where nothing may be written, and by what went wrong on the way', async () => {
    const { server, storage } = planted(all(true))
    server.faults.add({ kind: 'AccessDenied', when: 'before', operation: 'PutObject' })
    expect(await failureOf(probeEndpoint(storage, 'b', context))).toMatchObject({ code: 'access-denied' })
    server.faults.clear()
    server.faults.add({ kind: 'ExpiredToken', when: 'before', operation: 'DeleteObject', nth: 1 })
    const failure = await failureOf(probeEndpoint(storage, 'b', context))
    expect(failure).toMatchObject({ code: 'credentials-expired', reach: 'job' })
    expect(server.bucket('b').isEmpty).toBe(true)
    expect(await failureOf(probeEndpoint(storage, 'none', context))).toMatchObject({ code: 'no-such-bucket' })
  })
})

describe('a probe of the playground', () => {
  let playground: PlaygroundProcess
  beforeAll(async () => {
    playground = await spawnPlayground()
  })
  afterAll(() => playground.stop())

  test('sees everything, and what it saw can be handed back in', async () => {
    const storage = openStorage('wire', playground)
    await storage.createBucket('probed')
    await storage.putVersioning('probed', 'enabled')
    const { name, ...seen } = await probeEndpoint(storage, 'probed', context)
    expect({ name, ...seen }).toEqual({ name: 'Decant playground', ...all(true) })
    expect((await storage.listVersions({ bucket: 'probed', prefix: '' })).versions).toEqual([])

    const remembered = openStorage('wire', playground, undefined, { habits: { ...seen, checksums: false } })
    expect(remembered.habits).toMatchObject({ checksums: false, copySourceIfMatch: true })
    await remembered.headBucket('probed')
    expect(remembered.habits).toMatchObject({ name: 'Decant playground', checksums: false })
    storage.close()
    remembered.close()
  })
})

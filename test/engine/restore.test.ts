import { describe, expect, test } from 'vitest'
import type { Failure } from '#model/failure.ts'
import { DecantError } from '#model/failure.ts'
import type { ArchiveSigns, RestoreTier } from '../../main/engine/restore.ts'
import {
  archiveState,
  askRestore,
  hasTier,
  isReadable,
  readyAt,
  untilNextLook,
} from '../../main/engine/restore.ts'
import type { RestoreObject } from '../../main/engine/storage.ts'
import type { RestoreWork, WorkContext } from '../../main/engine/work.ts'
import { answering } from './answering.ts'
import { createWorld } from './world.ts'
import type { World } from './world.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const NOW = Date.UTC(2026, 0, 1)

describe('archiveState', () => {
  const underWay = { is: 'under-way' } as const
  const rows: [string, ArchiveSigns, string][] = [
    ['STANDARD', { storageClass: 'STANDARD' }, 'readable'],
    ['GLACIER_IR', { storageClass: 'GLACIER_IR' }, 'readable'],
    ['GLACIER', { storageClass: 'GLACIER' }, 'archived'],
    ['DEEP_ARCHIVE', { storageClass: 'DEEP_ARCHIVE' }, 'archived'],
    ['GLACIER, under way', { storageClass: 'GLACIER', restore: underWay }, 'restoring'],
    [
      'GLACIER, restored',
      { storageClass: 'GLACIER', restore: { is: 'restored', until: NOW + 1 } },
      'readable',
    ],
    [
      'DEEP_ARCHIVE, restored for ever',
      { storageClass: 'DEEP_ARCHIVE', restore: { is: 'restored' } },
      'readable',
    ],
    [
      'GLACIER, its time over',
      { storageClass: 'GLACIER', restore: { is: 'restored', until: NOW } },
      'archived',
    ],
    ['tiered', { storageClass: 'INTELLIGENT_TIERING' }, 'readable'],
    ['tiered, archived', { storageClass: 'INTELLIGENT_TIERING', archiveTier: 'ARCHIVE_ACCESS' }, 'archived'],
    [
      'tiered, archived, under way',
      { storageClass: 'INTELLIGENT_TIERING', archiveTier: 'DEEP_ARCHIVE_ACCESS', restore: underWay },
      'restoring',
    ],
    ['tiered, under way', { storageClass: 'INTELLIGENT_TIERING', restore: underWay }, 'restoring'],
  ]
  test.each(rows)('%s', (_, object, state) => {
    expect(archiveState(object, NOW)).toBe(state)
    expect(isReadable(object, NOW)).toBe(state === 'readable')
  })

  test('without a clock, a restored copy counts as being there', () => {
    expect(isReadable({ storageClass: 'GLACIER', restore: { is: 'restored', until: NOW } })).toBe(true)
  })
})

describe('readyAt', () => {
  test.each<[ArchiveSigns, RestoreTier, number, number]>([
    [{ storageClass: 'GLACIER' }, 'Expedited', MINUTE, 5 * MINUTE],
    [{ storageClass: 'GLACIER' }, 'Standard', 3 * HOUR, 5 * HOUR],
    [{ storageClass: 'GLACIER' }, 'Bulk', 5 * HOUR, 12 * HOUR],
    [{ storageClass: 'DEEP_ARCHIVE' }, 'Standard', 3 * HOUR, 12 * HOUR],
    [{ storageClass: 'DEEP_ARCHIVE' }, 'Bulk', 12 * HOUR, 48 * HOUR],
    [{ storageClass: 'INTELLIGENT_TIERING', archiveTier: 'ARCHIVE_ACCESS' }, 'Standard', 3 * HOUR, 5 * HOUR],
    [
      { storageClass: 'INTELLIGENT_TIERING', archiveTier: 'DEEP_ARCHIVE_ACCESS' },
      'Bulk',
      12 * HOUR,
      48 * HOUR,
    ],
  ])('%j at %s: from %i to %i ms', (object, tier, from, to) => {
    expect(readyAt(object, tier, NOW)).toEqual({ earliest: NOW + from, latest: NOW + to })
    expect(hasTier(object, tier)).toBe(true)
  })

  test('no Expedited for the deep archives', () => {
    expect(hasTier({ storageClass: 'DEEP_ARCHIVE' }, 'Expedited')).toBe(false)
    expect(
      hasTier({ storageClass: 'INTELLIGENT_TIERING', archiveTier: 'DEEP_ARCHIVE_ACCESS' }, 'Expedited'),
    ).toBe(false)
  })

  test.each([
    { tier: 'Expedited', after: 0, wait: MINUTE },
    { tier: 'Expedited', after: 2 * MINUTE, wait: MINUTE },
    { tier: 'Standard', after: 0, wait: HOUR },
    { tier: 'Standard', after: 2.5 * HOUR, wait: HOUR / 2 },
    { tier: 'Standard', after: 4 * HOUR, wait: HOUR / 4 },
    { tier: 'Standard', after: 20 * HOUR, wait: HOUR / 4 },
    { tier: 'Bulk', after: 6 * HOUR, wait: (7 * HOUR) / 8 },
  ] as const)('the next look, $tier after $after ms: in $wait ms', ({ tier, after, wait }) => {
    const ready = readyAt({ storageClass: 'GLACIER' }, tier, NOW)
    expect(untilNextLook(ready, NOW + after)).toBe(wait)
  })
})

describe('askRestore', () => {
  interface Asked {
    readonly world: World
    readonly context: WorkContext
    readonly asked: RestoreObject[]
  }

  /** A store that answers RestoreObject with each of these in turn, the last for ever. */
  function setUp(...answers: ('accepted' | 'ready' | Partial<Failure>)[]): Asked {
    const world = createWorld()
    world.server.give('from', 'a', { size: 1, storageClass: 'GLACIER' })
    const asked: RestoreObject[] = []
    const source = answering(world.context.source, {
      restoreObject(request) {
        asked.push(request)
        const answer = answers[Math.min(asked.length, answers.length) - 1] ?? 'accepted'
        if (typeof answer === 'string') return Promise.resolve(answer)
        const failure = { code: 'internal', reach: 'item', message: 'no', ...answer } as const
        return Promise.reject(new DecantError(failure))
      },
    })
    return { world, asked, context: { ...world.context, source } }
  }
  const work = (more: Partial<RestoreWork> = {}): RestoreWork => ({
    object: { bucket: 'from', key: 'a', customerKeys: [] },
    storageClass: 'GLACIER',
    tier: 'Standard',
    days: 3,
    ...more,
  })
  const s3 = (status: number, code: string) => ({ operation: 'RestoreObject', status, code, message: '' })
  const CONFLICT = { code: 'conflict', reach: 'attempt' } as const

  test.each([
    { name: '202', answer: 'accepted', result: 'under-way' },
    { name: '200', answer: 'ready', result: 'readable' },
    {
      name: '409 in progress',
      answer: { ...CONFLICT, s3: s3(409, 'RestoreAlreadyInProgress') },
      result: 'under-way',
    },
    {
      name: '403 not in an archive',
      answer: { code: 'archived', s3: s3(403, 'InvalidObjectState') },
      result: 'readable',
    },
  ] as const)('$name: $result, by one request', async ({ answer, result }) => {
    const { world, context, asked } = setUp(answer)
    expect(await world.finish(askRestore(work(), context))).toBe(result)
    expect(asked).toEqual([{ bucket: 'from', key: 'a', versionId: undefined, tier: 'Standard', days: 3 }])
    expect(context.source.requests['HeadObject']).toBeUndefined()
  })

  test.each([
    { restore: { is: 'under-way' } as const, result: 'under-way' },
    { restore: { is: 'restored' } as const, result: 'readable' },
  ])('another 409: the object itself tells, $result', async ({ restore, result }) => {
    const { world, context } = setUp({ ...CONFLICT, s3: s3(409, 'OperationAborted') })
    const head = await world.finish(context.source.headObject(work().object))
    const source = answering(context.source, { headObject: () => Promise.resolve({ ...head, restore }) })
    expect(await world.finish(askRestore(work(), { ...context, source }))).toBe(result)
  })

  test('another 409 of an object that is not being restored is a failure', async () => {
    const { world, context } = setUp({ ...CONFLICT, s3: s3(409, 'OperationAborted') })
    expect(await world.failure(askRestore(work(), context))).toMatchObject({ code: 'conflict' })
  })

  test('an answer that got lost is asked for again, and is under way by then', async () => {
    const { world, context, asked } = setUp(
      { code: 'connection', reach: 'attempt' },
      { ...CONFLICT, s3: s3(409, 'RestoreAlreadyInProgress') },
    )
    expect(await world.finish(askRestore(work(), context))).toBe('under-way')
    expect(asked).toHaveLength(2)
  })

  test('no days for Intelligent-Tiering, which takes none', async () => {
    const { world, context, asked } = setUp('accepted')
    await world.finish(askRestore(work({ storageClass: 'INTELLIGENT_TIERING' }), context))
    expect(asked[0]?.days).toBeUndefined()
  })

  test('Expedited of a deep archive is refused before it is asked for', async () => {
    const { world, context, asked } = setUp('accepted')
    const refused = askRestore(work({ storageClass: 'DEEP_ARCHIVE', tier: 'Expedited' }), context)
    expect(await world.failure(refused)).toMatchObject({ code: 'not-possible', property: 'tier' })
    expect(asked).toEqual([])
  })

  test('an object that is gone', async () => {
    const { world, context } = setUp({ code: 'no-such-key', s3: s3(404, 'NoSuchKey') })
    expect(await world.failure(askRestore(work(), context))).toMatchObject({ code: 'source-missing' })
  })
})

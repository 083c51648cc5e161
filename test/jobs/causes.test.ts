import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest'
import { FAILURE_CODES, type Failure, type FailureCode } from '#model/failure.ts'
import type { Jobs } from '../../main/jobs/api.ts'
import { fixOf } from '../../main/jobs/causes/failure-groups.ts'
import { kindOf } from '../../main/jobs/store/causes.ts'
import { makeWorld, pour } from './world.ts'
import type { World } from './world.ts'

let world: World
beforeEach(() => {
  world = makeWorld()
})
afterEach(() => world.end())

const denied = (operation: string, key: string, times = 1000) =>
  world.s3.faults.add({ kind: 'AccessDenied', when: 'before', operation, key, times })

/** A copy of so many objects, of which the CopyObject of those is denied. */
async function failedCopy(count: number, failing: number): Promise<{ jobs: Jobs; id: string }> {
  world.s3.giveMany('from', 'a/', count)
  world.s3.faults.add({ kind: 'AccessDenied', when: 'before', operation: 'CopyObject', times: failing })
  const jobs = await world.open()
  const { id } = jobs.create(pour('copy'), { draft: false })
  expect((await world.settle(jobs, id)).tally.failed.items).toBe(failing)
  return { jobs, id }
}

/** Until nothing of it is to be marked any more. */
const marked = (jobs: Jobs, id: string) => world.seams.run(() => jobs.get(id).snapshot.marking === undefined)

describe('what tells failures apart', () => {
  const s3 = { operation: 'CopyObject', status: 403, code: 'AccessDenied', message: '' }
  const failure = (more: Partial<Failure>): Failure => ({
    ...{ code: 'access-denied', reach: 'item', message: '', s3 },
    ...more,
  })
  it.each<[string | undefined, Partial<Failure>]>([
    [
      'AccessDenied s3:GetObject on photos',
      { denied: { action: 's3:GetObject', resource: 'arn:aws:s3:::photos/2026/a.jpg', by: 'silence' } },
    ],
    [
      'AccessDenied kms:Decrypt on arn:aws:kms:eu-central-1:111122223333:key/1',
      {
        denied: {
          action: 'kms:Decrypt',
          resource: 'arn:aws:kms:eu-central-1:111122223333:key/1',
          by: 'silence',
        },
      },
    ],
    ['AccessDenied s3:PutObject', { denied: { action: 's3:PutObject', by: 'silence' } }],
    [
      'AccessDenied kms:Decrypt',
      { property: 'encryption', denied: { action: 'kms:Decrypt', by: 'silence' } },
    ],
    ['AccessDenied CopyObject', {}],
    ['AccessDenied CopyObject (encryption)', { property: 'encryption' }],
    ['HeadObject', { s3: { ...s3, operation: 'HeadObject', code: '' } }],
    ['InvalidRequest', { code: 'invalid-request', s3: { ...s3, code: 'InvalidRequest' } }],
    ['metadata, tags', { code: 'differs', property: 'metadata a, metadata b, tags', s3: undefined }],
    [undefined, { code: 'archived', s3: undefined }],
  ])('%s', (kind, more) => expect(kindOf(failure(more))).toBe(kind))
})

test('each code has at most one way out', () => {
  const s3 = { operation: 'CopyObject', status: 403, code: 'X', message: '' }
  const fixes = Object.groupBy(FAILURE_CODES, (code) => fixOf({ code, s3 }))
  expect(fixes).toMatchObject({
    rights: ['access-denied'],
    credentials: ['credentials-missing', 'credentials-expired', 'signature'],
    restore: ['archived'],
    'customer-key': ['customer-key'],
  } satisfies Record<string, FailureCode[]>)
  // Of a folder: no policy grants it.
  expect(fixOf({ code: 'access-denied' })).toBe('none')
})

test('two causes of one code are two groups, and one of them is tried again alone', async () => {
  world.s3.giveMany('from', 'a/', 10)
  denied('CopyObject', 'z/00003', 1)
  denied('CopyObject', 'z/00005', 1)
  denied('DeleteObject', 'a/00007', 1)
  const jobs = await world.open()
  const { id } = jobs.create(pour('move'), { draft: false })
  expect((await world.settle(jobs, id)).tally.failed.items).toBe(3)
  expect(jobs.failures(id)).toMatchObject([
    { code: 'access-denied', s3Code: 'AccessDenied CopyObject', items: 2, fix: 'rights' },
    { code: 'delete-refused', items: 1 },
  ])
  world.s3.log.length = 0
  jobs.retry(id, { code: 'access-denied', s3Code: 'AccessDenied CopyObject' })
  expect((await world.settle(jobs, id)).tally).toMatchObject({ moved: { items: 9 }, failed: { items: 1 } })
  expect(world.s3.mutations({ operation: 'CopyObject' })).toHaveLength(2)
  await world.seams.finish(jobs.close())
})

test('what is left is skipped: in the tally, in the report with its reason, and the job is done', async () => {
  const { jobs, id } = await failedCopy(10, 4)
  expect(() => jobs.leave(id, { code: 'archived' })).toThrow(/nothing of the job .* failed as archived/)
  const left = jobs.leave(id, { code: 'access-denied', s3Code: 'AccessDenied' })
  expect(left.status.is).toBe('completed')
  expect(left.tally).toMatchObject({
    copied: { items: 6 },
    failed: { items: 0 },
    skipped: { left: { items: 4 } },
  })
  expect(jobs.failures(id)).toEqual([])
  expect(jobs.items(id, 'skipped', 0, 10).items.map(({ skipReason }) => skipReason)).toEqual(
    Array(4).fill('left'),
  )
  const file = path.join(world.dir, 'report.csv')
  await jobs.writeReport(id, 'csv', file)
  const rows = readFileSync(file, 'utf8').split('\n')
  expect(rows.filter((row) => row.includes(',skipped,') && row.includes('left: S3 answered'))).toHaveLength(4)
  jobs.retry(id)
  expect((await world.settle(jobs, id)).tally.copied.items).toBe(6)
  await world.seams.finish(jobs.close())
})

test.each(['again', 'left'] as const)(
  'a stop amid marking %s loses none and marks none twice',
  async (as) => {
    const { jobs: first, id } = await failedCopy(4500, 4500)
    world.s3.faults.clear()
    if (as === 'again') first.retry(id, { code: 'access-denied' })
    else first.leave(id, { code: 'access-denied' })
    expect(first.get(id).snapshot).toMatchObject({ marking: true, tally: { failed: { items: 4000 } } })
    await world.seams.finish(first.close())
    const jobs = await world.open()
    const unmarked = jobs.get(id).snapshot
    expect(unmarked.marking).toBe(true)
    expect(unmarked.tally.failed.items).toBeGreaterThan(0)
    await marked(jobs, id)
    if (as === 'again') {
      expect((await world.settle(jobs, id)).tally).toMatchObject({ copied: { items: 4500 } })
      expect(world.s3.log).toHaveLength(4500)
    } else {
      expect(jobs.get(id).snapshot).toMatchObject({
        status: { is: 'completed' },
        tally: { failed: { items: 0 }, skipped: { left: { items: 4500 } } },
      })
      expect(world.s3.log).toEqual([])
    }
    expect(jobs.failures(id)).toEqual([])
    await world.seams.finish(jobs.close())
  },
)

test('what is left is not done: what has to come after it fails, and a mirror deletes nothing', async () => {
  world.s3.giveMany('from', 'a/', 3)
  world.s3.give('to', 'z/extra', { size: 1 })
  denied('CopyObject', 'z/00001', 1)
  const jobs = await world.open()
  const { id } = jobs.create(pour('copy', { deleteExtra: true }), { draft: false })
  expect((await world.settle(jobs, id)).tally.failed.items).toBe(2)
  jobs.leave(id, { code: 'access-denied' })
  jobs.retry(id)
  const done = await world.settle(jobs, id)
  expect(done.tally).toMatchObject({ copied: { items: 2 }, deleted: { items: 0 }, failed: { items: 1 } })
  expect(world.s3.keys('to')).toContain('z/extra')
  await world.seams.finish(jobs.close())
})

test('archived objects are restored at the tier that was said, and copied when they have come', async () => {
  world.s3.giveMany('from', 'a/', 2)
  world.s3.give('from', 'a/frozen', { storageClass: 'GLACIER' })
  const jobs = await world.open()
  const { id } = jobs.create(pour('copy'), { draft: false })
  await world.settle(jobs, id)
  expect(jobs.failures(id)).toMatchObject([{ code: 'archived', fix: 'restore', retry: 'plan-again' }])
  jobs.retry(id, { code: 'archived' }, { archived: { do: 'restore', tier: 'Expedited', days: 3 } })
  const waiting = await world.settle(jobs, id)
  expect(waiting).toMatchObject({
    status: { is: 'paused', reason: 'restore' },
    tally: { restoring: { items: 1 } },
  })
  await world.seams.finish(jobs.close())

  const again = await world.open()
  const done = await world.settle(again, id, 'finished')
  expect(done.tally).toMatchObject({ copied: { items: 3 }, failed: { items: 0 }, restoring: { items: 0 } })
  expect(again.get(id).requests).toMatchObject({ RestoreObject: 1, CopyObject: 3 })
  await world.seams.finish(again.close())
})

test('customer keys that are named with a retry are tried first from then on, and are no part of the spec', async () => {
  const bytes = Buffer.alloc(32, 'k')
  const key = {
    key: bytes.toString('base64'),
    md5: createHash('md5').update(bytes).digest('base64'),
  }
  world.s3.give('from', 'a/locked', { encryption: { kind: 'SSE-C' }, keyMd5: key.md5 })
  const findKey = () => Promise.resolve(key)
  const jobs = await world.open({ findKey })
  const spec = pour('copy')
  const { id } = jobs.create(spec, { draft: false })
  await world.settle(jobs, id)
  expect(jobs.failures(id)).toMatchObject([{ code: 'customer-key', items: 1, fix: 'customer-key' }])
  jobs.retry(id, { code: 'customer-key' }, { customerKeys: ['mine'] })
  await world.seams.finish(jobs.close())
  const after = await world.open({ findKey })
  expect((await world.settle(after, id)).tally).toMatchObject({ copied: { items: 1 }, failed: { items: 0 } })
  const { spec: kept, log } = after.get(id)
  expect(kept).toEqual(spec)
  expect(log.map(({ text }) => text).join()).toContain('tried first from now on: mine')
  await world.seams.finish(after.close())
})

import { afterEach, beforeEach, describe, expect, it, test } from 'vitest'
import type { RightsReport } from '#model/job.ts'
import { extent } from '../../main/jobs/causes/look-at-rights.ts'
import { makeWorld, pour } from './world.ts'
import type { World } from './world.ts'

let world: World
beforeEach(() => {
  world = makeWorld()
})
afterEach(() => world.end())

describe('how much of a plan would be denied, by a sample of it', () => {
  it.each([
    [0, 8, 100, 'none'],
    [0, 0, 0, 'none'],
    [3, 8, 100, 'some'],
    [8, 8, 100, 'all'],
    [1, 1, 1, 'all'],
    [2, 2, 100, 'some'],
  ] as const)('%i of %i, of %i planned: %s', (refused, looked, planned, is) => {
    expect(extent(refused, looked, planned)).toBe(is)
  })
})

/** A plan of so many, looked at while reading is refused of some. */
async function lookedAt(
  objects: number,
  refuse: { operation: string; times: number },
): Promise<{ report: RightsReport; sent: Record<string, number> }> {
  world.s3.giveMany('from', 'a/', objects)
  const jobs = await world.open()
  const { id } = jobs.create(pour('copy'), { draft: true })
  await world.settle(jobs, id)
  world.s3.faults.add({ kind: 'AccessDenied', when: 'before', ...refuse })
  const before = { ...world.storage.requests }
  const signal = new AbortController().signal
  const report = await world.seams.finish(jobs.rights(id, signal))
  // What was found is kept: asking again sends nothing.
  const after = { ...world.storage.requests }
  expect(await world.seams.finish(jobs.rights(id, signal))).toEqual(report)
  expect(world.storage.requests).toEqual(after)
  expect(world.s3.log).toEqual([])
  await world.seams.finish(jobs.close())
  const sent = Object.entries(after).map(([name, count]) => [name, count - (before[name] ?? 0)] as const)
  return { report, sent: Object.fromEntries(sent.filter(([, count]) => count > 0)) }
}

test('a plan is looked at by a handful of reads, however large it is', async () => {
  const { report, sent } = await lookedAt(3000, { operation: 'PutObject', times: 1 })
  expect(report).toMatchObject({ missing: [], policies: [], denies: 'none' })
  expect(sent).toEqual({ HeadObject: 8, GetObjectTagging: 8, ListObjectsV2: 1 })
})

test('where nothing of it can be read, all would be denied, and the policy says what is missing', async () => {
  const { report } = await lookedAt(100, { operation: 'HeadObject', times: 100 })
  expect(report.denies).toBe('all')
  expect(report.missing).toMatchObject([
    { action: 's3:GetObject', resource: 'arn:aws:s3:::from/a/*', known: 'read', items: 8 },
  ])
  expect(report.policies[0]?.text).toContain('"s3:GetObject"')
})

test('where some of it, or tags alone, cannot be read, it may be started', async () => {
  const some = await lookedAt(100, { operation: 'HeadObject', times: 3 })
  expect(some.report).toMatchObject({ denies: 'some', missing: [{ action: 's3:GetObject', items: 3 }] })
})

test('tags that cannot be read are named', async () => {
  const { report } = await lookedAt(100, { operation: 'GetObjectTagging', times: 100 })
  expect(report).toMatchObject({
    denies: 'none',
    missing: [{ action: 's3:GetObjectTagging', known: 'read' }],
  })
})

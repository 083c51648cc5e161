import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import Papa from 'papaparse'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { itemQuery } from '#model/plan.ts'
import { openJobsReadOnly } from '../../main/jobs/read-only.ts'
import { makeWorld, pour } from './world.ts'
import type { World } from './world.ts'

let world: World
beforeEach(() => {
  world = makeWorld()
})
afterEach(() => world.end())

async function finishedJob(): Promise<{ jobs: Awaited<ReturnType<World['open']>>; id: string }> {
  world.s3.giveMany('from', 'a/', 1200)
  world.s3.give('from', 'a/odd, "key"\n+%2F ü')
  world.s3.give('to', 'z/00001')
  world.s3.faults.add({ kind: 'AccessDenied', when: 'before', operation: 'CopyObject', key: 'z/00002' })
  const jobs = await world.open()
  const { id } = jobs.create(pour('copy', { conflict: 'skip' }), { draft: false })
  await world.settle(jobs, id)
  return { jobs, id }
}

test('the CSV has the columns of S3 Batch Operations, a row an object, keys URL-encoded', async () => {
  const { jobs, id } = await finishedJob()
  const path = join(world.dir, 'report.csv')
  await jobs.writeReport(id, 'csv', path)
  const { data } = Papa.parse<Record<string, string>>(readFileSync(path, 'utf8').trim(), { header: true })
  expect(data).toHaveLength(1201)
  expect(Object.keys(data[0] ?? {})).toEqual([
    'Bucket',
    'Key',
    'VersionId',
    'TaskStatus',
    'ErrorCode',
    'HTTPStatusCode',
    'ResultMessage',
  ])
  expect(data[0]).toMatchObject({ Bucket: 'from', Key: 'a/00000', TaskStatus: 'succeeded' })
  expect(data[1]).toMatchObject({ TaskStatus: 'skipped', ResultMessage: 'exists' })
  expect(data[2]).toMatchObject({
    TaskStatus: 'failed',
    ErrorCode: 'AccessDenied',
    HTTPStatusCode: '403',
  })
  expect(data.some(({ Key }) => Key === 'a/odd%2C%20%22key%22%0A%2B%252F%20%C3%BC')).toBe(true)
  expect(existsSync(`${path}.part`)).toBe(false)
  await world.seams.finish(jobs.close())
})

test('the JSON holds summary, spec, tally and items', async () => {
  const { jobs, id } = await finishedJob()
  const path = join(world.dir, 'report.json')
  await jobs.writeReport(id, 'json', path)
  const report = JSON.parse(readFileSync(path, 'utf8')) as {
    summary: { jobId: string; status: unknown }
    tally: { copied: unknown }
    spec: { kind: string }
    items: unknown[]
  }
  expect(report.summary).toMatchObject({ jobId: id, status: { is: 'completed' } })
  expect(report.tally.copied).toEqual({ items: 1199, bytes: 0 })
  expect(report.spec.kind).toBe('copy')
  expect(report.items).toHaveLength(1201)
  await world.seams.finish(jobs.close())
})

test('a report that cannot be written leaves nothing half-written', async () => {
  const { jobs, id } = await finishedJob()
  const path = join(world.dir, 'no', 'such', 'folder', 'report.csv')
  await expect(jobs.writeReport(id, 'csv', path)).rejects.toThrow('ENOENT')
  expect(existsSync(path)).toBe(false)
  await world.seams.finish(jobs.close())
})

test('a history is a map of version ids: the old one and the new one, and where it went, in one row', async () => {
  world.s3.makeBucket('from', 'enabled')
  world.s3.makeBucket('to', 'enabled')
  const old = ['one', 'two'].map((seed) => world.s3.give('from', 'a/k', { seed, size: 3 }))
  const jobs = await world.open()
  const source = { ...pour('copy').sources[0], versions: { take: 'all' } as const }
  const { id } = jobs.create(pour('copy', { sources: [source] }), { draft: false })
  await world.settle(jobs, id)
  const made = [...world.s3.bucket('to').versions('z/k')].reverse().map(({ versionId }) => versionId)
  const [csv, json] = [join(world.dir, 'report.csv'), join(world.dir, 'report.json')]
  await jobs.writeReport(id, 'csv', csv)
  await jobs.writeReport(id, 'json', json)
  const { data } = Papa.parse<Record<string, string>>(readFileSync(csv, 'utf8').trim(), { header: true })
  expect(data.map(({ VersionId, ResultMessage }) => [VersionId, ResultMessage])).toEqual(
    old.map(({ versionId }, at) => [versionId, `Successful, s3://to/z/k, version ${made[at]}`]),
  )
  const { items } = JSON.parse(readFileSync(json, 'utf8')) as { items: { from: object; to: object }[] }
  expect(items.map(({ from, to }) => ({ from, to }))).toEqual(
    old.map(({ versionId }, at) => ({
      from: { bucket: 'from', key: 'a/k', versionId },
      to: { bucket: 'to', key: 'z/k', versionId: made[at] },
    })),
  )
  await world.seams.finish(jobs.close())
})

test.each(['csv', 'json', 'html', 'record', 'plan', 'manifest'] as const)(
  'a job that is removed while its %s is written leaves no file that looks whole',
  async (what) => {
    const { jobs, id } = await finishedJob()
    const reader = openJobsReadOnly(world.dir)
    const path = join(world.dir, `removed.${what}`)
    const writing: Promise<unknown> =
      what === 'record'
        ? reader.writeRecord(id, 1, path)
        : what === 'plan'
          ? reader.writePlan(id, itemQuery.parse({ filter: 'all' }), path, 'programs')
          : what === 'manifest'
            ? jobs.writeManifest(id, itemQuery.parse({ filter: 'all' }), path)
            : reader.writeReport(id, what, path)
    // Its first rows are read; the window takes it out of the history.
    jobs.remove(id)
    // Who only reads waits for the disk alone.
    const written = what === 'manifest' ? world.seams.finish(writing) : writing
    await expect(written).rejects.toThrow(/was removed|no such object/)
    expect([existsSync(path), existsSync(`${path}.part`)]).toEqual([false, false])
    reader.close()
    await world.seams.finish(jobs.close())
  },
)

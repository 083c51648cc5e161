import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { toFailure } from '#model/failure.ts'
import type { JobSnapshot } from '#model/job.ts'
import type { JobFile, JobSpec } from '#model/spec.ts'
import type { Jobs } from '../../main/jobs/api.ts'
import { deletion, makeWorld, pour } from './world.ts'
import type { World } from './world.ts'
import { specOf } from '../helpers/specs.ts'

let here: World
let there: World
beforeEach(() => {
  here = makeWorld(1)
  there = makeWorld(2)
})
afterEach(() => {
  here.end()
  there.end()
})

/** A job that is over, with something of everything: done, skipped, failed, odd names. */
async function over(
  spec: JobSpec = pour('copy', { conflict: 'skip' }),
): Promise<{ jobs: Jobs; id: string; text: string }> {
  here.s3.giveMany('from', 'a/', 120)
  here.s3.give('from', 'a/odd "key"\n\u2028ü')
  here.s3.give('to', 'z/00001')
  here.s3.faults.add({ kind: 'AccessDenied', when: 'before', operation: 'CopyObject', key: 'z/00002' })
  here.s3.faults.add({ kind: 'AccessDenied', when: 'before', operation: 'DeleteObject', key: 'a/00002' })
  const jobs = await here.open()
  const { id } = jobs.create(spec, { draft: false })
  await here.settle(jobs, id, 'finished')
  const path = join(here.dir, 'record.gz')
  await jobs.writeRecord(id, path)
  return { jobs, id, text: gunzipSync(readFileSync(path)).toString('utf8') }
}

const edit = (): JobSpec =>
  specOf({
    ...{ v: 1, kind: 'edit', verify: 'auto', sources: pour('copy').sources },
    properties: { headers: { policy: 'change', set: { contentType: 'text/css' } } },
  } as JobFile)

/** In pieces of so many characters. */
async function bring(jobs: Jobs, text: string, piece = 50_000): Promise<JobSnapshot | undefined> {
  let last: JobSnapshot | undefined
  for (let at = 0; at < text.length || at === 0; at += piece) {
    const taking = jobs.importRecord('one', text.slice(at, at + piece), at + piece >= text.length)
    last = await there.seams.finish(taking)
  }
  return last
}

async function report(world: World, jobs: Jobs, id: string): Promise<string> {
  const path = join(world.dir, 'report.csv')
  await jobs.writeReport(id, 'csv', path)
  return readFileSync(path, 'utf8')
}

test.each<[string, () => JobSpec]>([
  ['copy', () => pour('copy', { conflict: 'skip' })],
  ['move', () => pour('move', { conflict: 'skip' })],
  ['delete', () => deletion()],
  ['edit', () => edit()],
])('a %s is the same elsewhere: figures, items, causes, log, report', async (_kind, spec) => {
  const { jobs, id, text } = await over(spec())
  const other = await there.open()
  const brought = await bring(other, text, 5003)
  const [before, after] = [jobs.get(id), other.get(id)]
  expect(brought).toMatchObject({
    id,
    status: { is: 'completed' },
    importedAt: expect.any(Number),
    draft: false,
  })
  for (const name of ['tally', 'createdAt', 'startedAt', 'endedAt', 'title', 'kind'] as const)
    expect(after.snapshot[name]).toEqual(before.snapshot[name])
  for (const name of ['spec', 'requests', 'expected', 'failures', 'log', 'notes', 'samples'] as const)
    expect(after[name]).toEqual(before[name])
  expect(other.items(id, 'all', 0, 500)).toEqual(jobs.items(id, 'all', 0, 500))
  expect(other.items(id, 'failed', 0, 500)).toEqual(jobs.items(id, 'failed', 0, 500))
  expect(await report(there, other, id)).toBe(await report(here, jobs, id))
  await jobs.close()
  await other.close()
  const again = await there.open()
  expect(again.get(id).snapshot).toMatchObject({
    importedAt: after.snapshot.importedAt,
    tally: before.snapshot.tally,
  })
  await again.close()
})

test('it can be looked at and removed, and nothing else; brought twice, it says so', async () => {
  const { jobs, id, text } = await over()
  await jobs.close()
  const other = await there.open()
  await bring(other, text)
  const asked: [string, () => unknown][] = [
    ['started', () => other.start(id, 'now')],
    ['tried again', () => other.retry(id)],
    ['resumed', () => other.resume(id)],
    ['taken back', () => other.undo(id, { draft: true })],
  ]
  for (const [what, ask] of asked) expect(ask).toThrow(`cannot be ${what}. It was brought here as a record`)
  expect(other.get(id).snapshot.status).toEqual({ is: 'completed' })
  await expect(bring(other, text)).rejects.toThrow(`The job of this record is here already: ${id}.`)
  expect(other.list()).toHaveLength(1)
  // The refused one took nothing of the first along.
  expect(other.items(id, 'all', 0, 1).total).toBe(121)
  other.remove(id)
  await bring(other, text)
  expect(other.list()).toHaveLength(1)
  await other.close()
})

describe('what is no record is refused whole', () => {
  const edited = (text: string, change: (lines: string[]) => void): string => {
    const lines = text.split('\n')
    change(lines)
    return lines.join('\n')
  }
  const head = (lines: string[], change: Record<string, unknown>): void => {
    lines[0] = JSON.stringify({ ...(JSON.parse(lines[0] ?? '') as object), ...change })
  }
  const at = (lines: string[]): number => lines.findIndex((line) => line.startsWith('{"item"'))
  const item = (lines: string[], change: Record<string, unknown>): void => {
    const n = at(lines)
    const { item: known } = JSON.parse(lines[n] ?? '') as { item: object }
    lines[n] = JSON.stringify({ item: { ...known, ...change } })
  }

  test.each<[string, RegExp, (text: string) => string]>([
    ['nothing', /it is empty/, () => ''],
    ['something else', /first line is not JSON/, () => 'Bucket,Key\n'],
    ['other JSON', /no decantRecord/, () => '{"v":1}\n'],
    [
      'a newer version',
      /newer Decant \(version 2\)/,
      (text) => edited(text, (lines) => head(lines, { decantRecord: 2 })),
    ],
    [
      'a field too many',
      /Line 1 of the record/,
      (text) => edited(text, (lines) => head(lines, { more: { importedAt: 1 } })),
    ],
    [
      'a job that runs',
      /Line 1 of the record: status/,
      (text) => edited(text, (lines) => head(lines, { status: { is: 'running' } })),
    ],
    ['cut off between lines', /cut off after line/, (text) => edited(text, (lines) => lines.splice(-20))],
    ['cut off within one', /is not JSON: the file is damaged/, (text) => text.slice(0, -700)],
    [
      'fewer items than its head says',
      /says that there are 121 items, and there are 120/,
      (text) => edited(text, (lines) => lines.splice(at(lines), 1)),
    ],
    [
      'more items than that',
      /is more than the 121 items/,
      (text) => edited(text, (lines) => lines.splice(at(lines), 0, lines[at(lines)] ?? '')),
    ],
    ['an item of another leg', /names leg 7/, (text) => edited(text, (lines) => item(lines, { leg: 7 }))],
    [
      'an item with a state of its own',
      /is none that a record has/,
      (text) => edited(text, (lines) => item(lines, { state: 'gone' })),
    ],
    ['something after the end', /comes after the end/, (text) => `${text}{"log":{"at":1,"text":"x"}}\n`],
  ])('%s', async (_what, said, make) => {
    const { jobs, text } = await over()
    await jobs.close()
    const other = await there.open()
    const refused = await bring(other, make(text)).then(
      () => 'taken',
      (error: unknown) => toFailure(error).message,
    )
    expect(refused).toMatch(said)
    expect(other.list()).toEqual([])
    // Nothing is left in its way.
    await bring(other, text)
    expect(other.list()).toHaveLength(1)
    await other.close()
  })
})

test('half of one that a process left behind is gone at the next start', async () => {
  const { jobs, text } = await over()
  await jobs.close()
  const other = await there.open()
  await there.seams.finish(other.importRecord('half', text.slice(0, text.length / 2), false))
  expect(other.list()).toEqual([])
  await other.close()
  const next = await there.open()
  expect(next.list()).toEqual([])
  await bring(next, text)
  await next.close()
})

test('a job that is not over has no record yet', async () => {
  const jobs = await here.open()
  const { id } = jobs.create(pour('copy'), { draft: true })
  await here.settle(jobs, id)
  await expect(jobs.writeRecord(id, join(here.dir, 'x.gz'))).rejects.toThrow('is not over yet')
  await jobs.close()
})

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Papa from 'papaparse'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { couldBeFormula, exact } from '#model/formula.ts'
import { systemSeams } from '#model/seams.ts'
import { createPace } from '../../main/engine/pace/pace.ts'
import { harmlessId } from '../../main/jobs/report/csv-cell.ts'
import type { Item } from '../../main/jobs/item.ts'
import { openJobsReadOnly } from '../../main/jobs/read-only.ts'
import { reportRow } from '../../main/jobs/report/report-row.ts'
import { MANIFEST_START, openManifest } from '../../main/manifest/manifest.ts'
import { SideFile } from '../../main/manifest/side-file.ts'
import { batchLine } from '../../main/manifest/write.ts'
import { from, to } from './planned.ts'
import { makeWorld, pour } from './world.ts'
import type { World } from './world.ts'

const HOSTILE = [
  '=HYPERLINK("http://x","y")',
  '+1|cmd',
  '-SUM(A1)',
  '@SUM(A1)',
  '\t=1',
  '\r=1',
  '\n=1',
  'a;=1',
  "'=1",
  '＝1',
]

const WHOLE = pour('copy', { sources: [from('from', '')], destinations: [to('to', '')] })

test.each([
  ['3/L4kqtJlcpXroDTDmJ+rmSpXd3dIbrHY', '3/L4kqtJlcpXroDTDmJ+rmSpXd3dIbrHY'],
  ['+rmSp==', '+rmSp=='],
  ['null', 'null'],
  ['=1+1', "'=1+1"],
  ['+HYPERLINK("http://x")', `'+HYPERLINK("http://x")`],
])('a version id %j stands in a report as %j', (id, cell) => expect(harmlessId(id)).toBe(cell))

test.each(HOSTILE)('of %j nothing in a row of a report is a formula', (formula) => {
  const failure = { code: 'internal', reach: 'item', message: formula, s3: { code: formula, status: 500 } }
  const item = {
    ...{ id: 1, leg: 0, key: formula, versionId: formula, state: 'failed', action: 'copy' },
    failure,
  }
  for (const cell of reportRow(WHOLE, item as unknown as Item)) expect(couldBeFormula(cell), cell).toBe(false)
})

test('a version id makes no row of its own in a manifest, and a key no formula', () => {
  const versionId = 'x\nother-bucket,important'
  expect(batchLine({ bucket: 'b', key: 'k', versionId }, true)).toBe(`b,k,"${versionId}"\n`)
  expect(batchLine({ bucket: 'b', key: '\ud800,\n' }, false)).toBe('b,%EF%BF%BD%2C%0A\n')
  expect(batchLine({ bucket: 'b', key: '-SUM(A1)-1' }, false)).toBe('b,%2DSUM(A1)-1\n')
})

test('rows that made no sense are told as text', async () => {
  const side = new SideFile(join(world.dir, 'bad.csv'))
  await side.begin(0)
  await side.add([{ line: 3, reason: '=1+1', row: '=cmd|a,"b"' }])
  await side.close()
  expect(readFileSync(side.path, 'utf8')).toBe(`Line,Reason,Row\r\n3,"'=1+1","'=cmd|a,""b"""\r\n`)
})

let world: World
beforeEach(() => void (world = makeWorld()))
afterEach(() => world.end())

test('a plan is text for people, and exact for programs; its failures come back by manifest and by report', async () => {
  for (const key of HOSTILE) world.s3.give('from', key)
  world.s3.faults.add({ kind: 'AccessDenied', when: 'before', operation: 'CopyObject' })
  const jobs = await world.open()
  const { id } = jobs.create(WHOLE, { draft: false })
  await world.settle(jobs, id, 'finished')
  const [plan, report, manifest] = ['plan.csv', 'report.csv', 'manifest.csv'].map((name) =>
    join(world.dir, name),
  ) as [string, string, string]
  await world.seams.finish(jobs.close())
  const reader = openJobsReadOnly(world.dir)
  await reader.writePlan(id, { filter: 'all' }, plan, 'people')
  const shown = keysOf(plan)
  for (const key of shown) expect(couldBeFormula(key), key).toBe(false)
  expect(shown.map(exact).sort()).toEqual([...HOSTILE].sort())
  await reader.writePlan(id, { filter: 'all' }, plan, 'programs')
  expect(keysOf(plan).sort()).toEqual([...HOSTILE].sort())
  await reader.writeReport(id, 'csv', report)
  await reader.writeFailed(id, manifest)
  reader.close()

  expect((await readBack(report)).sort()).toEqual([...HOSTILE].sort())
  expect((await readBack(manifest)).sort()).toEqual([...HOSTILE].sort())
})

function keysOf(file: string): string[] {
  const { data } = Papa.parse<Record<string, string>>(readFileSync(file, 'utf8'), {
    ...{ header: true, skipEmptyLines: true, delimiter: ',', newline: '\n' },
  })
  return data.map(({ key }) => key ?? '')
}

/** The keys that `--manifest` would take from a file. */
async function readBack(path: string): Promise<string[]> {
  const seams = systemSeams
  const manifest = await openManifest(
    { is: 'file', path },
    {
      openStorage: () => Promise.reject(new Error('nothing is asked')),
      request: { seams, pace: createPace({ seams, ceiling: 1 }), signal: new AbortController().signal },
    },
  )
  const keys: string[] = []
  for await (const { rows, bad } of manifest.pages(MANIFEST_START, 100)) {
    expect(bad).toEqual([])
    keys.push(...rows.map(({ key }) => key))
  }
  await manifest.close()
  return keys
}

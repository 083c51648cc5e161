import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { decantFor, jsonResult, type Decant } from '../helpers/decant.ts'
import { spawnPlayground, type PlaygroundProcess } from '../helpers/playground.ts'
import { until } from '../helpers/processes.ts'

/** More than one page of a listing has. */
const ITEMS = 1200

let dir: string
let playground: PlaygroundProcess
let decant: Decant
beforeEach(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'decant-cli-'))
  playground = await spawnPlayground()
  decant = decantFor(playground, path.join(dir, 'data'))
  await playground.admin.seed({ bucket: 'source', count: ITEMS, prefix: 'in/', tags: { a: 'b' } })
  await playground.admin.seed({ bucket: 'destination', key: 'stays', text: 'here' })
})
afterEach(async () => {
  await playground.stop()
  rmSync(dir, { recursive: true, force: true })
})

const FROM = 's3://source/in/'
const TO = 's3://destination/out/'
const compare = (prefix = 'out/') =>
  playground.admin.compare({ bucket: 'source', prefix: 'in/' }, { bucket: 'destination', prefix })

/** How often each key was written at the destination, by the server's own log. */
async function writes(): Promise<Map<string, number>> {
  const times = new Map<string, number>()
  for (const { op, bucket, key } of await playground.admin.log()) {
    if (op !== 'CopyObject' || bucket !== 'destination' || key === undefined) continue
    times.set(key, (times.get(key) ?? 0) + 1)
  }
  return times
}
const copies = async (): Promise<number> => (await playground.admin.counters()).requests['CopyObject'] ?? 0

describe('decant copy', () => {
  it('copies, and says so in one line that scripts can read; once more there is nothing to do', async () => {
    const first = await decant('copy', FROM, TO, '--json')
    expect(first.code).toBe(0)
    expect(jsonResult(first.output)).toMatchObject({
      status: 'completed',
      outcome: 'done',
      tally: { items: ITEMS, copied: ITEMS, skipped: 0, failed: 0, deleted: 0 },
      requests: { CopyObject: ITEMS },
    })
    expect(await compare()).toMatchObject({ equal: true, compared: ITEMS })
    const second = await decant('copy', FROM, TO, '--json', '--conflict', 'skip')
    expect(jsonResult(second.output).tally).toMatchObject({ copied: 0, skipped: ITEMS })
    expect(await copies()).toBe(ITEMS)
  })

  it('says what failed by its exit code, its report and its words', async () => {
    await playground.admin.faults({
      op: 'CopyObject',
      key: 'out/obj-00000007',
      do: 'error',
      code: 'AccessDenied',
    })
    const { code, output } = await decant('copy', FROM, TO)
    expect(code).toBe(1)
    expect(output).toMatch(/Done: 1,199 objects copied .*, 1 failed/)
    const id = /Job (\w+):/.exec(output)?.[1] ?? ''
    const out = path.join(dir, 'report.csv')
    expect(await decant('report', id, '--format', 'csv', '--out', out)).toMatchObject({ code: 0 })
    const failed = readFileSync(out, 'utf8')
      .split('\n')
      .filter((line) => line.includes('AccessDenied'))
    expect(failed).toHaveLength(1)
    const listed = await decant('jobs', '--json')
    expect(JSON.parse(listed.output)).toMatchObject({ jobId: id, outcome: 'completed-with-failures' })
  })

  it('ends with 3 where the job cannot be done at all', async () => {
    const { code, output } = await decant('copy', 's3://nowhere/in/', TO)
    expect(code).toBe(3)
    expect(output).toContain('nowhere')
  })

  it('renames one object', async () => {
    expect((await decant('copy', `${FROM}obj-00000001`, 's3://destination/new.bin', '--quiet')).code).toBe(0)
    const { compared, missingCount } = await compare('new.bin')
    expect([compared, missingCount]).toEqual([0, ITEMS])
    expect([...(await writes()).keys()]).toEqual(['new.bin'])
  })
})

describe('decant move', () => {
  it('leaves nothing at the source and everything at the destination', async () => {
    await decant('copy', FROM, 's3://destination/kept/', '--quiet')
    const { code, output } = await decant('move', FROM, TO, '--json')
    expect(code).toBe(0)
    expect(jsonResult(output).tally).toMatchObject({ copied: ITEMS, deleted: ITEMS })
    const places = [
      { bucket: 'destination', prefix: 'kept/' },
      { bucket: 'destination', prefix: 'out/' },
    ] as const
    expect(await playground.admin.compare(...places)).toMatchObject({ equal: true, compared: ITEMS })
    expect(await compare()).toMatchObject({ extraCount: ITEMS })
  })
})

describe('decant plan', () => {
  it('says what would be done and writes nothing', async () => {
    const before = (await playground.admin.counters()).mutations
    const { code, output } = await decant('plan', 'copy', FROM, TO)
    expect(code).toBe(0)
    expect(output).toContain(`Plan: 1,200 objects listed`)
    expect(output).toContain('Requests: 1,200 CopyObject.')
    expect(output).toMatch(/copy +\d.* +in\/obj-00000000 {2}→ {2}out\/obj-00000000/)
    const sums = await decant('plan', 'copy', FROM, TO, '--json')
    expect(JSON.parse(sums.output)).toMatchObject({
      items: ITEMS,
      planned: { copy: { items: ITEMS } },
      expected: { is: 'exact', requests: { CopyObject: ITEMS } },
    })
    expect((await playground.admin.counters()).mutations).toBe(before)
    expect((await decant('jobs', '--json')).output).toBe('')
    expect((await decant('jobs')).output).toMatch(/^There are no jobs in .*\.\n$/)
  })
})

describe('decant plan --save', () => {
  it('keeps a plan that is told as CSV, found by what is to be known, and started later', async () => {
    await playground.admin.seed({ bucket: 'destination', key: 'out/obj-00000007', text: 'stands' })
    const csv = path.join(dir, 'plan.csv')
    const all = ['plan', 'copy', FROM, TO, '--conflict', 'overwrite'] as const
    const saved = await decant(...all, '--save', '--out', csv, '--only', 'overwrites')
    expect(saved.code).toBe(0)
    const id = /decant start (\w+)/.exec(saved.output)?.[1] ?? ''
    const rows = readFileSync(csv, 'utf8').trim().split('\n')
    expect(rows).toHaveLength(2)
    expect(rows[1]).toMatch(/,copy,.*out\/obj-00000007.*overwrites/)
    expect(await copies()).toBe(0)
    const wrong = await decant('resume', id)
    expect(wrong).toMatchObject({
      code: 2,
      output: expect.stringContaining(`decant start ${id} does`) as string,
    })
    expect((await decant('jobs')).output).toContain('A plan of 1,200 objects')
    expect(await decant('start', id, '--now', '--quiet')).toMatchObject({ code: 0 })
    expect(await compare()).toMatchObject({ equal: true, compared: ITEMS })
    expect((await decant('start', id)).code).toBe(2)
    const piped = await decant(...all, '--out', '-', '--only', 'refused', '--quiet')
    expect(piped.output).toMatch(/^seq,action,skip-reason,.*\n$/)
  })
})

describe('decant run', () => {
  it('runs a job file, and refuses one that is none with a sentence', async () => {
    await decant('copy', `${FROM}obj-00000001`, TO, '--quiet')
    const file = path.join(dir, 'job.json')
    const endpoint = playground.endpoint
    const config = { endpoint, region: 'us-east-1', addressing: 'path', credentials: { kind: 'environment' } }
    const connection = { id: 'mine', name: 'Mine', config }
    const job = {
      v: 1,
      kind: 'copy',
      sources: [{ connection, bucket: 'source', select: [{ kind: 'prefix', prefix: 'in/' }], base: 'in/' }],
      destinations: [{ connection, bucket: 'destination', prefix: 'out/' }],
      conflict: 'skip',
      verify: 'head',
      properties: { storageClass: { policy: 'copy' }, tags: { policy: 'copy' } },
    }
    writeFileSync(file, JSON.stringify(job))
    const ran = await decant('run', file, '--json')
    expect(jsonResult(ran.output).tally).toMatchObject({ copied: ITEMS - 1, skipped: 1 })
    writeFileSync(file, JSON.stringify({ ...job, conflict: 'maybe' }))
    expect(await decant('run', file)).toMatchObject({
      code: 2,
      output: expect.stringMatching(/conflict: .*not "maybe"/) as string,
    })
    writeFileSync(file, '{')
    expect(await decant('run', file)).toMatchObject({ code: 2 })
  })
})

describe('a command that is stopped', () => {
  it('by SIGKILL: goes on where it was, each object written once but those in flight', async () => {
    await playground.admin.faults({ op: 'CopyObject', nth: 600, do: 'hang' })
    const first = decant.start('copy', FROM, TO, '--json')
    await until('half of it is copied', async () => (await copies()) >= 600)
    await first.kill()
    await playground.admin.clearFaults()
    await playground.admin.release()
    const { code, output } = await decant('resume', '--all', '--json')
    expect(code).toBe(0)
    expect(jsonResult(output)).toMatchObject({ outcome: 'done', tally: { copied: ITEMS, failed: 0 } })
    expect(await compare()).toMatchObject({ equal: true, compared: ITEMS })
    const twice = [...(await writes()).values()].filter((times) => times > 1).length
    expect(twice).toBeLessThanOrEqual(1)
  })

  it('by Ctrl+C: pauses, ends with 130, and can be resumed by its id', async () => {
    await playground.admin.faults({ op: 'CopyObject', nth: 500, do: 'hang' })
    const first = decant.start('copy', FROM, TO, '--json')
    await until('some of it is copied', async () => (await copies()) >= 500)
    first.child.kill('SIGINT')
    await playground.admin.clearFaults()
    await playground.admin.release()
    expect((await first.exit).code).toBe(130)
    const { jobId, outcome } = jsonResult(first.output())
    expect(outcome).toBe('interrupted')
    const second = await decant('resume', jobId, '--json')
    expect(second.code).toBe(0)
    expect(await compare()).toMatchObject({ equal: true })
  })
})

describe('two commands in one data directory', () => {
  it('share the work of one process, each key once; what one leaves undone the other takes over', async () => {
    await playground.admin.faults({ op: 'CopyObject', keyPattern: '^(out|second)/obj-00000800$', do: 'hang' })
    const first = decant.start('copy', FROM, TO, '--json')
    await until('the first one works', async () => (await copies()) > 100)
    const second = decant.start('copy', FROM, 's3://destination/second/', '--json')
    await until('the second one is handed over', async () =>
      (await playground.admin.log()).some(({ key }) => key?.startsWith('second/')),
    )
    await first.kill()
    await playground.admin.clearFaults()
    await playground.admin.release()
    expect((await second.exit).code).toBe(0)
    await decant('resume', '--all', '--quiet')
    for (const prefix of ['out/', 'second/']) expect(await compare(prefix)).toMatchObject({ equal: true })
  })
})

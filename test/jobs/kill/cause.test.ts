import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDatabase } from '../../../main/sqlite/sqlite.ts'
import type { Database } from '../../../main/sqlite/sqlite.ts'
import { jsonResult } from '../../helpers/decant.ts'
import { startProcess, until } from '../../helpers/processes.ts'
import { expectOnce, FROM, openBench, TO } from './bench.ts'
import type { Bench } from './bench.ts'

/** More than one page of a listing has. */
const ITEMS = 1500

let bench: Bench
beforeEach(async () => {
  bench = await openBench()
})
afterEach(() => bench.end())

const seed = (count: number) => bench.seed({ count, pattern: 'obj-{n:4}' })

/** What `decant jobs` says of the one job, while another process works on it. */
async function state(): Promise<string> {
  const { output } = await bench.decant('jobs', '--json')
  const line = output.split('\n').find((candidate) => candidate.startsWith('{'))
  const { status, reason } = JSON.parse(line ?? '{}') as { status?: string; reason?: string }
  return reason === undefined ? String(status) : `${status} ${reason}`
}

const copied = async (): Promise<number> => (await bench.mutations('CopyObject')).size

/** Slow enough to be met on its way. */
const slowly = () => bench.playground.admin.faults({ writesPerSecond: 400 })

/** Milliseconds; a busy machine starts each of the processes slowly. */
const PATIENCE = { timeout: 120_000 }

describe('the real process, when what it needs goes away', PATIENCE, () => {
  it('the network: paused, and it goes on by itself; SIGKILL meanwhile changes nothing', async () => {
    await seed(ITEMS)
    await slowly()
    const first = bench.decant.start('copy', FROM, TO, '--json')
    await until('some of it is copied', async () => (await copied()) > 100)
    await bench.playground.admin.offline(true)
    await until('it is paused', async () => (await state()) === 'paused offline')
    await first.kill()
    const second = bench.decant.start('resume', '--all', '--json')
    await until('it is paused again', async () => (await state()) === 'paused offline')
    expect(await copied()).toBeLessThan(ITEMS)
    await bench.playground.admin.offline(false)
    expect((await second.exit).code).toBe(0)
    await bench.isWhole(jsonResult(second.output()), ITEMS)
    expectOnce(await bench.mutations('CopyObject'), ITEMS)
  })

  it('a budget of requests: SIGKILL on the way gives it no more, and a larger one takes it to the end', async () => {
    await seed(ITEMS)
    const { admin } = bench.playground
    await slowly()
    const sent = async (): Promise<number> => {
      const { requests } = await admin.counters()
      return Object.values(requests).reduce((sum, count) => sum + count, 0)
    }
    await admin.resetCounters()
    const first = bench.decant.start('copy', FROM, TO, '--json', '--max-requests', '700')
    await until('some of it is copied', async () => (await copied()) > 100)
    await first.kill()
    const second = await bench.decant('resume', '--all', '--json')
    expect(second.code).toBe(3)
    expect(jsonResult(second.output)).toMatchObject({ status: 'paused', reason: 'budget' })
    expect(await state()).toBe('paused budget')
    expect(await sent()).toBeLessThanOrEqual(700)
    expect(await copied()).toBeLessThan(ITEMS)
    await admin.clearFaults()
    const { jobId } = jsonResult(second.output)
    const third = await bench.decant('resume', jobId, '--json', '--max-requests', '100000')
    expect(third.code).toBe(0)
    await bench.isWhole(jsonResult(third.output), ITEMS)
    expectOnce(await bench.mutations('CopyObject'), ITEMS)
  })

  it('a file that cannot grow, as on a full disk: paused with that reason, nothing lost', async () => {
    const items = 3000
    await seed(items)
    const { PATH, ...env } = bench.decant.env
    const cli = path.resolve(import.meta.dirname, '../../../main/cli.ts')
    // Blocks of 512 bytes: room for the schema and a part of the plan.
    const script = `trap '' XFSZ; ulimit -f 1000; exec "$0" "$@"`
    const args = ['-c', script, process.execPath, cli, 'copy', FROM, TO, '--json']
    const full = startProcess('/bin/sh', args, { env: { ...env, PATH } })
    expect((await full.exit).code).toBe(3)
    // What is on disk depends on whether that very write still had room; the process itself knew (invariant 13).
    expect(jsonResult(full.output())).toMatchObject({ status: 'paused', reason: 'storage' })
    const { code, output } = await bench.decant('resume', '--all', '--json')
    expect(code).toBe(0)
    await bench.isWhole(jsonResult(output), items)
    expectOnce(await bench.mutations('CopyObject'), items)
  })

  it('a database that another program keeps locked: paused with that reason, nothing lost', async () => {
    await seed(ITEMS)
    await slowly()
    const running = bench.decant.start('copy', FROM, TO, '--json')
    await until('some of it is copied', async () => (await copied()) > 100)
    const other = openDatabase(path.join(bench.dataDir, 'jobs.db'), 'write')
    // The job itself holds the lock most of the time.
    await until('the other has the lock', () => locks(other))
    try {
      expect((await running.exit).code).toBe(3)
      expect(await copied()).toBeLessThan(ITEMS)
    } finally {
      other.exec('ROLLBACK')
      other.close()
    }
    const { code, output } = await bench.decant('resume', '--all', '--json')
    expect(code).toBe(0)
    await bench.isWhole(jsonResult(output), ITEMS)
    expectOnce(await bench.mutations('CopyObject'), ITEMS)
  })
})

function locks(database: Database): boolean {
  try {
    database.exec('BEGIN IMMEDIATE')
    return true
  } catch {
    return false
  }
}

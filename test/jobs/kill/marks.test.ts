import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FaultRule } from '../../../main/playground/faults.ts'
import { openDatabase } from '../../../main/sqlite/sqlite.ts'
import { jsonResult } from '../../helpers/decant.ts'
import { until } from '../../helpers/processes.ts'
import { expectOnce, FROM, openBench, TO } from './bench.ts'
import type { Bench } from './bench.ts'

let bench: Bench
beforeEach(async () => {
  bench = await openBench()
})
afterEach(() => bench.end())

/** Milliseconds; a busy machine starts each of the processes slowly. */
const PATIENCE = { timeout: 240_000 }
const DENIED: FaultRule = {
  op: 'CopyObject',
  do: 'error',
  code: 'AccessDenied',
  message:
    'User: arn:aws:iam::111122223333:user/mary is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::destination/out/x" because no identity-based policy allows the s3:PutObject action',
}

/** How many are marked, as the journal has it; undefined: nothing is to be marked any more. */
function marked(): number | undefined {
  const db = openDatabase(path.join(bench.dataDir, 'jobs.db'), 'read')
  try {
    const [more] = db.prepare('SELECT more FROM jobs').get() ?? []
    return (JSON.parse(String(more)) as { marks?: { marked: number }[] }).marks?.[0]?.marked
  } finally {
    db.close()
  }
}

describe('one cause of failures', PATIENCE, () => {
  it('of 214 objects is taken away and tried again: just these, and nothing else', async () => {
    await bench.seed({ count: 1000, pattern: 'obj-{n:4}' })
    const { admin } = bench.playground
    await admin.faults({ ...DENIED, times: 214 })
    const failed = await bench.decant('copy', FROM, TO, '--json')
    expect(failed.code).toBe(1)
    const { jobId } = jsonResult(failed.output)
    await admin.clearFaults()
    const before = (await admin.counters()).requests.CopyObject ?? 0
    const cause = ['--code', 'access-denied', '--s3-code', 'AccessDenied s3:PutObject on destination']
    const { code, output } = await bench.decant('retry', jobId, ...cause, '--json')
    expect(code).toBe(0)
    expect((await admin.counters()).requests.CopyObject).toBe(before + 214)
    await bench.isWhole(jsonResult(output), 1000)
    expectOnce(await bench.mutations('CopyObject'), 1000)
  })

  it.each(['leave', 'retry'] as const)('SIGKILL amid %s: the rest is marked, and none twice', async (how) => {
    const items = 6000
    await bench.seed({ count: items, pattern: 'obj-{n:6}' })
    const { admin } = bench.playground
    await admin.faults(DENIED)
    const { jobId } = jsonResult((await bench.decant('copy', FROM, TO, '--json')).output)
    await admin.clearFaults()
    const copies = (await admin.counters()).requests.CopyObject ?? 0
    const first = bench.decant.start(how, jobId, '--code', 'access-denied', '--json')
    await until('some are marked', async () => Promise.resolve((marked() ?? 0) > 0))
    await first.kill()
    const { output } = await bench.decant('resume', jobId, '--json')
    if (how === 'retry') {
      await bench.isWhole(jsonResult(output), items)
      expectOnce(await bench.mutations('CopyObject'), items)
      return
    }
    expect(jsonResult(output)).toMatchObject({ outcome: 'done', tally: { items, skipped: items, failed: 0 } })
    expect((await admin.counters()).requests.CopyObject).toBe(copies)
  })
})

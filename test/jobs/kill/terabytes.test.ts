import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { jsonResult } from '../../helpers/decant.ts'
import { until } from '../../helpers/processes.ts'
import type { RunningProcess } from '../../helpers/processes.ts'
import { expectOnce, FROM, openBench, TO } from './bench.ts'
import type { Bench } from './bench.ts'

/** 5 TB: nearly as many parts as there may be. */
const SIZE = 5_000_000_000_000
const MIB = 1024 ** 2
const PARTS = Math.ceil(SIZE / (477 * MIB))
/** Somewhere in the midst, another place every time; the title tells which. */
const KILLED_AT = 1000 + Math.floor(Math.random() * 8000)

/**
 * MiB. A plain copy of the unbuilt source takes some 120 to 150; parts must add nothing to it but what the garbage
 * collector has not taken away yet. Ten kilobytes kept for each part would be a hundred more.
 */
const MOST_MEMORY = 230
const MOST_GROWTH = 80

let bench: Bench
beforeEach(async () => {
  bench = await openBench()
})
afterEach(() => bench.end())

/** The most memory that a process had so far, in MiB: the kernel keeps count. Undefined once it has ended. */
function peakOf({ pid }: RunningProcess): number | undefined {
  try {
    const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return peak === undefined ? undefined : Number(peak) / 1024
  } catch {
    return undefined
  }
}

describe.runIf(process.platform === 'linux')('an object of 5 TB', { timeout: 120_000 }, () => {
  it(`SIGKILL at part ${KILLED_AT} of ${PARTS}: no finished part is sent again, and memory stays flat`, async () => {
    expect(PARTS).toBeLessThan(10_000)
    const { admin } = bench.playground
    await bench.seed({ count: 1, size: SIZE, pattern: 'huge', tags: { a: 'b' }, metadata: { c: 'd' } })
    const sent = async () => (await admin.counters()).requests['UploadPartCopy'] ?? 0
    // This part is there when the process dies, and it never learnt of it.
    await admin.faults({ op: 'UploadPartCopy', nth: KILLED_AT - 100, do: 'hang', when: 'after' })

    const first = bench.decant.start('copy', FROM, TO, '--json')
    await until('it is in the midst of it', async () => (await sent()) >= KILLED_AT)
    await first.kill()
    const before = await bench.mutations('UploadPartCopy')
    expect(before.size).toBeGreaterThanOrEqual(KILLED_AT)
    await admin.clearFaults()
    await admin.release()
    const sentBefore = await sent()

    const second = bench.decant.start('resume', '--all', '--json')
    await until('it sends parts again', async () => (await sent()) >= sentBefore + 100)
    const early = peakOf(second) ?? 0
    let late = early
    await until('it has ended', () => {
      const peak = peakOf(second)
      late = peak ?? late
      return peak === undefined
    })
    expect((await second.exit).code).toBe(0)
    await bench.isWhole(jsonResult(second.output()), 1)
    expectOnce(await bench.mutations('UploadPartCopy'), PARTS)
    expectOnce(await bench.mutations('CreateMultipartUpload'), 1)
    expectOnce(await bench.mutations('CompleteMultipartUpload'), 1)
    expect(await bench.mutations('AbortMultipartUpload')).toEqual(new Map())
    expect(late).toBeLessThan(MOST_MEMORY)
    expect(late - early).toBeLessThan(MOST_GROWTH)
  })
})

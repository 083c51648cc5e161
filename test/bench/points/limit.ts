import path from 'node:path'
import type { BenchPoint, Check, Run, Series, Table } from '../figures.ts'
import { byTurns } from '../pairs.ts'
import type { Contestant } from '../pairs.ts'
import { decantCopy } from '../peers.ts'

/**
 * Writes a second that the server lets through, and objects that take it long enough to tell. 3,500 a second is what S3
 * promises a prefix ("Best practices design patterns", Amazon S3 User Guide).
 */
const LIMITS = [
  { limit: 200, objects: 12_000 },
  { limit: 1000, objects: 30_000 },
  { limit: 3500, objects: 70_000 },
]
const MOST_RUNS = 2
const SETTLED = 0.95

/** A server that asks to slow down above a rate: it should be used, and not be tried. */
export const point: BenchPoint = {
  name: 'limit',
  title: 'copies against a server that lets 200, 1,000 and 3,500 writes a second through',
  run: async (bench) => {
    const playground = await bench.playground()
    const { admin } = playground
    await admin.seed({ bucket: 'destination', count: 0, prefix: '' })
    const series: Series[] = []
    const checks: Check[] = []
    const rows: Table['rows'][number][] = []
    for (const { limit, objects } of LIMITS) {
      const prefix = `of-${limit}/`
      await admin.seed({ bucket: 'source', count: objects, prefix, size: 4096 })
      const contestant: Contestant = {
        name: `decant, ${limit} writes a second`,
        runs: MOST_RUNS,
        command: async (n) => {
          // Anew for each run, so that each finds the server's bucket of tokens full.
          await admin.clearFaults()
          await admin.faults({ writesPerSecond: limit })
          const to = { bucket: 'destination', prefix: `${limit}/${n}/` }
          const task = { playground, from: { bucket: 'source', prefix }, to, inFlight: 256 }
          return decantCopy(task, path.join(bench.dir, `limit-${limit}-${n}`))
        },
      }
      const [one] = await byTurns(bench, playground, objects, [contestant])
      if (one === undefined) throw new Error('nothing was run')
      series.push(one)
      const used = Math.min(...one.runs.map((run) => usedOf(run, limit, objects)))
      const refused = Math.max(...one.runs.map(refusedOf))
      checks.push(
        { what: `${limit}/s: share used`, is: used, atLeast: SETTLED },
        { what: `${limit}/s: share of writes refused`, is: refused, atMost: 0.05 },
      )
      rows.push([limit, objects, used.toFixed(3), refused.toFixed(3)])
    }
    return {
      series,
      checks,
      tables: [
        { title: 'Limits, the worst of the runs', columns: ['writes/s', 'objects', 'used', 'refused'], rows },
      ],
      notes: [
        'Used: objects, of what the server would have let through from the start of the process to its end, with the second of writes that it has in hand at first.',
        `The same for other limits, latencies and kinds of server, and for limits that change or are shared, is asserted on the virtual clock in test/engine/pace-limits.test.ts.`,
      ],
    }
  },
}

function usedOf({ wall }: Run, limit: number, objects: number): number {
  return objects / (limit * (wall + 1))
}

function refusedOf({ refused, requests }: Run): number {
  return refused / (requests['CopyObject'] ?? 0)
}

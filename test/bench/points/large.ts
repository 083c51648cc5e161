import path from 'node:path'
import type { BenchPoint } from '../figures.ts'
import { byTurns } from '../pairs.ts'
import { decant } from '../peers.ts'

const GIB = 1024 ** 3
const SIZE = 100 * GIB
/** Milliseconds that each request takes at the server. */
const LATENCY = 20

/** One object that only parts can carry: few of them, many at once. */
export const point: BenchPoint = {
  name: 'large',
  title: `one object of 100 GiB at ${LATENCY} ms, within one bucket's server`,
  run: async (bench) => {
    const playground = await bench.playground()
    const { admin } = playground
    await admin.seed({ bucket: 'source', prefix: '', count: 1, size: SIZE, pattern: 'large' })
    await admin.seed({ bucket: 'destination', key: 'stays', text: 'here' })
    await admin.faults({ do: 'slow', ms: LATENCY })
    const command = (n: number): ReturnType<typeof decant> =>
      decant(playground, path.join(bench.dir, `large-${n}`), 'copy', 's3://source/', `s3://destination/${n}/`)
    const series = await byTurns(bench, playground, 1, [{ name: 'decant', command }])
    const runs = series.flatMap((one) => one.runs)
    const parts = Math.max(...runs.map(({ requests }) => requests['UploadPartCopy'] ?? 0))
    return {
      series,
      checks: [
        { what: 'parts', is: parts, atLeast: 1, atMost: 410 },
        { what: 'parts in flight', is: Math.min(...runs.map((run) => run.mostInFlight)), atLeast: 16 },
        {
          what: 'uploads left over',
          is: Math.max(...runs.map(({ requests }) => leftOver(requests))),
          atMost: 0,
        },
      ],
    }
  },
}

/** Uploads that were begun and never completed, by the server's count. */
function leftOver(requests: Readonly<Record<string, number>>): number {
  return (requests['CreateMultipartUpload'] ?? 0) - (requests['CompleteMultipartUpload'] ?? 0)
}

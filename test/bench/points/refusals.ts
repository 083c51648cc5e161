import path from 'node:path'
import { allRequests, ratio } from '../figures.ts'
import type { BenchPoint, Series } from '../figures.ts'
import { byTurns } from '../pairs.ts'
import type { Contestant } from '../pairs.ts'
import { decantCopy, findRclone } from '../peers.ts'
import type { CopyTask } from '../peers.ts'

const OBJECTS = 20_000
const IN_FLIGHT = 64
const SHARE = 0.2

/** Every fifth request is refused by chance: no reason to go slowly, and no reason to lose anything. */
export const point: BenchPoint = {
  name: 'refusals',
  title: '20,000 copies of 4 KiB, 20 % of all requests refused with 503 at random, 64 in flight',
  run: async (bench) => {
    const playground = await bench.playground()
    const { admin } = playground
    await admin.seed({ bucket: 'source', count: OBJECTS, prefix: 'small/', size: 4096 })
    await admin.seed({ bucket: 'destination', count: 0, prefix: '' })
    const task = async (name: string, n: number): Promise<CopyTask> => {
      // Anew for each run, so that each meets the same chances.
      await admin.clearFaults()
      await admin.faults({ do: '503', probability: SHARE, seed: n + 1 })
      return {
        playground,
        from: { bucket: 'source', prefix: 'small/' },
        to: { bucket: 'destination', prefix: `${name}/${n}/` },
        inFlight: IN_FLIGHT,
      }
    }
    const ours: Contestant = {
      name: 'decant',
      // It ends with 0 only where every object was copied.
      command: async (n) => decantCopy(await task('decant', n), path.join(bench.dir, `refusals-${n}`)),
    }
    const rclone = findRclone()
    const theirs: Contestant[] = rclone
      ? [{ name: 'rclone', command: async (n) => rclone.copy(await task('rclone', n)) }]
      : []
    const series = await byTurns(bench, playground, OBJECTS, [ours, ...theirs])
    const [decant, peer] = series
    if (decant === undefined) throw new Error('nothing was run')
    await admin.clearFaults()
    const copied = decant.runs.map(({ requests }) => requests['CopyObject'] ?? 0)
    const wall = peer && ratio(decant, peer, (run) => run.wall)
    return {
      series,
      checks: [
        {
          what: 'copies asked for, an object: at least those that were refused',
          is: Math.min(...copied) / OBJECTS,
          atLeast: 1 / (1 - SHARE) - 0.02,
        },
        {
          what: 'wall / rclone',
          is: wall,
          atMost: 0.5,
          ...(wall === undefined && { why: 'rclone is not installed' }),
        },
      ],
      notes: [
        'Both end with 0: every object was copied.',
        `Of all requests ${refusedOf(decant)} were refused; Decant looks for what it may have written after each refusal (a HEAD).`,
        ...(rclone ? [`rclone: ${rclone.version}`] : []),
      ],
    }
  },
}

function refusedOf({ runs }: Series): string {
  const [refused, all] = [runs.map((run) => run.refused), runs.map(allRequests)]
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
  return `${((sum(refused) / sum(all)) * 100).toFixed(1)} %`
}

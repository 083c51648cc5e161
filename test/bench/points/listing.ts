import path from 'node:path'
import { ratio } from '../figures.ts'
import type { BenchPoint, Check, Series } from '../figures.ts'
import type { PlaygroundProcess } from '../../helpers/playground.ts'
import { byTurns } from '../pairs.ts'
import type { Contestant } from '../pairs.ts'
import { decant, findRclone, rclone } from '../peers.ts'

const KEYS = 1_000_000
const FAR_KEYS = 200_000
/** Milliseconds that a page takes to come from far away, and the pages that there are at least. */
const LATENCY = 100
const FAR_PAGES = FAR_KEYS / 1000
/** More than this many requests for the pages that there are would be listing twice. */
const WASTE = 1.25

/** By samples of the CPU (perf), of the process and V8's other thread. */
const PROFILE =
  'our own code and the functions of V8 that it calls 40 %, SQLite and its binding 21 %, garbage collection 13 %, the ' +
  'files of the plan 9 %, the socket 8 %, patterns that read the page 6 %, compiling 4 %; rclone keeps nothing'

/** Keys into a plan on the disk, beside a tool that prints them. */
export const point: BenchPoint = {
  name: 'listing',
  title: '1,000,000 keys listed into the plan; 200,000 of them from 100 ms away',
  run: async (bench) => {
    const playground = await bench.playground()
    const { admin } = playground
    await admin.seed({ bucket: 'million', count: KEYS, prefix: 'k/', size: 4096, discards: true })
    await admin.seed({ bucket: 'far', count: FAR_KEYS, prefix: 'k/', size: 4096, discards: true })
    await admin.seed({ bucket: 'destination', count: 0, discards: true })
    const peer = findRclone()
    const of = (bucket: string, name: string, runs?: number): Contestant[] => [
      {
        name: `decant${name}`,
        command: (n) => planOf(playground, bucket, path.join(bench.dir, `listing-${bucket}-${n}`)),
        ...(runs !== undefined && { runs }),
      },
      ...(peer
        ? [
            {
              name: `rclone${name}`,
              command: () => rclone(playground, 'lsf', '-R', '--fast-list', `X:${bucket}/k`),
              ...(runs !== undefined && { runs }),
            },
          ]
        : []),
    ]
    const near = await byTurns(bench, playground, KEYS, of('million', ''))
    await admin.faults({ op: 'ListObjectsV2', do: 'slow', ms: LATENCY })
    const far = await byTurns(bench, playground, FAR_KEYS, of('far', `, ${LATENCY} ms`, 2))
    await admin.clearFaults()
    return {
      series: [...near, ...far],
      checks: [...checksOf(near), ...farChecks(far)],
      notes: [
        'decant plan --save: the plan is a file on the disk, each page committed before the next. rclone lsf -R --fast-list prints keys.',
        ...(peer ? [`rclone: ${peer.version}`] : []),
      ],
    }
  },
}

function planOf(playground: PlaygroundProcess, bucket: string, dataDir: string): ReturnType<typeof decant> {
  return decant(playground, dataDir, 'plan', 'copy', `s3://${bucket}/k/`, 's3://destination/k/', '--save')
}

const lists = ({ runs }: Series): number =>
  Math.max(...runs.map(({ requests }) => requests['ListObjectsV2'] ?? 0))

function checksOf([ours, peer]: readonly Series[]): Check[] {
  if (ours === undefined) return []
  const cpu = peer ? { is: ratio(ours, peer, (run) => run.cpu) } : NO_PEER
  return [
    { what: 'CPU / rclone', ...cpu, atMost: 0.35, ...(peer && { why: PROFILE }) },
    // Each page once, and a look at the destination.
    { what: 'lists a thousand keys', is: lists(ours) / (KEYS / 1000), atMost: WASTE },
  ]
}

function farChecks([ours, peer]: readonly Series[]): Check[] {
  if (ours === undefined) return []
  const wall = peer ? { is: ratio(ours, peer, (run) => run.wall) } : NO_PEER
  const most = Math.max(...ours.runs.map(({ mostInFlight }) => mostInFlight))
  return [
    { what: `wall / rclone, ${LATENCY} ms a page`, ...wall, atMost: 0.5 },
    { what: 'ranges listed at once', is: most, atLeast: 4 },
    { what: 'lists a thousand keys from far', is: lists(ours) / FAR_PAGES, atMost: WASTE },
  ]
}

const NO_PEER = { is: undefined, why: 'rclone is not installed' } as const

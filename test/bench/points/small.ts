import path from 'node:path'
import { allRequests, cpuPerObject, medianOf, ratio } from '../figures.ts'
import type { BenchPoint, Check, Series } from '../figures.ts'
import { byTurns } from '../pairs.ts'
import type { Contestant } from '../pairs.ts'
import { decantCopy, findAws, findRclone } from '../peers.ts'
import type { CopyTask, Peer } from '../peers.ts'

const OBJECTS = 20_000
const IN_FLIGHT = 64
/** aws-cli takes most of a minute. */
const AWS_RUNS = 2

/** By `perf record` of a run, of all CPU. */
const PROFILE =
  "V8's built-in functions 24 %, of which promises 4 %, compiled JavaScript 13 %, V8's run time 13 %, garbage collection " +
  '8 %, compiling 8 %, the system 19 %, of which sockets 7 %, SQLite 4 %, crypto 1 %; 1.02 writes and 1.03 reads ' +
  'an object, and 17 KB of memory that is collected again. Starting takes 0.25 s, a seventh of it. The bound comes from a ' +
  'machine where rclone takes 0.235 ms'

/** As somebody runs it; and where only the cores are left that the server has not, which is one of two. */
const SETTINGS = [
  { suffix: '', cores: { cores: 'all' } },
  { suffix: ', without the core of the server', cores: {} },
] as const

/** What a copy costs where nothing has to be waited for. */
export const point: BenchPoint = {
  name: 'small',
  title: '20,000 copies of 4 KiB, no latency, 64 in flight',
  run: async (bench) => {
    const playground = await bench.playground()
    const { admin } = playground
    await admin.seed({ bucket: 'source', count: OBJECTS, prefix: 'small/', size: 4096 })
    await admin.seed({ bucket: 'destination', count: 0, prefix: '' })
    const task = (name: string, n: number): CopyTask => ({
      playground,
      from: { bucket: 'source', prefix: 'small/' },
      to: { bucket: 'destination', prefix: `${name}/${n}/` },
      inFlight: IN_FLIGHT,
    })
    const [rclone, aws] = [findRclone(), findAws()]
    const contestants = SETTINGS.flatMap(({ suffix, cores }): Contestant[] => {
      const place = (name: string, n: number): CopyTask => task(`${name}${suffix}`, n)
      const of = (peer: Peer, runs?: number): Contestant => ({
        name: `${peer.name}${suffix}`,
        command: (n) => ({ ...peer.copy(place(peer.name, n)), ...cores }),
        ...(runs !== undefined && { runs }),
      })
      const dataDir = (n: number): string => path.join(bench.dir, `small${suffix}-${n}`)
      const ours: Contestant = {
        name: `decant${suffix}`,
        command: (n) => ({ ...decantCopy(place('decant', n), dataDir(n)), ...cores }),
      }
      const slow = aws && suffix === '' ? [of(aws, AWS_RUNS)] : []
      return [ours, ...(rclone ? [of(rclone)] : []), ...slow]
    })
    const series = await byTurns(bench, playground, OBJECTS, contestants)
    const named = (name: string): Series | undefined => series.find((one) => one.name === name)
    const decant = named('decant')
    if (decant === undefined) throw new Error('nothing was run')
    return {
      series,
      checks: [
        ...checksOf(decant),
        ...SETTINGS.flatMap(({ suffix }) => {
          const ours = named(`decant${suffix}`) ?? decant
          const peer = named(`rclone${suffix}`)
          return againstRclone(ours, peer, suffix, sharesOf(decant, ours, named('rclone'), peer))
        }),
      ],
      notes: [
        ceiling(decant),
        ...[rclone, aws].flatMap((peer) => (peer ? [`${peer.name}: ${peer.version}`] : [])),
      ],
    }
  },
}

function checksOf(decant: Series): Check[] {
  // Of those that the job may have under way: a quick server never sees all of them at once.
  const beyond = decant.runs.map(({ connections }) => connections - IN_FLIGHT)
  const copies = decant.runs.map(({ requests }) => (requests['CopyObject'] ?? 0) / OBJECTS)
  const lists = decant.runs.map((run) => allRequests(run) - (run.requests['CopyObject'] ?? 0))
  return [
    { what: 'CPU an object', is: cpuPerObject(decant), atMost: 0.09, unit: 'ms', why: PROFILE },
    { what: 'copies an object', is: Math.max(...copies), atMost: 1, atLeast: 1 },
    // 20 pages of the source, one look at the destination, and what asks for the buckets themselves.
    { what: 'other requests', is: Math.max(...lists), atMost: 24 },
    { what: `connections beyond the ${IN_FLIGHT} in flight`, is: Math.max(...beyond), atMost: 4 },
    {
      what: 'peak memory',
      is: Math.max(...decant.runs.map(({ memory }) => memory)),
      atMost: 160,
      unit: 'MiB',
    },
  ]
}

function againstRclone(decant: Series, rclone: Series | undefined, suffix: string, why: string): Check[] {
  const figure = (of: 'cpu' | 'wall'): Pick<Check, 'is' | 'why'> =>
    rclone === undefined
      ? { is: undefined, why: 'rclone is not installed' }
      : { is: ratio(decant, rclone, (run) => run[of]) }
  return [
    { what: `CPU / rclone${suffix}`, ...figure('cpu'), atMost: 0.4, ...(rclone && { why }) },
    { what: `wall / rclone${suffix}`, ...figure('wall'), atMost: 0.5 },
  ]
}

/** Go's scheduler pays for a second core, V8's helpers do not: what each takes of what it took with all cores. */
function sharesOf(
  decant: Series,
  ours: Series,
  rclone: Series | undefined,
  peer: Series | undefined,
): string {
  const above = 'the profile is that above'
  if (ours === decant || rclone === undefined || peer === undefined) return above
  const share = (now: Series, before: Series): string => (cpuPerObject(now) / cpuPerObject(before)).toFixed(2)
  return `Decant takes ${share(ours, decant)} × the CPU that it took with all cores, rclone ${share(peer, rclone)} ×; ${above}`
}

function ceiling(decant: Series): string {
  const each = medianOf(decant, ({ serverCpu }) => serverCpu) / OBJECTS
  return `The playground takes ${(each * 1000).toFixed(3)} ms of its core a copy: it could answer ${Math.round(1 / each).toLocaleString('en')} copies/s.`
}

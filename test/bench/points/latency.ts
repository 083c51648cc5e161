import path from 'node:path'
import { medianOf, ratio } from '../figures.ts'
import type { BenchPoint, Check, Series } from '../figures.ts'
import { byTurns } from '../pairs.ts'
import type { Contestant } from '../pairs.ts'
import { decantCopy, findRclone } from '../peers.ts'
import type { CopyTask } from '../peers.ts'

const OBJECTS = 20_000
/** Milliseconds that each request takes at the server. */
const LATENCY = 20
const WIDE = 256
const NARROW = 64

/** What a copy takes where the way to the server is long: nothing should ever wait for anything but answers. */
export const point: BenchPoint = {
  name: 'latency',
  title: `20,000 copies of 4 KiB at ${LATENCY} ms, ${WIDE} and ${NARROW} in flight`,
  run: async (bench) => {
    const playground = await bench.playground()
    const { admin } = playground
    await admin.seed({ bucket: 'source', count: OBJECTS, prefix: 'small/', size: 4096 })
    await admin.seed({ bucket: 'destination', count: 0, prefix: '' })
    await admin.faults({ do: 'slow', ms: LATENCY })
    const task = (name: string, n: number, inFlight: number): CopyTask => ({
      playground,
      from: { bucket: 'source', prefix: 'small/' },
      to: { bucket: 'destination', prefix: `${name}/${inFlight}/${n}/` },
      inFlight,
    })
    const ours = (inFlight: number): Contestant => ({
      name: `decant, ${inFlight} in flight`,
      command: (n) =>
        decantCopy(task('decant', n, inFlight), path.join(bench.dir, `latency-${inFlight}-${n}`)),
    })
    const rclone = findRclone()
    const theirs: Contestant[] = rclone
      ? [{ name: `rclone, ${NARROW} transfers`, command: (n) => rclone.copy(task('rclone', n, NARROW)) }]
      : []
    const series = await byTurns(bench, playground, OBJECTS, [ours(WIDE), ours(NARROW), ...theirs])
    const [wide, narrow, peer] = series
    if (wide === undefined || narrow === undefined) throw new Error('nothing was run')
    return {
      series,
      checks: [...overFloor(wide, WIDE), againstRclone(narrow, peer), ...inFlight(narrow, NARROW)],
      notes: [
        `The floor is requests × latency / in flight: ${floor(WIDE).toFixed(2)} s with ${WIDE} in flight, ${floor(NARROW).toFixed(2)} s with ${NARROW}.`,
        ...(rclone ? [`rclone: ${rclone.version}. It asks for each object once more after its copy.`] : []),
      ],
    }
  },
}

/** Seconds. */
function floor(inFlight: number): number {
  return (OBJECTS * LATENCY) / 1000 / inFlight
}

function overFloor(wide: Series, count: number): Check[] {
  const wall = medianOf(wide, (run) => run.wall)
  return [
    { what: `wall / floor, ${count} in flight`, is: wall / floor(count), atMost: 1.5, why: cpuFloor(wide) },
    ...inFlight(wide, count),
  ]
}

function inFlight({ runs }: Series, count: number): Check[] {
  const most = Math.min(...runs.map(({ mostInFlight }) => mostInFlight))
  return [{ what: `most in flight, of ${count}`, is: most, atLeast: count }]
}

function againstRclone(narrow: Series, rclone: Series | undefined): Check {
  const what = `wall / rclone, ${NARROW} in flight`
  if (rclone === undefined) return { what, is: undefined, atMost: 0.6, why: 'rclone is not installed' }
  return { what, is: ratio(narrow, rclone, (run) => run.wall), atMost: 0.6 }
}

/** By the copies that the server counted, and the CPU that both processes took, each tenth of a second of five runs. */
const COURSE =
  'copies begin about 0.3 s after the start; in the second after that there are 150 to 700 a tenth of a second, as most of the code is not compiled yet, and then 850 to 1,000; our core is busy nearly all of the time, the playground for six tenths of it'

function cpuFloor(wide: Series): string {
  const cpu = medianOf(wide, (run) => run.cpu)
  return `One core is busy for ${cpu.toFixed(2)} s of it, start included: ${COURSE}.`
}

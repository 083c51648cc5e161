import path from 'node:path'
import { repository } from '../../../scripts/build-if-needed.ts'
import { median } from '../figures.ts'
import type { Bench, BenchPoint, Series } from '../figures.ts'
import type { Command } from '../measured.ts'
import { byTurns } from '../pairs.ts'
import { decantCopy } from '../peers.ts'
import type { PlaygroundProcess } from '../../helpers/playground.ts'
import { RawS3 } from '../../helpers/raw-s3.ts'

const OBJECTS = 20_000
/** Bytes of each. */
const SIZE = 4096
const STEP = path.join(repository, 'test/bench/step.ts')

/** In the order in which they build on one another. */
const STEPS = [
  ['bare', 'a bare loop: node:http, keep-alive, signed'],
  ['wire', '+ our own client: conditions, the answer read and checked'],
  ['engine', '+ the engine: properties, pace, tries, verification of the answer'],
  ['jobs', '+ the job: listing, plan, marks, journal on the disk, counts'],
  ['decant', '+ the command: connections, settings, events, progress'],
] as const
type Step = (typeof STEPS)[number][0]

/** Where the time of a small copy goes: each step does what the one before it does, and more. */
export const point: BenchPoint = {
  name: 'steps',
  title: 'from a bare loop of signed requests to the decant command, 20,000 copies of 4 KiB',
  run: async (bench) => {
    const playground = await bench.playground()
    // One object shows what a step costs before its first copy; the rest is divided by the rest.
    await playground.admin.seed({ bucket: 'one', key: 'small/one', text: 'x'.repeat(SIZE) })
    await playground.admin.seed({ bucket: 'source', count: OBJECTS, prefix: 'small/', size: SIZE })
    const raw = new RawS3(playground)
    const { etag = '' } = (await raw.send({ method: 'HEAD', path: '/one/small/one' })).headers
    raw.close()
    let runs = 0
    const command = async (step: Step, count: number): Promise<Command> => {
      const to = `to-${runs++}`
      await playground.admin.seed({ bucket: to, count: 0, prefix: '' })
      return stepCommand(bench, playground, { step, count, etag, to })
    }
    const contestants = STEPS.flatMap(([step]) =>
      [1, OBJECTS].map((count) => ({
        name: count === 1 ? `${step}, 1 object` : step,
        command: () => command(step, count),
      })),
    )
    const series = await byTurns(bench, playground, OBJECTS, contestants)
    const figures = STEPS.map(([step, what]) => ({ what, ...stepFigures(series, step) }))
    return {
      series: series.filter(({ name }) => !name.endsWith('1 object')),
      checks: [],
      tables: [
        {
          title: 'CPU an object beyond the first, by step',
          columns: ['step', 'ms an object', 'adds', 'before the first object, s'],
          rows: figures.map(({ what, each, start }, n) => [
            what,
            each.toFixed(4),
            n === 0 ? '' : (each - (figures[n - 1]?.each ?? 0)).toFixed(4),
            start.toFixed(2),
          ]),
        },
      ],
      notes: [
        'Compiling what is hot, and collecting garbage, are in the figures of each step; the more code a step has, the more of it.',
        'Steps before the command run from their sources, which Node has to strip of types first: that is in what comes before the first object, and nowhere else.',
      ],
    }
  },
}

interface Run {
  readonly step: Step
  readonly count: number
  readonly etag: string
  readonly to: string
}

function stepCommand(bench: Bench, playground: PlaygroundProcess, { step, count, etag, to }: Run): Command {
  const dataDir = path.join(bench.dir, to)
  const from = { bucket: count === 1 ? 'one' : 'source', prefix: 'small/' }
  const copy = decantCopy({ playground, from, to: { bucket: to, prefix: 'small/' }, inFlight: 64 }, dataDir)
  if (step === 'decant') return copy
  const env = {
    ...copy.env,
    STEP_ENDPOINT: playground.endpoint,
    STEP_ETAG: etag.replaceAll('"', ''),
    STEP_FROM: from.bucket,
    STEP_TO: to,
  }
  // The command's own flags (main/cli-start.ts).
  return {
    argv: [
      process.execPath,
      '--min-semi-space-size=8',
      '--max-semi-space-size=8',
      '--v8-pool-size=1',
      STEP,
      step,
      String(count),
      dataDir,
    ],
    env,
  }
}

function stepFigures(
  series: readonly Series[],
  step: Step,
): { readonly each: number; readonly start: number } {
  const cpu = (name: string): readonly number[] =>
    series.find((one) => one.name === name)?.runs.map((run) => run.cpu) ?? []
  const [all, one] = [cpu(step), cpu(`${step}, 1 object`)]
  const each = all.map((seconds, n) => ((seconds - (one[n] ?? NaN)) * 1000) / (OBJECTS - 1))
  return { each: median(each), start: median(one) }
}

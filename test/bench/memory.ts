/** Peak memory of plans and copies of few and of many objects: the same point at two sizes. */
import path from 'node:path'
import type { Bench, BenchPoint, Check, Series } from './figures.ts'
import { CutOff, measure } from './measured.ts'
import type { Command, SoFar } from './measured.ts'
import { decant, decantCopy } from './peers.ts'
import type { PlaygroundProcess } from '../helpers/playground.ts'

const FEW = 20_000
const FEW_RUNS = 3
const IN_FLIGHT = 64

export interface MemoryPoint {
  readonly name: string
  readonly more: number
  /** MiB beyond what few objects take. */
  readonly atMost: number
  readonly onlyByName?: boolean
}

/** The playground computes what it lists and forgets what it is told to copy, so that only Decant's memory grows. */
export function memoryPoint({ name, more, atMost, onlyByName }: MemoryPoint): BenchPoint {
  return {
    name,
    title: `memory of plans and copies of 20,000 and of ${words(more)} objects`,
    ...(onlyByName !== undefined && { onlyByName }),
    run: async (bench) => {
      const count = bench.objects ?? more
      const many = words(count)
      const playground = await bench.playground()
      for (const [bucket, objects] of [['few', FEW] as const, ['many', count] as const])
        await playground.admin.seed({ bucket, count: objects, prefix: 'k/', size: 4096, discards: true })
      await playground.admin.seed({ bucket: 'destination', count: 0, discards: true })
      const work = new Work(bench, playground)
      const few = [await work.few('plan'), await work.few('copy')] as const
      const planned = await work.many('plan', count)
      const copied = await work.many('copy', count)
      const base = peak(few[1])
      const beyond = (what: string, { series, cut }: Many): Check => ({
        what: `${what} of ${many}, more than that`,
        is: series && peak(series) - base,
        ...(cut && { why: cut }),
        atMost,
        unit: 'MiB',
      })
      return {
        series: [...few, ...[planned, copied].flatMap(({ series }) => series ?? [])],
        checks: [
          { what: 'copy of 20,000', is: base, atMost: 160, unit: 'MiB' },
          beyond('plan', planned),
          beyond('copy', copied),
        ],
      }
    },
  }
}

/** One run of many objects; `cut`: why there is none, and what was seen until then. */
interface Many {
  readonly series?: Series
  readonly cut?: string
}

type Kind = 'plan' | 'copy'

class Work {
  readonly #bench: Bench
  readonly #playground: PlaygroundProcess

  constructor(bench: Bench, playground: PlaygroundProcess) {
    this.#bench = bench
    this.#playground = playground
  }

  async few(kind: Kind): Promise<Series> {
    const runs = []
    for (let n = 1; n <= FEW_RUNS; n++) {
      const run = await measure(this.#playground, this.#command(kind, 'few', n))
      this.#bench.say(`${kind} of ${words(FEW)}, ${n}: ${mebibytes(run)}, ${run.cpu.toFixed(1)} s CPU`)
      runs.push(run)
    }
    return { name: `${kind} of ${words(FEW)}`, count: FEW, runs }
  }

  /** What was measured before stays a result where this takes longer than somebody waits for it. */
  async many(kind: Kind, count: number): Promise<Many> {
    const name = `${kind} of ${words(count)}`
    const { signal } = this.#bench
    const tell = (soFar: SoFar): void => this.#bench.tell(`${name}: ${said(kind, soFar)}`)
    try {
      const run = await measure(this.#playground, this.#command(kind, 'many', 1), { signal, tell })
      this.#bench.say(`${name}: ${mebibytes(run)}, ${run.cpu.toFixed(1)} s CPU, ${run.wall.toFixed(0)} s`)
      return { series: { name, count, runs: [run] } }
    } catch (error) {
      if (!(error instanceof CutOff)) throw error
      const cut = `cut off after ${said(kind, error.soFar)}`
      this.#bench.say(`${name}: ${cut}`)
      return { cut }
    }
  }

  #command(kind: Kind, bucket: string, n: number): Command {
    const dir = path.join(this.#bench.dir, `${kind}-${bucket}-${n}`)
    const [from, to] = [
      { bucket, prefix: 'k/' },
      { bucket: 'destination', prefix: 'k/' },
    ]
    if (kind === 'copy')
      return decantCopy({ playground: this.#playground, from, to, inFlight: IN_FLIGHT }, dir)
    return decant(this.#playground, dir, 'plan', 'copy', `s3://${bucket}/k/`, 's3://destination/k/', '--save')
  }
}

function said(kind: Kind, { wall, memory, requests }: SoFar): string {
  const [lists, copies] = [requests['ListObjectsV2'] ?? 0, requests['CopyObject'] ?? 0]
  const done = kind === 'plan' ? `${words(lists)} lists` : `${words(lists)} lists and ${words(copies)} copies`
  return `${done} in ${wall.toFixed(0)} s, at ${mebibytes({ memory })} so far`
}

function mebibytes({ memory }: { readonly memory: number }): string {
  return `${memory.toFixed(1)} MiB`
}

function words(count: number): string {
  return count.toLocaleString('en')
}

function peak({ runs }: Series): number {
  return Math.max(...runs.map(({ memory }) => memory))
}

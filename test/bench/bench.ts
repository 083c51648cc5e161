/**
 * `npm run bench [-- POINT… ] [--pairs N] [--draft [--objects N]]`: what Decant costs beside the tools that people come
 * from. Each point is a file below `points/`; without names those run that do not take very long. Results go to
 * `results/`, but for a draft. It ends 1 when a figure misses its bound. How to read it: test/bench/README.md.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { buildIfNeeded, repository } from '../../scripts/build-if-needed.ts'
import type { PlaygroundProcess } from '../helpers/playground.ts'
import { verdict } from './figures.ts'
import type { BenchPoint } from './figures.ts'
import { isPinned, pinnedPlayground } from './measured.ts'
import { save, section, writePage } from './results-page.ts'
import type { Saved } from './results-page.ts'

/** In the order of the issue; what is not named here comes after them. */
const ORDER = [
  'small',
  'steps',
  'latency',
  'requests',
  'listing',
  'memory',
  'large',
  'resume',
  'limit',
  'refusals',
  'window',
]

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    pairs: { type: 'string', default: '5' },
    draft: { type: 'boolean', default: false },
    objects: { type: 'string' },
  },
})
const pairs = Number(values.pairs)
if (!Number.isInteger(pairs) || pairs < 1)
  fail(`--pairs is ${values.pairs}: it must be a whole number from 1.`)
const objects = values.objects === undefined ? undefined : Number(values.objects)
if (objects !== undefined && (!Number.isInteger(objects) || objects < 1000))
  fail(`--objects is ${values.objects}: it must be a whole number from 1000.`)
if (objects !== undefined && !values.draft)
  fail('--objects is for drafts: a result has the number of its point.')

const points = await allPoints()
const unknown = positionals.filter((name) => !points.some((point) => point.name === name))
if (unknown.length > 0)
  fail(
    `There is no point named ${unknown.join(', ')}. The points: ${points.map(({ name }) => name).join(', ')}.`,
  )
const wanted = points.filter(({ name, onlyByName }) =>
  positionals.length > 0 ? positionals.includes(name) : onlyByName !== true,
)

buildIfNeeded((line) => process.stdout.write(`${line}\n`))
const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
let missed = 0
for (const point of wanted) {
  if (stop.signal.aborted) break
  const saved = await runPoint(point).catch((error: unknown) => {
    if (stop.signal.aborted) fail(`Stopped in ${point.name}, with nothing to show.`)
    throw error
  })
  process.stdout.write(`${section(saved)}\n\n`)
  missed += saved.checks.filter((check) => verdict(check) !== 'met').length
  if (!values.draft) {
    save(saved)
    writePage(points.map(({ name }) => name))
  }
}
process.stdout.write(missed === 0 ? 'Every figure is within its bound.\n' : `Missed: ${missed}.\n`)
process.exitCode = missed === 0 ? 0 : 1

async function allPoints(): Promise<BenchPoint[]> {
  const folder = path.join(import.meta.dirname, 'points')
  const files = readdirSync(folder).filter((file) => file.endsWith('.ts'))
  const modules = files.map((file) => import(path.join(folder, file)) as Promise<{ point: BenchPoint }>)
  const found = (await Promise.all(modules)).map(({ point }) => point)
  const place = ({ name }: BenchPoint): number => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length)
  return found.sort((a, b) => place(a) - place(b))
}

async function runPoint(point: BenchPoint): Promise<Saved> {
  process.stdout.write(`── ${point.name}: ${point.title} ──\n`)
  const dir = mkdtempSync(path.join(tmpdir(), 'decant-bench-'))
  const [load = NaN] = loadavg()
  const running: PlaygroundProcess[] = []
  try {
    const result = await point.run({
      pairs,
      ...(objects !== undefined && { objects }),
      dir,
      say: (line) => void process.stdout.write(`  ${line}\n`),
      tell: (line) => void process.stderr.write(`  ${line}\n`),
      signal: stop.signal,
      playground: async () => {
        const playground = await pinnedPlayground()
        running.push(playground)
        return playground
      },
    })
    const machine = {
      cpu: cpus()[0]?.model.trim() ?? 'unknown',
      cores: availableParallelism(),
      node: process.versions.node,
      pinned: isPinned,
      load,
    }
    return {
      point: point.name,
      title: point.title,
      at: new Date().toISOString(),
      commit: commit(),
      machine,
      ...result,
    }
  } finally {
    // What has stopped this may be stopping them as well.
    await Promise.all(running.map((playground) => playground.stop().catch(() => playground.kill())))
    rmSync(dir, { recursive: true, force: true })
  }
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: repository, encoding: 'utf8' }).trim()
  } catch {
    return 'unknown'
  }
}

function fail(sentence: string): never {
  process.stderr.write(`${sentence}\n`)
  process.exit(2)
}

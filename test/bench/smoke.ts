/**
 * `npm run bench:smoke`: 20,000 small copies by the `decant` command as users run it (built, journal on,
 * `--verify answer`), and by rclone where it is installed. Prints requests by type, CPU milliseconds an object,
 * connections and peak memory. Machines are noisy: read CPU, and wall times only as ratios of one run.
 * It ends 1 when a figure misses its bound.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { buildIfNeeded, repository } from '../../scripts/build-if-needed.ts'
import { spawnPlayground } from '../helpers/playground.ts'
import type { PlaygroundProcess } from '../helpers/playground.ts'

const OBJECTS = 20_000
const IN_FLIGHT = 64

/** What is in reach from the start; issue by issue these get tighter. */
const BOUNDS = { cpuMs: 0.15, requests: 1.0005, connections: 4, memoryMiB: 160 }

interface Figures {
  readonly name: string
  readonly wall: number
  /** User and system, seconds, of the process and its children. */
  readonly cpu: number
  /** MiB, the most that was resident. */
  readonly memory: number
  readonly requests: Readonly<Record<string, number>>
  readonly connections: number
  readonly mostInFlight: number
}

/** Runs a command to its end; CPU by the shell's own count of what it waited for. */
async function measure(
  command: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<Pick<Figures, 'wall' | 'cpu' | 'memory'>> {
  const began = performance.now()
  const child = spawn('bash', ['-c', '"$@" >/dev/null; code=$?; times; exit $code', 'bash', ...command], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let times = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (times += text))
  let memory = 0
  const watch = setInterval(() => (memory = Math.max(memory, peakOfChildren(child.pid))), 20)
  const [code] = (await once(child, 'exit')) as [number | null]
  clearInterval(watch)
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}`)
  const [, children = ''] = times.trim().split('\n')
  return { wall: (performance.now() - began) / 1000, cpu: seconds(children), memory }
}

/** `0m1.203s 0m0.310s` → 1.513 */
function seconds(line: string): number {
  return [...line.matchAll(/(\d+)m([\d.]+)s/g)].reduce((sum, [, m, s]) => sum + Number(m) * 60 + Number(s), 0)
}

/** The high-water mark of the shell's child, MiB; 0 where there is no /proc, or it has gone. */
function peakOfChildren(shell: number | undefined): number {
  try {
    const pids = readFileSync(`/proc/${shell}/task/${shell}/children`, 'utf8').trim().split(' ')
    const peaks = pids.map((pid) => /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
    return Math.max(...peaks.map(Number)) / 1024 || 0
  } catch {
    return 0
  }
}

async function run(
  name: string,
  playground: PlaygroundProcess,
  command: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<Figures> {
  await playground.admin.resetCounters()
  const measured = await measure(command, env)
  const counters = await playground.admin.counters()
  return {
    name,
    ...measured,
    requests: counters.requests,
    connections: counters.connectionsOpened,
    mostInFlight: counters.mostInFlight,
  }
}

function print(figures: Figures): void {
  const requests = Object.entries(figures.requests).map(([operation, n]) => `${operation} ${n}`)
  const sum = Object.values(figures.requests).reduce((all, n) => all + n, 0)
  const copies = (figures.requests['CopyObject'] ?? 0) / OBJECTS
  const lines = [
    `${figures.name}`,
    `  requests      ${requests.join(', ')} (${(sum / OBJECTS).toFixed(3)} an object, ${copies.toFixed(3)} copies)`,
    `  CPU           ${((figures.cpu * 1000) / OBJECTS).toFixed(3)} ms an object (${figures.cpu.toFixed(2)} s)`,
    `  wall          ${figures.wall.toFixed(2)} s`,
    `  connections   ${figures.connections}, most in flight ${figures.mostInFlight}`,
    `  peak memory   ${figures.memory.toFixed(0)} MiB`,
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
}

function misses(figures: Figures): string[] {
  const cpuMs = (figures.cpu * 1000) / OBJECTS
  const copies = (figures.requests['CopyObject'] ?? 0) / OBJECTS
  const more = figures.connections - figures.mostInFlight
  return [
    cpuMs > BOUNDS.cpuMs && `CPU ${cpuMs.toFixed(3)} ms an object, wanted at most ${BOUNDS.cpuMs}`,
    copies > BOUNDS.requests && `${copies.toFixed(4)} copies an object, wanted 1.000`,
    more > BOUNDS.connections &&
      `${more} connections beyond those in flight, wanted at most ${BOUNDS.connections}`,
    figures.memory > BOUNDS.memoryMiB &&
      `${figures.memory.toFixed(0)} MiB, wanted at most ${BOUNDS.memoryMiB}`,
  ].filter((miss) => miss !== false)
}

async function hasRclone(): Promise<boolean> {
  const child = spawn('rclone', ['version'], { stdio: 'ignore' })
  return new Promise((resolve) => {
    child.once('error', () => resolve(false))
    child.once('exit', (code) => resolve(code === 0))
  })
}

buildIfNeeded((text) => process.stdout.write(`${text}\n`))
const dir = mkdtempSync(path.join(tmpdir(), 'decant-bench-'))
const playground = await spawnPlayground()
let missed: string[] | undefined
try {
  await playground.admin.seed({ bucket: 'bench-source', count: OBJECTS, prefix: 'small/', size: 4096 })
  await playground.admin.seed({ bucket: 'bench-decant', count: 0, prefix: '' })
  await playground.admin.seed({ bucket: 'bench-rclone', count: 0, prefix: '' })
  const keys = {
    AWS_ACCESS_KEY_ID: playground.accessKeyId,
    AWS_SECRET_ACCESS_KEY: playground.secretAccessKey,
  }
  const { AWS_CA_BUNDLE: _unused, ...env } = process.env

  const cli = [path.join(repository, 'out/main/cli.js')]
  const places = [
    's3://bench-source/small/',
    's3://bench-decant/small/',
    '--endpoint-url',
    playground.endpoint,
  ]
  const options = ['--verify', 'answer', '--concurrency', String(IN_FLIGHT), '--json', '--data-dir', dir]
  const decant = await run('decant', playground, [...cli, 'copy', ...places, ...options], { ...env, ...keys })
  print(decant)
  missed = misses(decant)

  if (await hasRclone()) {
    const remote = {
      RCLONE_CONFIG_X_TYPE: 's3',
      RCLONE_CONFIG_X_PROVIDER: 'Minio',
      RCLONE_CONFIG_X_ENDPOINT: playground.endpoint,
      RCLONE_CONFIG_X_ACCESS_KEY_ID: playground.accessKeyId,
      RCLONE_CONFIG_X_SECRET_ACCESS_KEY: playground.secretAccessKey,
      // Buckets are owner-enforced, as S3 makes them; left alone it would ask for `private`, which they refuse.
      RCLONE_CONFIG_X_ACL: 'bucket-owner-full-control',
    }
    const flags = `--transfers ${IN_FLIGHT} --checkers ${IN_FLIGHT} --fast-list --s3-no-check-bucket --s3-no-head --no-check-dest --use-server-modtime -q`
    const command = ['rclone', 'copy', 'X:bench-source/small', 'X:bench-rclone/small', ...flags.split(' ')]
    const rclone = await run('rclone', playground, command, { ...env, ...remote })
    print(rclone)
    process.stdout.write(
      `decant / rclone: CPU ${(decant.cpu / rclone.cpu).toFixed(2)}, wall ${(decant.wall / rclone.wall).toFixed(2)}\n`,
    )
  } else {
    process.stdout.write('rclone is not installed, so there is nothing to stand beside.\n')
  }
} finally {
  await playground.stop()
  rmSync(dir, { recursive: true, force: true })
}
for (const miss of missed ?? []) process.stdout.write(`missed: ${miss}\n`)
process.exitCode = missed?.length === 0 ? 0 : 1

/** Commands measured from outside, as whole processes, beside a playground that counts what they send. */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { spawnPlayground } from '../helpers/playground.ts'
import type { PlaygroundProcess } from '../helpers/playground.ts'
import type { Run } from './figures.ts'

/** The server has the first core, the contestants all others, or all: as somebody's machine would give them. */
const CORES = availableParallelism()
const SERVER_CORE = '0'
const CLIENT_CORES = CORES > 1 && has('taskset') ? `1-${CORES - 1}` : undefined

/** Whether the server runs on a core of its own. */
export const isPinned = CLIENT_CORES !== undefined

export interface Command {
  readonly argv: readonly string[]
  readonly env: NodeJS.ProcessEnv
  /** Absent: all but the server's. */
  readonly cores?: 'all'
}

/** The same command kept to all cores but the server's, where there are others. */
export function onClientCores(argv: readonly string[]): readonly string[] {
  return CLIENT_CORES === undefined ? argv : ['taskset', '-c', CLIENT_CORES, ...argv]
}

/** A playground on the first core. */
export async function pinnedPlayground(): Promise<PlaygroundProcess> {
  const playground = await spawnPlayground()
  if (isPinned) execFileSync('taskset', ['-acp', SERVER_CORE, String(playground.pid)], { stdio: 'ignore' })
  return playground
}

/** Milliseconds between two words about a run that takes long. */
const TELL_EVERY = 15_000

/** What can be said of a run before it ends. */
export interface SoFar {
  /** Seconds. */
  readonly wall: number
  /** MiB that were resident at the most. */
  readonly memory: number
  readonly requests: Readonly<Record<string, number>>
}

/** The run was cut off, as its signal was aborted. */
export class CutOff extends Error {
  readonly soFar: SoFar

  constructor(soFar: SoFar) {
    super('The run was cut off.')
    this.soFar = soFar
  }
}

export interface Watching {
  /** Called now and then. */
  readonly tell: (soFar: SoFar) => void
  /** Cuts the run off: then `measure` throws `CutOff`. */
  readonly signal: AbortSignal
}

/** Runs a command to its end. Throws unless it ends with 0. */
export async function measure(
  playground: PlaygroundProcess,
  { argv, env, cores }: Command,
  watching?: Watching,
): Promise<Run> {
  await playground.admin.resetCounters()
  const serverBefore = cpuOfProcess(playground.pid)
  const began = performance.now()
  // CPU by the shell's own count of what it waited for.
  const script = '"$@" >/dev/null; code=$?; times; exit $code'
  const pinned = cores === 'all' ? argv : onClientCores(argv)
  const child = spawn('bash', ['-c', script, 'bash', ...pinned], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    // In a group of its own, so that it goes whole where it is cut off.
    detached: watching !== undefined,
  })
  let [times, complaints] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (times += text))
  child.stderr
    .setEncoding('utf8')
    .on('data', (text: string) => (complaints = (complaints + text).slice(-2000)))
  let memory = 0
  const watch = setInterval(() => (memory = Math.max(memory, peakOfChild(child.pid))), 20)
  const closed = once(child, 'close') as Promise<[number | null]>
  const wall = (): number => (performance.now() - began) / 1000
  let requests: SoFar['requests'] = {}
  const soFar = async (): Promise<SoFar> => {
    try {
      requests = (await playground.admin.counters()).requests
    } catch {
      // Whoever cut it off may have ended the server, too: then what it said last counts.
    }
    return { wall: wall(), memory, requests }
  }
  const telling = watching && setInterval(() => void soFar().then(watching.tell), TELL_EVERY)
  const cutOff = (): void => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL')
  }
  watching?.signal.addEventListener('abort', cutOff)
  if (watching?.signal.aborted) cutOff()
  const [code] = await closed
  watching?.signal.removeEventListener('abort', cutOff)
  clearInterval(watch)
  clearInterval(telling)
  const took = wall()
  if (code === null && watching?.signal.aborted) throw new CutOff(await soFar())
  if (code !== 0) throw new Error(`${argv.join(' ')} ended with ${code}\n${complaints}`)
  const counters = await playground.admin.counters()
  return {
    wall: took,
    cpu: seconds(times.trim().split('\n')[1] ?? ''),
    memory,
    requests: counters.requests,
    refused: counters.statuses['503'] ?? 0,
    connections: counters.connectionsOpened,
    mostInFlight: counters.mostInFlight,
    serverCpu: cpuOfProcess(playground.pid) - serverBefore,
  }
}

/** `0m1.203s 0m0.310s` → 1.513 */
function seconds(line: string): number {
  return [...line.matchAll(/(\d+)m([\d.]+)s/g)].reduce((sum, [, m, s]) => sum + Number(m) * 60 + Number(s), 0)
}

/** The high-water mark of the shell's child, MiB; 0 where there is no /proc, or it has gone. */
function peakOfChild(shell: number | undefined): number {
  try {
    const pids = readFileSync(`/proc/${shell}/task/${shell}/children`, 'utf8').trim().split(' ')
    return Math.max(...pids.map((pid) => peakOfProcess(Number(pid))))
  } catch {
    return 0
  }
}

/** MiB that were resident at the most so far; 0 where there is no /proc, or no such process. */
function peakOfProcess(pid: number): number {
  try {
    const peak = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return Number(peak) / 1024 || 0
  } catch {
    return 0
  }
}

/** Seconds of CPU so far, user and system, to a hundredth; 0 where there is no /proc. */
function cpuOfProcess(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
    return (Number(stat[11]) + Number(stat[12])) / 100
  } catch {
    return 0
  }
}

/** Whether a command is there; it is asked for its version. */
export function has(command: string, ...args: string[]): boolean {
  try {
    execFileSync(command, args.length > 0 ? args : ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

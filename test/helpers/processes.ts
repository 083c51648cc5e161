/** Real processes in tests: started, watched, killed, and never left behind. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export interface RunningProcess {
  readonly pid: number
  readonly child: ChildProcess
  /** Everything said so far on stdout and stderr. */
  output(): string
  /** The first line of output that matches, said already or still to come; rejects if the process ends without. */
  line(pattern: RegExp): Promise<string>
  readonly exit: Promise<Exit>
  /** SIGKILL unless told otherwise; resolves when the process is gone. */
  kill(signal?: NodeJS.Signals): Promise<Exit>
}

export interface ProcessOptions {
  readonly env?: NodeJS.ProcessEnv
  readonly cwd?: string
  /** Adds an ipc channel, as `child_process.fork` does. */
  readonly ipc?: boolean
}

const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** Starts a command. It is killed at the latest when this process ends. */
export function startProcess(
  command: string,
  args: readonly string[],
  options: ProcessOptions = {},
): RunningProcess {
  const child = spawn(command, args, {
    env: options.env ?? process.env,
    ...(options.cwd !== undefined && { cwd: options.cwd }),
    stdio: options.ipc === true ? ['ignore', 'pipe', 'pipe', 'ipc'] : ['ignore', 'pipe', 'pipe'],
  })
  return watch(child, [command, ...args].join(' '))
}

/** Starts a TypeScript file of this repository, unbuilt, on the Node that runs the tests. */
export function startSource(
  file: string,
  args: readonly string[] = [],
  options: ProcessOptions = {},
): RunningProcess {
  return startProcess(process.execPath, [file, ...args], options)
}

function watch(child: ChildProcess, name: string): RunningProcess {
  let said = ''
  const listeners = new Set<() => void>()
  const heard = (chunk: Buffer): void => {
    said += chunk.toString()
    for (const listener of listeners) listener()
  }
  child.stdout?.on('data', heard)
  child.stderr?.on('data', heard)
  running.add(child)
  const exit = new Promise<Exit>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => {
      running.delete(child)
      resolve({ code, signal })
      for (const listener of listeners) listener()
    })
  })
  // Whoever wants the exit awaits it; nobody has to.
  exit.catch(() => {})

  const line = (pattern: RegExp): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = said.split('\n').find((candidate) => pattern.test(candidate))
        const ended = child.exitCode !== null || child.signalCode !== null
        if (found === undefined && (!ended || running.has(child))) return
        listeners.delete(look)
        if (found !== undefined) resolve(found)
        else reject(new Error(`"${name}" ended without saying ${pattern}. It said:\n${said}`))
      }
      listeners.add(look)
      child.once('error', reject)
      look()
    })

  const kill = (signal: NodeJS.Signals = 'SIGKILL'): Promise<Exit> => {
    child.kill(signal)
    return exit
  }
  return { pid: child.pid ?? -1, child, output: () => said, line, exit, kill }
}

/** Whether a process of this id runs. One that has ended, but that nobody has collected yet, does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  if (process.platform !== 'linux') return true
  try {
    // "PID (NAME) STATE …", where a name may hold anything, parentheses too.
    const state = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.[0]
    return state !== 'Z'
  } catch {
    return false
  }
}

/** Waits for a condition, never for a time; throws naming `what` when it has not come true within `within` ms. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  within = 60_000,
): Promise<void> {
  const deadline = performance.now() + within
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`Waited ${within} ms in vain: ${what}.`)
    await pause(20)
  }
}

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { onClientCores } from './measured.ts'
import type { Command } from './measured.ts'

/** How a command ended: its exit code, or the signal that killed it, and the last that it complained of. */
export interface End {
  readonly how: string
  readonly complaints: string
}

/** A command in a process group of its own, so that what it started is killed with it. */
export interface Group {
  /** Undefined while it runs. */
  readonly end: End | undefined
  readonly ended: Promise<End>
  /** SIGKILL to all of it. Resolves when it has gone. */
  kill(): Promise<void>
}

/** Starts a command on the cores of the contestants. */
export function beginGroup({ argv, env }: Command): Group {
  const [command = '', ...args] = onClientCores(argv)
  const child = spawn(command, args, { env, stdio: ['ignore', 'ignore', 'pipe'], detached: true })
  let complaints = ''
  child.stderr
    .setEncoding('utf8')
    .on('data', (text: string) => (complaints = (complaints + text).slice(-2000)))
  let end: End | undefined
  const ended = once(child, 'close').then(([code, signal]: (string | number | null)[]): End => {
    end = { how: String(code ?? signal), complaints: complaints.trim() }
    return end
  })
  return {
    get end() {
      return end
    },
    ended,
    kill: async () => {
      if (end === undefined && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
      await ended
    },
  }
}

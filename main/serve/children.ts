import { fork, type ChildProcess } from 'node:child_process'
import path from 'node:path'
import type { PlaygroundAccess } from '#contract/host.ts'
import type { CoreListener, CoreProcess } from '#contract/supervisor.ts'
import type { FromCore } from '#contract/transport.ts'
import { DecantError } from '#model/failure.ts'

/** A core in a child of Node. It goes by itself when this process does: its channel closes. */
export function forkCore(entry: string): (listener: CoreListener) => CoreProcess {
  return (listener) => {
    const child = fork(entry, [], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    child.on('message', (message) => listener.message(message as FromCore))
    child.once('exit', () => listener.exit())
    // One that could not even be started says so here, and has no exit.
    child.once('error', () => child.pid === undefined && listener.exit())
    return {
      send: (message) => {
        if (child.connected) child.send(message, () => {})
      },
      kill: () => void child.kill('SIGKILL'),
    }
  }
}

/** The playground of one data directory: started at most once, again after it died. */
export interface Playground {
  open(): Promise<PlaygroundAccess>
  stop(): Promise<void>
}

export function playgroundIn(dataDir: string, entry: string): Playground {
  let child: ChildProcess | undefined
  let access: Promise<PlaygroundAccess> | undefined
  return {
    open() {
      access ??= new Promise<PlaygroundAccess>((resolve, reject) => {
        const started = fork(entry, ['--port', '0', '--dir', path.join(dataDir, 'playground')], {
          stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
        })
        child = started
        const gone = (): void => {
          if (child !== started) return
          child = undefined
          access = undefined
          reject(notStarted())
        }
        started.once('error', gone)
        started.once('exit', gone)
        started.on('message', (message) => {
          const { type, ...ready } = message as { type: string } & PlaygroundAccess
          const { endpoint, accessKeyId, secretAccessKey } = ready
          if (type === 'ready') resolve({ endpoint, accessKeyId, secretAccessKey })
        })
      })
      return access
    },
    stop() {
      const running = child
      if (!running) return Promise.resolve()
      return new Promise((resolve) => {
        running.once('exit', () => resolve())
        if (running.connected) running.send({ type: 'stop' }, () => {})
        else running.kill('SIGTERM')
      })
    },
  }
}

function notStarted(): DecantError {
  return new DecantError({ code: 'internal', reach: 'item', message: 'The playground could not be started.' })
}

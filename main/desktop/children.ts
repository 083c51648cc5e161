import path from 'node:path'
import { utilityProcess, type UtilityProcess } from 'electron'
import type { PlaygroundAccess } from '#contract/host.ts'
import type { CoreListener, CoreProcess } from '#contract/supervisor.ts'
import type { FromCore } from '#contract/transport.ts'
import { DecantError } from '#model/failure.ts'

/** A core in a utility process: Electron ends it when the app ends, however that was. */
export function forkCore(entry: string): (listener: CoreListener) => CoreProcess {
  return (listener) => {
    const child = utilityProcess.fork(entry, [], { serviceName: 'Decant core', stdio: 'inherit' })
    let alive = true
    child.on('message', (message: FromCore) => listener.message(message))
    child.once('exit', () => {
      alive = false
      listener.exit()
    })
    return {
      send: (message) => {
        if (alive) child.postMessage(message)
      },
      kill: () => void child.kill(),
    }
  }
}

export interface Playground {
  open(): Promise<PlaygroundAccess>
  stop(): Promise<void>
}

/** The playground of this data directory: started at most once, again after it died. */
export function playgroundIn(dataDir: string, entry: string): Playground {
  let child: UtilityProcess | undefined
  let access: Promise<PlaygroundAccess> | undefined
  return {
    open() {
      access ??= new Promise<PlaygroundAccess>((resolve, reject) => {
        const started = utilityProcess.fork(
          entry,
          ['--port', '0', '--dir', path.join(dataDir, 'playground')],
          { serviceName: 'Decant playground', stdio: 'inherit' },
        )
        child = started
        started.on('message', ({ type, ...access }: { type: string } & PlaygroundAccess) => {
          const { endpoint, accessKeyId, secretAccessKey } = access
          if (type === 'ready') resolve({ endpoint, accessKeyId, secretAccessKey })
        })
        started.once('exit', () => {
          if (child !== started) return
          child = undefined
          access = undefined
          reject(notStarted())
        })
      })
      return access
    },
    stop() {
      const running = child
      if (!running) return Promise.resolve()
      return new Promise((resolve) => {
        running.once('exit', () => resolve())
        running.postMessage({ type: 'stop' })
      })
    },
  }
}

function notStarted(): DecantError {
  return new DecantError({ code: 'internal', reach: 'item', message: 'The playground could not be started.' })
}

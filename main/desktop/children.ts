import path from 'node:path'
import { utilityProcess } from 'electron'
import type { PlaygroundAccess } from '#contract/host.ts'
import { keepPlayground, type PlaygroundKeeper } from '#contract/playground-keeper.ts'
import type { CoreListener, CoreProcess } from '#contract/supervisor.ts'
import type { FromCore } from '#contract/transport.ts'
import { systemSeams } from '#model/seams.ts'

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

/** The playground in a utility process; its data stays in the data directory. */
export function playgroundIn(dataDir: string, entry: string): PlaygroundKeeper {
  return keepPlayground((listener) => {
    const child = utilityProcess.fork(entry, ['--port', '0', '--dir', path.join(dataDir, 'playground')], {
      serviceName: 'Decant playground',
      stdio: 'inherit',
    })
    child.on('message', (message: PlaygroundAccess) => listener.ready(message))
    child.once('exit', () => listener.exit())
    return { stop: () => child.postMessage({ type: 'stop' }) }
  }, systemSeams)
}

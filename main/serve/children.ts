import { fork } from 'node:child_process'
import path from 'node:path'
import type { PlaygroundAccess } from '#contract/host.ts'
import { keepPlayground, type PlaygroundKeeper } from '#contract/playground-keeper.ts'
import type { CoreListener, CoreProcess } from '#contract/supervisor.ts'
import type { FromCore } from '#contract/transport.ts'
import { systemSeams } from '#model/seams.ts'
import { inTurn } from './in-turn.ts'

/** A core in a child of Node. It goes by itself when this process does: its channel closes. */
export function forkCore(entry: string): (listener: CoreListener) => CoreProcess {
  return (listener) => {
    const child = fork(entry, [], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    child.on(
      'message',
      inTurn((message) => listener.message(message as FromCore)),
    )
    child.once(
      'exit',
      inTurn(() => listener.exit()),
    )
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

/** The playground in a child of Node; its data stays in the data directory. */
export function playgroundIn(dataDir: string, entry: string): PlaygroundKeeper {
  return keepPlayground((listener) => {
    const child = fork(entry, ['--port', '0', '--dir', path.join(dataDir, 'playground')], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    child.on('message', (message) => listener.ready(message as unknown as PlaygroundAccess))
    child.once('exit', () => listener.exit())
    child.once('error', () => child.pid === undefined && listener.exit())
    return {
      stop() {
        if (child.connected) child.send({ type: 'stop' }, () => {})
        else child.kill('SIGTERM')
      },
    }
  }, systemSeams)
}

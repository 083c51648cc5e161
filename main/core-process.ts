/**
 * The core process: a child of the desktop app (Electron's utilityProcess) or of serve (child_process.fork). It
 * takes `start` over the pipe, answers `started`, and lives until it is told to stop or its parent is gone.
 */
import { randomBytes } from 'node:crypto'
import process from 'node:process'
import { remoteHost, type RemoteHost } from '#contract/host-pipe.ts'
import type { CoreOptions, FromCore, ToCore } from '#contract/transport.ts'
import { toFailure } from '#model/failure.ts'
import { systemSeams } from '#model/seams.ts'
import { createStorage } from './engine/open-storage.ts'
import { hidingSecrets } from './log/hiding.ts'
import { openProcessLog } from './log/process-log.ts'
import { inTurn } from './serve/in-turn.ts'
import { listenAsOwner, type OwnerSocket } from './serve/owner-socket.ts'
import { openCore, type Core } from './services/open-core.ts'

interface Pipe {
  send(message: FromCore): void
  listen(listener: (message: ToCore) => void): void
}

/** What Electron gives a utility process in the place of `process.send`. */
interface ParentPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown }) => void): void
}

function openPipe(): Pipe {
  const { parentPort } = process as unknown as { parentPort?: ParentPort }
  if (parentPort) {
    return {
      send: (message) => parentPort.postMessage(message),
      listen: (listener) => parentPort.on('message', ({ data }) => listener(data as ToCore)),
    }
  }
  // A parent that is gone hears nothing; `disconnect` ends this process.
  return {
    send: (message) => void process.send?.(message, undefined, undefined, () => {}),
    listen: (listener) =>
      process.on(
        'message',
        inTurn((message) => listener(message as ToCore)),
      ),
  }
}

/** Milliseconds after which a core that cannot close its database exits all the same: SIGKILL would lose no more. */
const PATIENCE = 12_000

const pipe = openPipe()
const host: RemoteHost = remoteHost(pipe.send)
let opening: Promise<{ core: Core; socket: OwnerSocket } | undefined> | undefined
let stopping = false

async function open(options: CoreOptions): Promise<{ core: Core; socket: OwnerSocket } | undefined> {
  const log = openProcessLog(options.dataDir, 'core')
  try {
    log.write('info', `core ${process.pid} of Decant ${options.version} begins (${options.host})`)
    const core = await openCore({
      options,
      host: hidingSecrets(host.port, log),
      log,
      seams: systemSeams,
      createStorage,
      env: process.env,
    })
    const token = randomBytes(24).toString('base64url')
    const socket = await listenAsOwner(core.ownTransport, token)
    core.ownership.annotate({ port: socket.port, token })
    core.transport.subscribe((event) => pipe.send({ type: 'event', event }))
    pipe.send({ type: 'started', reply: { ok: true, value: { pid: process.pid } } })
    return { core, socket }
  } catch (error) {
    const failure = toFailure(error)
    // The host says it to the person.
    log.write('error', `The core cannot begin: ${failure.message}`)
    pipe.send({ type: 'started', reply: { ok: false, failure } })
    void stop(1)
    return undefined
  }
}

async function stop(code: number): Promise<void> {
  if (stopping) return
  stopping = true
  setTimeout(() => process.exit(1), PATIENCE).unref()
  const opened = await opening
  await opened?.socket.close()
  await opened?.core.close()
  // A tick for the last message to leave.
  setImmediate(() => process.exit(code))
}

pipe.listen((message) => {
  switch (message.type) {
    case 'start':
      opening ??= open(message.options)
      return
    case 'stop':
      void stop(0)
      return
    case 'host-reply':
      host.settle(message)
      return
    case 'cancel':
      void opening?.then((opened) => opened?.core.transport.cancel(message.call))
      return
    case 'invoke':
      void opening
        ?.then((opened) => opened?.core.transport.invoke(message.method, message.input, message.call))
        .then((reply) => reply && pipe.send({ type: 'reply', call: message.call, reply }))
  }
})
process.on('disconnect', () => void stop(0))
// Ctrl+C in a terminal goes to the whole group: the host, which gets it too, stops us in order.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => void stop(0))

import type { Failure } from '#model/failure.ts'
import type { Seams } from '#model/seams.ts'
import type { EventMessage } from './events.ts'
import { answerHostCall } from './host-pipe.ts'
import type { HostPort } from './host.ts'
import type { Reply } from './reply.ts'
import type { CoreOptions, FromCore, ToCore, Transport } from './transport.ts'

/** A core process as the supervisor needs it: a child of Node, or of Electron. */
export interface CoreProcess {
  send(message: ToCore): void
  /** Only for one that does not stop by itself. */
  kill(): void
}
export interface CoreListener {
  message(message: FromCore): void
  /** Once, however it ended. */
  exit(): void
}

export interface SupervisorOptions {
  spawn(listener: CoreListener): CoreProcess
  readonly host: HostPort
  readonly core: CoreOptions
  readonly seams: Pick<Seams, 'now' | 'after'>
}

/** The core as a host sees it: always there, though the process behind it may come and go. */
export interface SupervisedCore {
  /** How the first start went. A core that cannot start at all (the directory is taken) is not started again. */
  readonly started: Promise<Reply<{ readonly pid: number }>>
  /** One for each window or socket; calls of one never mix with calls of another. */
  connect(): ClientPipe
  /** Finishes what is being written and resolves when the process is gone; it is killed after `patience` ms. */
  stop(patience?: number): Promise<void>
}
export interface ClientPipe extends Transport {
  /** Cancels what is outstanding and stops listening. */
  close(): void
}

/** Milliseconds before the first new start; it doubles with each core that is lost soon after. */
const FIRST_WAIT = 100
const LONGEST_WAIT = 10_000
/** A core that lived this long was well: the next loss starts counting anew. */
const STEADY = 30_000
const PATIENCE = 15_000

const CORE_LOST: Failure = {
  code: 'core-lost',
  reach: 'item',
  message: 'The part of Decant that does the work stopped unexpectedly; it is being started again.',
}

/** Keeps one core process running for as long as the host lives, and carries calls and events. */
export function superviseCore({ spawn, host, core, seams }: SupervisorOptions): SupervisedCore {
  let settleFirst: (reply: Reply<{ readonly pid: number }>) => void = () => {}
  const started = new Promise<Reply<{ readonly pid: number }>>((resolve) => (settleFirst = resolve))
  let settleStopped: () => void = () => {}
  const stopped = new Promise<void>((resolve) => (settleStopped = resolve))
  const outstanding = new Map<string, (reply: Reply) => void>()
  const listeners = new Set<(event: EventMessage) => void>()
  /** Said while no core was up: sent as soon as one is. */
  let backlog: ToCore[] = []
  let state: 'starting' | 'up' | 'waiting' | 'stopping' | 'gone' = 'starting'
  let everUp = false
  let losses = 0
  let upSince = 0
  let running: CoreProcess | undefined

  const tell = (event: EventMessage): void => {
    for (const listener of listeners) listener(event)
  }
  const answer = (call: string, reply: Reply): void => {
    outstanding.get(call)?.(reply)
    outstanding.delete(call)
  }
  const answerAll = (failure: Failure): void => {
    backlog = []
    for (const call of [...outstanding.keys()]) answer(call, { ok: false, failure })
  }

  const start = (): void => {
    state = 'starting'
    const process = spawn({
      message: (message) => hear(process, message),
      exit: () => lost(process),
    })
    running = process
    process.send({ type: 'start', options: core })
  }

  const hear = (from: CoreProcess, message: FromCore): void => {
    if (from !== running) return
    switch (message.type) {
      case 'started':
        return begun(message.reply)
      case 'reply':
        return answer(message.call, message.reply)
      case 'event':
        return tell(message.event)
      case 'host-call':
        void answerHostCall(host, message).then((reply) => {
          if (from === running) from.send(reply)
        })
    }
  }

  const begun = (reply: Reply<{ readonly pid: number }>): void => {
    settleFirst(reply)
    if (!reply.ok) {
      // It says why and exits by itself; `lost` decides whether there is a next one.
      answerAll(reply.failure)
      return
    }
    if (state !== 'starting') return
    state = 'up'
    everUp = true
    upSince = seams.now()
    for (const message of backlog) running?.send(message)
    backlog = []
    tell({ topic: 'core.changed', payload: { state: 'up' } })
  }

  const lost = (process: CoreProcess): void => {
    if (process !== running) return
    running = undefined
    answerAll(CORE_LOST)
    if (state === 'stopping' || !everUp) {
      state = 'gone'
      settleFirst({ ok: false, failure: CORE_LOST })
      settleStopped()
      return
    }
    losses = state === 'up' && seams.now() - upSince > STEADY ? 1 : losses + 1
    state = 'waiting'
    tell({ topic: 'core.changed', payload: { state: 'restarting' } })
    seams.after(Math.min(FIRST_WAIT * 2 ** (losses - 1), LONGEST_WAIT), () => {
      if (state === 'waiting') start()
    })
  }

  const send = (message: ToCore): void => {
    if (state === 'up' || state === 'stopping') running?.send(message)
    else backlog.push(message)
  }

  let clients = 0
  const connect = (): ClientPipe => {
    const name = `${++clients}`
    const mine = new Set<string>()
    const heard = new Set<(event: EventMessage) => void>()
    return {
      invoke: (method, input, call) =>
        new Promise((resolve) => {
          if (state === 'gone') return resolve({ ok: false, failure: CORE_LOST })
          const id = `${name}:${call}`
          mine.add(id)
          outstanding.set(id, (reply) => {
            mine.delete(id)
            resolve(reply)
          })
          send({ type: 'invoke', call: id, method, input })
        }),
      cancel: (call) => send({ type: 'cancel', call: `${name}:${call}` }),
      subscribe(listener) {
        listeners.add(listener)
        heard.add(listener)
        return () => void listeners.delete(listener)
      },
      close() {
        for (const listener of heard) listeners.delete(listener)
        for (const call of mine) send({ type: 'cancel', call })
      },
    }
  }

  const stop = (patience = PATIENCE): Promise<void> => {
    if (!running) {
      state = 'gone'
      settleStopped()
    } else if (state !== 'stopping') {
      state = 'stopping'
      const process = running
      process.send({ type: 'stop' })
      const calm = seams.after(patience, () => process.kill())
      void stopped.then(calm)
    }
    return stopped
  }

  start()
  return { started, connect, stop }
}

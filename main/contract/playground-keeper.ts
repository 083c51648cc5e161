import { DecantError } from '#model/failure.ts'
import type { Seams } from '#model/seams.ts'
import type { PlaygroundAccess } from './host.ts'

/** A playground process as its keeper needs it: a child of Node, or of Electron. */
export interface PlaygroundProcess {
  /** Asks it to stop; `exit` follows. */
  stop(): void
}
export interface PlaygroundListener {
  ready(access: PlaygroundAccess): void
  /** Once, however it ended. */
  exit(): void
}
export type SpawnPlayground = (listener: PlaygroundListener) => PlaygroundProcess

/** The playground of one data directory: started when it is asked for, and again after it died. */
export interface PlaygroundKeeper {
  open(): Promise<PlaygroundAccess>
  stop(): Promise<void>
}

/** One that was just killed may hold the directory for a moment yet: tried so often, this many ms apart. */
const ATTEMPTS = 20
const APART = 250

export function keepPlayground(spawn: SpawnPlayground, seams: Pick<Seams, 'after'>): PlaygroundKeeper {
  let running: PlaygroundProcess | undefined
  let opening: Promise<PlaygroundAccess> | undefined
  let stopped: (() => void) | undefined

  const start = (): Promise<PlaygroundAccess | undefined> =>
    new Promise((resolve) => {
      const process = spawn({
        ready: ({ endpoint, adminEndpoint, accessKeyId, secretAccessKey }) =>
          resolve({ endpoint, adminEndpoint, accessKeyId, secretAccessKey }),
        exit() {
          if (running === process) {
            running = undefined
            opening = undefined
          }
          resolve(undefined)
          stopped?.()
        },
      })
      running = process
    })

  const open = async (): Promise<PlaygroundAccess> => {
    for (let attempt = 1; attempt <= ATTEMPTS && !stopped; attempt++) {
      const access = await start()
      if (access) return access
      await new Promise<void>((resolve) => void seams.after(APART, resolve))
    }
    throw new DecantError({
      code: 'connection',
      reach: 'attempt',
      message: 'The playground could not be started.',
    })
  }
  return {
    open() {
      if (!opening) {
        const mine = open()
        opening = mine
        // The next one who asks tries anew.
        mine.catch(() => {
          if (opening === mine) opening = undefined
        })
      }
      return opening
    },
    stop() {
      return new Promise((resolve) => {
        stopped = resolve
        if (running) running.stop()
        else resolve()
      })
    },
  }
}

import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { InputError, show } from './input.ts'
import { startPlayground } from './server.ts'
import type { PlaygroundOptions, RunningPlayground } from './server.ts'

/**
 * The playground as a process of its own: forked by a host, or started by hand.
 *
 * --port N     the S3 port; 0 for the last one of this directory, or any
 * --dir DIR    keeps everything there; without it all is gone with the process
 * --seed FILE  a JSON list of SeedRequests to begin with instead of the sample
 * --empty      begins with nothing
 * --print      prints the ready message as one line of JSON
 *
 * It tells its parent when it listens, and stops on {type: 'stop'}, SIGTERM, SIGINT, and when its parent is
 * gone.
 */
export interface ReadyMessage {
  readonly type: 'ready'
  readonly endpoint: string
  readonly adminEndpoint: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly pid: number
}

interface Options extends PlaygroundOptions {
  readonly print: boolean
}

function readArguments(): Options {
  const { values } = parseArgs({
    args: process.argv.slice(2),
    options: {
      port: { type: 'string' },
      dir: { type: 'string' },
      seed: { type: 'string' },
      empty: { type: 'boolean', default: false },
      print: { type: 'boolean', default: false },
    },
  })
  const port = Number(values.port ?? 0)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new InputError(`--port must be a port, not ${show(values.port)}`)
  }
  const seeds = values.seed === undefined ? (values.empty ? [] : undefined) : readSeeds(values.seed)
  return {
    port,
    print: values.print,
    ...(values.dir === undefined ? undefined : { dir: values.dir }),
    ...(seeds === undefined ? undefined : { seeds }),
  }
}

function readSeeds(path: string): readonly unknown[] {
  const seeds: unknown = JSON.parse(readFileSync(path, 'utf8'))
  if (!Array.isArray(seeds)) throw new InputError(`${path} must hold a list of seeds, not ${show(seeds)}`)
  return seeds
}

/** Electron's port to the parent of a utility process. */
interface ParentPort {
  on(event: 'message', listener: (message: { readonly data: unknown }) => void): void
  postMessage(message: unknown): void
}

const { parentPort } = process as unknown as { readonly parentPort?: ParentPort }

function tellParent(message: ReadyMessage): void {
  parentPort?.postMessage(message)
  process.send?.(message)
}

let running: RunningPlayground | undefined
let stopping = false

/** Before it listens there is nothing to close: the journal is safe at any moment. */
function stop(): void {
  if (stopping) return
  stopping = true
  void Promise.resolve(running?.close()).then(() => process.exit(0))
}

function stopWhenTold(): void {
  const hear = (message: unknown): void => {
    if (typeof message === 'object' && message !== null && 'type' in message && message.type === 'stop')
      stop()
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  process.on('disconnect', stop)
  process.on('message', hear)
  parentPort?.on('message', ({ data }) => hear(data))
  // The parent may have gone while this was loading; with no parent it is undefined.
  if (process.connected === false) stop()
}

async function run(): Promise<void> {
  stopWhenTold()
  const { print, ...options } = readArguments()
  running = await startPlayground(options)
  const { endpoint, adminEndpoint, accessKeyId, secretAccessKey } = running
  const ready = {
    type: 'ready',
    endpoint,
    adminEndpoint,
    accessKeyId,
    secretAccessKey,
    pid: process.pid,
  } as const
  if (print) process.stdout.write(`${JSON.stringify(ready)}\n`)
  tellParent(ready)
}

run().catch((error: unknown) => {
  process.stderr.write(`playground: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
})

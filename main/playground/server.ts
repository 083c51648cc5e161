import { once } from 'node:events'
import { createServer } from 'node:http'
import type { RequestListener, Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { Admin } from './admin.ts'
import { HttpCall } from './call.ts'
import { Exchange } from './exchange.ts'
import { isRunning, newCredentials, readHome, writeHome } from './home.ts'
import { KEEP_ALIVE_MS, PlainConnection } from './plain-connection.ts'
import type { PlainHost } from './plain-connection.ts'
import { Playground } from './playground.ts'
import { SAMPLE } from './sample.ts'
import { seed } from './seed-request.ts'
import { SignatureVerifier } from './signature.ts'
import type { Credentials } from './signature.ts'

export interface PlaygroundOptions {
  /** The S3 port; 0 or none for the last one of this directory, or any. */
  readonly port?: number
  /** Keeps everything from start to start. Without it all is gone with the process. */
  readonly dir?: string
  /** Objects to begin with: SeedRequests, made when there is nothing yet. The sample, if left out. */
  readonly seeds?: readonly unknown[]
  /** Generated, if left out. */
  readonly credentials?: Credentials
}

export interface RunningPlayground {
  /** http://127.0.0.1:PORT; buckets also answer as http://BUCKET.localhost:PORT. */
  readonly endpoint: string
  /** Where the admin requests go; see Admin. */
  readonly adminEndpoint: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Breaks off what is open and resolves once both ports and the journal are closed. */
  close(): Promise<void>
}

/**
 * Starts a playground in this process.
 * @throws Error if another playground works in the directory, or its journal cannot be read
 */
export async function startPlayground(options: PlaygroundOptions = {}): Promise<RunningPlayground> {
  const { dir } = options
  const home = dir === undefined ? undefined : readHome(dir)
  if (home !== undefined && (await isRunning(home))) {
    throw new Error(`a playground is already running in ${dir}, its admin endpoint is ${home.adminEndpoint}`)
  }
  const credentials = options.credentials ?? home?.credentials ?? newCredentials()
  const playground = new Playground(dir)
  if (playground.log.length === 0) {
    for (const request of options.seeds ?? SAMPLE) seed(playground, request)
    await playground.flushed()
  }
  const exchange = new Exchange(
    playground,
    new SignatureVerifier((id) =>
      id === credentials.accessKeyId
        ? credentials
        : (playground.accounts.keys(id) ?? playground.sessions.keys(id)),
    ),
  )
  const s3 = newServer((request, response) => void exchange.serve(new HttpCall(request, response)))
  const plain = servePlain(s3, exchange)
  s3.on('connection', (socket) => {
    playground.counters.connectionOpened()
    socket.once('close', () => playground.counters.connectionClosed())
  })
  const port = options.port ? await listenThere(s3, options.port) : await listen(s3, home?.port ?? 0)
  const release = (): number => exchange.release()
  const closeS3 = (): Promise<void> => {
    const closed = closeServer(s3)
    for (const socket of plain) socket.destroy()
    return closed
  }
  const setOffline = (offline: boolean): Promise<void> => (offline ? closeS3() : reopen(s3, port))
  const admin = new Admin(playground, { release, setOffline }, credentials.secretAccessKey)
  const adminServer = newServer((request, response) => void admin.serve(request, response))
  const adminEndpoint = `http://127.0.0.1:${await listen(adminServer, 0)}`
  if (dir !== undefined) writeHome(dir, { credentials, port, adminEndpoint })
  return {
    endpoint: `http://127.0.0.1:${port}`,
    adminEndpoint,
    accessKeyId: credentials.accessKeyId,
    secretAccessKey: credentials.secretAccessKey,
    close: async () => {
      exchange.release()
      await Promise.all([closeS3(), closeServer(adminServer)])
      playground.close()
    },
  }
}

function newServer(listener: RequestListener): Server {
  // Slow faults and long uploads are the client's to time out.
  const server = createServer({ noDelay: true, keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0 }, listener)
  server.maxHeadersCount = 0
  return server
}

/**
 * Has plain requests read and answered without node:http, which is given the connection with the first that is not.
 * @returns the connections that it does not know of
 */
function servePlain(server: Server, exchange: Exchange): ReadonlySet<Socket> {
  const sockets = new Set<Socket>()
  const [take] = server.listeners('connection') as ((socket: Socket) => void)[]
  server.removeAllListeners('connection')
  const host: PlainHost = {
    serve: (call) => exchange.serve(call),
    takeOver: (socket, bytes) => {
      sockets.delete(socket)
      take?.call(server, socket)
      socket.unshift(bytes)
    },
  }
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    new PlainConnection(socket, host)
  })
  return sockets
}

/** Listens on the port that somebody asked for, and on no other. */
async function listenThere(server: Server, port: number): Promise<number> {
  try {
    await listenOn(server, port)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    throw new Error(`--port: ${port} is taken by another program.`, { cause: error })
  }
  return port
}

/** Listens on `port`, or on any if it is taken. */
async function listen(server: Server, port: number): Promise<number> {
  try {
    await listenOn(server, port)
  } catch (error) {
    if (port === 0 || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    await listenOn(server, 0)
  }
  return (server.address() as AddressInfo).port
}

async function listenOn(server: Server, port: number): Promise<void> {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
}

async function reopen(server: Server, port: number): Promise<void> {
  if (!server.listening) await listenOn(server, port)
}

async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
}

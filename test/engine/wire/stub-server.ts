import { createServer } from 'node:http'
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Credentials, EndpointConfig } from '#model/connection.ts'
import type { Seams } from '#model/seams.ts'
import { systemSeams } from '#model/seams.ts'
import type { SeenHabits } from '../../../main/engine/habits.ts'
import { openWireStorage } from '../../../main/engine/wire/wire-storage.ts'
import { TIMEOUTS } from '../../../main/engine/wire/patience.ts'
import type { Timeouts } from '../../../main/engine/wire/patience.ts'
import { networkFrom } from '../../../main/engine/wire/network.ts'
import type { Network } from '../../../main/engine/wire/network.ts'
import type { Storage } from '../../../main/engine/storage.ts'

/** An HTTP server that answers what a test says, and remembers what it was asked. */
export interface Stub {
  readonly port: number
  readonly asked: IncomingMessage[]
  readonly connections: () => number
  close(): Promise<void>
}

export async function startStub(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  tls?: { readonly key: string; readonly cert: string },
): Promise<Stub> {
  const asked: IncomingMessage[] = []
  const listener: RequestListener = (request, response) => {
    asked.push(request)
    answer(request, response)
  }
  const server: Server = tls ? createSecureServer(tls, listener) : createServer(listener)
  let connections = 0
  server.on(tls ? 'secureConnection' : 'connection', () => connections++)
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

export const KEYS: Credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' }
const open: Storage[] = []

export interface WireTestOptions {
  readonly config?: Partial<EndpointConfig>
  readonly credentials?: () => Promise<Credentials>
  readonly seams?: Seams
  readonly environment?: Record<string, string>
  readonly network?: Network
  /** In its place, where it changes. */
  readonly networkNow?: () => Network
  readonly trustedCertificate?: string
  readonly habits?: SeenHabits
  readonly timeouts?: Partial<Timeouts>
}

/** A wire storage that `closeAll` closes. */
export function wireTo(endpoint: string, options: WireTestOptions = {}): Storage {
  const network = options.network ?? networkFrom(options.environment ?? {})
  const storage = openWireStorage({
    config: {
      endpoint,
      region: 'us-east-1',
      addressing: 'path',
      credentials: { kind: 'environment' },
      ...options.config,
    },
    credentials: options.credentials ?? (() => Promise.resolve(KEYS)),
    seams: options.seams ?? systemSeams,
    network: options.networkNow ?? (() => network),
    trustedCertificate: options.trustedCertificate,
    habits: options.habits,
    timeouts: { ...TIMEOUTS, connect: 2000, ...options.timeouts },
  })
  open.push(storage)
  return storage
}

export function closeAll(): void {
  for (const storage of open.splice(0)) storage.close()
}

export function s3Error(response: ServerResponse, status: number, code: string, more = ''): void {
  response.writeHead(status, { 'content-type': 'application/xml', 'x-amz-request-id': 'R1' })
  response.end(`<Error><Code>${code}</Code><Message>m</Message>${more}</Error>`)
}

export function emptyList(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/xml', 'x-amz-request-id': 'R1' })
  response.end('<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>')
}

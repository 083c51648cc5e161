import type { Credentials, EndpointConfig } from '#model/connection.ts'
import type { Seams } from '#model/seams.ts'
import type { Storage } from './storage.ts'
import { TIMEOUTS } from './wire/client.ts'
import type { Timeouts } from './wire/client.ts'
import { networkFrom } from './wire/connections.ts'
import { openWireStorage } from './wire/wire-storage.ts'

export interface CreateStorage {
  readonly config: EndpointConfig
  /** Resolved elsewhere; asked again shortly before they expire, and once when the server says that they have. */
  readonly credentials: () => Promise<Credentials>
  readonly seams: Seams
  /** Where AWS_CA_BUNDLE, HTTPS_PROXY and their kin are read; by default the process's environment. */
  readonly environment?: Readonly<Record<string, string | undefined>>
  readonly timeouts?: Partial<Timeouts>
}

/** The storage behind a connection. Opens nothing yet: the first request does. */
export function createStorage(options: CreateStorage): Storage {
  const { config, credentials, seams, environment = process.env, timeouts } = options
  return openWireStorage({
    config,
    credentials,
    seams,
    network: networkFrom(environment),
    timeouts: { ...TIMEOUTS, ...timeouts },
  })
}

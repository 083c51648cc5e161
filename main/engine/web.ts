import type { Seams } from '#model/seams.ts'
import type { HttpAnswer } from './wire/answer-reader.ts'
import { Connections } from './wire/connections.ts'
import { Dialer } from './wire/dialer.ts'
import type { Network } from './wire/network.ts'
import { exchange } from './wire/http.ts'
import type { Line } from './wire/http.ts'
import { cancelled, networkFailure } from './wire/network-failure.ts'
import { Watch } from './wire/watch.ts'

export interface WebRequest {
  /** For the words of a failure. */
  readonly operation: string
  readonly method: 'GET' | 'POST' | 'PUT'
  readonly url: URL
  /** Names in lower case; host and content-length are added. */
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | undefined
  readonly signal?: AbortSignal | undefined
  /** Bytes of the answer that are read; what comes after them is left. Absent: one that long is a failure. */
  readonly mostAnswer?: number | undefined
}

/** Small questions over HTTP to what is not S3: any answer resolves, whatever its status. */
export interface Web {
  /** Rejects with `connection` or `timeout` where no answer came. */
  ask(request: WebRequest): Promise<HttpAnswer>
  close(): void
}

export interface WebOptions {
  readonly seams: Seams
  /** The way out as it is just now. */
  readonly network: () => Network
  /** Milliseconds until a connection stands, and without a byte. */
  readonly patience: { readonly connect: number; readonly idle: number }
}

export function createWeb({ seams, network, patience }: WebOptions): Web {
  const watch = new Watch(seams)
  const open = (secure: boolean): Line => ({
    connections: new Connections(new Dialer(network, { secure, timeout: patience.connect, plain: 'tunnel' })),
    watch,
  })
  const lines = { secure: open(true), plain: open(false) }
  let by = network()
  const lineFor = (secure: boolean): Line => {
    if (network() !== by) {
      by = network()
      lines.secure.connections.renew()
      lines.plain.connections.renew()
    }
    return secure ? lines.secure : lines.plain
  }
  return {
    async ask({ operation, method, url, headers = {}, body, signal, mostAnswer }) {
      const secure = url.protocol === 'https:'
      const bytes = body === undefined ? undefined : Buffer.from(body)
      const list = Object.entries(headers).flat()
      if (bytes || method !== 'GET') list.push('content-length', String(bytes?.length ?? 0))
      try {
        return await exchange(lineFor(secure), {
          target: {
            secure,
            host: url.hostname.replace(/^\[|\]$/g, ''),
            port: Number(url.port || (secure ? 443 : 80)),
          },
          method,
          path: `${url.pathname}${url.search}`,
          headers: ['host', url.host, ...list, 'user-agent', 'decant'],
          body: bytes,
          idleTimeout: patience.idle,
          signal,
          mostAnswer,
        })
      } catch (error) {
        if (signal?.aborted) throw cancelled()
        throw networkFailure({ operation }, error, url.host)
      }
    },
    close() {
      lines.secure.connections.destroy()
      lines.plain.connections.destroy()
    },
  }
}

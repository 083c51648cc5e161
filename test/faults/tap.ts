import { Agent, createServer, request as httpRequest } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Socket } from 'node:net'
import { parseAddress } from '../../main/playground/address.ts'
import { fromByteKey } from '../../main/playground/keys.ts'
import { operationOf } from '../../main/playground/operations.ts'
import type { Operation } from '../../main/playground/operations.ts'
import { keysIn, refusals } from './together.ts'

/**
 * What became of a request, as its sender knows it:
 * - `answered`: an answer came to its end, and the process lived to read it
 * - `broken`: the connection ended before an answer did
 * - `unheard`: nobody was there any more
 * - `held`: nothing yet
 */
export type Told = 'answered' | 'broken' | 'unheard' | 'held'

/** One request that went by. `at` are places in the order of everything that the tap saw, over all lives. */
export interface Seen {
  readonly life: number
  readonly op: Operation | 'Unknown'
  readonly bucket: string
  readonly key: string
  readonly part?: number | undefined
  readonly sentAt: number
  /** When the server had nothing more to do with it: what it did, it did before that. */
  readonly landedAt?: number | undefined
  readonly toldAt?: number | undefined
  readonly told: Told
  /** The status of the answer; 0 without one. */
  readonly status: number
  /** Status 200 and a document that is an error. */
  readonly isErrorBody: boolean
}

type Writable<T> = { -readonly [K in keyof T]: T[K] }

/** A moment in the life of a request. `read`: its answer was read, for its connection brings another request. */
export interface Moment {
  readonly at: 'arrives' | 'done' | 'read'
  readonly op: Operation
  readonly bucket?: string
  /** A regular expression. */
  readonly key?: string
  /** From 1. */
  readonly nth?: number
}

/**
 * What becomes of the request at whose moment something happened:
 * - `go`: it goes on
 * - `lost`: it never gets to the server
 * - `late`: it gets there when the next life has just looked for what it made
 */
export type Fate = 'go' | 'lost' | 'late'

/** Called at the moment, before anything else; at `read` with the request that was answered. */
export type Strike = (seen: Seen) => Fate | Promise<Fate>

/** A proxy before a playground: it writes down every request, and lets things happen at exact moments. */
export interface Tap {
  readonly endpoint: string
  readonly seen: readonly Seen[]
  /** Begins another life of the process whose requests go by: nothing is answered to those before it. */
  begin(): void
  on(moment: Moment, strike: Strike): void
  /** Called for every request as it arrives. */
  watch(look: (seen: Seen) => void): void
  /** Requests whose sender is gone are written down so. */
  died(): void
  forget(): void
  close(): Promise<void>
}

interface Armed {
  readonly moment: Moment
  readonly strike: Strike
  left: number
}

const LOOKS: readonly string[] = ['HeadObject', 'ListObjectVersions', 'ListParts', 'ListMultipartUploads']
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'transfer-encoding'])
/** The one order of everything that all taps saw. */
let clock = 0

export async function openTap(endpoint: string): Promise<Tap> {
  const opened = new Opened(endpoint)
  await opened.listen()
  return opened
}

class Opened implements Tap {
  readonly seen: Writable<Seen>[] = []
  readonly #target: URL
  /** Connections are left before the playground leaves them. */
  readonly #agent = new Agent({ keepAlive: true, timeout: 2000 })
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  /** Of each connection the last request that was answered on it. */
  readonly #last = new Map<Socket, Seen>()
  #armed: Armed[] = []
  #late: { readonly key: string; readonly go: () => Promise<void> }[] = []
  #life = 1
  #look: (seen: Seen) => void = () => {}

  constructor(endpoint: string) {
    this.#target = new URL(endpoint)
    this.#server = createServer((request, response) => void this.#serve(request, response))
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket)
      socket.on('error', () => socket.destroy())
      socket.once('close', () => this.#sockets.delete(socket))
    })
    // Idle connections are the client's to close, as the playground's are.
    this.#server.keepAliveTimeout = 60_000
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async listen(): Promise<void> {
    await new Promise<void>((ready) => this.#server.listen(0, '127.0.0.1', ready))
  }

  begin(): void {
    this.#life += 1
  }

  on(moment: Moment, strike: Strike): void {
    this.#armed.push({ moment, strike, left: moment.nth ?? 1 })
  }

  watch(look: (seen: Seen) => void): void {
    this.#look = look
  }

  died(): void {
    for (const seen of this.seen) if (seen.told === 'held') seen.told = 'unheard'
  }

  forget(): void {
    this.#armed = []
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#agent.destroy()
    await new Promise<void>((closed) => this.#server.close(() => closed()))
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { socket } = request
    const before = this.#last.get(socket)
    const seen = this.#note(request)
    response.on('close', () => leave(seen))
    const body = await wholeOf(request)
    // Its sender died in the midst of it: no server would make anything of it.
    if (!request.complete) return breakOff(response, seen)
    const all = this.#oneByOne(seen, body)
    if (before !== undefined) {
      this.#last.delete(socket)
      if ((await this.#strike('read', before)) !== 'go') return breakOff(response, seen)
    }
    for (const one of all) this.#look(one)
    for (const one of all) {
      const fate = await this.#strike('arrives', one)
      if (fate === 'lost') return breakOff(response, seen)
      if (fate === 'late') {
        this.#late.push({ key: one.key, go: () => this.#pass(request, body, seen).then(() => {}) })
        return response.destroy() && undefined
      }
    }
    const answer = await this.#pass(request, body, seen)
    if (all.length > 1 && answer) tellEach(all, refusals(answer.body))
    if (LOOKS.includes(seen.op)) await this.#landLate(seen.key)
    for (const one of all) if ((await this.#strike('done', one)) !== 'go') return breakOff(response, seen)
    if (seen.told === 'unheard') return response.destroy() && undefined
    if (answer === undefined) return breakOff(response, seen)
    this.#answer(response, answer, seen)
  }

  #note(request: IncomingMessage): Writable<Seen> {
    const { url = '/', method = 'GET', headers } = request
    const address = parseAddress(url, headers.host)
    const isCopy = headers['x-amz-copy-source'] !== undefined
    const op = operationOf({ method, ...address, isCopy }) ?? 'Unknown'
    const part = address.query.get('partNumber')
    const key = address.key === undefined ? address.query.get('prefix') : fromByteKey(address.key)
    const seen: Writable<Seen> = {
      life: this.#life,
      op,
      bucket: address.bucket ?? '',
      key: key ?? '',
      part: part === undefined ? undefined : Number(part),
      sentAt: ++clock,
      told: 'held',
      status: 0,
      isErrorBody: false,
    }
    this.seen.push(seen)
    return seen
  }

  /** Of a DeleteObjects one for each key; what becomes of the first becomes of all of them. */
  #oneByOne(seen: Writable<Seen>, body: Buffer): Writable<Seen>[] {
    if (seen.op !== 'DeleteObjects') return [seen]
    const [first = '', ...others] = keysIn(body)
    Object.assign(seen, { op: 'DeleteObject', key: first })
    const more = others.map((key) => Object.assign(Object.create(seen) as Writable<Seen>, { key }))
    this.seen.push(...more)
    return [seen, ...more]
  }

  async #strike(at: Moment['at'], seen: Seen): Promise<Fate> {
    const armed = this.#armed.find(({ moment }) => meets(moment, at, seen))
    if (armed === undefined) return 'go'
    armed.left -= 1
    if (armed.left > 0) return 'go'
    this.#armed = this.#armed.filter((other) => other !== armed)
    return armed.strike(seen)
  }

  /** Whoever sent it may be dead: what is on its way gets there all the same. */
  async #pass(
    request: IncomingMessage,
    body: Buffer,
    seen: Writable<Seen>,
  ): Promise<UpstreamAnswer | undefined> {
    try {
      const answer = await this.#ask(request, body)
      seen.status = answer.status
      const text = answer.body.subarray(0, 400).toString('latin1')
      seen.isErrorBody = answer.status === 200 && text.includes('<Error>') && !text.includes('<DeleteResult')
      return answer
    } catch {
      return undefined
    } finally {
      seen.landedAt = ++clock
    }
  }

  #ask({ method, url, rawHeaders }: IncomingMessage, body: Buffer): Promise<UpstreamAnswer> {
    const { hostname, port } = this.#target
    return new Promise((resolve, reject) => {
      const headers = rawHeaders as unknown as Record<string, string>
      const sent = httpRequest(
        { agent: this.#agent, hostname, port, method, path: url, headers, setHost: false },
        (answer) => {
          const chunks: Buffer[] = []
          const { statusCode: status = 0, rawHeaders: said } = answer
          const give = (isWhole: boolean): void =>
            resolve({ status, headers: said, body: Buffer.concat(chunks), isWhole })
          answer.on('data', (chunk: Buffer) => chunks.push(chunk))
          answer.on('end', () => give(answer.complete))
          answer.on('error', () => give(false))
        },
      )
      sent.on('error', reject)
      sent.end(body)
    })
  }

  #answer(response: ServerResponse, answer: UpstreamAnswer, seen: Writable<Seen>): void {
    const { socket } = response
    response.sendDate = false
    response.writeHead(answer.status, withoutHops(answer.headers))
    if (!answer.isWhole) {
      response.write(answer.body, () => breakOff(response, seen))
      return
    }
    response.end(answer.body, () => {
      seen.toldAt = ++clock
      if (seen.told !== 'held') return
      seen.told = 'answered'
      if (socket) this.#last.set(socket, seen)
    })
  }

  async #landLate(key: string): Promise<void> {
    const due = this.#late.filter((late) => late.key === key)
    this.#late = this.#late.filter((late) => late.key !== key)
    for (const { go } of due) await go()
  }
}

interface UpstreamAnswer {
  readonly status: number
  readonly headers: readonly string[]
  readonly body: Buffer
  readonly isWhole: boolean
}

function meets(moment: Moment, at: Moment['at'], seen: Seen): boolean {
  return (
    moment.at === at &&
    moment.op === seen.op &&
    (moment.bucket === undefined || moment.bucket === seen.bucket) &&
    (moment.key === undefined || new RegExp(moment.key).test(seen.key))
  )
}

function tellEach(all: readonly Writable<Seen>[], refused: ReadonlyMap<string, number>): void {
  // From the last, for the first one's status is that of all that have none of their own.
  for (const one of all.toReversed()) {
    const status = refused.get(one.key)
    if (status !== undefined) one.status = status
    else if (one !== all[0]) one.status = 200
  }
}

/** Whoever sent it does not wait for it any more. */
function leave(seen: Writable<Seen>): void {
  if (seen.told !== 'held') return
  seen.told = 'unheard'
  seen.toldAt = ++clock
}

function breakOff(response: ServerResponse, seen: Writable<Seen>): void {
  seen.toldAt = ++clock
  if (seen.told === 'held') seen.told = 'broken'
  response.socket?.resetAndDestroy()
}

async function wholeOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  } catch {
    // `complete` tells.
  }
  return Buffer.concat(chunks)
}

function withoutHops(headers: readonly string[]): string[] {
  return headers.flatMap((name, index) =>
    index % 2 === 0 && !HOP_BY_HOP.has(name.toLowerCase()) ? [name, headers[index + 1] ?? ''] : [],
  )
}

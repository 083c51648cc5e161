import type { Socket } from 'node:net'
import type { Seams } from '#model/seams.ts'
import { AnswerReader } from './answer-reader.ts'
import type { HttpAnswer } from './answer-reader.ts'
import { HeaderTexts } from './header-text.ts'
import type { HeaderStyle } from './header-text.ts'
import { withCode } from './socket-open.ts'
import type { Dialer } from './dialer.ts'
import type { HttpRequest } from './http.ts'
import type { Target } from './network.ts'
import { reasonOf } from './watch.ts'
import type { UnderWay, Watch } from './watch.ts'

/**
 * The hot way to a server: HTTP/1.1 on sockets that are kept, for requests whose answer is read whole. node:http
 * costs 0.05 ms a request, most of it for streams, listeners and objects that nobody here looks at; this costs a
 * third. Bodies that are streams go over node:http (http.ts).
 */

/** Milliseconds that a server is thought to keep an idle connection for, where it does not say. */
const IDLE = 15_000
/** A connection is not used in its last second: the server may close it while a request is on its way. */
const MARGIN = 1_000

const HEADER_NAME = /^[a-z0-9!#$%&'*+.^_`|~-]+$/
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

type Done = (answer: HttpAnswer) => void
type Failed = (error: unknown) => void

/** As many sockets as there are requests in flight, the last used first; the engine's pace bounds them. */
export class Sockets {
  readonly #dialer: Dialer
  readonly #watch: Watch
  readonly #seams: Seams
  readonly #idle = new Map<string, Conversation[]>()
  readonly #all = new Set<Conversation>()
  /** Grows when the way out changes: a conversation of before is not used again. */
  #generation = 0
  #target: Target | undefined
  #place = ''

  constructor(dialer: Dialer, watch: Watch, seams: Seams) {
    this.#dialer = dialer
    this.#watch = watch
    this.#seams = seams
  }

  exchange(request: HttpRequest): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      if (request.signal?.aborted) return reject(reasonOf(request.signal))
      const place = this.#placeOf(request.target)
      const kept = this.#take(place)
      if (kept) kept.ask(request, resolve, reject)
      else this.#dial(place, request, resolve, reject)
    })
  }

  /** The way out is another one: what is under way is answered, and then let go of. */
  renew(): void {
    this.#generation += 1
    for (const idle of this.#idle.values()) idle.splice(0).forEach((conversation) => conversation.close())
  }

  close(): void {
    for (const conversation of this.#all) conversation.close()
    this.#idle.clear()
  }

  /** Made once, as long as requests go to the same place. */
  #placeOf(target: Target): string {
    if (target !== this.#target) {
      this.#target = target
      this.#place = `${target.host}:${target.port}`
    }
    return this.#place
  }

  #take(place: string): Conversation | undefined {
    const idle = this.#idle.get(place)
    const now = this.#seams.now()
    for (let kept = idle?.pop(); kept; kept = idle?.pop()) {
      if (kept.usable(now)) return kept
      kept.close()
    }
    return undefined
  }

  #dial(place: string, request: HttpRequest, resolve: Done, reject: Failed): void {
    let wanted = true
    const waiting: UnderWay = {
      // The dialer has a limit of its own.
      limit: request.idleTimeout,
      signal: request.signal,
      bytes: () => 0,
      waitsForUs: () => true,
      stop(error) {
        wanted = false
        reject(error)
      },
    }
    this.#watch.add(waiting)
    this.#watch.begin(waiting)
    const stopWaiting = (): void => {
      this.#watch.end()
      this.#watch.remove(waiting)
    }
    const generation = this.#generation
    let conversation: Conversation | undefined
    this.#dialer
      .dial(request.target, (bytes) => conversation?.receive(bytes))
      .then(
        (socket) => {
          stopWaiting()
          conversation = new Conversation(socket, this.#watch, {
            free: (free) => (generation === this.#generation ? this.#keep(place, free) : free.close()),
            gone: (gone) => this.#forget(place, gone),
          })
          this.#all.add(conversation)
          if (wanted) conversation.ask(request, resolve, reject)
          else this.#keep(place, conversation)
        },
        (error: unknown) => {
          stopWaiting()
          reject(error)
        },
      )
  }

  #keep(place: string, conversation: Conversation): void {
    conversation.rest(this.#seams.now())
    const idle = this.#idle.get(place)
    if (idle) idle.push(conversation)
    else this.#idle.set(place, [conversation])
  }

  #forget(place: string, conversation: Conversation): void {
    this.#all.delete(conversation)
    const idle = this.#idle.get(place)
    const at = idle?.lastIndexOf(conversation) ?? -1
    if (at >= 0) idle?.splice(at, 1)
  }
}

interface Owner {
  free(conversation: Conversation): void
  gone(conversation: Conversation): void
}

/** One connection: a question, an answer, and again. Its listeners are set once, not with every request. */
class Conversation implements UnderWay {
  limit = Infinity
  patience: HttpRequest['patience']
  signal: AbortSignal | undefined
  readonly #socket: Socket
  readonly #watch: Watch
  readonly #owner: Owner
  readonly #reader = new AnswerReader()
  #resolve: Done | undefined
  #reject: Failed | undefined
  #restingUntil = 0
  #patience = IDLE
  /** The keep-alive header that `#patience` was read from. */
  #said: string | undefined

  constructor(socket: Socket, watch: Watch, owner: Owner) {
    this.#socket = socket
    this.#watch = watch
    this.#owner = owner
    watch.add(this)
    socket.on('data', (bytes: Buffer) => this.receive(bytes))
    socket.on('error', (error) => this.stop(error))
    socket.on('end', () => this.#onEnd())
    socket.on('close', () => this.#onEnd())
  }

  ask(request: HttpRequest, resolve: Done, reject: Failed): void {
    let head: string
    try {
      head = headOf(request)
    } catch (error) {
      reject(error)
      this.#owner.free(this)
      return
    }
    this.limit = request.idleTimeout
    this.patience = request.patience
    this.signal = request.signal
    this.#resolve = resolve
    this.#reject = reject
    this.#reader.reset(request.method)
    this.#socket.ref()
    this.#watch.begin(this)
    const body = request.body as Uint8Array | undefined
    if (body === undefined || body.length === 0) {
      this.#socket.write(head, 'latin1')
    } else {
      this.#socket.cork()
      this.#socket.write(head, 'latin1')
      this.#socket.write(body)
      this.#socket.uncork()
    }
  }

  /** Nobody asks anything: the process may end. */
  rest(now: number): void {
    this.#restingUntil = now + this.#patience - MARGIN
    this.#socket.unref()
  }

  usable(now: number): boolean {
    return !this.#socket.destroyed && now < this.#restingUntil
  }

  close(): void {
    this.stop(withCode('closed', 'ECONNRESET'))
  }

  bytes(): number {
    return this.#socket.bytesRead + this.#socket.bytesWritten
  }

  waitsForUs(): boolean {
    return false
  }

  stop(error: Error): void {
    const reject = this.#reject
    if (this.#resolve) this.#settle()
    this.#watch.remove(this)
    this.#owner.gone(this)
    this.#socket.destroy()
    reject?.(error)
  }

  /** What the server sent. The bytes are lent. */
  receive(bytes: Buffer): void {
    // Words that nobody asked for are no answer to the next question.
    if (!this.#resolve) return this.stop(withCode('spoke out of turn', 'ECONNRESET'))
    try {
      if (this.#reader.push(bytes)) this.#answered()
    } catch (error) {
      this.stop(error as Error)
    }
  }

  #onEnd(): void {
    if (this.#resolve && this.#reader.end()) this.#answered()
    else this.stop(withCode('the connection was closed before the answer was whole', 'ECONNRESET'))
  }

  #answered(): void {
    const resolve = this.#resolve
    const { answer } = this.#reader
    this.#settle()
    // An answer that came before the question was through: the rest of it would be taken for another.
    const keep = this.#reader.keep && this.#socket.writableLength === 0 && !this.#socket.destroyed
    if (keep) {
      this.#notePatience(answer.headers['keep-alive'])
      this.#owner.free(this)
    } else this.stop(withCode('closed', 'ECONNRESET'))
    resolve?.(answer)
  }

  /** How long the server keeps the connection: mostly as long as it said before. */
  #notePatience(said: string | undefined): void {
    if (said === this.#said) return
    this.#said = said
    const seconds = /timeout=(\d+)/.exec(said ?? '')?.[1]
    this.#patience = seconds === undefined ? IDLE : Number(seconds) * 1000
  }

  #settle(): void {
    this.#watch.end()
    this.limit = Infinity
    this.signal = undefined
    this.#resolve = undefined
    this.#reject = undefined
  }
}

const HEAD: HeaderStyle = {
  between: ': ',
  end: '\r\n',
  order: (names) => {
    for (const name of names) if (!HEADER_NAME.test(name)) throw notToCarry(name)
    return [...names.keys()]
  },
  // A line break in a value would begin a header of its own.
  value: (name, value) => {
    if (!HEADER_VALUE.test(value)) throw notToCarry(name)
    return value
  },
}
const heads = new HeaderTexts(HEAD)

function headOf({ method, path, headers }: HttpRequest): string {
  return `${method} ${path} HTTP/1.1\r\n${heads.of(headers).text(headers)}\r\n`
}

function notToCarry(name: string): Error {
  return withCode(`${name} holds what a header cannot carry`, 'ERR_INVALID_CHAR')
}

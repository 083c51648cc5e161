import { DecantError } from '#model/failure.ts'
import { sleep } from '#model/seams.ts'
import type { BucketAccess, EndpointHabits } from '../../../main/engine/storage.ts'
import { ACCOUNT, wholeSeconds } from './bucket.ts'
import { s3Error } from './errors.ts'
import type { MemoryS3 } from './server.ts'

/** What a request is about: faults, latency and whoever watches go by it. */
interface Where {
  readonly operation: string
  readonly bucket?: string
  readonly key?: string
  readonly part?: number
}

/**
 * One process's line to a `MemoryS3`: how its requests get there and their answers back. It can be killed: what it had
 * sent takes effect, and none of its promises is ever settled again.
 */
export class MemoryLine {
  readonly habits: EndpointHabits
  readonly requests: Record<string, number> = {}
  serverTime: number | undefined
  readonly server: MemoryS3
  #killed: 'no' | 'lands' | 'lost' = 'no'
  readonly #access: BucketAccess
  protected readonly account: string

  /** `account`: who asks. */
  constructor(server: MemoryS3, access: BucketAccess = {}, account = ACCOUNT) {
    this.server = server
    this.#access = access
    this.account = account
    this.habits = server.habits
  }

  /** What SIGKILL does to it. `lost`: what had not reached the server by then never does. */
  kill(fate: 'lands' | 'lost' = 'lands'): void {
    this.#killed = fate
  }

  /** A request: it leaves, takes effect, and its answer comes back, unless something happens in between. */
  protected async send<T>(
    where: Where,
    writes: boolean,
    signal: AbortSignal | undefined,
    effect: () => T,
  ): Promise<T> {
    const server = this.server
    if (this.#killed !== 'no') return never()
    signal?.throwIfAborted()
    this.requests[where.operation] = (this.requests[where.operation] ?? 0) + 1
    server.mostInFlight = Math.max(server.mostInFlight, ++server.inFlight)
    try {
      server.watch?.({ phase: 'leaves', ...where })
      const latency = server.latency(where)
      if (latency > 0) await this.#arrives(latency / 2, signal, () => this.answer(where, writes, effect))
      if (this.#isLost()) return await never()
      const answer = this.answer(where, writes, effect)
      if (latency > 0) await sleep(server.seams, latency / 2, signal)
      if (this.#isKilled()) return await never()
      server.watch?.({ phase: 'answered', ...where })
      if (this.#isKilled()) return await never()
      return this.#receive(answer)
    } finally {
      server.inFlight--
    }
  }

  /** Whoever leaves meanwhile leaves the server at work, where it is one that finishes what it has begun. */
  async #arrives(ms: number, signal: AbortSignal | undefined, act: () => unknown): Promise<void> {
    const { seams, finishes } = this.server
    const at = seams.now() + ms
    try {
      await sleep(seams, ms, signal)
    } catch (error) {
      if (finishes) seams.after(at - seams.now(), () => void act())
      throw error
    }
  }

  /** What the server does and says; a fault after the effect takes the answer's place. */
  protected answer<T>(where: Where, writes: boolean, effect: () => T): { value: T } | { error: unknown } {
    const server = this.server
    try {
      if (server.offline) {
        throw new DecantError({
          code: 'connection',
          reach: 'attempt',
          message: 'The endpoint does not answer.',
        })
      }
      if (writes && !server.admitsWrite()) throw s3Error(where.operation, 'SlowDown')
      const before = server.faults.strike('before', where)
      if (before) throw before
      this.checkAccess(where.operation, where.bucket, this.#access.owner)
      const value = effect()
      server.watch?.({ phase: 'done', ...where, orphan: this.#isKilled() })
      const after = server.faults.strike('after', where)
      if (after) throw after
      return { value }
    } catch (error) {
      return { error }
    }
  }

  #receive<T>(answer: { value: T } | { error: unknown }): T {
    const failed = 'error' in answer
    const answered = !failed || (answer.error instanceof DecantError && answer.error.failure.s3 !== undefined)
    if (answered) this.serverTime = wholeSeconds(this.server.seams.now())
    if (failed) throw answer.error
    return answer.value
  }

  /** x-amz-expected-bucket-owner, and who pays. */
  protected checkAccess(operation: string, name: string | undefined, expected: string | undefined): void {
    const bucket = name === undefined ? undefined : this.server.buckets.get(name)
    if (!bucket) return
    const pays = this.account === bucket.owner || this.#access.requesterPays === true
    if ((expected ?? bucket.owner) !== bucket.owner || (bucket.requesterPays && !pays)) {
      throw s3Error(operation, 'AccessDenied')
    }
  }

  /** Into the server's log: this changed something there. */
  note(
    operation: string,
    id: { bucket: string; key: string },
    more: { versionId?: string; etag?: string | undefined; uploadId?: string; part?: number },
  ): void {
    this.server.log.push({
      at: this.server.seams.now(),
      operation,
      bucket: id.bucket,
      key: id.key,
      ...more,
      ...(this.#killed !== 'no' && { orphan: true }),
    })
  }

  #isKilled(): boolean {
    return this.#killed !== 'no'
  }

  #isLost(): boolean {
    return this.#killed === 'lost'
  }
}

function never<T>(): Promise<T> {
  return new Promise(() => {})
}

import type { Credentials } from '#model/connection.ts'
import { DecantError, toFailure } from '#model/failure.ts'
import type { Seams } from '#model/seams.ts'

/** Milliseconds before they expire from which on others are asked for; of short-lived ones, half their life. */
const RENEW_BEFORE = 5 * 60_000
/** Milliseconds before they expire in which they are used no more, for a request is on its way for a while; or a tenth of their life. */
const LAST = 15_000
/** Milliseconds between two questions while those at hand last. */
const ASK_EVERY = 30_000
/** Milliseconds for which an answer that did not come is true for all who ask. */
const UNANSWERED = 1000

/** `refused`: what the server said has expired. */
export type ProvideCredentials = (refused?: Credentials) => Promise<Credentials>

/**
 * The keys in use, by one question at a time for all requests:
 *
 * | they                                | are                                                          |
 * |-------------------------------------|--------------------------------------------------------------|
 * | last                                | used                                                         |
 * | will expire soon                    | used, while others are asked for; what comes of it is no failure yet |
 * | have expired, by their own date     | asked for, and waited for                                    |
 * | have expired, as the server says    | the same, once for all who heard it                          |
 */
export class CredentialKeeper {
  readonly #provide: ProvideCredentials
  readonly #seams: Seams
  #kept: Credentials | undefined
  /** From when on others are asked for, and from when on these are used no more. */
  #renewAt = Infinity
  #endAt = Infinity
  #asking: Promise<Credentials> | undefined
  #unanswered: { readonly error: unknown; readonly until: number } | undefined

  constructor(provide: ProvideCredentials, seams: Seams) {
    this.#provide = provide
    this.#seams = seams
  }

  /** What is at hand and lasts; undefined: `renew` first. No promise, for this is asked with every request. */
  get current(): Credentials | undefined {
    const kept = this.#kept
    if (kept?.expiresAt === undefined) return kept
    const now = this.#seams.now()
    if (now < this.#renewAt) return kept
    if (now >= this.#endAt) return undefined
    this.#renewAt = now + ASK_EVERY
    // Those at hand still last: whoever needs others will hear what is wrong.
    this.renew().catch(() => {})
    return kept
  }

  renew(refused?: Credentials): Promise<Credentials> {
    const unanswered = this.#unanswered
    if (unanswered && this.#seams.now() < unanswered.until) return Promise.reject(unanswered.error)
    this.#asking ??= this.#ask(refused).finally(() => {
      this.#asking = undefined
    })
    return this.#asking
  }

  /** The server says that these have expired. True where others could be had. */
  async replace(used: Credentials): Promise<boolean> {
    if (this.#kept === used) this.#kept = undefined
    const fresh = this.#kept ?? (await this.renew(used))
    return fresh.accessKeyId !== used.accessKeyId || fresh.sessionToken !== used.sessionToken
  }

  #keep(credentials: Credentials): void {
    this.#kept = credentials
    const now = this.#seams.now()
    const life = (credentials.expiresAt ?? Infinity) - now
    // Over already, by this machine's clock: the server's counts.
    this.#endAt = life > 0 ? now + life - Math.min(LAST, life / 10) : now + ASK_EVERY
    this.#renewAt = life > 0 ? now + life - Math.min(RENEW_BEFORE, life / 2) : this.#endAt
  }

  async #ask(refused: Credentials | undefined): Promise<Credentials> {
    try {
      const credentials = await this.#provide(refused)
      this.#unanswered = undefined
      this.#keep(credentials)
      return credentials
    } catch (error) {
      const failure = toFailure(error)
      if (failure.reach === 'attempt') this.#unanswered = { error, until: this.#seams.now() + UNANSWERED }
      if (error instanceof DecantError) throw error
      const why = error instanceof Error ? error.message : String(error)
      throw new DecantError(
        { code: 'credentials-missing', reach: 'job', message: `There are no credentials: ${why}` },
        { cause: error },
      )
    }
  }
}

import type { Credentials } from '#model/connection.ts'
import { DecantError } from '#model/failure.ts'
import type { Seams } from '#model/seams.ts'

/** Credentials are renewed this many milliseconds before they expire. */
const RENEW_BEFORE = 5 * 60_000

/** The keys in use: kept while they last, asked for again shortly before they expire, by one caller for all. */
export class CredentialKeeper {
  readonly #provide: () => Promise<Credentials>
  readonly #seams: Seams
  #kept: Credentials | undefined
  #asking: Promise<Credentials> | undefined

  constructor(provide: () => Promise<Credentials>, seams: Seams) {
    this.#provide = provide
    this.#seams = seams
  }

  /** What is at hand and lasts; undefined: `renew` first. No promise, for this is asked with every request. */
  get current(): Credentials | undefined {
    const kept = this.#kept
    if (kept?.expiresAt === undefined) return kept
    return kept.expiresAt - this.#seams.now() > RENEW_BEFORE ? kept : undefined
  }

  renew(): Promise<Credentials> {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined
    })
    return this.#asking
  }

  /** The server says that these have expired. True where others could be had. */
  async replace(used: Credentials): Promise<boolean> {
    if (this.#kept === used) this.#kept = undefined
    const fresh = this.#kept ?? (await this.renew())
    return fresh.accessKeyId !== used.accessKeyId || fresh.sessionToken !== used.sessionToken
  }

  async #ask(): Promise<Credentials> {
    try {
      const credentials = await this.#provide()
      this.#kept = credentials
      return credentials
    } catch (error) {
      if (error instanceof DecantError) throw error
      const why = error instanceof Error ? error.message : String(error)
      throw new DecantError(
        { code: 'credentials-missing', reach: 'job', message: `There are no credentials: ${why}` },
        { cause: error },
      )
    }
  }
}

import { randomBytes } from 'node:crypto'
import type { Credentials } from './signature.ts'

/** Keys for a while, as STS gives them: the first account's, each with a token. Kept in memory only. */
export class Sessions {
  readonly #byKey = new Map<string, Credentials>()

  /** Gives new ones. They last until `end`. */
  begin(): Credentials {
    const session = {
      accessKeyId: `ASIA${randomBytes(8).toString('hex').toUpperCase()}`,
      secretAccessKey: randomBytes(30).toString('base64url'),
      sessionToken: randomBytes(60).toString('base64'),
    }
    this.#byKey.set(session.accessKeyId, session)
    return session
  }

  /** All that were given have expired from now on. @returns how many */
  end(): number {
    for (const [id, session] of this.#byKey) this.#byKey.set(id, { ...session, expired: true })
    return this.#byKey.size
  }

  keys(accessKeyId: string): Credentials | undefined {
    return this.#byKey.get(accessKeyId)
  }
}

import type { Client } from '#contract/client.ts'
import { toFailure, type Failure } from '#model/failure.ts'
import { customerKeyName } from '#model/properties.ts'
import type { KnownCustomerKey } from '#model/settings.ts'
import type { Notices } from './notices.ts'
import type { Session } from './session.svelte.ts'

/** Customer keys (SSE-C) by name and fingerprint. A key goes to the core once and never comes back. */
export class KeyRing {
  #client: Client
  #notices: Notices
  #session: Session

  readonly all: readonly KnownCustomerKey[] = $derived.by(() => this.#session.settings.customerKeys)

  constructor(client: Client, notices: Notices, session: Session) {
    this.#client = client
    this.#notices = notices
    this.#session = session
  }

  /** A key that was typed in, or a new one where none was. The failure, where it was refused. */
  async add(name: string, key: string | undefined): Promise<Failure | undefined> {
    try {
      const given = key === undefined ? {} : { key }
      const known = await this.#client.call('keys.save', { name, ...given })
      await this.#session.load()
      this.#notices.say({
        kind: 'done',
        title: `${known.name} is in the key ring.`,
        detail: known.fingerprint,
      })
      return undefined
    } catch (error) {
      return toFailure(error)
    }
  }

  async remove(name: string): Promise<void> {
    try {
      await this.#client.call('keys.remove', { name })
      await this.#session.load()
    } catch (error) {
      this.#notices.failure(toFailure(error), `${name} was not removed.`)
    }
  }

  /** Why a typed name cannot be one, or undefined where it can. */
  refuseName(name: string): string | undefined {
    if (name.trim() === '') return 'Give it a name.'
    if (!customerKeyName.safeParse(name).success)
      return 'Letters, digits, spaces, dots, hyphens, underscores.'
    return this.all.some((known) => known.name === name.trim()) ? 'There is a key of this name.' : undefined
  }
}

/** Why typed text is no key, or undefined: base64 of 32 bytes, or 64 hexadecimal digits. */
export function refuseKey(text: string): string | undefined {
  const key = text.trim()
  if (key === '') return 'Type the key, or have a new one made.'
  return /^[A-Za-z0-9+/]{43}=$|^[0-9a-f]{64}$/i.test(key)
    ? undefined
    : '32 bytes: as base64 (44 signs), or as 64 hexadecimal digits.'
}

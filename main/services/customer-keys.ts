import { createHash, randomBytes } from 'node:crypto'
import type { HostPort } from '#contract/host.ts'
import type { CustomerKeyDraft } from '#contract/drafts.ts'
import { DecantError, fail } from '#model/failure.ts'
import type { KnownCustomerKey } from '#model/settings.ts'
import type { CustomerKey } from '../engine/storage.ts'
import type { SettingsStore } from './settings.ts'

/** AES-256: S3 takes no other length for SSE-C. */
const KEY_BYTES = 32

/** The key ring: SSE-C keys by name. Names and fingerprints are settings, the keys are the host's secrets. */
export interface CustomerKeys {
  list(): readonly KnownCustomerKey[]
  /** A key that was typed in, or a new one where none was. A name that is taken is refused: its objects need it. */
  save(draft: CustomerKeyDraft): Promise<KnownCustomerKey>
  remove(name: string): Promise<void>
  /** For the memory of this process only: what a command line brought. */
  lend(name: string, key: string): void
  /** Rejects with `customer-key` for a name that is not in the ring. */
  find(name: string): Promise<CustomerKey>
}

export interface CustomerKeysOptions {
  readonly host: Pick<HostPort, 'readSecret' | 'writeSecret' | 'removeSecret'>
  readonly settings: SettingsStore
  readonly now: () => number
}

export function createCustomerKeys({ host, settings, now }: CustomerKeysOptions): CustomerKeys {
  const lent = new Map<string, string>()
  const list = (): readonly KnownCustomerKey[] => settings.current().customerKeys
  return {
    list,
    async save({ name, key }) {
      const bytes = key === undefined ? randomBytes(KEY_BYTES) : decodeKey(key)
      const before = list().find((known) => known.name === name)
      const known = before ?? { name, fingerprint: fingerprintOf(bytes), createdAt: now() }
      if (before) refuseOther(before, bytes, (await keptKey(host, name)) !== undefined)
      // The key first: a name without a key would promise what nobody can keep.
      await host.writeSecret(secretId(name), { customerKey: bytes.toString('base64') })
      if (before) return known
      await settings.update((current) => ({ ...current, customerKeys: [...current.customerKeys, known] }))
      return known
    },
    async remove(name) {
      await settings.update((current) => ({
        ...current,
        customerKeys: current.customerKeys.filter((known) => known.name !== name),
      }))
      await host.removeSecret(secretId(name))
    },
    lend: (name, key) => void lent.set(name, decodeKey(key).toString('base64')),
    async find(name) {
      const key = lent.get(name) ?? (await keptKey(host, name))
      if (key === undefined) throw missingKey(name)
      return { key, md5: createHash('md5').update(Buffer.from(key, 'base64')).digest('base64') }
    },
  }
}

/**
 * Under a name that is taken only the very same key is taken, and only where it was lost: a host that keeps keys in
 * memory has the names after a restart, and not the keys.
 */
function refuseOther({ name, fingerprint }: KnownCustomerKey, bytes: Buffer, isKept: boolean): void {
  if (!isKept && fingerprintOf(bytes) === fingerprint) return
  const why = isKept
    ? 'its objects need it'
    : `only that with the fingerprint ${fingerprint} opens its objects`
  fail('bad-input', 'item', `name: there is a key named "${name}" already; ${why}`, { property: 'name' })
}

async function keptKey(host: Pick<HostPort, 'readSecret'>, name: string): Promise<string | undefined> {
  const secret = await host.readSecret(secretId(name))
  return secret !== undefined && 'customerKey' in secret ? secret.customerKey : undefined
}

/** Beside the connections' ids, which are made by Decant and hold no slash. */
function secretId(name: string): string {
  return `customer-key/${name}`
}

/** Base64 of 32 bytes, or 64 hexadecimal digits. Refused by length and form; what was given is never repeated. */
export function decodeKey(text: string): Buffer {
  const given = text.trim()
  const bytes = Buffer.from(given, /^[0-9a-f]{64}$/i.test(given) ? 'hex' : 'base64')
  const isWhole = bytes.length === KEY_BYTES && /^[A-Za-z0-9+/]{43}=$|^[0-9a-f]{64}$/i.test(given)
  if (!isWhole) {
    fail('bad-input', 'item', 'key: must be 32 bytes, as base64 or as 64 hexadecimal digits', {
      property: 'key',
    })
  }
  return bytes
}

/** Tells keys apart and gives nothing of them away: the beginning of their SHA-256. */
function fingerprintOf(key: Buffer): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 16)
}

/** Names the key, never anything of it. */
function missingKey(name: string): DecantError {
  return new DecantError({
    code: 'customer-key',
    reach: 'item',
    message: `The key ring has no key named "${name}". Add it under Settings, or choose another.`,
    property: 'customerKey',
  })
}

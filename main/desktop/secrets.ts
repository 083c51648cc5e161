import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { safeStorage } from 'electron'
import type { KeptSecret } from '#model/connection.ts'
import { fail } from '#model/failure.ts'

/** Keys typed in, each encrypted by the system's key store, in secrets.json of the data directory. */
export interface Secrets {
  readonly kept: boolean
  read(id: string): KeptSecret | undefined
  write(id: string, secret: KeptSecret): void
  remove(id: string): void
}

/**
 * After the app is ready. Where the system has no key store (Linux without one), Chromium would write plain text:
 * that is refused unless DECANT_PLAIN_SECRETS=1 says that it is wanted on this machine.
 */
export function openSecrets(dataDir: string): Secrets {
  if (process.platform === 'linux' && process.env['DECANT_PLAIN_SECRETS'] === '1') {
    safeStorage.setUsePlainTextEncryption(true)
  }
  const kept = safeStorage.isEncryptionAvailable()
  const file = path.join(dataDir, 'secrets.json')

  const readAll = (): Record<string, string> => {
    try {
      return JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
      return fail('internal', 'item', `${file} cannot be read. Take it away to type the keys in anew.`)
    }
  }
  const writeAll = (entries: Readonly<Record<string, string>>): void => {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    writeFileSync(`${file}.new`, JSON.stringify(entries), { mode: 0o600 })
    renameSync(`${file}.new`, file)
  }
  return {
    kept,
    read(id) {
      const entry = readAll()[id]
      if (entry === undefined || !kept) return undefined
      try {
        return JSON.parse(safeStorage.decryptString(Buffer.from(entry, 'base64'))) as KeptSecret
      } catch {
        // Encrypted by another user or another key store: as good as not there, and typed in once more.
        return undefined
      }
    },
    write(id, secret) {
      if (!kept) {
        fail(
          'credentials-missing',
          'item',
          'This system has no key store, and Decant writes no keys in plain text. Use a profile of the AWS files, ' +
            'or start Decant with DECANT_PLAIN_SECRETS=1 to allow it on this machine.',
        )
      }
      const encrypted = safeStorage.encryptString(JSON.stringify(secret)).toString('base64')
      writeAll({ ...readAll(), [id]: encrypted })
    },
    remove(id) {
      const { [id]: removed, ...others } = readAll()
      if (removed !== undefined) writeAll(others)
    },
  }
}

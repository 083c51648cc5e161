import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openSecrets } from '../../main/desktop/secrets.ts'

/** A key store that only turns things round, and can be missing. */
const store = vi.hoisted(() => ({ available: true, plain: false, broken: false }))
vi.mock('electron', () => ({
  safeStorage: {
    isEncryptionAvailable: () => store.available || store.plain,
    setUsePlainTextEncryption: (plain: boolean) => void (store.plain = plain),
    encryptString: (text: string) => Buffer.from([...text].reverse().join('')),
    decryptString(encrypted: Buffer) {
      if (store.broken) throw new Error('another key')
      return [...encrypted.toString()].reverse().join('')
    },
  },
}))

const KEY = { accessKeyId: 'AKIA', secretAccessKey: 'hush' }
let dir: string
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'decant-secrets-'))
  Object.assign(store, { available: true, plain: false, broken: false })
})
afterEach(() => {
  rmSync(dir, { recursive: true, force: true })
  vi.unstubAllEnvs()
})
const file = (): string => path.join(dir, 'secrets.json')

describe('the keys that were typed in', () => {
  it('are kept encrypted, for this user only', () => {
    const secrets = openSecrets(dir)
    expect([secrets.kept, secrets.read('a')]).toEqual([true, undefined])
    secrets.write('a', KEY)
    secrets.write('b', KEY)
    expect(openSecrets(dir).read('a')).toEqual(KEY)
    expect(readFileSync(file(), 'utf8')).not.toMatch(/hush|AKIA/)
    expect(statSync(file()).mode & 0o777).toBe(0o600)
    secrets.remove('a')
    secrets.remove('nobody')
    expect([secrets.read('a'), secrets.read('b')]).toEqual([undefined, KEY])
  })

  it('are refused where they would lie open, unless that is wanted on this machine', () => {
    store.available = false
    const secrets = openSecrets(dir)
    expect(secrets.kept).toBe(false)
    expect(() => secrets.write('a', KEY)).toThrow('writes no keys in plain text')
    expect(secrets.read('a')).toBeUndefined()
    vi.stubEnv('DECANT_PLAIN_SECRETS', '1')
    expect(openSecrets(dir).kept).toBe(process.platform === 'linux')
  })

  it('that another key store wrote are typed in once more, and a damaged file is not written over', () => {
    openSecrets(dir).write('a', KEY)
    store.broken = true
    expect(openSecrets(dir).read('a')).toBeUndefined()
    writeFileSync(file(), '{')
    expect(() => openSecrets(dir).write('b', KEY)).toThrow('cannot be read')
    expect(readFileSync(file(), 'utf8')).toBe('{')
  })
})

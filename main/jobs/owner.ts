import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { lockDatabase } from '../sqlite/sqlite.ts'
import { fail } from '#model/failure.ts'

export type OwnerHost = 'desktop' | 'serve' | 'cli'

/** Who works in a data directory, and how to speak to them, once they listen. */
export interface OwnerInfo {
  readonly pid: number
  readonly host: OwnerHost
  readonly port?: number | undefined
  readonly token?: string | undefined
}

export interface Ownership {
  /** Says how other processes reach this one. The file is readable by this user only. */
  annotate(info: { readonly port: number; readonly token: string }): void
  release(): Promise<void>
}

const LOCK_FILE = 'owner.db'
const INFO_FILE = 'owner.json'

/**
 * Invariant 12: makes this process the one that works in `dir`, which is made if it is not there, for this user only.
 * The lock is the kernel's: it is free again the moment the process ends, in whatever way. Fails with `bad-input`
 * (property `dataDir`), naming who has it.
 */
export async function takeOwnership(dir: string, host: OwnerHost): Promise<Ownership> {
  makeFolder(dir)
  const lock = lockDatabase(join(dir, LOCK_FILE))
  if (lock === undefined) {
    const owner = readOwner(dir)
    const who = owner ? `Decant (pid ${owner.pid}, ${owner.host})` : 'Another Decant'
    return fail('bad-input', 'job', `${who} is working in ${dir}; use --data-dir for another one.`, {
      property: 'dataDir',
    })
  }
  const info: OwnerInfo = { pid: process.pid, host }
  try {
    chmodSync(dir, 0o700)
    writeOwner(dir, info)
  } catch (error) {
    lock.close()
    throw error
  }
  return {
    annotate: (more) => writeOwner(dir, { ...info, ...more }),
    release: async () => {
      rmSync(join(dir, INFO_FILE), { force: true })
      lock.close()
    },
  }
}

function makeFolder(dir: string): void {
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 })
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    fail('not-possible', 'job', `${JSON.stringify(dir)} cannot be the data directory (--data-dir): ${why}.`, {
      property: 'dataDir',
    })
  }
}

/** Who owns the directory, or owned it last; undefined where nobody said so. Only the lock tells whether they live. */
export function readOwner(dir: string): OwnerInfo | undefined {
  try {
    const value = JSON.parse(readFileSync(join(dir, INFO_FILE), 'utf8')) as Record<string, unknown>
    const { pid, host, port, token } = value
    if (typeof pid !== 'number' || (host !== 'desktop' && host !== 'serve' && host !== 'cli'))
      return undefined
    return {
      pid,
      host,
      port: typeof port === 'number' ? port : undefined,
      token: typeof token === 'string' ? token : undefined,
    }
  } catch {
    return undefined
  }
}

/** Whole or not at all: who reads it never sees half. */
function writeOwner(dir: string, info: OwnerInfo): void {
  const file = join(dir, INFO_FILE)
  writeFileSync(`${file}.new`, JSON.stringify(info), { mode: 0o600 })
  renameSync(`${file}.new`, file)
}

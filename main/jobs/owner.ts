import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { fail } from '#model/failure.ts'
import { lockDatabase } from './store/sqlite.ts'

/** Who works in a data directory, as owner.json tells others. Only the lock on owner.db says that it is still true. */
export interface OwnerInfo {
  readonly pid: number
  readonly host: 'desktop' | 'serve' | 'cli'
  /** Of the owner's door for commands, on loopback. */
  readonly port?: number | undefined
  readonly token?: string | undefined
}

export interface Ownership {
  /** Adds to what owner.json tells. */
  annotate(more: Pick<OwnerInfo, 'port' | 'token'>): void
  release(): void
}

/**
 * Makes this process the one that owns the directory, for its life (invariant 12): the kernel frees the lock with
 * the process, however it ends. Fails with `bad-input` on `dataDir`, naming the owner, where another one has it.
 */
export function takeOwnership(dir: string, host: OwnerInfo['host']): Ownership {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  chmodSync(dir, 0o700)
  const lock = lockDatabase(path.join(dir, 'owner.db'))
  if (!lock) return taken(dir)
  const info: OwnerInfo = { pid: process.pid, host }
  writeOwner(dir, info)
  return {
    annotate: (more) => writeOwner(dir, { ...info, ...more }),
    release() {
      rmSync(ownerFile(dir), { force: true })
      lock.close()
    },
  }
}

/** What owner.json says; undefined where there is none. It may be of an owner that is gone. */
export function readOwner(dir: string): OwnerInfo | undefined {
  try {
    const found = JSON.parse(readFileSync(ownerFile(dir), 'utf8')) as Partial<OwnerInfo>
    const { pid, host, port, token } = found
    return pid === undefined || host === undefined ? undefined : { pid, host, port, token }
  } catch {
    return undefined
  }
}

function taken(dir: string): never {
  const owner = readOwner(dir)
  const who = owner ? `Decant (pid ${owner.pid}, ${owner.host})` : 'Another Decant'
  return fail('bad-input', 'job', `${who} is working in ${dir}; use --data-dir for another place.`, {
    property: 'dataDir',
  })
}

function ownerFile(dir: string): string {
  return path.join(dir, 'owner.json')
}

/** For this user's eyes only: the token opens the door. Renamed into place, so that nobody reads half of it. */
function writeOwner(dir: string, info: OwnerInfo): void {
  const next = `${ownerFile(dir)}.new`
  writeFileSync(next, JSON.stringify(info), { mode: 0o600 })
  renameSync(next, ownerFile(dir))
}

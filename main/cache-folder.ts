import { mkdirSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import process from 'node:process'

/**
 * A folder in the user's own cache for code that is run unread, made where it is missing; undefined where another user owns
 * it (sudo may leave the home as it was), and where nothing can be written. It is not where all users share a folder for
 * temporary files: what another user could have written is not run.
 */
export function ownCacheFolder(name: string): string | undefined {
  try {
    const folder = path.join(cacheFolder(), name)
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    return isOurs(statSync(folder)) ? folder : undefined
  } catch {
    return undefined
  }
}

/** Whether nobody but this user can have written it; where the system has no such users, whoever the folder's home lets in. */
export function isOurs({ uid, mode }: { readonly uid: number; readonly mode: number }): boolean {
  const user = process.getuid?.()
  return user === undefined || (uid === user && (mode & 0o022) === 0)
}

/** As env-paths has it, which `--help` would have to load for this alone. */
function cacheFolder(): string {
  const { LOCALAPPDATA, XDG_CACHE_HOME } = process.env
  const home = homedir()
  if (process.platform === 'darwin') return path.join(home, 'Library', 'Caches', 'decant')
  if (process.platform === 'win32')
    return path.join(LOCALAPPDATA || path.join(home, 'AppData', 'Local'), 'decant', 'Cache')
  return path.join(XDG_CACHE_HOME || path.join(home, '.cache'), 'decant')
}

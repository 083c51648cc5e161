import { readFileSync, realpathSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { FileGrant } from '#contract/host.ts'

/** What the person dropped on a window, or chose in a dialog: what windows may name in a job. */
export interface Grants {
  list(): readonly FileGrant[]
  add(paths: readonly string[], access: FileGrant['access']): void
}

/** So many are remembered; the oldest go. Of a job that is made already nothing is asked again. */
const MOST = 5000

/** Kept in the data directory, so that a job can be made again after a restart. */
export function openGrants(dataDir: string): Grants {
  const file = path.join(dataDir, 'file-grants.json')
  let all = read(file)
  return {
    list: () => all,
    add(paths, access) {
      const known = new Set(all.map((grant) => `${grant.access} ${grant.path}`))
      const fresh = [...new Set(paths.flatMap(namesOf))]
        .filter((name) => !known.has(`${access} ${name}`))
        .map((name) => ({ path: name, access }))
      if (fresh.length === 0) return
      all = [...all, ...fresh].slice(-MOST)
      write(file, all)
    },
  }
}

/** The folder it stands in is resolved now; a link that was dropped itself counts, and what it leads to. */
export function namesOf(file: string): readonly string[] {
  if (!path.isAbsolute(file)) return []
  const real = (one: string): readonly string[] => {
    try {
      return [realpathSync.native(one)]
    } catch {
      return []
    }
  }
  const parent = path.dirname(file)
  const named = parent === file ? [] : real(parent).map((folder) => path.join(folder, path.basename(file)))
  return [...new Set([...named, ...real(file)])]
}

/** A file that cannot be read grants nothing. */
function read(file: string): readonly FileGrant[] {
  try {
    const found: unknown = JSON.parse(readFileSync(file, 'utf8'))
    return Array.isArray(found) ? found.filter(isGrant) : []
  } catch {
    return []
  }
}

function isGrant(found: unknown): found is FileGrant {
  const { path: file, access } = (found ?? {}) as Partial<Record<keyof FileGrant, unknown>>
  return typeof file === 'string' && (access === 'read' || access === 'write')
}

/** Whole or not at all. Where it cannot be written, the grants live as long as the app. */
function write(file: string, all: readonly FileGrant[]): void {
  try {
    writeFileSync(`${file}.new`, JSON.stringify(all), { mode: 0o600 })
    renameSync(`${file}.new`, file)
  } catch (error) {
    console.warn(`What was dropped could not be remembered: ${String(error)}`)
  }
}

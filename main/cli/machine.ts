import { accessSync, constants, statSync } from 'node:fs'
import path from 'node:path'

/** What stands at a path, as far as a command has to know before it makes a job. */
export type AtPath = 'file' | 'folder' | 'other' | 'unreadable' | 'missing'

/** The machine that a command runs on. */
export interface Machine {
  /** Absolute. */
  readonly cwd: string
  /** How paths are written here. */
  readonly paths: Pick<path.PlatformPath, 'resolve' | 'dirname' | 'basename' | 'relative' | 'sep'>
  at(path: string): AtPath
}

export function thisMachine(): Machine {
  return { cwd: process.cwd(), paths: path, at: lookAt }
}

/** A link is what it leads to. `unreadable` is also what lies in a folder that may not be looked into. */
function lookAt(where: string): AtPath {
  try {
    const found = statSync(where)
    if (!found.isFile() && !found.isDirectory()) return 'other'
    accessSync(where, constants.R_OK)
    return found.isFile() ? 'file' : 'folder'
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return code === 'ENOENT' || code === 'ENOTDIR' ? 'missing' : 'unreadable'
  }
}

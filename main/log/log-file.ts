import { appendFileSync, chmodSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs'
import path from 'node:path'
import type { LogFile } from './log.ts'

/** Below the data directory. */
export function logFolder(dataDir: string): string {
  return path.join(dataDir, 'logs')
}

/** Bytes of one file, and how many there are: NAME.log, NAME.1.log, … the oldest last. */
const LIMIT = 1024 * 1024
const FILES = 4

/**
 * NAME.log in a folder of its own, readable for its owner alone. It is written at once, so that the last line before
 * an end is there, too. A disk that takes no more takes no lines: there is nowhere to say so.
 */
export function openLogFile(folder: string, name: string, limit: number = LIMIT): LogFile {
  const numbered = (number: number): string =>
    path.join(folder, number === 0 ? `${name}.log` : `${name}.${number}.log`)
  const file = numbered(0)
  let size = prepare(folder, file)

  const rotate = (): void => {
    rmSync(numbered(FILES - 1), { force: true })
    for (let number = FILES - 2; number >= 0; number--) {
      try {
        renameSync(numbered(number), numbered(number + 1))
      } catch {
        // It was not there: fewer lines were written so far.
      }
    }
    size = 0
  }
  return {
    append(line) {
      const bytes = Buffer.byteLength(line)
      try {
        if (size > 0 && size + bytes > limit) rotate()
        appendFileSync(file, line, { mode: 0o600 })
        size += bytes
      } catch {
        // See above.
      }
    },
  }
}

/** Its size so far. */
function prepare(folder: string, file: string): number {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const { size } = statSync(file)
    chmodSync(file, 0o600)
    return size
  } catch {
    return 0
  }
}

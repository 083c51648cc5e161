import { closeSync, mkdirSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/** Ids of items in the order in which they were found, in a file that nobody needs after this process. */
export interface MatchFile {
  readonly length: number
  add(ids: readonly number[]): void
  read(offset: number, limit: number): number[]
  close(): void
}

const WIDTH = Float64Array.BYTES_PER_ELEMENT

function matchesDir(dir: string): string {
  return join(dir, 'matches')
}

/** What a process that was killed left. */
export function removeMatches(dir: string): void {
  rmSync(matchesDir(dir), { recursive: true, force: true })
}

export function openMatchFile(dir: string, name: string): MatchFile {
  mkdirSync(matchesDir(dir), { recursive: true, mode: 0o700 })
  const path = join(matchesDir(dir), name)
  const file = openSync(path, 'w+', 0o600)
  let length = 0
  return {
    get length() {
      return length
    },
    add(ids) {
      if (ids.length === 0) return
      const bytes = new Uint8Array(Float64Array.from(ids).buffer)
      writeSync(file, bytes, 0, bytes.length, length * WIDTH)
      length += ids.length
    },
    read(offset, limit) {
      const ids = new Float64Array(Math.max(0, Math.min(limit, length - offset)))
      if (ids.length > 0) readSync(file, new Uint8Array(ids.buffer), 0, ids.length * WIDTH, offset * WIDTH)
      return [...ids]
    },
    close() {
      closeSync(file)
      rmSync(path, { force: true })
    },
  }
}

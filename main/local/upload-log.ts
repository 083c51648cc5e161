import { appendFile, readFile, writeFile } from 'node:fs/promises'
import type { Part } from '../engine/storage.ts'

/**
 * What is known of a file that is written in parts, in a small file beside it: so that a process that is killed loses
 * no part that it had. Each line is one fact in JSON; one that was cut off by a kill is no line.
 */
export interface UploadState {
  readonly key: string
  /** Milliseconds. */
  readonly initiatedAt: number
  /** Of the file that the parts are written into; one that was put in its place is not ours. */
  ino: string | undefined
  readonly parts: Map<number, PlacedPart>
}
export interface PlacedPart extends Part {
  readonly offset: number
}

type Line =
  | { readonly is: 'begun'; readonly key: string; readonly at: number }
  | { readonly is: 'file'; readonly ino: string }
  | ({ readonly is: 'part' } & PlacedPart)
  /** It is being written anew: what was told of it counts no more. */
  | { readonly is: 'again'; readonly part: number }

export async function beginLog(path: string, key: string, at: number): Promise<UploadState> {
  const line: Line = { is: 'begun', key, at }
  await writeFile(path, JSON.stringify(line), { flag: 'wx', flush: true })
  return { key, initiatedAt: at, ino: undefined, parts: new Map() }
}

/** Each begins a line of its own, also behind one that was cut off. */
export async function addToLog(path: string, line: Exclude<Line, { is: 'begun' }>): Promise<void> {
  await appendFile(path, `\n${JSON.stringify(line)}`)
}

/** Undefined for what is no log. Rejects with the system's error where it is not there. */
export async function readLog(path: string): Promise<UploadState | undefined> {
  let state: UploadState | undefined
  for (const text of (await readFile(path, 'utf8')).split('\n')) {
    const line = lineOf(text)
    if (line?.is === 'begun')
      state ??= { key: line.key, initiatedAt: line.at, ino: undefined, parts: new Map() }
    if (!line || !state) continue
    if (line.is === 'file') state.ino = line.ino
    if (line.is === 'again') state.parts.delete(line.part)
    if (line.is === 'part') {
      const { is: _, ...part } = line
      state.parts.set(line.part, part)
    }
  }
  return state
}

function lineOf(text: string): Line | undefined {
  try {
    const line = JSON.parse(text) as unknown
    return isLine(line) ? line : undefined
  } catch {
    return undefined
  }
}

function isLine(value: unknown): value is Line {
  if (typeof value !== 'object' || value === null) return false
  const line = value as Record<string, unknown>
  switch (line['is']) {
    case 'begun':
      return typeof line['key'] === 'string' && typeof line['at'] === 'number'
    case 'file':
      return typeof line['ino'] === 'string'
    case 'again':
      return Number.isInteger(line['part'])
    case 'part':
      return (
        ['part', 'size', 'offset'].every((name) => Number.isSafeInteger(line[name])) &&
        typeof line['etag'] === 'string'
      )
    default:
      return false
  }
}

import { closeSync, fstatSync, ftruncateSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { decodeMutation, encodeMutation } from './journal-line.ts'
import type { Kept } from './settings.ts'

/** Keeps mutations so that they outlive the process, in the order in which they were made. */
export interface Journal {
  /**
   * Readies what is to be kept and returns what appends it. The large bodies are written here, so what can fail has
   * failed before the change is made.
   */
  prepare(kept: Kept): () => void
  /** Hands everything appended so far to the operating system. */
  flush(): void
  close(): void
}

function nothing(): void {
  // A playground that is gone with its process keeps nothing.
}

/** For a playground that is gone with its process. */
export const NO_JOURNAL: Journal = {
  prepare: () => nothing,
  flush: nothing,
  close: nothing,
}

const READ_BYTES = 1024 * 1024

/**
 * Opens the journal of `dir`, hands everything in it to `replay`, and appends from there. A last line
 * that a crash cut off is dropped: its answer was never sent.
 * @throws Error naming the line that cannot be read
 */
export function openJournal(dir: string, replay: (kept: Kept) => void): Journal {
  const bodies = join(dir, 'bodies')
  mkdirSync(bodies, { recursive: true, mode: 0o700 })
  const file = openSync(join(dir, 'journal.jsonl'), 'a+', 0o600)
  ftruncateSync(
    file,
    replayLines(file, (line) => replay(decodeMutation(line, bodies))),
  )
  return new FileJournal(file, bodies)
}

/** Hands each whole line to `take` and returns where the last of them ends. */
function replayLines(file: number, take: (line: string) => void): number {
  const buffer = Buffer.allocUnsafe(READ_BYTES)
  const { size } = fstatSync(file)
  let rest: Buffer = Buffer.alloc(0)
  let lineNumber = 0
  for (let position = 0; position < size;) {
    const count = readSync(file, buffer, 0, READ_BYTES, position)
    if (count === 0) break
    position += count
    const bytes = Buffer.concat([rest, buffer.subarray(0, count)])
    let start = 0
    for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, start)) {
      lineNumber += 1
      takeLine(take, bytes.toString('utf8', start, end), lineNumber)
      start = end + 1
    }
    rest = bytes.subarray(start)
  }
  return size - rest.length
}

function takeLine(take: (line: string) => void, line: string, lineNumber: number): void {
  try {
    take(line)
  } catch (error) {
    throw new Error(`line ${lineNumber} of the playground's journal cannot be read`, { cause: error })
  }
}

class FileJournal implements Journal {
  readonly #file: number
  readonly #bodies: string
  #lines: string[] = []
  /** What is still to be written: a write that failed is tried again, so no line is ever left torn. */
  #unwritten: Buffer = Buffer.alloc(0)

  constructor(file: number, bodies: string) {
    this.#file = file
    this.#bodies = bodies
  }

  prepare(kept: Kept): () => void {
    const line = encodeMutation(kept, this.#bodies)
    return () => this.#lines.push(line)
  }

  close(): void {
    this.flush()
    closeSync(this.#file)
  }

  flush(): void {
    if (this.#lines.length === 0 && this.#unwritten.length === 0) return
    const added = this.#lines.map((line) => `${line}\n`).join('')
    this.#lines = []
    this.#unwritten = Buffer.concat([this.#unwritten, Buffer.from(added)])
    while (this.#unwritten.length > 0) {
      this.#unwritten = this.#unwritten.subarray(writeSync(this.#file, this.#unwritten))
    }
  }
}

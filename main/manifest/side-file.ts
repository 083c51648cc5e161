import { mkdir, open, truncate, type FileHandle } from 'node:fs/promises'
import path from 'node:path'
import type { BadRecord } from './manifest.ts'
import { defused } from '#model/formula.ts'
import { DecantError } from '#model/failure.ts'

const HEADING = 'Line,Reason,Row\r\n'

/** The rows of a manifest that a job could not use, as CSV. There is none as long as there are none. */
export class SideFile {
  readonly path: string
  #handle: FileHandle | undefined
  #bytes = 0

  constructor(file: string) {
    this.path = file
  }

  /** Goes on behind so many bytes; what an interrupted run wrote after them is written again. */
  async begin(bytes: number): Promise<void> {
    this.#bytes = bytes
    if (bytes > 0) await saved(() => truncate(this.path, bytes))
  }

  /** How long it is with these; they are on the disk. */
  async add(bad: readonly BadRecord[]): Promise<number> {
    if (bad.length === 0) return this.#bytes
    const text = (this.#bytes === 0 ? HEADING : '') + bad.map(toLine).join('')
    const bytes = Buffer.from(text)
    await saved(async () => {
      const handle = (this.#handle ??= await this.#open())
      await handle.write(bytes, 0, bytes.length, this.#bytes)
      await handle.datasync()
    })
    this.#bytes += bytes.length
    return this.#bytes
  }

  async close(): Promise<void> {
    await this.#handle?.close()
    this.#handle = undefined
  }

  async #open(): Promise<FileHandle> {
    await mkdir(path.dirname(this.path), { recursive: true, mode: 0o700 })
    return open(this.path, this.#bytes === 0 ? 'w' : 'r+', 0o600)
  }
}

/** As RFC 4180 has it, for people: with an apostrophe before what a spreadsheet would take for a formula. */
function toLine({ line, reason, row }: BadRecord): string {
  return `${line},${quoted(defused(reason))},${quoted(defused(row))}\r\n`
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`
}

async function saved<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException
    const message = `The rows of the manifest that make no sense could not be written down (${code}).`
    throw new DecantError({ code: 'storage-full', reach: 'job', message }, { cause: error })
  }
}

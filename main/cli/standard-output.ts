import { createReadStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { visibleControls } from '#model/visible.ts'

/** Has a file written where nobody sees it, and puts out its text. To a terminal controls are shown, not said. */
export async function toStandardOutput(write: (file: string) => Promise<unknown>): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'decant-out-'))
  try {
    const file = path.join(folder, 'out')
    await write(file)
    const said = process.stdout.isTTY ? visibleControls : (text: string): string => text
    for await (const piece of createReadStream(file, 'utf8'))
      if (!process.stdout.write(said(piece as string)))
        await new Promise((resolve) => process.stdout.once('drain', resolve))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

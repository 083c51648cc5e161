import { createReadStream } from 'node:fs'
import { randomUUID } from 'node:crypto'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { openSession, type CliContext } from './session.ts'
import { UsageError } from './usage.ts'

/** Characters of a piece; a message between processes takes no more than a few millions of them. */
const PIECE = 1_000_000

/** `decant jobs --import FILE`: the record of a job, whole or not at all. Prints the job's id. */
export async function importRecord(file: string, context: CliContext): Promise<number> {
  const session = await openSession(context)
  const id = randomUUID()
  const send = (text: string, last: boolean) => session.client.call('jobs.importRecord', { id, text, last })
  try {
    let held = ''
    const decoder = new TextDecoder()
    await pipeline(createReadStream(file), createGunzip(), async (chunks: AsyncIterable<Uint8Array>) => {
      for await (const chunk of chunks) {
        held += decoder.decode(chunk, { stream: true })
        if (held.length < PIECE) continue
        await send(held, false)
        held = ''
      }
    }).catch((error: unknown) => unreadable(file, error))
    const job = await send(held + decoder.decode(), true)
    process.stdout.write(`${job?.id ?? ''}\n`)
    return 0
  } finally {
    await session.close()
  }
}

function unreadable(file: string, error: unknown): never {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') throw new UsageError(`--import: there is no file ${file}`)
  if (code?.startsWith('Z_'))
    throw new UsageError(`--import: ${file} is no record of a job, or is cut off: ${code}`)
  throw error
}

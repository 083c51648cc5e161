import type { Client } from '#contract/client.ts'
import { DecantError } from '#model/failure.ts'
import type { JobSnapshot } from '#model/job.ts'

/** Characters of a piece. */
const PIECE = 1_000_000

/** Hands a job's record to the core, piece by piece, without its gzip; the job. Rejects with a sentence. */
export async function importRecord(client: Client, file: Blob): Promise<JobSnapshot> {
  const id = crypto.randomUUID()
  const send = (text: string, last: boolean) => client.call('jobs.importRecord', { id, text, last })
  let held = ''
  for await (const text of texts(file)) {
    held += text
    if (held.length < PIECE) continue
    await send(held, false)
    held = ''
  }
  const job = await send(held, true)
  if (job === undefined) throw notOne()
  return job
}

async function* texts(file: Blob): AsyncGenerator<string> {
  const reader = file.stream().pipeThrough(new DecompressionStream('gzip')).getReader()
  const decoder = new TextDecoder()
  for (;;) {
    const { done, value } = await reader.read().catch(() => Promise.reject(notOne()))
    if (done) return yield decoder.decode()
    yield decoder.decode(value, { stream: true })
  }
}

function notOne(): DecantError {
  const message = 'This file is no record of a job, or it is cut off.'
  return new DecantError({ code: 'bad-input', reach: 'item', message })
}

import type { Client } from '#contract/client.ts'
import { toFailure } from '#model/failure.ts'

/** Holds everything that runs or waits for its turn. */
export async function pauseAll(client: Client): Promise<void> {
  await each(client, 'jobs.pause', (is) => is === 'running' || is === 'planning' || is === 'queued')
}

/** Lets everything go on that is held, by hand or because something was missing: what still is, says so again. */
export async function resumeAll(client: Client): Promise<void> {
  await each(client, 'jobs.resume', (is) => is === 'paused')
}

async function each(
  client: Client,
  method: 'jobs.pause' | 'jobs.resume',
  chosen: (status: string) => boolean,
): Promise<void> {
  try {
    for (const { id, status, draft } of await client.call('jobs.list', {}))
      // One that came to its end meanwhile refuses, and needs nothing.
      if (!draft && chosen(status.is)) await client.call(method, { id }).catch(() => {})
  } catch (error) {
    console.warn(`${method}: ${toFailure(error).message}`)
  }
}

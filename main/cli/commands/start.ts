import type { Client } from '#contract/client.ts'
import type { JobSnapshot } from '#model/job.ts'
import { COMMON_OPTIONS, readArguments, takePositionals } from '../arguments.ts'
import { watchOptions, type EntryContext } from '../context.ts'
import { UsageError } from '../usage.ts'
import { runJob } from '../watch.ts'

/** `decant start JOBID`: a plan that was saved is carried out. */
export async function start(args: readonly string[], context: EntryContext): Promise<number> {
  const { values, positionals } = readArguments(args, { ...COMMON_OPTIONS, now: { type: 'boolean' } })
  const [id] = takePositionals(positionals, 'JOBID')
  const when = values.now === true ? 'now' : 'queue'
  return runJob(watchOptions(context, values), ({ client }) => begin(client, id, when))
}

async function begin(client: Client, id: string, when: 'now' | 'queue'): Promise<JobSnapshot> {
  const { status } = (await client.call('jobs.get', { id })).snapshot
  if (status.is === 'ready' || status.is === 'planning') return client.call('jobs.start', { id, when })
  throw new UsageError(`JOBID: ${id} is ${status.is}, and no plan that waits for its start.`)
}

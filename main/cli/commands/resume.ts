import type { Client } from '#contract/client.ts'
import { DecantError } from '#model/failure.ts'
import { isFinished, type JobSnapshot } from '#model/job.ts'
import {
  BUDGET_OPTIONS,
  COMMON_OPTIONS,
  readArguments,
  STORE_OPTIONS,
  takePositionals,
} from '../arguments.ts'
import { budgetOption } from '../budget-options.ts'
import { watchOptions, type EntryContext } from '../context.ts'
import { takeSeat } from '../seat.ts'
import { UsageError } from '../usage.ts'
import { followJobs, runJob } from '../watch.ts'

/** `decant resume JOBID` and `decant resume --all`. */
export async function resume(args: readonly string[], context: EntryContext): Promise<number> {
  const { values, positionals } = readArguments(args, {
    ...{ ...COMMON_OPTIONS, ...BUDGET_OPTIONS, ...STORE_OPTIONS },
    all: { type: 'boolean' },
  })
  const store = Object.keys(values).find((name) => name in STORE_OPTIONS)
  if (store !== undefined)
    throw new UsageError(
      `--${store}: a job has its stores and keys from when it was made: leave it out, or make the job anew`,
    )
  const budget = budgetOption(values)
  const options = watchOptions(context, values)
  if (values.all !== true) {
    const [id] = takePositionals(positionals, 'JOBID (or --all)')
    return runJob(options, async ({ client }) => {
      if (budget) await client.call('jobs.budget', { id, budget })
      return wake(client, id)
    })
  }
  if (budget) throw new UsageError('--max-requests and --budget-usd are of one job: name a JOBID, not --all')
  if (positionals.length > 0) throw new UsageError(`"${positionals[0]}": give a JOBID or --all, not both.`)
  // The directory is kept from the first look to the last job: given up in between, all of them would stop for it.
  const seat = await takeSeat(options.context)
  try {
    const ids = await seat.ask(({ client }) => wakeAll(client))
    if (ids.length === 0 && !options.json) options.screen.result('There is nothing to go on with.')
    return await followJobs(seat, ids, options)
  } finally {
    await seat.close()
  }
}

async function wake(client: Client, id: string): Promise<JobSnapshot> {
  const job = await snapshotOf(client, id)
  if (job.status.is === 'ready')
    throw new UsageError(`JOBID: ${id} is a plan that nobody has started; decant start ${id} does.`)
  // Whatever else is unfinished goes on by itself as soon as the directory has an owner.
  return job.status.is === 'paused' && job.status.reason !== 'interrupted'
    ? client.call('jobs.resume', { id }).catch((error: unknown) => goingAlready(client, id, error))
    : job
}

/** Between the look and the call it may have gone on by itself: then all is well. */
async function goingAlready(client: Client, id: string, error: unknown): Promise<JobSnapshot> {
  const now = await snapshotOf(client, id)
  if (now.status.is !== 'paused' && error instanceof DecantError) return now
  throw error
}

async function snapshotOf(client: Client, id: string): Promise<JobSnapshot> {
  return (await client.call('jobs.get', { id })).snapshot
}

/** Such a job did not stop: a plan that is kept waits for somebody to start it, one with a time starts by itself. */
function waitsForSomebodyOrItsTime(status: JobSnapshot['status']): boolean {
  return status.is === 'ready' || (status.is === 'paused' && status.reason === 'schedule')
}

async function wakeAll(client: Client): Promise<string[]> {
  const jobs = await client.call('jobs.list', {})
  const unfinished = jobs.filter(
    ({ status, draft }) => !draft && !isFinished(status) && !waitsForSomebodyOrItsTime(status),
  )
  for (const { id, status } of unfinished) {
    // Only a larger budget lets it go on, and that is given to one job by its name.
    if (status.is !== 'paused' || status.reason !== 'budget') await wake(client, id)
  }
  const owing = await Promise.all(
    jobs.filter(({ status }) => isFinished(status)).map((job) => owes(client, job)),
  )
  return [...unfinished, ...owing.flat()].map(({ id }) => id)
}

/** Of a job that is over: whether its report or its webhook is still due. */
async function owes(client: Client, job: JobSnapshot): Promise<JobSnapshot[]> {
  const { delivery, told } = await client.call('jobs.get', { id: job.id })
  return delivery?.is === 'due' || told?.is === 'due' ? [job] : []
}

import type { Client } from '#contract/client.ts'
import type { JobSnapshot } from '#model/job.ts'
import { COMMON_OPTIONS, flag, readArguments, takePositionals, text, type Options } from '../arguments.ts'
import { watchOptions, type EntryContext } from '../context.ts'
import { startMoment } from '../orders.ts'
import { openSession } from '../session.ts'
import { UsageError } from '../usage.ts'
import { wholeNumber } from '../values.ts'
import { summary } from '../words.ts'

const TEXT = { type: 'string' } as const
const FLAG = { type: 'boolean' } as const
const OPTIONS = { ...COMMON_OPTIONS, before: TEXT, last: FLAG, priority: TEXT, at: TEXT, now: FLAG } as const

type Act = (client: Client, id: string) => Promise<JobSnapshot>

/** `decant queue JOBID`: its place among those that wait, its priority, its moment. */
export async function queue(args: readonly string[], context: EntryContext): Promise<number> {
  const { values, positionals } = readArguments(args, OPTIONS)
  const [id] = takePositionals(positionals, 'JOBID')
  const acts = actsOf(values, Date.now())
  if (acts.length === 0) throw new UsageError('Say --before JOBID, --last, --priority N, --at TIME or --now.')
  const { context: place, screen, json } = watchOptions(context, values)
  const session = await openSession(place)
  try {
    let job: JobSnapshot | undefined
    for (const act of acts) job = await act(session.client, id)
    if (job !== undefined) screen.result(json ? JSON.stringify(told(job)) : summary(job))
    return 0
  } finally {
    await session.close()
  }
}

function actsOf(options: Options, now: number): Act[] {
  const acts: Act[] = []
  const rank = text(options, 'priority')
  const before = text(options, 'before')
  const at = text(options, 'at')
  const places = [before !== undefined, flag(options, 'last'), at !== undefined, flag(options, 'now')]
  if (places.filter(Boolean).length > 1) {
    throw new UsageError('--before, --last, --at and --now: only one of them at a time')
  }
  if (rank !== undefined) {
    const priority = wholeNumber('priority', rank, 0, 100)
    acts.push((client, id) => client.call('jobs.priority', { id, priority }))
  }
  if (before !== undefined) acts.push((client, id) => client.call('jobs.move', { id, before }))
  if (flag(options, 'last')) acts.push((client, id) => client.call('jobs.move', { id, before: null }))
  if (at !== undefined) {
    const moment = startMoment('at', at, now)
    acts.push((client, id) => client.call('jobs.schedule', { id, at: moment }))
  }
  if (flag(options, 'now')) acts.push((client, id) => client.call('jobs.start', { id, when: 'now' }))
  return acts
}

function told({ id, status, priority, queuePlace, startAt }: JobSnapshot): Record<string, unknown> {
  return {
    ...{ jobId: id, status: status.is, priority, queuePlace },
    startAt: startAt === undefined ? undefined : new Date(startAt).toISOString(),
  }
}

import { isFinished, type JobSnapshot } from '#model/job.ts'
import { untilDone } from './afterwards.ts'
import type { Screen } from './screen.ts'
import { isGone, takeSeat, type Seat } from './seat.ts'
import type { CliContext, Session } from './session.ts'
import {
  exitCode,
  failureLines,
  jsonResult,
  manyHint,
  pauseSentence,
  progressLine,
  summary,
} from './words.ts'

export interface WatchOptions {
  readonly context: CliContext
  readonly screen: Screen
  readonly json: boolean
  readonly quiet: boolean
}

/**
 * Has a job made or woken by `begin`, and stays with it until it ends or needs a person. Ctrl+C pauses it. Gives
 * the exit code. Where the work was another process's and that one is gone, takes the work over.
 */
export async function runJob(
  options: WatchOptions,
  begin: (session: Session) => Promise<JobSnapshot>,
): Promise<number> {
  const seat = await takeSeat(options.context)
  const interrupt = interruption()
  try {
    return await follow(seat, await begin(seat.session), options, interrupt.signal)
  } finally {
    await seat.close()
    interrupt.off()
  }
}

/** The same with jobs that are there already, one after the other: gives the worst of their exit codes. */
export async function followJobs(seat: Seat, ids: readonly string[], options: WatchOptions): Promise<number> {
  const interrupt = interruption()
  let worst = 0
  try {
    for (const id of ids) {
      const { snapshot } = await seat.ask(({ client }) => client.call('jobs.get', { id }))
      worst = Math.max(worst, await follow(seat, snapshot, options, interrupt.signal))
    }
    return worst
  } finally {
    interrupt.off()
  }
}

async function follow(
  seat: Seat,
  { id, title }: JobSnapshot,
  { screen, json, quiet }: WatchOptions,
  interrupted: AbortSignal,
): Promise<number> {
  if (!quiet && !json) screen.say(`Job ${id}: ${title}`)
  let end = await watch(seat.session, id, screen, interrupted)
  while (end === 'lost') {
    // It was under way when its process was lost: whoever opens the directory goes on with it.
    await seat.renew()
    end = await watch(seat.session, id, screen, interrupted)
  }
  const job = end
  if (isFinished(job.status)) await seat.ask((session) => untilDone(session, id, screen, interrupted))
  const { spec, requests, notes, failures } = await seat.ask(({ client }) => client.call('jobs.get', { id }))
  for (const line of [...notes, ...failureLines(job, failures)]) screen.say(line)
  const hint = manyHint(spec, failures)
  if (hint !== undefined) screen.say(hint)
  if (json) screen.result(jsonResult(job, requests))
  else if (quiet) screen.clear()
  else screen.result(summary(job))
  return exitCode(job)
}

/** The snapshot with which it ended, or stopped in a way that this command cannot mend. */
async function watch(
  { client, lost }: Session,
  id: string,
  screen: Screen,
  interrupted: AbortSignal,
): Promise<JobSnapshot | 'lost'> {
  let latest: JobSnapshot | undefined
  let said = ''
  let settle: (end: JobSnapshot | 'lost') => void = () => {}
  const ended = new Promise<JobSnapshot | 'lost'>((resolve) => (settle = resolve))
  const look = (job: JobSnapshot): void => {
    if (latest && job.revision < latest.revision) return
    latest = job
    screen.progress((width) => progressLine(job, width))
    const waits = job.status.is === 'paused' ? pauseSentence(job.status, job.startAt) : ''
    if (waits !== said && goesOnByItself(job)) screen.say(waits)
    said = waits
    const rests = isFinished(job.status) || (job.status.is === 'paused' && !goesOnByItself(job))
    if (rests && job.marking === undefined) settle(job)
  }
  const pause = (): void => {
    client.call('jobs.pause', { id }).catch(() => {
      // Finished just now, or paused already: what `look` sees counts.
    })
  }
  const unsubscribe = client.on('jobs.changed', ({ jobs }) => {
    const job = jobs.find((changed) => changed.id === id)
    if (job) look(job)
  })
  interrupted.addEventListener('abort', pause)
  void lost.then(() => settle('lost'))
  try {
    look((await client.call('jobs.get', { id })).snapshot)
    if (interrupted.aborted) pause()
    return await ended
  } catch (error) {
    if (isGone(error)) return 'lost'
    throw error
  } finally {
    unsubscribe()
    interrupted.removeEventListener('abort', pause)
  }
}

/** Pauses that end without a person; the command stays. */
function goesOnByItself({ status }: JobSnapshot): boolean {
  return (
    status.is === 'paused' &&
    (status.reason === 'offline' ||
      status.reason === 'schedule' ||
      status.reason === 'interrupted' ||
      status.reason === 'restore')
  )
}

/** Milliseconds in which a second signal is still the first one: the writer of the settings file sends it again. */
const ECHO = 300

/** The first Ctrl+C asks for a pause; a second one does not wait for it. */
function interruption(): { signal: AbortSignal; off(): void } {
  const controller = new AbortController()
  let first = 0
  const onSignal = (): void => {
    if (!controller.signal.aborted) first = Date.now()
    else if (Date.now() - first > ECHO) process.exit(130)
    controller.abort()
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  return {
    signal: controller.signal,
    off() {
      process.off('SIGINT', onSignal)
      process.off('SIGTERM', onSignal)
    },
  }
}

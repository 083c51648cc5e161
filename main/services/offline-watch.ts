import type { JobSnapshot } from '#model/job.ts'
import type { Seams } from '#model/seams.ts'
import type { Jobs } from '../jobs/api.ts'
import type { Connections } from './connections.ts'

/** Milliseconds between two looks at a connection that is offline; it grows while nothing changes. */
const FIRST_WAIT = 1000
const LONGEST_WAIT = 10_000

export interface OfflineWatchOptions {
  readonly connections: Connections
  readonly jobs: Pick<Jobs, 'onChange' | 'wake'>
  readonly seams: Pick<Seams, 'after'>
}

/**
 * Offline is a state that ends by itself: connections that were seen offline are asked again until they answer,
 * and jobs that wait for them are told. A job that goes offline has its connections looked at, too.
 */
export function watchOffline({ connections, jobs, seams }: OfflineWatchOptions): () => void {
  const stop = new AbortController()
  let wait = FIRST_WAIT
  let cancelTimer: (() => void) | undefined
  const offlineJobs = new Set<string>()

  const probe = async (id: string): Promise<void> => {
    const state = (): string | undefined => connections.list().find((known) => known.id === id)?.state
    const before = state()
    if (before === undefined) return
    await connections.reach(id, stop.signal).catch(() => {})
    if (before === 'offline' && state() === 'ready') jobs.wake(id)
  }
  const offline = (): string[] =>
    connections
      .list()
      .filter(({ state }) => state === 'offline')
      .map(({ id }) => id)

  const schedule = (): void => {
    if (stop.signal.aborted || cancelTimer || offline().length === 0) return
    cancelTimer = seams.after(wait, () => void look())
    wait = Math.min(wait * 2, LONGEST_WAIT)
  }
  const look = async (): Promise<void> => {
    await Promise.all(offline().map(probe))
    cancelTimer = undefined
    if (offline().length === 0) wait = FIRST_WAIT
    schedule()
  }
  const hearJob = ({ id, status, sources, destinations }: JobSnapshot): void => {
    const isOffline = status.is === 'paused' && status.reason === 'offline'
    if (!isOffline) return void offlineJobs.delete(id)
    if (offlineJobs.has(id)) return
    offlineJobs.add(id)
    const ids = new Set([...sources, ...destinations].map(({ connectionId }) => connectionId))
    for (const connection of ids) void probe(connection)
  }

  const offConnections = connections.onChange(schedule)
  const offJobs = jobs.onChange((change) => {
    change.jobs.forEach(hearJob)
    for (const id of change.removed) offlineJobs.delete(id)
  })
  return () => {
    stop.abort()
    cancelTimer?.()
    offConnections()
    offJobs()
  }
}

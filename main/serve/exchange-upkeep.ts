import { readdir } from 'node:fs/promises'
import path from 'node:path'
import type { Client } from '#contract/client.ts'
import type { JobSnapshot } from '#model/job.ts'
import type { Seams } from '#model/seams.ts'
import { LOCAL_CONNECTION } from '#model/local.ts'
import type { Exchange } from './exchange.ts'

/** Between two looks, in milliseconds. */
const EVERY = 30_000
/** A folder that no job names may be one whose files still come, or whose sheet is planned anew: milliseconds of quiet. */
const PATIENCE = 15 * 60_000
/** A browser that fetched something may ask once more. */
const FETCHED = 10 * 60_000

export interface Upkeep {
  /** A browser has all of it. */
  fetched(folder: string): void
  /** Looks now; what nobody needs is removed. */
  sweep(): Promise<void>
  stop(): Promise<void>
}

type Job = Pick<JobSnapshot, 'sources' | 'destinations' | 'status' | 'draft' | 'tally'>

/**
 * Removes the folders of the exchange when they have done their work. Which job needs which, the jobs themselves tell;
 * so those that nobody needs are known after a start, too.
 */
export function keepExchange(
  exchange: Exchange,
  client: Client,
  seams: Pick<Seams, 'now' | 'after'>,
): Upkeep {
  let jobs: Map<string, Job> | undefined
  const fetched = new Map<string, number>()
  const begun = seams.now()
  let sweeping: Promise<void> = Promise.resolve()
  let cancel = (): void => {}
  let stopped = false

  const load = async (): Promise<void> => {
    const all = await client.call('jobs.list', {})
    jobs = new Map(all.map((job) => [job.id, job]))
  }
  const look = async (): Promise<void> => {
    if (jobs === undefined) return
    const all = [...jobs.values()]
    for (const folder of await foldersOf(exchange.uploads)) {
      const verdict = needOf(folder, all, 'sources')
      if (verdict === 'needed') exchange.touch(folder)
      else if (verdict === 'done' || isQuiet(folder)) await exchange.remove(folder)
    }
    for (const folder of await foldersOf(exchange.downloads)) {
      const at = fetched.get(folder)
      const verdict = needOf(folder, all, 'destinations')
      if (verdict !== 'unknown') exchange.touch(folder)
      const over = at !== undefined && seams.now() - at > FETCHED && verdict !== 'needed'
      if (over || (verdict === 'unknown' && isQuiet(folder))) await exchange.remove(folder)
    }
  }
  /** Nobody of this run had to do with it lately; one of an earlier run is an orphan. */
  const isQuiet = (folder: string): boolean => {
    const last = exchange.lastUse(folder)
    return last === undefined ? seams.now() >= begun : seams.now() - last > PATIENCE
  }
  const sweep = (): Promise<void> => {
    sweeping = sweeping.then(look).catch((error: unknown) => console.warn('The exchange:', error))
    return sweeping
  }
  const again = (): void => {
    if (stopped) return
    cancel = seams.after(EVERY, () => void sweep().then(again))
  }
  const start = (): Promise<void> => load().then(sweep, () => {})

  const off = [
    client.on('jobs.changed', (change) => {
      if (jobs === undefined) return
      for (const id of change.removed) {
        // The sheet plans anew: the next draft may not be known yet.
        for (const { bucket } of jobs.get(id)?.sources.filter(isLocalLabel) ?? []) exchange.touch(bucket)
        jobs.delete(id)
      }
      let over = change.removed.length > 0
      for (const job of change.jobs) {
        jobs.set(job.id, job)
        over ||= needsExchange(job) && ['completed', 'cancelled'].includes(job.status.is)
      }
      if (over) void sweep()
    }),
    // Events were lost with the core: what it says now counts.
    client.on('core.changed', ({ state }) => {
      if (state === 'up') void start()
    }),
  ]
  void start()
  again()
  return {
    fetched: (folder) => void fetched.set(folder, seams.now()),
    sweep,
    async stop() {
      stopped = true
      cancel()
      for (const end of off) end()
      await sweeping
      for (const folder of fetched.keys()) await exchange.remove(folder)
    },
  }
}

/**
 * What the jobs say of a folder.
 *
 * | a job that names it                         | as a source | as a destination   |
 * |---------------------------------------------|-------------|--------------------|
 * | a draft, or not over                        | needed      | needed             |
 * | over, with failures: they can be retried    | needed      | kept               |
 * | cancelled, or completed without failures    | done        | kept: to be fetched|
 * | none                                        | unknown     | unknown            |
 */
export function needOf(
  folder: string,
  jobs: readonly Job[],
  as: 'sources' | 'destinations',
): 'needed' | 'kept' | 'done' | 'unknown' {
  const naming = jobs.filter((job) => job[as].some((place) => isIn(folder, place)))
  if (naming.length === 0) return 'unknown'
  if (naming.some(({ draft, status }) => draft || !isOver(status))) return 'needed'
  if (as === 'destinations') return 'kept'
  const retried = naming.some(({ status, tally }) => status.is === 'failed' || tally.failed.items > 0)
  return retried && !naming.every(({ status }) => status.is === 'cancelled') ? 'needed' : 'done'
}

function isOver({ is }: Job['status']): boolean {
  return is === 'completed' || is === 'cancelled' || is === 'failed'
}

function needsExchange({ sources, destinations }: Job): boolean {
  return [...sources, ...destinations].some(isLocalLabel)
}

function isLocalLabel({ connectionId }: Job['sources'][number]): boolean {
  return connectionId === LOCAL_CONNECTION.id
}

function isIn(folder: string, place: Job['sources'][number]): boolean {
  return isLocalLabel(place) && (place.bucket === folder || place.bucket.startsWith(folder + path.sep))
}

async function foldersOf(root: string): Promise<string[]> {
  const found = await readdir(root, { withFileTypes: true }).catch(() => [])
  return found
    .filter((one) => one.isDirectory() && !one.name.startsWith('.'))
    .map(({ name }) => path.join(root, name))
}

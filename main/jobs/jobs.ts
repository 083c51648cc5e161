import type { Jobs, OpenJobs } from './api.ts'
import { JobKeeper } from './keeper.ts'
import { betterQueue } from './queue.ts'
import type { MakeQueue } from './queue.ts'
import { openStore } from './store/store.ts'

/** Opens the jobs of a data directory that this process owns. Those that ran when the last one ended go on. */
export function openJobs(options: OpenJobs): Promise<Jobs> {
  return openJobsWith(options, betterQueue)
}

/** The same with another queue: better-queue runs on timers of its own, which the simulator cannot turn. */
export async function openJobsWith(options: OpenJobs, makeQueue: MakeQueue): Promise<Jobs> {
  const store = openStore(options.dir, 'write')
  try {
    const keeper = new JobKeeper(options, store, makeQueue)
    keeper.recover()
    return keeper
  } catch (error) {
    store.close()
    throw error
  }
}

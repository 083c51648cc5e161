import type { Jobs } from '../../main/jobs/api.ts'
import { openJobsWith } from '../../main/jobs/jobs.ts'
import type { Store } from '../../main/jobs/store/store.ts'
import { MemoryStorage } from '../helpers/memory-storage.ts'
import { noKeys } from '../helpers/specs.ts'
import type { Disk } from './disk.ts'
import { turnedQueue } from './queue.ts'
import { COPY_LIMIT } from './world.ts'
import type { World } from './world.ts'

/** One process from its start to its end, or to its SIGKILL. */
export interface Life {
  readonly jobs: Jobs
  /** Its journal, as somebody else reads it: what is committed. */
  readonly journal: Store
  readonly startedAt: number
  /**
   * It does nothing any more, and the next life finds what was on its disk: the transactions that were committed. What
   * it had sent still lands at the server, or is lost.
   */
  kill(fate: 'lands' | 'lost'): void
  close(): Promise<void>
}

export async function startLife(world: World, disk: Disk): Promise<Life> {
  const branch = world.seams.branch()
  const source = new MemoryStorage(world.source)
  const destination = world.source === world.destination ? source : new MemoryStorage(world.destination)
  const mounted = disk.open()
  const jobs = await openJobsWith(
    {
      dir: mounted.dir,
      seams: branch,
      openStorage: async ({ id }) => (id === 'two' ? destination : source),
      findKey: noKeys,
      jobsAtOnce: 2,
      copyLimit: COPY_LIMIT,
    },
    turnedQueue,
    mounted.store,
  )
  return {
    jobs,
    journal: mounted.seen,
    startedAt: world.seams.now(),
    kill: (fate) => {
      branch.cut()
      source.kill(fate)
      destination.kill(fate)
      mounted.cut()
    },
    close: () => jobs.close(),
  }
}

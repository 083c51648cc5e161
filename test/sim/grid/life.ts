import type { Jobs } from '../../../main/jobs/api.ts'
import { openJobsWith } from '../../../main/jobs/jobs.ts'
import { storeOn } from '../../../main/jobs/store/store.ts'
import type { Store } from '../../../main/jobs/store/store.ts'
import { MemoryStorage } from '../../helpers/memory-storage.ts'
import { noKeys } from '../../helpers/specs.ts'
import type { Disk } from '../disk.ts'
import { turnedQueue } from '../queue.ts'
import { watched } from './door.ts'
import { COPY_LIMIT } from './world.ts'
import type { GridWorld } from './world.ts'

/** One process that works on the jobs, from its start to its death. */
export interface Life {
  readonly jobs: Jobs
  /** As somebody else reads it: what is committed. */
  readonly journal: Store
  kill(fate: 'lands' | 'lost'): void
}

export interface LifeOptions {
  readonly world: GridWorld
  readonly disk: Disk
  /** How far the machine's clock is; milliseconds. */
  readonly ahead: () => number
  /** Before each transaction; what it throws, the journal does. */
  readonly before: (path: string) => void
  readonly committed: (journal: Store) => void
}

export async function openLife({ world, disk, ahead, before, committed }: LifeOptions): Promise<Life> {
  const { seams, servers } = world
  const branch = seams.branch(ahead)
  const storages = {
    one: new MemoryStorage(servers.one),
    two: new MemoryStorage(servers.two),
    local: new MemoryStorage(servers.local),
  }
  const { dir, seen, store, cut } = disk.open()
  let isDead = false
  const db = watched(store.db, {
    isDead: () => isDead,
    before: () => before(store.db.path),
    committed: () => committed(seen),
  })
  const options = {
    ...{ dir, seams: branch, findKey: noKeys, jobsAtOnce: 2, copyLimit: world.copyLimit ?? COPY_LIMIT },
    openStorage: ({ id }: { id: string }) => Promise.resolve(storages[id as keyof typeof storages]),
  }
  const jobs = await openJobsWith(options, turnedQueue, storeOn(db, dir))
  return {
    jobs,
    journal: seen,
    kill: (fate) => {
      branch.cut()
      for (const storage of Object.values(storages)) storage.kill(fate)
      isDead = true
      cut()
    },
  }
}

import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Jobs } from '../../main/jobs/api.ts'
import { openJobsWith } from '../../main/jobs/jobs.ts'
import { DATABASE_FILE } from '../../main/jobs/store/store.ts'
import { MemoryStorage } from '../helpers/memory-storage.ts'
import { turnedQueue } from './queue.ts'
import { COPY_LIMIT } from './world.ts'
import type { World } from './world.ts'
import { noKeys } from '../helpers/specs.ts'

/** In memory where there is such a place: what is lost with the power is not what is tested here. */
const BASE = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

export interface Home {
  /** A data directory of its own for every life. */
  dir(life: number): string
  remove(): void
}

export function makeHome(): Home {
  const base = mkdtempSync(join(BASE, 'decant-sim-'))
  return {
    dir: (life) => {
      const dir = join(base, String(life))
      mkdirSync(dir, { recursive: true })
      return dir
    },
    remove: () => rmSync(base, { recursive: true, force: true }),
  }
}

/** One process from its start to its end, or to its SIGKILL. */
export interface Life {
  readonly jobs: Jobs
  readonly dir: string
  readonly startedAt: number
  /**
   * It does nothing any more, and `next` holds what was on its disk: the transactions that were committed. What it
   * had sent still lands at the server, or is lost.
   */
  kill(fate: 'lands' | 'lost', next: string): void
  close(): Promise<void>
}

export async function startLife(world: World, dir: string): Promise<Life> {
  const branch = world.seams.branch()
  const source = new MemoryStorage(world.source)
  const destination = world.source === world.destination ? source : new MemoryStorage(world.destination)
  const jobs = await openJobsWith(
    {
      dir,
      seams: branch,
      openStorage: async ({ id }) => (id === 'two' ? destination : source),
      findKey: noKeys,
      jobsAtOnce: 2,
      copyLimit: COPY_LIMIT,
    },
    turnedQueue,
  )
  return {
    jobs,
    dir,
    startedAt: world.seams.now(),
    kill: (fate, next) => {
      branch.cut()
      source.kill(fate)
      destination.kill(fate)
      for (const file of [DATABASE_FILE, `${DATABASE_FILE}-wal`]) {
        if (existsSync(join(dir, file))) copyFileSync(join(dir, file), join(next, file))
      }
    },
    close: () => jobs.close(),
  }
}

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { JobSnapshot } from '#model/job.ts'
import { jobSpec } from '#model/spec.ts'
import type { JobFile, JobSpec, PourSpec } from '#model/spec.ts'
import type { Jobs, OpenJobs } from '../../main/jobs/api.ts'
import { openJobsWith } from '../../main/jobs/jobs.ts'
import { MemoryS3 } from '../helpers/memory/server.ts'
import type { MemoryS3Options } from '../helpers/memory/server.ts'
import { MemoryStorage } from '../helpers/memory-storage.ts'
import { noKeys, specOf } from '../helpers/specs.ts'
import { virtualSeams } from '../helpers/virtual-seams.ts'
import type { VirtualSeams } from '../helpers/virtual-seams.ts'
import { turnedQueue } from '../sim/queue.ts'

export const CONNECTION: PourSpec['sources'][0]['connection'] = {
  id: 'here',
  name: 'Here',
  config: {
    endpoint: 'http://127.0.0.1:9000',
    region: 'us-east-1',
    addressing: 'path',
    credentials: { kind: 'environment' },
  },
}

/** A copy of everything under `a/` in `from` to `to`, unless told otherwise. */
export function pour(kind: 'copy' | 'move', more: Partial<JobFile> = {}): PourSpec {
  const source = {
    connection: CONNECTION,
    bucket: 'from',
    select: [{ kind: 'prefix', prefix: 'a/' }],
    base: 'a/',
  }
  const destination = { connection: CONNECTION, bucket: 'to', prefix: 'z/' }
  return jobSpec.parse({
    ...{ v: 1, kind, sources: [source], destinations: [destination] },
    ...{ conflict: 'overwrite', verify: 'auto' },
    ...more,
  }) as PourSpec
}

export function deletion(prefix = 'a/'): JobSpec {
  const source = {
    connection: CONNECTION,
    bucket: 'from',
    select: [{ kind: 'prefix' as const, prefix }],
    base: prefix,
  }
  return specOf({ v: 1, kind: 'delete', sources: [source] })
}

/** One S3, one data directory, virtual time: where jobs are tested. */
export interface World {
  readonly seams: VirtualSeams
  readonly s3: MemoryS3
  readonly dir: string
  readonly storage: MemoryStorage
  open(more?: Partial<OpenJobs>): Promise<Jobs>
  /** Runs virtual time until the job has settled. */
  settle(jobs: Jobs, id: string, until?: 'idle' | 'finished'): Promise<JobSnapshot>
  end(): void
}

export function makeWorld(seed = 1, options: Omit<MemoryS3Options, 'seams'> = {}): World {
  const seams = virtualSeams(seed)
  const s3 = new MemoryS3({ seams, ...options })
  s3.makeBucket('from')
  s3.makeBucket('to')
  const dir = mkdtempSync(join(tmpdir(), 'decant-jobs-'))
  const storage = new MemoryStorage(s3)
  return {
    ...{ seams, s3, dir, storage },
    open: (more) =>
      openJobsWith(
        { dir, seams, openStorage: () => Promise.resolve(storage), findKey: noKeys, jobsAtOnce: 2, ...more },
        turnedQueue,
      ),
    settle: (jobs, id, until = 'idle') => seams.finish(jobs.settled(id, until)),
    end: () => rmSync(dir, { recursive: true, force: true }),
  }
}

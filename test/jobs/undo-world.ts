import type { JobSnapshot } from '#model/job.ts'
import type { JobFile, JobSpec, PourSpec } from '#model/spec.ts'
import type { Jobs } from '../../main/jobs/api.ts'
import type { MemoryS3 } from '../helpers/memory/server.ts'
import { pour } from './world.ts'
import type { World } from './world.ts'

/** All of a bucket, object by object, as an undo has to leave it again; dates are not part of it. */
export function everything(s3: MemoryS3, bucket: string): unknown[] {
  const held = s3.bucket(bucket)
  return held.keys().flatMap((key) =>
    held.versions(key).map((version) =>
      version.isDeleteMarker
        ? { key, marker: version.versionId }
        : {
            key,
            versionId: version.versionId,
            content: version.content.digest,
            etag: version.etag,
            headers: version.headers,
            metadata: version.metadata,
            tags: version.tags,
            storageClass: version.storageClass,
          },
    ),
  )
}

export function both(s3: MemoryS3): unknown {
  return JSON.parse(JSON.stringify({ from: everything(s3, 'from'), to: everything(s3, 'to') }))
}

/** Objects that carry all that a listing does not show. */
export function fill(s3: MemoryS3, bucket: string, prefix: string, count: number, seed = 'first'): void {
  for (let n = 0; n < count; n++) {
    s3.give(bucket, `${prefix}${n}`, {
      size: 10 + n,
      seed: `${seed} ${n}`,
      headers: { contentType: 'text/css', cacheControl: 'no-store' },
      metadata: { by: seed },
      tags: { colour: seed },
      ...(n % 3 === 0 && { storageClass: 'STANDARD_IA' }),
    })
  }
}

export async function done(world: World, jobs: Jobs, spec: JobSpec): Promise<string> {
  const { id } = jobs.create(spec, { draft: false })
  await world.settle(jobs, id, 'finished')
  return id
}

export async function undone(
  world: World,
  jobs: Jobs,
  of: string,
): Promise<{ id: string; job: JobSnapshot }> {
  const { id } = jobs.undo(of, { draft: false })
  return { id, job: await world.settle(jobs, id, 'finished') }
}

export function poured(kind: PourSpec['kind'], more: Partial<JobFile> = {}): PourSpec {
  return pour(kind, { verify: 'auto', ...more } as Partial<JobFile>)
}

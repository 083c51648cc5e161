import type { JobSpec } from '#model/spec.ts'
import type { PlannedItem } from '../../main/jobs/item.ts'
import { Journal } from '../../main/jobs/journal.ts'
import type { Jobs } from '../../main/jobs/api.ts'
import { openStore } from '../../main/jobs/store/store.ts'
import type { StoredVersion } from '../helpers/memory/bucket.ts'
import type { World } from './world.ts'

/**
 * A job whose plan was made here and not by the planner, found as one that a process left when it ended: it goes on by
 * itself once the jobs are opened.
 */
export function planByHand(world: World, spec: JobSpec, items: readonly PlannedItem[]): string {
  const store = openStore(world.dir, 'write')
  try {
    const id = world.seams.id()
    const record = store.jobs.insert(id, spec, false, { is: 'queued' }, world.seams.now())
    const journal = new Journal(store, record, world.seams, (failure) => {
      throw new Error(failure.message)
    })
    journal.plan(() => ({ items, filtered: { items: 0, bytes: 0 }, reached: undefined }))
    return id
  } finally {
    store.close()
  }
}

/** What the planner would say of an object, or of a version. */
export function itemFor(version: StoredVersion, more: Partial<PlannedItem> = {}): PlannedItem {
  return {
    ...{ leg: 0, rules: 0, key: version.key, size: version.content.size, etag: version.etag },
    ...{ lastModified: version.lastModified, storageClass: version.storageClass, conflict: false },
    ...{ action: 'copy', expect: { is: 'anything' }, state: 'planned' },
    ...more,
  }
}

/** A whole history, oldest first, each step after the one before it. `first`: the place of the first in the plan. */
export function historyOf(versions: readonly StoredVersion[], first: number): PlannedItem[] {
  return versions.map((version, at) =>
    itemFor(version, {
      versionId: version.versionId,
      action: version.isDeleteMarker ? 'mark' : 'copy',
      history: version.isDeleteMarker ? 'delete-marker' : at < versions.length - 1 ? 'noncurrent' : undefined,
      after: at === 0 ? undefined : first + at - 1,
    }),
  )
}

/** Opens the jobs and runs the clock until this one has come to rest. */
export async function carryOut(world: World, id: string): Promise<{ jobs: Jobs; id: string }> {
  const jobs = await world.open()
  await world.settle(jobs, id)
  return { jobs, id }
}

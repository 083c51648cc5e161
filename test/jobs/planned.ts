import type { JobSnapshot } from '#model/job.ts'
import type { ItemView } from '#model/plan.ts'
import { specOf } from '../helpers/specs.ts'
import type { JobFile, JobSpec, PourSpec } from '#model/spec.ts'
import type { OpenJobs } from '../../main/jobs/api.ts'
import { CONNECTION } from './world.ts'
import type { World } from './world.ts'

/** A plan that was made, and what it cost. */
export interface Planned {
  readonly snapshot: JobSnapshot
  readonly items: readonly ItemView[]
  readonly requests: Readonly<Record<string, number>>
}

/** Makes the plan of a spec as a draft. */
export async function planOf(world: World, spec: JobSpec, more?: Partial<OpenJobs>): Promise<Planned> {
  const jobs = await world.open(more)
  const { id } = jobs.create(spec, { draft: true })
  const snapshot = await world.settle(jobs, id)
  const { items } = jobs.items(id, 'all', 0, 5000)
  const { requests } = jobs.get(id)
  await world.seams.finish(jobs.close())
  return { snapshot, items, requests }
}

/** Plans it and carries it out to its end. */
export async function carryOutOf(world: World, spec: JobSpec, more?: Partial<OpenJobs>): Promise<Planned> {
  const jobs = await world.open(more)
  const { id } = jobs.create(spec, { draft: false })
  const snapshot = await world.settle(jobs, id, 'finished')
  const { items } = jobs.items(id, 'all', 0, 5000)
  const { requests } = jobs.get(id)
  await world.seams.finish(jobs.close())
  return { snapshot, items, requests }
}

/** `key → destination action reason`, as far as each is there. */
export function brief({ key, destinationKey, action, skipReason, failure }: ItemView): string {
  return [key, '→', destinationKey, action, skipReason ?? failure?.code].filter(Boolean).join(' ')
}

type Place = Partial<PourSpec['sources'][number]>

/** A place of a source: everything under `prefix`. */
export function from(bucket: string, prefix: string, more: Place = {}): JobFile['sources'][number] {
  const select = [{ kind: 'prefix' as const, prefix }]
  return { connection: CONNECTION, bucket, select, base: prefix, ...more }
}

export function to(bucket: string, prefix: string): PourSpec['destinations'][number] {
  return { connection: CONNECTION, bucket, prefix, requesterPays: false }
}

/** An edit of everything under `a/` in `from`. */
export function edit(more: Partial<Extract<JobFile, { kind: 'edit' }>>): JobSpec {
  return specOf<'edit'>({ v: 1, kind: 'edit', sources: [from('from', 'a/')], verify: 'auto', ...more })
}

/** A comparison of everything under `a/` in `from` with `z/` in `to`. */
export function parity(more: Partial<Extract<JobFile, { kind: 'parity' }>>): JobSpec {
  return specOf<'parity'>({
    ...{ v: 1, kind: 'parity', sources: [from('from', 'a/')], destinations: [to('to', 'z/')] },
    compare: 'listing',
    ...more,
  })
}

import type { GridRows } from './grid-rows.ts'
import type { JobRecord } from '../record.ts'
import { fail } from '#model/failure.ts'
import { isFinished } from '#model/job.ts'
import type { JobSpec } from '#model/spec.ts'

/** The grid that a job is planned from. */
export function gridOf(spec: JobSpec): string | undefined {
  return spec.kind === 'edit' && spec.changes.from === 'grid' ? spec.changes.id : undefined
}

/** Throws `bad-input` where the grid is not there, not whole, or of another place. */
export function checkGrid(spec: JobSpec, gridRows: GridRows | undefined): void {
  const id = gridOf(spec)
  if (id === undefined) return
  const refuse = (message: string): never =>
    fail('bad-input', 'item', `changes.id: ${message}`, { property: 'changes.id' })
  const grid = gridRows?.find(id) ?? refuse(`there is no metadata grid ${JSON.stringify(id)} here`)
  const [source] = spec.sources
  if (grid.connection !== source.connection.id || grid.bucket !== source.bucket)
    refuse(`the metadata grid ${JSON.stringify(id)} is of ${grid.bucket}, not of ${source.bucket}`)
  if (grid.listing) refuse(`the keys of the metadata grid ${JSON.stringify(id)} are still being listed`)
}

/**
 * What becomes of a job's grid:
 *
 * | the job                              | the grid                        |
 * |--------------------------------------|---------------------------------|
 * | was removed                          | planned where it had been started and has its whole plan, else dropped |
 * | a draft                              | kept                            |
 * | has its whole plan                   | planned                         |
 * | has not, and goes on                 | kept                            |
 * | has not, and ended                   | dropped                         |
 */
export function fateOfGrid(
  { draft, listing, status }: Pick<JobRecord, 'draft' | 'listing' | 'status'>,
  isRemoved: boolean,
): 'keep' | 'planned' | 'dropped' {
  if (!draft && listing === undefined) return 'planned'
  if (isRemoved) return 'dropped'
  return !draft && isFinished(status) ? 'dropped' : 'keep'
}

/** Tells whoever holds the grids. Told the same more than once, which is no harm. */
export function tellGrid(gridRows: GridRows | undefined, record: JobRecord, isRemoved = false): void {
  const id = gridOf(record.spec)
  if (id === undefined || gridRows === undefined) return
  const fate = fateOfGrid(record, isRemoved)
  if (fate === 'keep') gridRows.keep(id, record.id)
  else gridRows.release(id, record.id, fate)
}

import { createReadStream } from 'node:fs'
import type { Client } from '#contract/client.ts'
import type { GridImport } from '#model/grid.ts'
import type { JobSnapshot } from '#model/job.ts'
import type { Orders } from '#model/orders.ts'
import type { EditSpec } from '#model/spec.ts'
import { createJob, type LentKeys } from './create.ts'
import { openGrid, untilGrid } from './open-grid.ts'
import type { Screen } from './screen.ts'
import type { Session } from './session.ts'
import { UsageError } from './usage.ts'
import { count } from './words.ts'

/** Characters that are handed over at a time. */
const PIECE = 1_000_000
/** Rows that are looked at at a time, and cells that are named. */
const PAGE = 500
const NAMED = 100

export interface CsvEdit {
  readonly spec: EditSpec
  readonly file: string
  readonly keys: LentKeys
  readonly orders?: Orders | undefined
}

/**
 * An edit whose values a CSV says, object by object, by way of a metadata grid that nobody sees: what does not fit is
 * told and stops it, before anything was written to S3. Objects that have the values already are no part of the job.
 */
export async function createCsvJob(
  session: Session,
  { spec, file, keys, orders }: CsvEdit,
  env: NodeJS.ProcessEnv,
  screen: Screen,
  draft: boolean,
): Promise<JobSnapshot> {
  const { client } = session
  const { id } = await openGrid(session, 'csv', spec, env, screen)
  try {
    if (spec.fieldRules.length > 0) await client.call('grids.setRules', { id, rules: [...spec.fieldRules] })
    const made = await importFile(client, id, file)
    for (const { line, message } of made.problems) screen.complain(`line ${line}: ${message}`)
    if (made.failed > 0) {
      const lines = made.failed === 1 ? '1 line' : `${count(made.failed)} lines`
      throw new UsageError(`--csv: ${lines} of ${file} cannot be applied; nothing was changed.`)
    }
    await readChanged(client, id, screen)
    await refuseInvalid(client, id, file, screen)
    return await createJob(session, { ...spec, changes: { from: 'grid', id } }, draft, env, keys, orders)
  } finally {
    // Where a job reads from it, it goes with that.
    await client.call('grids.close', { id })
  }
}

async function importFile(client: Client, id: string, file: string): Promise<GridImport> {
  let first = true
  const stream = createReadStream(file, { encoding: 'utf8', highWaterMark: PIECE })
  try {
    for await (const text of stream) {
      await client.call('grids.import', { id, text: text as string, first, last: false })
      first = false
    }
  } catch (error) {
    if (error instanceof Error && 'syscall' in error)
      throw new UsageError(`--csv: ${file} cannot be read (${error.message})`)
    throw error
  }
  const made = await client.call('grids.import', { id, text: '', first, last: true })
  if (made === undefined) throw new Error('the import did not end')
  return made
}

/** What the CSV changes is looked at, so that only what differs is planned, and all that S3 would refuse is known. */
async function readChanged(client: Client, id: string, screen: Screen): Promise<void> {
  for (let offset = 0; ;) {
    const { rows } = await client.call('grids.rows', { id, view: 'changed', offset, limit: PAGE })
    if (rows.length === 0) return
    const unknown = rows.filter(({ state }) => state === 'unknown').length
    if (unknown === 0) offset += rows.length
    else {
      const { known, unreadable } = await client.call('grids.get', { id })
      await untilGrid(client, id, (grid) => grid.known + grid.unreadable > known + unreadable, screen)
    }
  }
}

async function refuseInvalid(client: Client, id: string, file: string, screen: Screen): Promise<void> {
  const { invalidCells } = await untilGrid(client, id, ({ counting }) => !counting, screen)
  if (invalidCells === 0) return
  const { rows } = await client.call('grids.rows', { id, view: 'invalid', offset: 0, limit: NAMED })
  for (const { key, cells } of rows) {
    for (const { field, problem } of cells) {
      if (problem !== undefined) screen.complain(`${key}: ${field}: ${problem}`)
    }
  }
  const values = invalidCells === 1 ? '1 value' : `${count(invalidCells)} values`
  throw new UsageError(`--csv: S3 would refuse ${values} of ${file}; nothing was changed.`)
}

import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { EditSpec } from '#model/spec.ts'
import { watchOptions, type EntryContext } from '../context.ts'
import type { Options } from '../arguments.ts'
import { createCsvJob } from '../csv-job.ts'
import type { CsvEdit } from '../csv-job.ts'
import { openGrid, untilGrid } from '../open-grid.ts'
import { openSession } from '../session.ts'
import { UsageError } from '../usage.ts'
import { runJob } from '../watch.ts'
import { count, objects } from '../words.ts'

/** `decant edit SOURCE --csv FILE`. */
export function editByCsv(edit: CsvEdit, options: Options, context: EntryContext): Promise<number> {
  const watch = watchOptions(context, options)
  return runJob(watch, (session) => createCsvJob(session, edit, context.env, watch.screen, false))
}

/**
 * `decant edit SOURCE --export-csv FILE`: what stands, one line an object. It makes no job and writes nothing to S3, so
 * it works in a folder of its own, whoever has the data directory.
 */
export async function exportCsv(
  spec: EditSpec,
  file: string,
  options: Options,
  context: EntryContext,
): Promise<number> {
  const { screen, json } = watchOptions(context, options)
  const dataDir = await mkdtemp(path.join(tmpdir(), 'decant-export-'))
  const session = await openSession({ ...context, dataDir })
  try {
    const { client } = session
    const { id } = await openGrid(session, 'export-csv', spec, context.env, screen)
    await client.call('grids.ahead', { id, on: true })
    const isRead = await untilGrid(
      client,
      id,
      ({ rows, known, unreadable }) => known + unreadable === rows,
      screen,
    )
    const delivered = await client.call('grids.export', { id, view: 'all' })
    if (delivered.kind === 'saved') await copyTo(delivered.path, file)
    const { rows, unreadable, requests } = isRead
    const sent = Object.values(requests).reduce((sum, each) => sum + each, 0)
    const kinds = Object.entries(requests).map(([operation, each]) => `${count(each)} ${operation}`)
    if (json) screen.result(JSON.stringify({ file, objects: rows, unreadable, requests }))
    else
      screen.result(
        `${objects(rows)} written to ${file}, with ${count(sent)} requests (${kinds.join(', ')}).`,
      )
    if (unreadable > 0)
      screen.say(`${objects(unreadable)} could not be read: those lines have what a listing tells.`)
    return unreadable > 0 ? 1 : 0
  } finally {
    await session.close()
    await rm(dataDir, { recursive: true, force: true })
  }
}

async function copyTo(from: string, to: string): Promise<void> {
  await copyFile(from, to).catch((error: Error) => {
    throw new UsageError(`--export-csv: ${to} cannot be written (${error.message})`)
  })
}

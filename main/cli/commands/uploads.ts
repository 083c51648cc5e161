import { binarySize } from '#model/binary-size.ts'
import type { UnfinishedUpload, UploadsAborted } from '#model/scan.ts'
import { flag, readArguments, text, UPLOADS_OPTIONS } from '../arguments.ts'
import { watchOptions, type EntryContext } from '../context.ts'
import { onePlace } from '../one-place.ts'
import { runScan, scanExit } from '../run-scan.ts'
import type { Screen } from '../screen.ts'
import { openSession, type Session } from '../session.ts'
import { UsageError } from '../usage.ts'
import { days } from '../values.ts'
import { count } from '../words.ts'

const PAGE = 500

/** `decant uploads`: lists what nobody finished, and aborts it where one says so. */
export async function uploads(args: readonly string[], context: EntryContext): Promise<number> {
  const { values, positionals } = readArguments(args, UPLOADS_OPTIONS)
  const place = await onePlace('PLACE', positionals, values, context.env)
  const older = text(values, 'older-than')
  const olderThanDays = older === undefined ? 0 : days('older-than', older)
  const aborts = flag(values, 'abort')
  if (aborts && older === undefined)
    throw new UsageError('--abort: say how old they must be, with --older-than 7d (0d: all of them)')
  const { context: full, screen, json } = watchOptions(context, values)
  const session = await openSession(full)
  try {
    const run = await runScan(
      session,
      place,
      { of: 'uploads' },
      context.env,
      screen,
      ({ found, sized }) => `${count(found.items)} found, ${count(sized)} sized`,
    )
    const { scan } = run
    if (scan.state.is === 'failed') screen.complain(scan.state.failure.message)
    const before = older === undefined ? Infinity : Date.now() - olderThanDays * 24 * 3600 * 1000
    const found = await print(session, scan.id, json, screen, before)
    if (!aborts || scan.state.is !== 'done') return scanExit(run)
    const question =
      found === 1
        ? '1 unfinished upload is aborted: its parts are deleted.'
        : `${count(found)} unfinished uploads are aborted: their parts are deleted.`
    if (found > 0 && !flag(values, 'yes') && !(await screen.ask(question)))
      throw new UsageError(`${question} Say --yes to have it done.`)
    const done = await session.client.call('uploads.abort', { id: scan.id, which: { olderThanDays } })
    tell(done, json, screen)
    return done.failed > 0 ? 1 : 0
  } finally {
    await session.close()
  }
}

/** One line each; gives how many there are. */
async function print(
  { client }: Session,
  id: string,
  json: boolean,
  screen: Screen,
  before: number,
): Promise<number> {
  let found = 0
  for (let offset = 0; ; offset += PAGE) {
    const { rows } = await client.call('scans.rows', { id, offset, limit: PAGE })
    if (rows.length === 0) return found
    for (const row of rows) {
      if (row.is !== 'upload' || row.upload.initiatedAt > before) continue
      found += 1
      screen.result(json ? JSON.stringify(jsonUpload(row.upload)) : line(row.upload))
    }
    await screen.drained()
  }
}

function line({ key, initiatedAt, initiator, parts, usedBy }: UnfinishedUpload): string {
  const size = parts
    ? `${binarySize(parts.bytes).padStart(10)} ${count(parts.items).padStart(6)} parts`
    : '         ? parts'
  const note = usedBy === undefined ? '' : `  in use: ${usedBy}`
  const name = key.replace(/\p{Cc}/gu, (control) => JSON.stringify(control).slice(1, -1))
  return `${new Date(initiatedAt).toISOString().slice(0, 16).replace('T', ' ')} ${size}  ${initiator ?? ''}  ${name}${note}`
}

function jsonUpload({ key, uploadId, initiatedAt, initiator, parts, usedBy }: UnfinishedUpload): object {
  return {
    key,
    uploadId,
    initiatedAt: new Date(initiatedAt).toISOString(),
    ...(initiator !== undefined && { initiator }),
    ...(parts && { parts: parts.items, bytes: parts.bytes }),
    ...(usedBy !== undefined && { usedBy }),
  }
}

function tell({ aborted, used, failed, failure }: UploadsAborted, json: boolean, screen: Screen): void {
  if (json) {
    screen.result(JSON.stringify({ aborted: aborted.items, bytes: aborted.bytes, used: used.length, failed }))
    return
  }
  screen.result(`${count(aborted.items)} aborted, ${binarySize(aborted.bytes)} freed.`)
  for (const { key, job } of used) screen.say(`Left, for a job goes on with it (${job}): ${key}`)
  if (failed > 0) screen.complain(`${count(failed)} could not be aborted: ${failure?.message ?? ''}`)
}

import { existsSync } from 'node:fs'
import type { JobSnapshot } from '#model/job.ts'
import { visibleControls } from '#model/visible.ts'
import { openJobsReadOnly } from '../../jobs/read-only.ts'
import { COMMON_OPTIONS, readArguments, takePositionals } from '../arguments.ts'
import { withDataDir, type EntryContext } from '../context.ts'
import { importRecord } from '../import-record.ts'
import { jsonTally, outcomeOf, summary } from '../words.ts'

/** `decant jobs`: reads, whoever owns the directory. */
export async function jobs(args: readonly string[], context: EntryContext): Promise<number> {
  const { values, positionals } = readArguments(args, { ...COMMON_OPTIONS, import: { type: 'string' } })
  takePositionals(positionals)
  if (values.import !== undefined) return importRecord(values.import, withDataDir(context, values))
  const { dataDir } = withDataDir(context, values)
  const line = values.json === true ? jsonLine : wordLine
  const all = readJobs(dataDir)
  for (const job of all) process.stdout.write(`${visibleControls(line(job))}\n`)
  if (all.length === 0 && values.json !== true) process.stderr.write(`There are no jobs in ${dataDir}.\n`)
  return 0
}

function readJobs(dataDir: string): JobSnapshot[] {
  // A directory that nobody has worked in yet has no jobs; reading makes none.
  if (!existsSync(dataDir)) return []
  const reader = openJobsReadOnly(dataDir)
  try {
    return reader
      .list()
      .filter(({ draft }) => !draft)
      .sort((one, other) => other.createdAt - one.createdAt)
  } finally {
    reader.close()
  }
}

function wordLine(job: JobSnapshot): string {
  return `${job.id}  ${new Date(job.createdAt).toISOString().slice(0, 16).replace('T', ' ')}  ${job.title}\n    ${summary(job)}`
}

function jsonLine(job: JobSnapshot): string {
  const { id, kind, title, status, tally, createdAt, startedAt, endedAt, ranFor } = job
  return JSON.stringify({
    jobId: id,
    kind,
    title,
    status: status.is,
    ...(status.is === 'paused' && { reason: status.reason }),
    outcome: outcomeOf(job),
    priority: job.priority,
    ...(job.queuePlace !== undefined && { queuePlace: job.queuePlace }),
    ...(job.waitsFor !== undefined && { waitsFor: job.waitsFor.id }),
    ...(job.startAt !== undefined && { startAt: new Date(job.startAt).toISOString() }),
    tally: jsonTally(tally),
    createdAt: new Date(createdAt).toISOString(),
    ...(startedAt !== undefined && { startedAt: new Date(startedAt).toISOString() }),
    ...(endedAt !== undefined && { endedAt: new Date(endedAt).toISOString() }),
    seconds: Math.round(ranFor) / 1000,
  })
}

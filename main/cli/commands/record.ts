import { existsSync } from 'node:fs'
import path from 'node:path'
import { RECORD_ENDING } from '#model/job-file.ts'
import { openJobsReadOnly } from '../../jobs/read-only.ts'
import { COMMON_OPTIONS, readArguments, takePositionals } from '../arguments.ts'
import { withDataDir, type EntryContext } from '../context.ts'
import { UsageError } from '../usage.ts'

/** `decant record JOBID`: reads, whoever owns the directory. */
export async function record(args: readonly string[], context: EntryContext): Promise<number> {
  const { values, positionals } = readArguments(args, { ...COMMON_OPTIONS, out: { type: 'string' } })
  const [id] = takePositionals(positionals, 'JOBID')
  const file = path.resolve(values.out ?? `decant-${id}${RECORD_ENDING}`)
  if (!existsSync(path.dirname(file))) throw new UsageError(`--out: there is no folder ${path.dirname(file)}`)
  const { dataDir } = withDataDir(context, values)
  if (!existsSync(dataDir)) throw new UsageError(`JOBID: there is no job "${id}" in ${dataDir}`)
  const reader = openJobsReadOnly(dataDir)
  try {
    await reader.writeRecord(id, Date.now(), file)
  } finally {
    reader.close()
  }
  process.stdout.write(`${file}\n`)
  return 0
}

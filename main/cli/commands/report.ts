import { existsSync } from 'node:fs'
import path from 'node:path'
import { REPORT_FORMATS } from '#model/spec.ts'
import { openJobsReadOnly } from '../../jobs/read-only.ts'
import { COMMON_OPTIONS, readArguments, takePositionals } from '../arguments.ts'
import { withDataDir, type EntryContext } from '../context.ts'
import { toStandardOutput } from '../standard-output.ts'
import { UsageError } from '../usage.ts'
import { choice } from '../values.ts'

/** `decant report JOBID`: reads, whoever owns the directory. */
export async function report(args: readonly string[], context: EntryContext): Promise<number> {
  const { values, positionals } = readArguments(args, {
    ...COMMON_OPTIONS,
    format: { type: 'string', default: 'csv' },
    out: { type: 'string' },
  })
  const [id] = takePositionals(positionals, 'JOBID')
  const format = choice('format', values.format, [...REPORT_FORMATS, 'manifest'])
  const name = format === 'manifest' ? `decant-${id}.manifest.csv` : `decant-${id}.${format}`
  const out = values.out === '-' ? undefined : path.resolve(values.out ?? name)
  if (out !== undefined && !existsSync(path.dirname(out))) {
    throw new UsageError(`--out: there is no folder ${path.dirname(out)}`)
  }
  const { dataDir } = withDataDir(context, values)
  if (!existsSync(dataDir)) throw new UsageError(`JOBID: there is no job "${id}" in ${dataDir}`)
  const reader = openJobsReadOnly(dataDir)
  const write = async (file: string): Promise<void> => {
    if (format !== 'manifest') await reader.writeReport(id, format, file)
    else if ((await reader.writeFailed(id, file)).versions === 'some')
      process.stderr.write(
        'Some of its rows name a version and some do not: S3 Batch Operations wants all or none.\n',
      )
  }
  try {
    if (out === undefined) await toStandardOutput(write)
    else {
      await write(out)
      process.stdout.write(`${out}\n`)
    }
  } finally {
    reader.close()
  }
  return 0
}

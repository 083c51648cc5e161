import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { parseJobFile } from '#model/job-file.ts'
import type { JobSpec } from '#model/spec.ts'
import { COMMON_OPTIONS, readArguments, takePositionals } from '../arguments.ts'
import { watchOptions, type EntryContext } from '../context.ts'
import { createJob } from '../create.ts'
import { UsageError } from '../usage.ts'
import { runJob } from '../watch.ts'

/** `decant run JOBFILE`. */
export async function run(args: readonly string[], context: EntryContext): Promise<number> {
  const { values, positionals } = readArguments(args, COMMON_OPTIONS)
  const [file] = takePositionals(positionals, 'JOBFILE')
  const spec = await readJobFile(file)
  return runJob(watchOptions(context, values), (session) => createJob(session, spec, false, context.env))
}

export async function readJobFile(file: string): Promise<JobSpec> {
  const content = await (file === '-' ? text(process.stdin) : readFile(file, 'utf8')).catch(
    (error: Error) => {
      throw new UsageError(`JOBFILE: ${file} cannot be read (${error.message})`)
    },
  )
  const parsed = parseJobFile(file, content)
  if (!parsed.ok) throw new UsageError(`JOBFILE: ${parsed.message}`)
  return parsed.spec
}

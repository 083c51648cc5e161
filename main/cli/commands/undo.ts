import type { JobSnapshot } from '#model/job.ts'
import { undoOf } from '#model/undo.ts'
import { COMMON_OPTIONS, list, readArguments, takePositionals } from '../arguments.ts'
import { watchOptions, type EntryContext } from '../context.ts'
import { createJob, type LentKeys } from '../create.ts'
import { keyFiles } from '../key-files.ts'
import type { Session } from '../session.ts'
import { runJob } from '../watch.ts'

const OPTIONS = { ...COMMON_OPTIONS, 'sse-c-key-file': { type: 'string', multiple: true } } as const

/** `decant undo JOBID`. */
export async function undo(args: readonly string[], context: EntryContext): Promise<number> {
  const { id, options, keys } = await readUndo(args)
  return runJob(watchOptions(context, options), (session) =>
    createUndo(session, id, false, context.env, keys),
  )
}

export async function readUndo(args: readonly string[]) {
  const { values: options, positionals } = readArguments(args, OPTIONS)
  const [id] = takePositionals(positionals, 'JOBID')
  return { id, options, keys: await keyFiles(list(options, 'sse-c-key-file')) }
}

/** The job that takes back what job `id` did, in its places. */
export async function createUndo(
  session: Session,
  id: string,
  draft: boolean,
  env: NodeJS.ProcessEnv,
  keys: LentKeys,
): Promise<JobSnapshot> {
  const { spec } = await session.client.call('jobs.get', { id })
  return createJob(session, undoOf(id, spec), draft, env, keys)
}

import type { JobSnapshot } from '#model/job.ts'
import type { Budget } from '#model/orders.ts'
import type { UndoSpec } from '#model/spec.ts'
import { undoOf } from '#model/undo.ts'
import {
  BUDGET_OPTIONS,
  COMMON_OPTIONS,
  list,
  readArguments,
  takePositionals,
  text,
  type Options,
  type OptionTable,
} from '../arguments.ts'
import { budgetOption } from '../budget-options.ts'
import { watchOptions, type EntryContext } from '../context.ts'
import { createJob, type LentKeys } from '../create.ts'
import { keyFiles } from '../key-files.ts'
import type { Session } from '../session.ts'
import { UsageError } from '../usage.ts'
import { runJob } from '../watch.ts'

const OPTIONS = {
  ...COMMON_OPTIONS,
  ...BUDGET_OPTIONS,
  'sse-c-key-file': { type: 'string', multiple: true },
  'last-copies': { type: 'string' },
} as const

/** `decant undo JOBID`. */
export async function undo(args: readonly string[], context: EntryContext): Promise<number> {
  const { id, options, ...asked } = await readUndo(args)
  return runJob(watchOptions(context, options), (session) =>
    createUndo(session, id, false, context.env, asked),
  )
}

export async function readUndo(args: readonly string[], more: OptionTable = {}) {
  const { values, positionals } = readArguments(args, { ...OPTIONS, ...more })
  const options: Options = values
  const [id] = takePositionals(positionals, 'JOBID')
  const keys = await keyFiles(list(options, 'sse-c-key-file'))
  return { id, options, keys, budget: budgetOption(options), lastCopies: lastCopiesOption(options) }
}

function lastCopiesOption(options: Options): UndoSpec['lastCopies'] {
  const said = text(options, 'last-copies') ?? 'keep'
  if (said === 'keep' || said === 'delete') return said
  throw new UsageError(`--last-copies: must be keep or delete, not ${JSON.stringify(said)}`)
}

/** What `decant undo` was told besides the job. */
interface AskedOfUndo {
  readonly keys: LentKeys
  readonly budget?: Budget | undefined
  readonly lastCopies: UndoSpec['lastCopies']
}

/** The job that takes back what job `id` did, in its places. */
export async function createUndo(
  session: Session,
  id: string,
  draft: boolean,
  env: NodeJS.ProcessEnv,
  { keys, budget, lastCopies }: AskedOfUndo,
): Promise<JobSnapshot> {
  const { spec } = await session.client.call('jobs.get', { id })
  return createJob(session, { ...undoOf(id, spec, lastCopies), ...(budget && { budget }) }, draft, env, keys)
}

import { existsSync } from 'node:fs'
import path from 'node:path'
import { PLAN_WARNINGS, type ItemQuery } from '#model/plan.ts'
import { openJobsReadOnly } from '../jobs/read-only.ts'
import { flag, text, type Options } from './arguments.ts'
import { toStandardOutput } from './standard-output.ts'
import { UsageError } from './usage.ts'
import { choice } from './values.ts'

/** What `decant plan` does with a plan besides making it. */
export interface PlanOutput {
  readonly query: ItemQuery
  /** As CSV: a file, absolute, or standard output. */
  readonly out: { readonly is: 'file'; readonly file: string } | { readonly is: 'stdout' } | undefined
  /** `kept`: it can be started later. */
  readonly plan: 'kept' | 'thrown-away'
}

export function planOutput(options: Options): PlanOutput {
  const only = text(options, 'only')
  const save = flag(options, 'save')
  if (save && options['start-at'] !== undefined)
    throw new UsageError(
      '--start-at: a saved plan starts with decant start JOBID; give the time to decant queue then',
    )
  return {
    query: { filter: 'all', ...(only !== undefined && { warning: choice('only', only, PLAN_WARNINGS) }) },
    out: outOf(text(options, 'out'), flag(options, 'json')),
    plan: save ? 'kept' : 'thrown-away',
  }
}

function outOf(out: string | undefined, json: boolean): PlanOutput['out'] {
  if (out === undefined) return undefined
  if (out === '-') {
    if (json)
      throw new UsageError('--out -: standard output has the CSV then, and cannot have --json as well')
    return { is: 'stdout' }
  }
  const file = path.resolve(out)
  if (!existsSync(path.dirname(file))) throw new UsageError(`--out: there is no folder ${path.dirname(file)}`)
  return { is: 'file', file }
}

/** Reads, whoever owns the directory. */
export async function writePlanOut(
  dataDir: string,
  id: string,
  { query, out }: Pick<PlanOutput, 'query' | 'out'>,
): Promise<void> {
  if (out === undefined) return
  const reader = openJobsReadOnly(dataDir)
  try {
    if (out.is === 'file') return await reader.writePlan(id, query, out.file, 'people')
    // For a program the keys are as they are.
    await toStandardOutput((file) => reader.writePlan(id, query, file, 'programs'))
  } finally {
    reader.close()
  }
}

import type { Client } from '#contract/client.ts'
import { FAILURE_CODES, type FailureCode } from '#model/failure.ts'
import { COMMON_OPTIONS, list, readArguments, takePositionals } from '../arguments.ts'
import { watchOptions, type EntryContext } from '../context.ts'
import { archivePolicy } from '../filter-options.ts'
import { keyFiles } from '../key-files.ts'
import { UsageError } from '../usage.ts'
import { choice } from '../values.ts'
import { runJob } from '../watch.ts'

const CAUSE = { code: { type: 'string' }, 's3-code': { type: 'string' } } as const
const RETRY_OPTIONS = {
  ...COMMON_OPTIONS,
  ...CAUSE,
  restore: { type: 'string' },
  'customer-key': { type: 'string', multiple: true },
  'sse-c-key-file': { type: 'string', multiple: true },
} as const

/** `decant retry JOBID`: the failed items once more, and stays with the job. */
export async function retry(args: readonly string[], context: EntryContext): Promise<number> {
  const { values, positionals } = readArguments(args, RETRY_OPTIONS)
  const [id] = takePositionals(positionals, 'JOBID')
  const lend = await keyFiles(list(values, 'sse-c-key-file'))
  const customerKeys = [...new Set([...list(values, 'customer-key'), ...Object.keys(lend)])]
  const archived = values.restore === undefined ? undefined : archivePolicy(values.restore)
  const cause = readCause(values)
  return runJob(watchOptions(context, values), async ({ client }) => {
    await checkCause(client, id, cause.code)
    return client.call('jobs.retry', {
      ...{ id, ...cause, lend },
      with: { ...(archived && { archived }), ...(customerKeys.length > 0 && { customerKeys }) },
    })
  })
}

/** `decant leave JOBID --code CODE`: the failed items of that cause are skipped from now on. */
export async function leave(args: readonly string[], context: EntryContext): Promise<number> {
  const { values, positionals } = readArguments(args, { ...COMMON_OPTIONS, ...CAUSE })
  const [id] = takePositionals(positionals, 'JOBID')
  const { code, ...cause } = readCause(values)
  if (code === undefined)
    throw new UsageError(
      '--code: must name the cause, as it stands in brackets where a job ends with failures',
    )
  return runJob(watchOptions(context, values), async ({ client }) => {
    await checkCause(client, id, code)
    return client.call('jobs.leave', { id, code, ...cause })
  })
}

/** A cause of which nothing failed is a mistyped one, and not a job without failures. */
async function checkCause(client: Client, id: string, code: FailureCode | undefined): Promise<void> {
  if (code === undefined) return
  const { failures } = await client.call('jobs.get', { id })
  if (failures.length === 0 || failures.some((group) => group.code === code)) return
  const codes = [...new Set(failures.map((group) => group.code))]
  throw new UsageError(`--code: must be one of ${codes.join(', ')}: nothing of this job failed by "${code}"`)
}

function readCause(values: { readonly code?: string | undefined; readonly 's3-code'?: string | undefined }): {
  code?: FailureCode
  s3Code?: string
} {
  const s3Code = values['s3-code']
  if (s3Code !== undefined && values.code === undefined)
    throw new UsageError(`--s3-code: tells failures of one --code apart, and none is given with "${s3Code}"`)
  return {
    ...(values.code !== undefined && { code: choice('code', values.code, FAILURE_CODES) }),
    ...(s3Code !== undefined && { s3Code }),
  }
}

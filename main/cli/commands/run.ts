import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import type { Client } from '#contract/client.ts'
import { parseJobFile } from '#model/job-file.ts'
import type { JobSpec } from '#model/spec.ts'
import {
  BUDGET_OPTIONS,
  COMMON_OPTIONS,
  ORDER_OPTIONS,
  readArguments,
  takePositionals,
} from '../arguments.ts'
import { budgetOption } from '../budget-options.ts'
import { watchOptions, type EntryContext } from '../context.ts'
import { createJob } from '../create.ts'
import { readOrders } from '../orders.ts'
import { UsageError } from '../usage.ts'
import { runJob } from '../watch.ts'
import { templateSpec } from './templates.ts'

const OPTIONS = {
  ...COMMON_OPTIONS,
  ...ORDER_OPTIONS,
  ...BUDGET_OPTIONS,
  template: { type: 'string' },
} as const

/** `decant run JOBFILE`, or `decant run --template NAME`. */
export async function run(args: readonly string[], context: EntryContext): Promise<number> {
  const { values, positionals } = readArguments(args, OPTIONS)
  const orders = readOrders(values, Date.now())
  const budget = budgetOption(values)
  const read = await reader(values.template, positionals)
  return runJob(watchOptions(context, values), async (session) => {
    const spec = { ...(await read(session.client)), ...(budget && { budget }) }
    return createJob(session, spec, false, context.env, {}, orders)
  })
}

async function reader(
  template: string | undefined,
  positionals: readonly string[],
): Promise<(client: Client) => Promise<JobSpec>> {
  if (template !== undefined) {
    takePositionals(positionals)
    return (client) => templateSpec(client, template)
  }
  const [file] = takePositionals(positionals, 'JOBFILE (or --template NAME)')
  const spec = await readJobFile(file)
  return () => Promise.resolve(spec)
}

async function readJobFile(file: string): Promise<JobSpec> {
  const content = await (file === '-' ? text(process.stdin) : readFile(file, 'utf8')).catch(
    (error: Error) => {
      throw new UsageError(`JOBFILE: ${file} cannot be read (${error.message})`)
    },
  )
  const parsed = parseJobFile(file, content)
  if (!parsed.ok) throw new UsageError(`JOBFILE: ${parsed.message}`)
  return parsed.spec
}

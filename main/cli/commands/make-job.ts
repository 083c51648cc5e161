import type { Client } from '#contract/client.ts'
import type { JobSnapshot } from '#model/job.ts'
import type { JobSpec } from '#model/spec.ts'
import { readAwsProfiles } from '../../credentials/aws-files.ts'
import {
  CHANGING_OPTIONS,
  DELETE_OPTIONS,
  EDIT_OPTIONS,
  flag,
  inOrder,
  list,
  PARITY_OPTIONS,
  POUR_OPTIONS,
  PURGE_OPTIONS,
  readArguments,
  RESTORE_VERSION_OPTIONS,
  REWIND_OPTIONS,
  UNDELETE_OPTIONS,
  text,
  type Options,
  type OptionTable,
} from '../arguments.ts'
import { watchOptions, type EntryContext } from '../context.ts'
import { createJob, type LentKeys } from '../create.ts'
import { questionOf, type Question } from '../question.ts'
import { specOfCommand, type JobCommand } from '../job-spec.ts'
import { readOrders } from '../orders.ts'
import { keyFiles } from '../key-files.ts'
import { manifestGiven, withManifest } from '../manifest-job.ts'
import { thisMachine } from '../machine.ts'
import { untilPlanned } from '../planned.ts'
import type { Screen } from '../screen.ts'
import { UsageError } from '../usage.ts'
import { runJob } from '../watch.ts'

const OPTIONS: Readonly<Record<JobCommand, OptionTable>> = {
  copy: POUR_OPTIONS,
  move: POUR_OPTIONS,
  edit: EDIT_OPTIONS,
  delete: DELETE_OPTIONS,
  parity: PARITY_OPTIONS,
  purge: PURGE_OPTIONS,
  rewind: REWIND_OPTIONS,
  undelete: UNDELETE_OPTIONS,
  'restore-version': RESTORE_VERSION_OPTIONS,
}

/** `decant copy`, `move`, `edit`, `parity`, and what works on versions. */
export async function makeJob(
  command: JobCommand,
  args: readonly string[],
  context: EntryContext,
): Promise<number> {
  const { spec, options, keys } = await readJob(command, args, context)
  const orders = readOrders(options, Date.now())
  const table = spec.kind === 'edit' ? tableOf(options) : undefined
  if (spec.kind === 'edit' && table !== undefined) {
    const { editByCsv, exportCsv } = await import('./edit-csv.ts')
    return table.way === 'in'
      ? editByCsv({ spec, file: table.file, keys, orders }, options, context)
      : exportCsv(spec, table.file, options, context)
  }
  const watch = watchOptions(context, options)
  const question = flag(options, 'yes') ? undefined : questionOf(spec)
  return runJob(watch, async (session) => {
    const job = await createJob(session, spec, question !== undefined, context.env, keys, orders)
    return question ? confirmed(session.client, job, question, watch.screen) : job
  })
}

/** A CSV that an edit takes its values from, or writes. */
export function tableOf(options: Options): { readonly way: 'in' | 'out'; readonly file: string } | undefined {
  const csv = text(options, 'csv')
  const out = text(options, 'export-csv')
  if (csv !== undefined && out !== undefined)
    throw new UsageError('--csv and --export-csv: only one of them at a time')
  if (csv !== undefined) return { way: 'in', file: csv }
  const idle = Object.keys(options).find((name) => out !== undefined && name in CHANGING_OPTIONS)
  if (idle !== undefined) throw new UsageError(`--export-csv: it changes nothing, so leave --${idle} out`)
  return out === undefined ? undefined : { way: 'out', file: out }
}

export interface JobRead {
  readonly spec: JobSpec
  readonly options: Options
  readonly keys: LentKeys
}

export async function readJob(
  command: JobCommand,
  args: readonly string[],
  { env }: EntryContext,
  more: OptionTable = {},
): Promise<JobRead> {
  const { values, positionals, tokens } = readArguments(args, { ...OPTIONS[command], ...more })
  const profiles = new Map((await readAwsProfiles(env)).map((profile) => [profile.name, profile]))
  const around = { env, profileFacts: (name: string) => profiles.get(name), machine: thisMachine() }
  // The last of them is DEST, where the command has one.
  const hasSources = positionals.length > (command === 'edit' || command === 'delete' ? 0 : 1)
  const manifest = await manifestGiven(values, hasSources, around)
  const places = [...(manifest?.places ?? []), ...positionals]
  const plain = specOfCommand(command, { places, options: values, inOrder: inOrder(tokens) }, around)
  const spec = manifest ? withManifest(plain, manifest) : plain
  return { spec, options: values, keys: await keyFiles(list(values, 'sse-c-key-file')) }
}

/** What is deleted: how much is known from the plan, and somebody has to say yes to that number. */
async function confirmed(
  client: Client,
  draft: JobSnapshot,
  { asks, plan }: Question,
  screen: Screen,
): Promise<JobSnapshot> {
  const { id, tally } = await untilPlanned(client, draft.id, screen)
  const sentence = asks(tally)
  if (sentence === undefined || (await screen.ask(sentence))) {
    // What has a time waits for it.
    return client.call('jobs.start', { id, when: draft.startAt === undefined ? 'now' : 'queue' })
  }
  await client.call('jobs.remove', { id })
  throw new UsageError(`${sentence} Say --yes to have it done; ${plan} lists them.`)
}

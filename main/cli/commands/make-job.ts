import type { Client } from '#contract/client.ts'
import type { JobSnapshot } from '#model/job.ts'
import type { JobSpec } from '#model/spec.ts'
import { readAwsProfiles } from '../../services/aws-files.ts'
import {
  EDIT_OPTIONS,
  flag,
  inOrder,
  list,
  PARITY_OPTIONS,
  POUR_OPTIONS,
  readArguments,
  type Options,
  type OptionTable,
} from '../arguments.ts'
import { watchOptions, type EntryContext } from '../context.ts'
import { createJob, type LentKeys } from '../create.ts'
import { specOfCommand, type JobCommand } from '../job-spec.ts'
import { keyFiles } from '../key-files.ts'
import { untilPlanned } from '../planned.ts'
import type { Screen } from '../screen.ts'
import { UsageError } from '../usage.ts'
import { runJob } from '../watch.ts'
import { count } from '../words.ts'

function optionsOf(command: JobCommand): OptionTable {
  if (command === 'edit') return EDIT_OPTIONS
  return command === 'parity' ? PARITY_OPTIONS : POUR_OPTIONS
}

/** `decant copy`, `move`, `edit` and `parity`. */
export async function makeJob(
  command: JobCommand,
  args: readonly string[],
  context: EntryContext,
): Promise<number> {
  const { spec, options, keys } = await readJob(command, args, context)
  const watch = watchOptions(context, options)
  const mustAsk = spec.kind === 'copy' && spec.deleteExtra && !flag(options, 'yes')
  return runJob(watch, async (session) => {
    const job = await createJob(session, spec, mustAsk, context.env, keys)
    return mustAsk ? confirmed(session.client, job, watch.screen) : job
  })
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
): Promise<JobRead> {
  const { values, positionals, tokens } = readArguments(args, optionsOf(command))
  const profiles = new Map((await readAwsProfiles(env)).map((profile) => [profile.name, profile]))
  const spec = specOfCommand(
    command,
    { places: positionals, options: values, inOrder: inOrder(tokens) },
    { env, profileFacts: (name) => profiles.get(name) },
  )
  return { spec, options: values, keys: await keyFiles(list(values, 'sse-c-key-file')) }
}

/** A mirror deletes: how much is known from its plan, and somebody has to say yes to that number. */
async function confirmed(client: Client, draft: JobSnapshot, screen: Screen): Promise<JobSnapshot> {
  const { id, tally } = await untilPlanned(client, draft.id, screen)
  const extra = tally.planned['delete-extra'].items
  if (
    extra === 0 ||
    (await screen.ask(`${count(extra)} objects at the destination have no source and will be deleted.`))
  )
    return client.call('jobs.start', { id, when: 'now' })
  await client.call('jobs.remove', { id })
  throw new UsageError(
    `--mirror: ${count(extra)} objects at the destination would be deleted. Say --yes to have it done; decant plan copy … --mirror lists them.`,
  )
}

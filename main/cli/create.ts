import type { Secret } from '#contract/drafts.ts'
import type { ConnectionRef, CredentialSource } from '#model/connection.ts'
import type { JobSnapshot } from '#model/job.ts'
import { reportPlaces } from '#model/report.ts'
import { placesOf, type JobSpec } from '#model/spec.ts'
import type { Orders } from '#model/orders.ts'
import { systemSeams } from '#model/seams.ts'
import { readAwsFiles } from '../credentials/aws-files.ts'
import { asksForCode } from '../credentials/profile.ts'
import { missingKeys } from '../services/storages.ts'
import { webhookOf } from '../services/webhook-environment.ts'
import { askCode } from './ask-code.ts'
import type { Session } from './session.ts'

/** Keys for the key ring that live in the memory of the job's process, by name. */
export type LentKeys = Readonly<Record<string, string>>

/** Creates the job here, or in the process that owns the data directory. */
export async function createJob(
  { client, kind }: Session,
  spec: JobSpec,
  draft: boolean,
  env: NodeJS.ProcessEnv,
  customerKeys: LentKeys = {},
  orders: Orders = {},
): Promise<JobSnapshot> {
  // The owner has an environment of its own: keys that are in ours go with the job, into its memory.
  const credentials = kind === 'handed-over' ? await environmentKeys(spec, env) : undefined
  const lent = webhookOf(env)
  const webhooks = spec.webhook === undefined || !lent ? {} : { [spec.webhook]: lent }
  return client.call('jobs.create', {
    spec,
    draft,
    orders,
    customerKeys,
    webhooks,
    ...(credentials && { credentials }),
  })
}

async function environmentKeys(spec: JobSpec, env: NodeJS.ProcessEnv): Promise<Record<string, Secret>> {
  const refs: ConnectionRef[] = [...placesOf(spec), ...reportPlaces(spec)].map(({ connection }) => connection)
  const keys: Record<string, Secret> = {}
  for (const ref of refs) {
    const lent = keys[ref.id] ? undefined : await lentCredentials(ref, env)
    if (lent) keys[ref.id] = lent
  }
  return keys
}

/**
 * The keys of a connection that takes them from the environment, or for which a code has to be typed in here: to be
 * used by a process with another environment and no terminal.
 */
export async function lentCredentials(
  { id, config }: ConnectionRef,
  env: NodeJS.ProcessEnv,
): Promise<Secret | undefined> {
  if (!(await isOurs(config.credentials, env))) return undefined
  const { openKeys } = await import('../services/keys.ts')
  const keys = openKeys({ seams: systemSeams, env, askCode })
  try {
    const own = (): Promise<never> => missingKeys(id)
    const { accessKeyId, secretAccessKey, sessionToken } = await keys.sources.get({ config, scope: id, own })
    return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) }
  } finally {
    keys.close()
  }
}

async function isOurs(source: CredentialSource, env: NodeJS.ProcessEnv): Promise<boolean> {
  if (source.kind === 'environment') return true
  if (source.kind === 'role')
    return source.mfaSerial !== undefined || source.base.kind === 'environment' || isOurs(source.base, env)
  return source.kind === 'profile' && asksForCode(source.profile, await readAwsFiles(env))
}

import type { Secret } from '#contract/methods.ts'
import type { ConnectionRef } from '#model/connection.ts'
import type { JobSnapshot } from '#model/job.ts'
import { placesOf, type JobSpec } from '#model/spec.ts'
import { readAwsCredentials } from '../services/aws-credentials.ts'
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
): Promise<JobSnapshot> {
  // The owner has an environment of its own: keys that are in ours go with the job, into its memory.
  const credentials = kind === 'handed-over' ? await environmentKeys(spec, env) : undefined
  return client.call('jobs.create', { spec, draft, customerKeys, ...(credentials && { credentials }) })
}

async function environmentKeys(spec: JobSpec, env: NodeJS.ProcessEnv): Promise<Record<string, Secret>> {
  const refs: ConnectionRef[] = placesOf(spec).map(({ connection }) => connection)
  const keys: Record<string, Secret> = {}
  for (const ref of refs) {
    const lent = keys[ref.id] ? undefined : await lentCredentials(ref, env)
    if (lent) keys[ref.id] = lent
  }
  return keys
}

/** The keys of a connection that takes them from the environment, to be used by a process with another one. */
export async function lentCredentials(
  { config }: ConnectionRef,
  env: NodeJS.ProcessEnv,
): Promise<Secret | undefined> {
  if (config.credentials.kind !== 'environment') return undefined
  const kept = await readAwsCredentials(config.credentials, config.region, env)
  const { accessKeyId, secretAccessKey, sessionToken } = kept
  return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) }
}

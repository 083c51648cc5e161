import path from 'node:path'
import { expect } from 'vitest'
import type { Client } from '#contract/client.ts'
import type { MethodName } from '#contract/methods.ts'
import type { Transport } from '#contract/transport.ts'
import type { JobSnapshot } from '#model/job.ts'
import type { ManifestAt } from '#model/manifest.ts'
import { COPY_DEFAULTS } from '#model/properties.ts'
import { PLAIN_POUR, PLAIN_SOURCE, type PourSpec } from '#model/spec.ts'
import type { FakeAws } from '../../helpers/fake-aws.ts'
import type { PlaygroundProcess } from '../../helpers/playground.ts'

/** A transport to a core of its own, which works in `dataDir`. */
export interface OpenedTransport {
  readonly transport: Transport
  /** What a delivered file came to: its text, from wherever the host put it. */
  readDelivered(file: { kind: string; path?: string; url?: string }): Promise<string>
  close(): Promise<void>
  /** Who is at this end; a window where nothing is said. */
  readonly caller?: 'person'
}

export const VERSION = '0.0.1-test'
const main = path.resolve(import.meta.dirname, '../../../main')
/** The unbuilt entries; there is no page in this suite. */
export const ENTRIES = {
  core: path.join(main, 'core.ts'),
  playground: path.join(main, 'playground/process.ts'),
  renderer: import.meta.dirname,
}
export type OpenTransport = (dataDir: string) => Promise<OpenedTransport>

export interface Stage {
  readonly client: Client
  readonly transport: Transport
  readonly playground: PlaygroundProcess
  readonly fake: FakeAws
  readonly opened: OpenedTransport
  /** Of the connection and the jobs that the cases make, in the order of the contract. */
  connection: string
  draft: string
  job: string
  grid: string
  scan: string
  manifest: ManifestAt
}

/** One for each method of these domains: a forgotten one does not compile. */
export type Cases<Domain extends string> = Readonly<
  Record<Extract<MethodName, `${Domain}.${string}`>, (stage: Stage) => Promise<void>>
>

export const BUCKETS = ['source', 'destination', 'kept'] as const

/** A copy of `in/` to below `prefix`. */
export function spec({ connection, playground }: Stage, prefix: string): PourSpec {
  const { endpoint, accessKeyId } = playground
  const config = {
    endpoint,
    region: 'us-east-1',
    addressing: 'path',
    credentials: { kind: 'keys', accessKeyId },
  } as const
  const ref = { id: connection, name: 'Suite', config }
  return {
    v: 1,
    kind: 'copy',
    sources: [
      {
        ...PLAIN_SOURCE,
        connection: ref,
        bucket: 'source',
        select: [{ kind: 'prefix', prefix: 'in/' }],
        base: 'in/',
      },
    ],
    destinations: [{ connection: ref, bucket: 'destination', prefix, requesterPays: false }],
    conflict: 'skip',
    verify: 'auto',
    properties: COPY_DEFAULTS,
    ...PLAIN_POUR,
    deleteExtra: false,
  }
}

/** Resolves when the job is as the test wants it; asked for, not only listened to, so that no event can be missed. */
export async function jobThat(
  { client }: Stage,
  id: string,
  is: (job: JobSnapshot) => boolean,
): Promise<JobSnapshot> {
  let latest: JobSnapshot | undefined
  await expect
    .poll(
      async () => {
        latest = (await client.call('jobs.get', { id })).snapshot
        return is(latest)
      },
      { timeout: 30_000 },
    )
    .toBe(true)
  return latest!
}

import { stat } from 'node:fs/promises'
import type { ConnectionView } from '#contract/connection-answers.ts'
import type { SsoPortal } from '#model/connection.ts'
import type { JobSnapshot } from '#model/job.ts'
import type { Seams } from '#model/seams.ts'
import { awsFilePaths } from '../credentials/aws-files.ts'
import { samePortal } from '../credentials/sso-tokens.ts'
import type { Sso } from '../credentials/sso.ts'
import type { Jobs } from '../jobs/api.ts'
import type { Connections } from './connections.ts'
import type { Storages } from './storages.ts'

/** Milliseconds between two looks at the files of the AWS tools, while somebody is waited for. */
const LOOK_EVERY = 2000
/** Looks between two questions to what the machine itself has: it gives keys again without anybody. */
const MACHINE_LOOKS = 15

export interface SignInWatchOptions {
  readonly connections: Pick<Connections, 'list' | 'use'>
  readonly jobs: Pick<Jobs, 'onChange'>
  readonly storages: Storages
  readonly sso: Sso
  readonly seams: Pick<Seams, 'after'>
  readonly env: NodeJS.ProcessEnv
}

/** Somebody signed in at this portal: every connection that waited for it can be used. */
export function serveSignedIn(storages: Storages, portal: SsoPortal): void {
  for (const [id, { signIn }] of [...storages.needs()]) {
    if (signIn?.by === 'browser' && samePortal(signIn, portal)) storages.served(id)
  }
}

/**
 * People sign in elsewhere, too: by `aws sso login`, or with a tool that writes new keys into the AWS files. While
 * connections have no keys, these files are looked at, and what waits goes on. A job that lost its keys has its
 * connections asked which of them it was.
 */
export function watchSignIns(options: SignInWatchOptions): () => void {
  const { storages, connections, jobs, sso, seams, env } = options
  const waiting = new Set<string>()
  let looks = 0
  let stopped = false
  let cancelTimer: (() => void) | undefined
  let files = ''

  const look = async (): Promise<void> => {
    const before = files
    files = await signatureOf(env)
    for (const [id, { signIn }] of [...storages.needs()]) {
      if (signIn?.by === 'browser') {
        if (await sso.isSignedIn(signIn)) serveSignedIn(storages, signIn)
      } else if (!signIn && before !== '' && files !== before) storages.served(id)
    }
    looks += 1
    if (looks % MACHINE_LOOKS === 0) connections.list().filter(isOfMachine).forEach(ask)
    cancelTimer = undefined
    schedule()
  }
  const isOfMachine = ({ id, credentials: { kind } }: ConnectionView): boolean =>
    storages.needs().has(id) && (kind === 'container' || kind === 'instance' || kind === 'environment')
  /** What it answers is learnt on the way. */
  const ask = ({ id }: { readonly id: string }): void =>
    void connections.use(id, (storage) => storage.listBuckets()).catch(() => {})
  const hearJob = ({ id, status, sources, destinations }: JobSnapshot): void => {
    if (status.is !== 'paused' || status.reason !== 'credentials') return void waiting.delete(id)
    if (waiting.has(id)) return
    waiting.add(id)
    const ids = new Set([...sources, ...destinations].map(({ connectionId }) => connectionId))
    const well = connections.list().filter((each) => ids.has(each.id) && each.state !== 'sign-in')
    well.forEach(ask)
  }
  const schedule = (): void => {
    if (stopped || cancelTimer) return
    if (storages.needs().size === 0) files = ''
    else cancelTimer = seams.after(LOOK_EVERY, () => void look())
  }
  const off = storages.onKeys((_id, failure) => {
    if (failure) schedule()
  })
  const offJobs = jobs.onChange((change) => {
    change.jobs.forEach(hearJob)
    for (const id of change.removed) waiting.delete(id)
  })
  return () => {
    stopped = true
    off()
    offJobs()
    cancelTimer?.()
  }
}

/** Changes when one of the AWS files does. */
async function signatureOf(env: NodeJS.ProcessEnv): Promise<string> {
  const facts = await Promise.all(
    awsFilePaths(env).map((file) =>
      stat(file).then(
        ({ mtimeMs, size }) => `${mtimeMs} ${size}`,
        () => '-',
      ),
    ),
  )
  return facts.join(', ')
}

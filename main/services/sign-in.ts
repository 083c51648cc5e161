import type { Seams } from '#model/seams.ts'
import type { SsoPortal } from '#model/connection.ts'
import { awsFilePaths } from '../credentials/aws-files.ts'
import { samePortal } from '../credentials/sso-tokens.ts'
import type { Sso } from '../credentials/sso.ts'
import type { Storages } from './storages.ts'
import { stat } from 'node:fs/promises'

/** Milliseconds between two looks at the files of the AWS tools, while somebody is waited for. */
const LOOK_EVERY = 2000

export interface SignInWatchOptions {
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
 * connections have no keys, these files are looked at, and what waits goes on.
 */
export function watchSignIns({ storages, sso, seams, env }: SignInWatchOptions): () => void {
  let stopped = false
  let cancelTimer: (() => void) | undefined
  let files = ''

  const look = async (): Promise<void> => {
    const before = files
    files = await signatureOf(env)
    for (const [id, { signIn }] of [...storages.needs()]) {
      if (signIn?.by === 'browser') {
        if (await sso.isSignedIn(signIn)) serveSignedIn(storages, signIn)
      } else if (before !== '' && files !== before) storages.served(id)
    }
    cancelTimer = undefined
    schedule()
  }
  const schedule = (): void => {
    if (stopped || cancelTimer) return
    if (storages.needs().size === 0) files = ''
    else cancelTimer = seams.after(LOOK_EVERY, () => void look())
  }
  const off = storages.onKeys((_id, failure) => {
    if (failure) schedule()
  })
  return () => {
    stopped = true
    off()
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

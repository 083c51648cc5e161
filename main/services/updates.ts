import { createPublicKey, verify } from 'node:crypto'
import type { HostPort } from '#contract/host.ts'
import { badInput, fail } from '#model/failure.ts'
import { isNewer, releases, type Releases, type SignedReleases, type UpdateState } from '#model/releases.ts'
import type { Seams } from '#model/seams.ts'
import type { SettingsStore } from './settings.ts'

/** Whether a newer Decant is there. Nothing is asked of anybody until the person switches it on, or asks. */
export interface Updates {
  state(): UpdateState
  /** Asks the feed now. */
  check(): Promise<UpdateState>
  /** The page of the release that was found. */
  openPage(): Promise<'opened' | 'shown'>
  onChange(listener: (update: UpdateState) => void): () => void
  close(): void
}

export interface UpdatesOptions {
  readonly version: string
  readonly host: Pick<HostPort, 'readReleases' | 'openPage'>
  readonly settings: SettingsStore
  readonly seams: Pick<Seams, 'now' | 'after'>
}

const DAY = 24 * 60 * 60_000

export function createUpdates({ version, host, settings, seams }: UpdatesOptions): Updates {
  let state: UpdateState = { is: 'unknown' }
  let cancel: (() => void) | undefined
  const listeners = new Set<(update: UpdateState) => void>()

  const check = async (): Promise<UpdateState> => {
    const signed = await host.readReleases()
    if (signed === undefined) fail('not-supported', 'item', 'This build of Decant has no releases feed.')
    const release = readSigned(signed)
    const checkedAt = seams.now()
    state = isNewer(release.version, version)
      ? { is: 'newer', checkedAt, release }
      : { is: 'newest', checkedAt }
    for (const listener of listeners) listener(state)
    return state
  }
  const again = (): void => {
    cancel = seams.after(DAY, again)
    // Nobody asked just now: a feed that cannot be read is looked at tomorrow.
    check().catch(() => {})
  }
  const follow = (): void => {
    const wanted = settings.current().updates === 'check'
    if (wanted && cancel === undefined) again()
    if (!wanted) {
      cancel?.()
      cancel = undefined
    }
  }
  const off = settings.onChange(follow)
  follow()

  return {
    state: () => state,
    check,
    openPage() {
      if (state.is !== 'newer') fail('bad-input', 'item', 'There is no newer release to show.')
      return host.openPage(state.release.page)
    },
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    close() {
      off()
      cancel?.()
      cancel = undefined
    },
  }
}

/** What the feed says, if it is signed with the key that this build knows. Nothing of it is read before. */
export function readSigned({ feed, signature, key }: SignedReleases): Releases {
  const bytes = Buffer.from(feed, 'base64')
  if (!isSigned(bytes, signature, key))
    fail(
      'bad-answer',
      'item',
      'The releases feed is not signed with the key of this build: it was left alone.',
    )
  let found: unknown
  try {
    found = JSON.parse(bytes.toString('utf8'))
  } catch {
    fail('bad-answer', 'item', 'The releases feed is not JSON.')
  }
  const read = releases.safeParse(found, { reportInput: true })
  if (!read.success)
    fail('bad-answer', 'item', `The releases feed: ${badInput(read.error, 'the feed').message}`)
  return read.data
}

function isSigned(bytes: Buffer, signature: string, key: string): boolean {
  try {
    const known = createPublicKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'spki' })
    return (
      known.asymmetricKeyType === 'ed25519' && verify(null, bytes, known, Buffer.from(signature, 'base64'))
    )
  } catch {
    return false
  }
}

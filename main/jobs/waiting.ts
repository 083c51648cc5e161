import { probe } from './reachability.ts'
import type { OpenStorage } from '../engine/storage.ts'
import type { PauseReason } from '#model/job.ts'
import type { Seams } from '#model/seams.ts'
import { placesOf } from '#model/spec.ts'
import type { JobSpec } from '#model/spec.ts'

export interface Waiting {
  /** Looks at once instead of at the next time. */
  wake(): void
  stop(): void
}

export interface WaitOptions {
  readonly seams: Seams
  readonly reason: PauseReason
  readonly spec: JobSpec
  readonly openStorage: OpenStorage
  /** Whether the journal can be written again. */
  readonly canWrite: () => boolean
  /** The cause is gone: called once. */
  readonly over: () => void
}

/** Milliseconds to the first look, and the longest between two; each wait is twice the one before. */
const PACES: Partial<Record<PauseReason, { readonly first: number; readonly longest: number }>> = {
  offline: { first: 1000, longest: 15_000 },
  credentials: { first: 30_000, longest: 60_000 },
  storage: { first: 2000, longest: 15_000 },
}

/** Looks again and again whether what paused a job is gone. A person's pause is waited out by nobody. */
export function waitForCause(options: WaitOptions): Waiting {
  const pace = PACES[options.reason]
  let stopped = pace === undefined
  let looking = false
  let wait = pace?.first ?? 0
  let cancel: (() => void) | undefined

  const schedule = (): void => {
    cancel = options.seams.after(wait, () => void look())
    wait = Math.min(wait * 2, pace?.longest ?? wait)
  }
  const look = async (): Promise<void> => {
    if (stopped || looking) return
    cancel?.()
    looking = true
    const gone = await isGone(options)
    looking = false
    if (stopped) return
    if (!gone) return schedule()
    stopped = true
    options.over()
  }
  if (!stopped) schedule()
  return {
    wake: () => void look(),
    stop: () => {
      stopped = true
      cancel?.()
    },
  }
}

async function isGone({ reason, spec, openStorage, seams, canWrite }: WaitOptions): Promise<boolean> {
  if (reason === 'storage') return canWrite()
  for (const { connection, bucket } of placesOf(spec)) {
    try {
      const storage = await openStorage(connection)
      if ((await probe({ storage, bucket }, seams)) !== undefined) return false
    } catch {
      // No way to it yet: no keys, or no connection.
      return false
    }
  }
  return true
}

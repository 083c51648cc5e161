import type { ScanOf, ScanSnapshot } from '#model/scan.ts'
import { lentCredentials } from './create.ts'
import type { OnePlace } from './one-place.ts'
import type { Screen } from './screen.ts'
import type { Session } from './session.ts'

export interface ScanRun {
  readonly scan: ScanSnapshot
  /** By Ctrl+C: what is known is "so far". */
  readonly interrupted: boolean
}

/** Goes through a place, in whatever process the session is with, and waits for its end. Close it afterwards. */
export async function runScan(
  { client, kind }: Session,
  { source, bucket, key }: OnePlace,
  what: ScanOf,
  env: NodeJS.ProcessEnv,
  screen: Screen,
  progress: (scan: ScanSnapshot) => string,
): Promise<ScanRun> {
  const { connection, owner, requesterPays } = source
  const lent = kind === 'handed-over' ? await lentCredentials(connection, env) : undefined
  let begun: ScanSnapshot | undefined
  let interrupted = false
  let settle: (scan: ScanSnapshot) => void = () => {}
  const settled = new Promise<ScanSnapshot>((resolve) => (settle = resolve))
  const look = (scan: ScanSnapshot): void => {
    screen.progress(() => progress(scan))
    if (scan.state.is !== 'running') settle(scan)
  }
  const off = client.on('scans.changed', ({ scans }) => {
    const told = scans.find(({ id }) => id === begun?.id)
    if (told) look(told)
  })
  const stop = (): void => {
    interrupted = true
    if (begun) void client.call('scans.stop', { id: begun.id }).catch(() => {})
  }
  process.once('SIGINT', stop)
  try {
    begun = await client.call('scans.start', {
      ...{ connection: connection.id, bucket, prefix: key, what },
      as: {
        config: connection.config,
        requesterPays,
        ...(owner !== undefined && { owner }),
        ...(lent && { credentials: lent }),
      },
    })
    // It may be over before its first event could be heard.
    look(await client.call('scans.get', { id: begun.id }))
    return { scan: await settled, interrupted }
  } finally {
    process.removeListener('SIGINT', stop)
    off()
    screen.clear()
  }
}

export function requestsOf({ requests }: ScanSnapshot): number {
  return Object.values(requests).reduce((sum, each) => sum + each, 0)
}

/** 0 done, 3 failed, 130 interrupted. */
export function scanExit({ scan, interrupted }: ScanRun): number {
  if (interrupted) return 130
  return scan.state.is === 'done' ? 0 : 3
}

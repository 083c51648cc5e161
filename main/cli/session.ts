import { randomBytes } from 'node:crypto'
import { createClient, type Client } from '#contract/client.ts'
import { DecantError, fail } from '#model/failure.ts'
import { systemSeams } from '#model/seams.ts'
import { prepareForLongWork } from './long-work.ts'
import { linkToOwner, listenAsOwner, type OwnerLink } from '../serve/owner-socket.ts'
import { askCode } from './ask-code.ts'
import { cliHost } from './host.ts'
import type { Entries } from '../serve/entries.ts'

/** Where a command runs: what its entry knows. */
export interface CliContext {
  readonly dataDir: string
  readonly version: string
  readonly entries: Entries
  readonly env: NodeJS.ProcessEnv
}

/** A core to work with: this process's own, or that of the process which owns the data directory. */
export interface Session {
  readonly client: Client
  readonly kind: 'own' | 'handed-over'
  /** Resolves when the owner is gone, and never for one's own core. */
  readonly lost: Promise<void>
  close(): Promise<void>
}

/** Milliseconds between two looks at a directory whose owner is just coming or going, and how many looks. */
const PAUSE = 100
const LOOKS = 50
/** Milliseconds that the owner is given to say who it is. */
const SILENT = 10_000

/** Takes the data directory; where somebody else has it, speaks to them. */
export async function openSession(context: CliContext): Promise<Session> {
  const { openCore } = await import('../services/open-core.ts')
  const { readOwner } = await import('../jobs/owner.ts')
  for (let look = 1; ; look++) {
    try {
      return await ownSession(context, openCore)
    } catch (error) {
      if (!isTaken(error)) throw error
      const owner = readOwner(context.dataDir)
      if (owner?.port !== undefined && owner.token !== undefined) {
        const link = await linkToOwner(owner.port, owner.token).catch(() => undefined)
        if (link && (await answers(link, context.dataDir, owner.pid))) {
          return {
            client: createClient(link.transport),
            kind: 'handed-over',
            lost: link.closed,
            close: async () => link.close(),
          }
        }
      }
      // It was just beginning, or just ending: look again.
      if (look === LOOKS) throw error
      await new Promise((resolve) => setTimeout(resolve, PAUSE))
    }
  }
}

/** False: it just went. A process that is suspended takes the connection and says nothing: that is told, and for whom. */
async function answers(link: OwnerLink, dataDir: string, pid: number): Promise<boolean> {
  let isSilent = false
  const timer = setTimeout(() => {
    isSilent = true
    link.close()
  }, SILENT)
  try {
    await createClient(link.transport).call('app.info', {})
    return true
  } catch {
    if (!isSilent) return false
    const what = `has not answered for ${SILENT / 1000} seconds`
    return fail(
      'not-possible',
      'job',
      `Decant (pid ${pid}) is working in ${dataDir}, and ${what}: is it suspended?`,
    )
  } finally {
    clearTimeout(timer)
  }
}

async function ownSession(
  { dataDir, version, entries, env }: CliContext,
  openCore: typeof import('../services/open-core.ts').openCore,
): Promise<Session> {
  const { createStorage } = await import('../engine/open-storage.ts')
  prepareForLongWork()
  const host = cliHost(dataDir, entries.playground)
  const core = await openCore({
    options: { dataDir, host: 'cli', version },
    host: host.port,
    seams: systemSeams,
    createStorage,
    env,
    askCode,
  })
  const token = randomBytes(24).toString('base64url')
  const socket = await listenAsOwner(core.ownTransport, token)
  core.ownership.annotate({ port: socket.port, token })
  return {
    client: createClient(core.ownTransport),
    kind: 'own',
    lost: new Promise(() => {}),
    async close() {
      await socket.close()
      await core.close()
      await host.close()
    },
  }
}

function isTaken(error: unknown): boolean {
  return (
    error instanceof DecantError && error.failure.code === 'bad-input' && error.failure.property === 'dataDir'
  )
}

import { randomBytes } from 'node:crypto'
import { createClient } from '#contract/client.ts'
import { superviseCore } from '#contract/supervisor.ts'
import { DecantError } from '#model/failure.ts'
import { systemSeams } from '#model/seams.ts'
import { hidingSecrets } from '../log/hiding.ts'
import { openProcessLog } from '../log/process-log.ts'
import { forkCore, playgroundIn } from './children.ts'
import { keepExchange } from './exchange-upkeep.ts'
import { openExchange } from './exchange.ts'
import { serveHost } from './host.ts'
import { servePage } from './http.ts'
import { settingsFile } from './settings.ts'
import { serveSocket } from './socket.ts'

export interface ServeOptions {
  readonly dataDir: string
  /** 0: any that is free. */
  readonly port: number
  readonly version: string
  /** Besides what a browser sends and fetches, windows may read and write what lies in these. */
  readonly folders: readonly string[]
  /** Of this build: only an entry knows where the other entries lie. */
  readonly paths: { readonly core: string; readonly playground: string; readonly renderer: string }
}

export interface Serving {
  /** With the token: whoever has it may do what the person at this machine may. */
  readonly url: string
  stop(): Promise<void>
}

/** The host for a browser. Rejects, naming who has it, when the data directory is taken. */
export async function serve({ dataDir, port, version, folders, paths }: ServeOptions): Promise<Serving> {
  const playground = playgroundIn(dataDir, paths.playground)
  const token = randomBytes(24).toString('base64url')
  const exchange = openExchange(dataDir, folders, systemSeams.now)
  const host = serveHost({ settings: settingsFile(dataDir), playground, exchange, token })
  const log = openProcessLog(dataDir, 'serve')
  log.hide(token)
  log.write(
    'info',
    `serve of Decant ${version} begins on ${process.platform} (Node ${process.versions.node})`,
  )
  const core = superviseCore({
    spawn: forkCore(paths.core),
    host: hidingSecrets(host.port, log),
    core: { dataDir, host: 'serve', version },
    seams: systemSeams,
  })
  const started = await core.started
  if (!started.ok) {
    await core.stop()
    throw new DecantError(started.failure)
  }
  const upkeep = keepExchange(exchange, createClient(core.connect()), systemSeams)
  try {
    const page = await servePage({
      root: paths.renderer,
      token,
      port,
      files: host.files,
      texts: host.texts,
      exchange: { exchange, token, fetched: upkeep.fetched },
    })
    const sockets = serveSocket({ server: page.server, port: page.port, token, connect: core.connect })
    return {
      url: `http://127.0.0.1:${page.port}/?token=${token}`,
      async stop() {
        sockets.close()
        page.server.close()
        page.server.closeAllConnections()
        await upkeep.stop()
        // The core first: its jobs may be talking to the playground.
        await core.stop()
        await playground.stop()
      },
    }
  } catch (error) {
    await upkeep.stop()
    await core.stop()
    await playground.stop()
    throw error
  }
}

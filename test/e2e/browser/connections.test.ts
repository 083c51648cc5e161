import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { spawnPlayground } from '../../helpers/playground.ts'
import type { PlaygroundProcess } from '../../helpers/playground.ts'
import type { OpenApp } from '../../helpers/window.ts'
import { serveHost } from '../hosts.ts'
import { addConnection } from '../scenarios/add-connection.ts'

describe('a connection with keys that are typed in', () => {
  const host = serveHost()
  const dir = mkdtempSync(path.join(tmpdir(), 'decant-connection-'))
  let server: PlaygroundProcess
  let app: OpenApp
  beforeAll(async () => {
    server = await spawnPlayground()
    await server.admin.seed({ bucket: 'mine', count: 1, size: 1 })
    app = await host.open({ dataDir: dir })
  })
  afterAll(async () => {
    await app.close()
    await host.end()
    await server.stop()
    rmSync(dir, { recursive: true, force: true })
  })

  it('is told where its test fails, and is saved when it passes', async () => {
    await addConnection(app.window, server)
  })
})

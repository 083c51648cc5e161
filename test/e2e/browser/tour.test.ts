import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeEach, describe, it } from 'vitest'
import type { OpenApp } from '../../helpers/window.ts'
import { serveHost } from '../hosts.ts'
import { tourByKeys, tourByMouse } from '../scenarios/tour.ts'

describe('the tour is completed', () => {
  const host = serveHost()
  let dataDir: string
  let app: OpenApp
  beforeEach(async () => {
    dataDir = mkdtempSync(path.join(tmpdir(), 'decant-tour-'))
    app = await host.open({ dataDir })
  })
  afterEach(async () => {
    await app.close()
    rmSync(dataDir, { recursive: true, force: true })
  })
  afterAll(() => host.end())

  it('by the mouse', () => tourByMouse(app.window, dataDir), 120_000)
  it('by the keyboard', () => tourByKeys(app.window, dataDir), 120_000)
})

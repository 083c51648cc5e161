import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, it } from 'vitest'
import { serveHost } from '../hosts.ts'
import { slowHand } from '../scenarios/drag.ts'

describe('a drag, in a browser', () => {
  const host = serveHost()
  const dataDir = mkdtempSync(path.join(tmpdir(), 'decant-drag-'))
  afterAll(async () => {
    await host.end()
    rmSync(dataDir, { recursive: true, force: true })
  })

  it('goes where it says, and nowhere when it is given up', async () => {
    await slowHand(host, dataDir)
  })
})

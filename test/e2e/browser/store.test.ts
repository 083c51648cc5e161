import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeEach, describe, it } from 'vitest'
import { serveHost } from '../hosts.ts'
import { windowAndCommand } from '../scenarios/beside.ts'
import { offlineAndBack } from '../scenarios/offline.ts'

describe('a store of one’s own, in a browser', () => {
  const host = serveHost()
  let dir: string
  beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'decant-store-'))
  })
  afterEach(() => rmSync(dir, { recursive: true, force: true }))
  afterAll(() => host.end())

  it('goes away and comes back: jobs pause, are planned and queued, and complete with no click', async () => {
    await offlineAndBack(host, dir)
  })

  it('gets each key once from the window and the command at once', async () => {
    await windowAndCommand(host, dir)
  })
})

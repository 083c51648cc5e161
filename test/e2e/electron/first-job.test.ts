import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeEach, describe, it } from 'vitest'
import { electronHost } from '../hosts.ts'
import { firstJob, keyboard, mouse } from '../scenarios/first-job.ts'

describe('the first job, in the desktop window', () => {
  const host = electronHost()
  let dataDir: string
  beforeEach(() => {
    dataDir = mkdtempSync(path.join(tmpdir(), 'decant-first-'))
  })
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }))
  afterAll(() => host.end())

  it('survives a SIGKILL half-way and goes on by itself to a complete report', async () => {
    await firstJob(host, dataDir, mouse)
  })

  it('does the same by keyboard alone', async () => {
    await firstJob(host, dataDir, keyboard)
  })
})

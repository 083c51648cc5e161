import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { until } from '../../helpers/processes.ts'
import { readZip } from '../../helpers/zip.ts'
import { serveHost } from '../hosts.ts'
import { folderAndBack } from '../scenarios/folder-and-back.ts'

describe('files, in a browser', () => {
  const host = serveHost()
  let dir: string
  beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'decant-files-'))
  })
  afterEach(() => rmSync(dir, { recursive: true, force: true }))
  afterAll(() => host.end())

  it('a folder of 2,000 goes up through a SIGKILL and comes down again as it was', async () => {
    await folderAndBack(host, dir, {
      async download({ window }) {
        await window.page.keyboard.press('Control+s')
        await window.pourSheet.getByText('fetched when it is done').waitFor()
      },
      async fetch({ window }) {
        // What was sent is taken away with its job.
        await until('nothing is left of what was sent', () => left('uploads').length === 0, 60_000)
        const [download] = await Promise.all([
          window.page.waitForEvent('download', { timeout: 60_000 }),
          window.button('Save the files').click({ timeout: 60_000 }),
        ])
        expect(download.suggestedFilename()).toBe('my photos.zip')
        return readZip(readFileSync(await download.path()))
      },
    })
  })

  const left = (name: string): string[] =>
    readdirSync(path.join(dir, 'data', name)).filter((one) => !one.startsWith('.'))
})

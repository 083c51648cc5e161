import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readTree } from '../../helpers/file-tree.ts'
import { electronHost } from '../hosts.ts'
import type { OpenElectron } from '../hosts.ts'
import { folderAndBack } from '../scenarios/folder-and-back.ts'

describe('files, in the desktop window', () => {
  const host = electronHost()
  let dir: string
  beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'decant-files-'))
  })
  afterEach(() => rmSync(dir, { recursive: true, force: true }))
  afterAll(() => host.end())

  it('a folder of 2,000 goes up through a SIGKILL and comes down again as it was', async () => {
    await folderAndBack<OpenElectron>(host, dir, {
      async download({ window, app }, into) {
        // The system's own dialog is beyond the reach of tests: it is answered in its place.
        await app.evaluate(({ dialog, shell }, folder) => {
          dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [folder] })
          shell.showItemInFolder = (shown) => void Object.assign(globalThis, { shown })
        }, into)
        await window.page.keyboard.press('Control+s')
        await window.pourSheet.getByText(path.basename(into)).first().waitFor()
      },
      async fetch({ window, app }, into) {
        await window.button('Show in folder').click({ timeout: 60_000 })
        await expect
          .poll(() => app.evaluate(() => (globalThis as { shown?: string }).shown))
          .toBe(path.join(into, 'my photos'))
        return readTree(into)
      },
    })
  })

  it('a page names no file that nobody dropped', async () => {
    const app = await host.open({ dataDir: path.join(dir, 'data') })
    const reply = await app.window.page.evaluate(async () => {
      const { decant } = window as unknown as {
        decant: {
          invoke(method: string, input: unknown, call: string): Promise<{ failure?: { message: string } }>
          pathsOf(files: File[]): Promise<string[]>
        }
      }
      const paths = await decant.pathsOf([new File(['made up'], '/etc/passwd')])
      const refused = await decant.invoke('files.place', { paths: ['/etc/passwd'] }, 'own-1')
      return { paths, message: refused.failure?.message }
    })
    expect(reply.paths).toEqual([''])
    expect(reply.message).toContain('neither dropped here nor chosen')
    await app.close()
  })
})

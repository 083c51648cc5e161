import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { electronHost, type OpenElectron } from '../hosts.ts'
import { expectEffect, setScene, watchEffects } from '../walk.ts'

interface Line {
  readonly menu: string
  readonly id: string | undefined
  readonly role: string | undefined
  readonly label: string
  readonly enabled: boolean
}

/** What the system does by itself. */
const ROLES = [
  ...['about', 'close', 'forcereload', 'minimize', 'quit', 'resetzoom', 'services', 'toggledevtools'],
  ...['togglefullscreen', 'zoomin', 'zoomout', 'hide', 'hideothers', 'unhide', 'front', 'zoom', 'window'],
  ...['undo', 'redo', 'cut', 'copy', 'paste', 'pasteandmatchstyle', 'delete', 'selectall'],
]

/** Each needs what this walk does not have: a job, a version, one object, an edit in a grid. Why they are off stands in the palette. */
const OFF_HERE =
  /^(undo-job|pause-all|resume-all|restore-version|grid-.*|forward|unpin|select-nothing|show-browse|resume-tour|leave-tour|show-in-folder|presign|use-as-manifest|usage|search|uploads|bucket-properties|empty-bucket|delete-bucket|create-bucket|upload-.*|download)$/

describe('the menu', () => {
  const host = electronHost()
  const dataDir = mkdtempSync(path.join(tmpdir(), 'decant-menu-'))
  let app: OpenElectron
  beforeAll(async () => {
    app = await host.open({ dataDir })
    await app.window.openPlayground()
  })
  afterAll(async () => {
    await app.close()
    await host.end()
    rmSync(dataDir, { recursive: true, force: true })
  })

  const lines = (): Promise<readonly Line[]> =>
    app.app.evaluate(({ Menu }) =>
      (Menu.getApplicationMenu()?.items ?? []).flatMap(({ label: menu, submenu }) =>
        (submenu?.items ?? [])
          .filter(({ type }) => type !== 'separator')
          .map(({ id, role, label, enabled }) => ({ menu, id, role, label, enabled })),
      ),
    )
  const click = (id: string): Promise<void> =>
    app.app.evaluate(({ Menu }, wanted) => Menu.getApplicationMenu()?.getMenuItemById(wanted)?.click(), id)

  it('has no dead entry', async () => {
    const { window } = app
    const { page } = window
    // What opens beside the window is heard of here.
    let beside = 0
    page.on('filechooser', () => beside++)
    await app.app.evaluate(({ dialog, shell }) => {
      const heard = Object.assign(globalThis, { opened: 0 })
      dialog.showOpenDialog = () => {
        heard.opened++
        return Promise.resolve({ canceled: true, filePaths: [] })
      }
      dialog.showSaveDialog = () => {
        heard.opened++
        return Promise.resolve({ canceled: true, filePath: '' })
      }
      shell.openPath = () => {
        heard.opened++
        return Promise.resolve('')
      }
    })
    const folders = (): Promise<number> =>
      app.app.evaluate(() => (globalThis as unknown as { opened: number }).opened)
    await setScene(window)
    await watchEffects(page)
    const found = await lines()
    expect(found.filter(({ id, role }) => id === undefined && !ROLES.includes(role ?? ''))).toEqual([])

    const walked: string[] = []
    const off: string[] = []
    for (const { id } of found) {
      if (id === undefined) continue
      await setScene(window)
      const { enabled } = (await lines()).find((line) => line.id === id) ?? { enabled: false }
      if (!enabled) off.push(id)
      else {
        const before = beside
        const shown = await folders()
        await expectEffect(
          page,
          id,
          async () => {
            await click(id)
          },
          async () => beside > before || (await folders()) > shown,
        )
        walked.push(id)
      }
    }
    expect(off.filter((id) => !OFF_HERE.test(id))).toEqual([])
    expect(walked.length).toBeGreaterThan(30)
  })

  it('is about text while a field for text has the focus', async () => {
    const { window } = app
    await setScene(window)
    await window.page.keyboard.press('Control+f')
    await expect
      .poll(async () => (await lines()).filter(({ menu }) => menu === 'Edit').map(({ role }) => role))
      .toContain('paste')
    await window.page.keyboard.press('Escape')
    await expect
      .poll(async () => (await lines()).filter(({ menu }) => menu === 'Edit').map(({ id }) => id))
      .toContain('select-all')
  })
})

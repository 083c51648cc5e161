import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { cancelFiles, dragFiles } from '../drop-files.ts'
import { until } from '../../helpers/processes.ts'
import type { OpenApp } from '../../helpers/window.ts'
import { serveHost } from '../hosts.ts'

describe('a notice', () => {
  const host = serveHost()
  const dir = mkdtempSync(path.join(tmpdir(), 'decant-notices-'))
  let app: OpenApp
  beforeAll(async () => {
    app = await host.open({ dataDir: dir })
    await app.window.openPlayground()
  })
  afterAll(async () => {
    await app.close()
    await host.end()
    rmSync(dir, { recursive: true, force: true })
  })

  it('that the pointer held goes on by itself once a sheet takes it from under the pointer', async () => {
    const { window } = app
    const { page } = window
    await window.goTo('left', 's3://acme-web-assets/img/')
    await window.goTo('right', 's3://acme-backups/')
    await window.row('left', 'logo.svg').click()
    await page.keyboard.press('F5')
    await window.button(/^Start copying/, window.pourSheet).click()
    const notice = page.getByRole('listitem').filter({ hasText: 'Done: Copy img/logo.svg' })
    await notice.hover()
    await page.locator('[data-sonner-toast][data-expanded="true"]').waitFor()
    await window.list('left').focus()
    await page.keyboard.press('F5')
    await window.pourSheet.waitFor()
    await page.locator('[data-sonner-toast][data-y-position="top"][data-expanded="false"]').waitFor()
    await page.keyboard.press('Escape')
    await window.pourSheet.waitFor({ state: 'detached' })
  })

  it('that comes under a mouse at rest goes by itself', async () => {
    const { window } = app
    const { page } = window
    const { width, height } = page.viewportSize()!
    const notice = page.locator('[data-sonner-toaster]').getByText(/here already\.$/)
    // Onto its own place: that is told, and nothing is planned.
    await window.goTo('right', 's3://acme-web-assets/img/')
    await window.row('left', 'logo.svg').click()
    await until('no other is there', async () => (await page.locator('[data-sonner-toast]').count()) === 0)
    await page.mouse.move(width - 100, height - 40)
    await page.keyboard.press('F5')
    await notice.waitFor()
    await notice.waitFor({ state: 'detached' })
  })

  it('goes on by itself where its list shrank from under a mouse, which then went away', async () => {
    const { window } = app
    const { page } = window
    const notices = page.locator('[data-sonner-toaster]').getByText(/here already\.$/)
    await window.row('left', 'logo.svg').click()
    for (let shown = 1; shown <= 3; shown++) {
      await page.keyboard.press('F5')
      await until('it is said', async () => (await notices.count()) === shown)
    }
    await notices.first().hover()
    const top = page.locator('[data-sonner-toast][data-expanded="true"]').last()
    await top.getByRole('button', { name: 'Dismiss' }).click()
    await until('it is gone', async () => (await notices.count()) === 2)
    await window.row('left', 'logo.svg').hover()
    await until('the others are gone', async () => (await notices.count()) === 0)
  })

  it('those that take the place of one which was clicked away go by themselves', async () => {
    const { window } = app
    const { page } = window
    const notices = page.locator('[data-sonner-toast]')
    await until('no other is there', async () => (await notices.count()) === 0)
    await window.row('left', 'logo.svg').click()
    for (let times = 0; times < 3; times++) await page.keyboard.press('F5')
    await notices.nth(2).waitFor()
    await notices.first().getByRole('button', { name: 'Dismiss' }).click()
    await until('the others go, too', async () => (await notices.count()) === 0)
  })

  it('does not lie over what a drop would do', async () => {
    const { window } = app
    const { page } = window
    await window.row('left', 'logo.svg').click()
    await page.keyboard.press('F5')
    const notice = page.locator('[data-sonner-toaster]').getByText(/here already\.$/)
    await notice.waitFor()
    await window.row('left', 'logo.svg').hover()
    await page.mouse.down()
    await page.mouse.move(600, 400, { steps: 5 })
    await page.getByTestId('drag-ghost').waitFor()
    await notice.waitFor({ state: 'hidden' })
    await page.keyboard.press('Escape')
    await notice.waitFor()
    await page.mouse.up()

    await window.row('left', 'logo.svg').click()
    await page.keyboard.press('F5')
    await notice.first().waitFor()
    await dragFiles(page, window.list('right'), [path.join(import.meta.dirname, 'notices.test.ts')])
    await page.getByText(/^Upload 1 file/).waitFor()
    await page.locator('[data-sonner-toaster].aside').waitFor({ state: 'attached' })
    await cancelFiles(page)
  })

  it('lies over no button of a dialog', async () => {
    const { window } = app
    const { page } = window
    await window.row('left', 'logo.svg').click()
    await page.keyboard.press('F5')
    await page.locator('[data-sonner-toast][data-y-position="bottom"]').first().waitFor()
    await page.keyboard.press('F7')
    await page.getByRole('dialog', { name: 'New folder' }).waitFor()
    await page.locator('[data-sonner-toast][data-y-position="top"]').first().waitFor()
    await page.keyboard.press('Escape')
    await page.locator('[data-sonner-toast][data-y-position="bottom"]').first().waitFor()
  })
})

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../../helpers/processes.ts'
import type { OpenApp } from '../../helpers/window.ts'
import { serveHost } from '../hosts.ts'
import { setScene } from '../walk.ts'

const STATE = path.resolve(import.meta.dirname, '../../../renderer/state')

/** Of every command in the registry, as its source has it. */
function titles(): readonly string[] {
  const sources = readdirSync(STATE)
    // Those of a list of items are there with the list, and are tried with it (plan.test.ts).
    .filter((name) => name.endsWith('-commands.ts') && name !== 'item-commands.ts')
    .map((name) => readFileSync(path.join(STATE, name), 'utf8'))
    .join('\n')
  return [...sources.matchAll(/\bid: '([a-z-]+)',\s+title: '((?:[^'\\]|\\.)+)',/g)]
    .filter(([, id]) => id !== 'open-palette' && id !== 'open-menu')
    .map(([, , title = '']) => title.replaceAll('\\', ''))
}

describe('the palette', () => {
  const host = serveHost()
  const dataDir = mkdtempSync(path.join(tmpdir(), 'decant-palette-'))
  let app: OpenApp
  beforeAll(async () => {
    app = await host.open({ dataDir })
    await app.window.openPlayground()
  })
  afterAll(async () => {
    await app.close()
    await host.end()
    rmSync(dataDir, { recursive: true, force: true })
  })

  /** What a person sees or hears of the window. */
  const seen = (): Promise<string> =>
    app.window.page.evaluate(() => {
      const words = [...document.querySelectorAll('[role], [aria-label], [aria-pressed], input')].map(
        (element) =>
          ['role', 'aria-label', 'aria-pressed', 'aria-selected', 'aria-checked', 'value']
            .map((name) => element.getAttribute(name) ?? '')
            .join(','),
      )
      const focus = document.activeElement
      const label = focus?.getAttribute('aria-label') ?? focus?.textContent
      return [document.body.innerText, ...words, `${focus?.tagName} ${label}`].join('\n')
    })

  it('has every command of the window, and each does something or says why not', async () => {
    const { window } = app
    const { page } = window
    // What happens beside the page: files that are asked for, and calls to the core.
    let beside = 0
    page.on('filechooser', () => beside++)
    page.on('websocket', (socket) =>
      socket.on('framesent', ({ payload }) => {
        if (/"method":"(?!settings\.)/.test(String(payload))) beside++
      }),
    )
    await page.context().grantPermissions(['clipboard-write'])
    await page.reload()
    await page.getByRole('navigation', { name: 'Places' }).waitFor()
    const all = titles()
    expect(all.length).toBeGreaterThan(50)
    let could = 0
    let moved = true
    for (const title of all) {
      if (moved) await setScene(window)
      const before = await seen()
      await page.keyboard.press('Control+k')
      await page.getByRole('combobox').fill(title)
      const option = page
        .getByRole('option')
        .filter({ has: page.locator('.title', { hasText: title }) })
        .first()
      await option.waitFor()
      const note = (await option.locator('.note').allTextContents()).join('').trim()
      const off = (await option.getAttribute('aria-disabled')) === 'true'
      const heard = beside
      moved = !off
      await option.click({ force: true })
      if (off) {
        expect(note, title).toMatch(/\.$/)
        await page.getByText(note, { exact: true }).first().waitFor()
      } else {
        could++
        // A call alone is an effect, too, where nothing comes of it that is seen.
        const patience = performance.now() + 700
        await until(
          `“${title}” does something`,
          async () => (await seen()) !== before || (beside > heard && performance.now() > patience),
          8000,
        )
      }
    }
    expect(could).toBeGreaterThan(25)
  })

  it('lists every key that a command has', async () => {
    const { window } = app
    await setScene(window)
    await window.page.keyboard.press('?')
    const keys = window.page.getByRole('dialog', { name: 'Keys' })
    for (const title of ['Copy to the other pane', 'Open a job file', 'Settings', 'Show or hide versions'])
      await keys.getByText(title, { exact: true }).waitFor()
    await window.page.keyboard.press('Escape')
  })
})

/** Walks every command of the window and sees that each does something: for the palette and for the menu. */
import type { Page } from 'playwright'
import { until } from '../helpers/processes.ts'
import type { DecantWindow } from '../helpers/window.ts'

const PLACES = { left: 's3://acme-backups/', right: 's3://acme-web-assets/' } as const
const CHOSEN = 'postgres/'

/** Two panes on two buckets, one prefix of a versioned bucket chosen: where most commands can be run. */
export async function setScene(window: DecantWindow): Promise<void> {
  const { page } = window
  const over = page.locator('[role="dialog"], [role="alertdialog"], [role="menu"]')
  // What was asked for may still be on its way.
  for (let tries = 0, clear = 0; clear < 2; tries++) {
    if (tries === 12) throw new Error('What lies over the window does not go away by Escape.')
    if ((await over.count()) === 0) clear++
    else {
      clear = 0
      await page.keyboard.press('Escape')
    }
    await page.waitForTimeout(80)
  }
  const places = page.getByRole('navigation', { name: 'Places' })
  if ((await places.count()) === 0) await page.keyboard.press('Control+b')
  await places.getByRole('button', { name: /^Browse/ }).click()
  if ((await window.pane('right').count()) === 0) await page.keyboard.press('Control+\\')
  const views = { 'Versions in': 'F9', 'Earlier objects in': 'Shift+F9' }
  for (const [name, key] of Object.entries(views)) {
    const list = page.getByRole('grid', { name: new RegExp(`^${name}`) })
    if ((await list.count()) === 0) continue
    await list.focus()
    await page.keyboard.press(key)
    await list.waitFor({ state: 'detached' })
  }
  for (const side of ['right', 'left'] as const) {
    const there = window.pane(side).getByRole('grid', { name: `Objects in ${PLACES[side]}`, exact: true })
    if ((await there.count()) === 0) await window.goTo(side, PLACES[side])
  }
  await window.row('left', CHOSEN).click()
}

/** Counts what the page does: what is drawn, where the focus goes, which calls it sends. */
export async function watchEffects(page: Page): Promise<void> {
  await page.evaluate(() => {
    const seen = Object.assign(window, { effects: 0 })
    // Toasts go away by themselves, and progress moves by itself: neither is an effect of a command.
    const own = (node: Node): boolean => {
      const element = node instanceof Element ? node : node.parentElement
      return element?.closest('[data-sonner-toaster], .strip') == null
    }
    new MutationObserver((records) => {
      if (records.some(({ target, addedNodes }) => own(target) || addedNodes.length > 0)) seen.effects++
    }).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true })
    addEventListener('focusin', () => seen.effects++, true)
  })
}

const effects = (page: Page): Promise<number> =>
  page.evaluate(() => (window as unknown as { effects: number }).effects)

/** Nothing happens by itself any more: what happens next was caused. */
export async function settled(page: Page): Promise<number> {
  let before = await effects(page)
  await until('the window is at rest', async () => {
    await page.waitForTimeout(150)
    const now = await effects(page)
    const quiet = now === before
    before = now
    return quiet
  })
  return before
}

/** Acts, and waits until the page did something, or `otherwise` did. */
export async function expectEffect(
  page: Page,
  what: string,
  act: () => Promise<void>,
  otherwise: () => Promise<boolean> = async () => false,
): Promise<void> {
  const before = await settled(page)
  await act()
  await until(`${what} does something`, async () => (await effects(page)) > before || otherwise())
}

/** The tour of the playground, as its callout leads through it. */
import { expect } from 'vitest'
import type { Locator } from 'playwright'
import { until } from '../../helpers/processes.ts'
import { playgroundOf } from '../../helpers/window.ts'
import type { DecantWindow } from '../../helpers/window.ts'

const callout = ({ page }: DecantWindow): Locator => page.getByRole('region', { name: 'Tour', exact: true })

async function atStep(window: DecantWindow, step: number): Promise<void> {
  await callout(window).getByText(`${step} of 6`).waitFor({ timeout: 60_000 })
}

/** By the mouse, as its callout says it; the window is opened anew while the copy is paused. */
export async function tourByMouse(window: DecantWindow, dataDir: string): Promise<void> {
  const { page } = window
  await window.button('Start the tour').click()
  await atStep(window, 1)
  await window.row('left', 'acme-lake-curated').dblclick()
  await window.row('right', 'acme-web-assets').dblclick()
  await atStep(window, 2)
  await window.drag(window.row('left', 'events/'), window.list('right'))
  await window.button(/^Start copying/, window.pourSheet).click()
  await atStep(window, 3)
  await window.button(/^Pause: /).click()
  await callout(window)
    .getByText(/written down/)
    .waitFor()
  await page.reload()
  await callout(window)
    .getByText(/written down/)
    .waitFor()
  await window.button(/^Resume: /).click()
  await atStep(window, 4)
  await window.row('right', 'img/').dblclick()
  await window.row('right', 'products/').dblclick()
  await window.row('right', '01/').click()
  await page.keyboard.press('Shift+F4')
  await window.button('Add a rule').click()
  await page.getByRole('menuitem', { name: 'A header…', exact: true }).click()
  await page.getByRole('textbox', { name: 'Value of rule 1' }).fill('no-store')
  await window
    .button(/^Plan these changes/)
    .and(page.locator(':not([aria-disabled="true"])'))
    .click()
  await window
    .button(/^Start editing/)
    .and(page.locator(':not([aria-disabled="true"])'))
    .click()
  await atStep(window, 5)
  await window.button('Undo…').click()
  await window.button('Undo 20 objects').click()
  await atStep(window, 6)
  await window.button(/^Go to a place/).click()
  await page.keyboard.press('Escape')
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keys' }).waitFor()
  await page.keyboard.press('Escape')
  await window.button('Close', callout(window)).click()
  await expectDone(dataDir)
}

/** By the keyboard alone, each move shown by the key that shows it; left and taken up again on the way. */
export async function tourByKeys(window: DecantWindow, dataDir: string): Promise<void> {
  const { page } = window
  const { keyboard } = page
  await page.getByRole('heading', { name: 'Pour objects from one bucket to another' }).waitFor()
  await keyboard.press('3')
  await atStep(window, 1)
  await keyboard.press('Escape')
  await callout(window).waitFor({ state: 'detached' })
  await keyboard.press('Control+k')
  await keyboard.type('where it was left')
  await keyboard.press('Enter')
  await atStep(window, 1)
  await until(
    'the tour is over',
    async () => {
      if ((await callout(window).getByText('That was the tour').count()) > 0) return true
      await keyboard.press('F1')
      return false
    },
    90_000,
  )
  await window.tabTo(window.button('Close', callout(window)))
  await keyboard.press('Enter')
  await callout(window).waitFor({ state: 'detached' })
  await expectDone(dataDir)
}

/** It was all real: every object copied once, twenty rewritten twice. */
async function expectDone(dataDir: string): Promise<void> {
  const admin = playgroundOf(dataDir)
  const copies = async (prefix: string): Promise<readonly string[]> =>
    (await admin.log()).flatMap(({ op, bucket, key }) =>
      op === 'CopyObject' && bucket === 'acme-web-assets' && key?.startsWith(prefix) === true ? [key] : [],
    )
  await until('the copy is over', async () => new Set(await copies('events/')).size === 2401)
  expect(await copies('events/')).toHaveLength(2401)
  expect(await copies('img/products/01/')).toHaveLength(40)
}

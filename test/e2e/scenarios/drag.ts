import type { Locator } from 'playwright'
import { expect } from 'vitest'
import { until } from '../../helpers/processes.ts'
import { playgroundOf } from '../../helpers/window.ts'
import type { DecantWindow, TestHost } from '../../helpers/window.ts'

const SOURCE = 'acme-web-assets'
const OBJECT = 'index.html'
const FOLDERS = 60
const nameOf = (folder: number): string => `f${String(folder).padStart(3, '0')}/`

/** A hand that takes its time: it holds what it drags while lists scroll, keys are hit and other buttons pressed. */
export async function slowHand(host: TestHost, dataDir: string): Promise<void> {
  const app = await host.open({ dataDir })
  const { window } = app
  await window.openPlayground()
  await playgroundOf(dataDir).seed({ bucket: 'folders', count: FOLDERS, pattern: 'f{n:3}/x', size: 1 })
  await window.goTo('right', 's3://folders/')
  await window.row('right', nameOf(0)).waitFor()
  await window.goTo('left', `s3://${SOURCE}/`)
  await window.row('left', OBJECT).waitFor()

  await leavesAllAlone(window)
  await staysInTheWindow(window)
  await saysWhereItIs(window)
  await app.close()
}

/** Escape, a release outside of everything, keys and the other button: nothing is opened, chosen or copied. */
async function leavesAllAlone(window: DecantWindow): Promise<void> {
  const { mouse, keyboard } = window.page
  const chosen = window.list('left').locator('[aria-selected="true"]')
  const covering = window.page.locator('[role="dialog"], [role="menu"]')
  await lift(window)
  await over(window, window.row('right', nameOf(3)))
  await said(window, `into ${nameOf(3)}`)
  await keyboard.down('Shift')
  await said(window, `Move ${OBJECT} here`)
  await keyboard.up('Shift')
  await said(window, `Copy ${OBJECT} here`)
  for (const key of ['ArrowDown', 'Space', 'F5', 'Delete']) await keyboard.press(key)
  await mouse.down({ button: 'right' })
  await mouse.up({ button: 'right' })
  await said(window, `into ${nameOf(3)}`)
  expect(await chosen.allInnerTexts()).toEqual([expect.stringContaining(OBJECT)])
  expect(await covering.count()).toBe(0)
  await keyboard.press('Escape')
  await ghost(window).waitFor({ state: 'detached' })
  await mouse.up()

  await lift(window)
  await mouse.move(-20, 300, { steps: 5 })
  await mouse.up()
  await ghost(window).waitFor({ state: 'detached' })
  expect(await covering.count()).toBe(0)
}

/** Near the right and the lower edge what is dragged is drawn on the other side of the pointer. */
async function staysInTheWindow(window: DecantWindow): Promise<void> {
  const { page } = window
  const [width, height] = await page.evaluate(() => [innerWidth, innerHeight] as const)
  await lift(window)
  await page.mouse.move(width - 4, height - 4, { steps: 5 })
  await until('all of it is to be seen', async () => {
    const box = await ghost(window).boundingBox()
    return box !== null && box.x >= 0 && box.x + box.width <= width && box.y + box.height <= height
  })
  await page.keyboard.press('Escape')
  await page.mouse.up()
}

/** What is said is what lies under the pointer, though the pointer stands and the list moves: there the drop goes. */
async function saysWhereItIs(window: DecantWindow): Promise<void> {
  const { mouse } = window.page
  const list = window.list('right')
  await lift(window)
  await over(window, window.row('right', nameOf(5)))
  await said(window, `into ${nameOf(5)}`)
  await mouse.wheel(0, 10 * 28)
  await said(window, `into ${nameOf(15)}`)

  const box = await list.boundingBox()
  if (box === null) throw new Error('The right list is not to be seen.')
  // At the lower edge the list goes on, also under a hand that does not stand still.
  await until('it comes to its end', async () => {
    for (let step = 0; step < 20; step++)
      await mouse.move(box.x + 60 + (step % 10), box.y + box.height - 10, { steps: 1 })
    return list.evaluate((element) => element.scrollTop + element.clientHeight > element.scrollHeight - 2)
  })
  await said(window, `into ${nameOf(FOLDERS - 1)}`)
  await mouse.up()
  await window.pourSheet
    .getByText(nameOf(FOLDERS - 1))
    .first()
    .waitFor()
  await window.page.keyboard.press('Escape')
  await window.pourSheet.waitFor({ state: 'detached' })
}

const ghost = ({ page }: DecantWindow): Locator => page.getByTestId('drag-ghost')

async function lift(window: DecantWindow): Promise<void> {
  const from = await centre(window.row('left', OBJECT))
  await window.page.mouse.move(from.x, from.y)
  await window.page.mouse.down()
  await window.page.mouse.move(from.x + 12, from.y + 6, { steps: 3 })
  await ghost(window).waitFor()
}

async function over(window: DecantWindow, target: Locator): Promise<void> {
  const to = await centre(target)
  await window.page.mouse.move(to.x, to.y, { steps: 20 })
}

async function said(window: DecantWindow, words: string): Promise<void> {
  await window.pane('right').getByRole('status').getByText(words, { exact: true }).waitFor()
}

async function centre(locator: Locator): Promise<{ readonly x: number; readonly y: number }> {
  const box = await locator.boundingBox()
  if (box === null) throw new Error(`${locator} is not to be seen.`)
  return { x: box.x + Math.min(60, box.width / 2), y: box.y + box.height / 2 }
}

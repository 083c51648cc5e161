/** Screens of a plan whose names are taken, for its objects were copied before; it ends saved among the jobs. */
import type { DecantWindow } from '../helpers/window.ts'
import type { ScreenUnderTest } from './screen.ts'

const taken = (window: DecantWindow) => window.button(/names are taken/, window.pourSheet)

async function pourImages(window: DecantWindow): Promise<void> {
  await window.row('left', 'img/').click()
  await window.page.keyboard.press('F5')
}

export const PLAN_SCREENS: readonly ScreenUnderTest[] = [
  {
    name: 'plan-warnings',
    async show(window) {
      await window.goTo('left', 's3://acme-web-assets/')
      await window.goTo('right', 's3://acme-backups/')
      await pourImages(window)
      await window.button(/^Start copying/, window.pourSheet).click()
      await window.pourSheet.waitFor({ state: 'detached' })
      await window.page.getByRole('region', { name: 'Running jobs' }).waitFor({ state: 'detached' })
      await pourImages(window)
      await taken(window).waitFor()
      await window.pourSheet.getByText(/^Looked at/).waitFor()
    },
  },
  {
    name: 'plan-taken',
    async show(window) {
      await taken(window).click()
      const grid = window.pourSheet.getByRole('grid', { name: 'Items of the plan' })
      await window.pourSheet.getByText('421 items', { exact: true }).waitFor()
      await grid.focus()
      for (const key of ['ArrowDown', 'Space', 'Shift+ArrowDown']) await grid.press(key)
      await window.pourSheet.getByText('The 2 chosen:').waitFor()
    },
  },
  {
    name: 'plan-answered',
    async show(window) {
      const grid = window.pourSheet.getByRole('grid', { name: 'Items of the plan' })
      await grid.press('1')
      await window.button(/names are taken · 2 overwritten/, window.pourSheet).waitFor()
    },
    async leave(window) {
      await window.page.keyboard.press('Control+s')
      await window.pourSheet.waitFor({ state: 'detached' })
      await window.goTo('right', 's3://acme-web-assets/')
    },
  },
]

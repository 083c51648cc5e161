/** Screens of what is ordered of jobs: their menus, templates and commands, what follows them, who is told. */
import type { DecantWindow } from '../helpers/window.ts'
import { escape } from './screen.ts'
import type { ScreenUnderTest } from './screen.ts'
import { choose, pick, putBack, unfold } from './sheet.ts'

const dialog = ({ page }: DecantWindow, name: string) => page.getByRole('dialog', { name, exact: true })

/** Over the pour sheet, as it lies open. */
export const DONE_SCREENS: readonly ScreenUnderTest[] = [
  {
    name: 'pour-done',
    async show(window) {
      await unfold(window, 'Undo')
      await choose(window, 'Keep a backup of what is written over', 'Below a prefix')
      await unfold(window, 'When it is done')
      await pick(window, 'Put its report through', /^Playground/)
      await window.pourSheet
        .getByRole('textbox', { name: 'Bucket and prefix of the report' })
        .fill('acme-backups/reports/')
      await window.page.keyboard.press('Tab')
      await window.pourSheet.getByRole('group', { name: 'Forms of the report' }).waitFor()
    },
    async leave(window) {
      await putBack(window, 'When it is done')
      await putBack(window, 'Undo')
    },
  },
]

/** Over the jobs, while some of them run. */
export const ORDER_SCREENS: readonly ScreenUnderTest[] = [
  {
    name: 'jobs-menu',
    async show(window) {
      await window.button(/^More: .*postgres/).click()
      await window.page.getByRole('menuitem', { name: 'Save as template…' }).waitFor()
    },
  },
  {
    name: 'jobs-template',
    async show(window) {
      await window.page.getByRole('menuitem', { name: 'Save as template…' }).click()
      await dialog(window, 'Save as template').waitFor()
    },
    async leave(window) {
      await window.button('Save the template').click()
      await dialog(window, 'Save as template').waitFor({ state: 'detached' })
    },
  },
  {
    name: 'jobs-templates',
    async show(window) {
      await window.button('New from template').click()
      await dialog(window, 'New from template')
        .getByText(/saved today/)
        .waitFor()
    },
    leave: escape,
  },
  {
    name: 'jobs-command',
    async show(window) {
      await window.button(/^More: .*postgres/).click()
      await window.page.getByRole('menuitem', { name: 'As aws-cli commands…' }).click()
      await dialog(window, 'As aws-cli commands').getByRole('region', { name: 'Commands' }).waitFor()
    },
    leave: escape,
  },
]

/** In the settings. */
export const WEBHOOK_SCREENS: readonly ScreenUnderTest[] = [
  {
    name: 'settings-webhook',
    async show(window) {
      await window.button('Add a webhook…').click()
      await window.page.getByRole('form', { name: 'A new webhook' }).scrollIntoViewIfNeeded()
    },
    leave: (window) => window.button('Cancel').click(),
  },
]

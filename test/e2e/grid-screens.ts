/** Screens of the metadata grid. */
import { escape } from './screen.ts'
import type { ScreenUnderTest } from './screen.ts'

export const GRID_SCREENS: readonly ScreenUnderTest[] = [
  {
    name: 'metadata',
    async show(window, playground) {
      const shown = { bucket: 'acme-web-assets', prefix: 'static/', size: 4000 }
      const wrong = { 'content-type': 'binary/octet-stream', 'cache-control': 'no-cache' }
      const right = { 'content-type': 'text/html; charset=utf-8' }
      await playground().seed({
        ...shown,
        count: 14,
        pattern: 'app.{n+1:8}.js',
        headers: wrong,
        metadata: { build: '2026.11.3' },
        tags: { team: 'web' },
      })
      await playground().seed({
        ...shown,
        count: 5,
        pattern: 'legal/part-{n+1}.html',
        headers: right,
        tags: { team: 'legal' },
      })
      await window.goTo('left', 's3://acme-web-assets/')
      await window.row('left', 'static/').click()
      await window.page.keyboard.press('Shift+F4')
      await window.page.getByText('19 objects in').waitFor()
      await window.page.getByRole('gridcell', { name: 'Tags: team web' }).first().waitFor()
    },
  },
  {
    name: 'metadata-rules',
    async show(window) {
      const { page } = window
      const add = async (name: string): Promise<void> => {
        await window.button('Add a rule').click()
        await page.getByRole('menuitem', { name, exact: true }).click()
      }
      await add('Content-Type from the key’s extension')
      await add('A header…')
      await page.getByRole('textbox', { name: 'Value of rule 2' }).fill('public, max-age=31536000, immutable')
      await add('A tag…')
      await page.getByRole('textbox', { name: 'Tag of rule 3' }).fill('tier')
      await page.getByRole('textbox', { name: 'Value of rule 3' }).fill('hot')
      await page.getByText('52 changes in 19 objects').waitFor()
    },
  },
  {
    name: 'metadata-invalid',
    async show(window) {
      const { page } = window
      const grid = page.getByRole('grid', { name: /^Metadata/ })
      await grid.getByRole('rowheader', { name: 'static/app.00000003.js' }).click()
      await page.keyboard.press('End')
      await page.keyboard.press('Enter')
      const tags = page.getByRole('dialog', { name: /^Tags of/ })
      await tags.getByRole('button', { name: 'Add a tag' }).click()
      await tags.getByRole('textbox', { name: 'Name of tag 3' }).fill('cost')
      await tags.getByRole('textbox', { name: 'Value of tag 3' }).fill('R&D#7')
      await page.keyboard.press('Enter')
      await window.button(/^Use /).waitFor()
    },
  },
  {
    name: 'metadata-plan',
    async show(window) {
      const { page } = window
      await window.button(/^Use /).click()
      await page.getByText('53 changes in 19 objects').waitFor()
      await page.keyboard.press('Control+s')
      await window
        .button(/^Start editing/)
        .and(page.locator(':not([aria-disabled="true"])'))
        .waitFor()
    },
    async leave(window) {
      await escape(window)
      await window.button('Discard').click()
      await window.button('Discard the edit').click()
    },
  },
]

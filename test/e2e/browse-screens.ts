/** Screens of the panes, and of what opens over them. */
import { escape } from './screen.ts'
import type { ScreenUnderTest } from './screen.ts'

export const BROWSE_SCREENS: readonly ScreenUnderTest[] = [
  {
    name: 'browse',
    async show(window) {
      await window.goTo('left', 's3://acme-lake-curated/orders/daily/')
      await window.goTo('right', 's3://acme-web-assets/')
      await window.row('left', 'orders-004.csv.gz').click()
      await window.page.getByRole('complementary', { name: 'Inspector' }).getByText('Headers').waitFor()
    },
  },
  {
    name: 'selection',
    async show(window) {
      await window.row('left', 'orders-010.csv.gz').click({ modifiers: ['Shift'] })
      await window.pane('left').getByText('7 selected').waitFor()
    },
  },
  {
    name: 'inspector',
    async show(window) {
      const inspector = window.page.getByRole('complementary', { name: 'Inspector' })
      await window.goTo('left', 's3://acme-backups/postgres/')
      await window.row('left', 'LATEST').click()
      for (const part of ['Preview', 'Versions', 'Lock', 'Checksums', 'Access'])
        await window.button(new RegExp(`^${part}`), inspector).click()
      await inspector.getByRole('region', { name: 'Preview of LATEST' }).waitFor()
      await inspector.getByText('full control: the owner').waitFor()
      await window
        .button(/^Show the version of/, inspector)
        .last()
        .click()
      await inspector.getByText('not the current one').waitFor()
    },
  },
  {
    name: 'inspector-form',
    async show(window) {
      const inspector = window.page.getByRole('complementary', { name: 'Inspector' })
      await window.goTo('left', 's3://acme-web-assets/img/')
      await window.row('left', 'logo.svg').click()
      await inspector.getByRole('img').waitFor()
      await window.button(/^Cache-Control/, inspector).click()
      await window.page.keyboard.type('no-store ')
      await inspector.getByText(/loses spaces/).waitFor()
    },
    async leave(window) {
      const inspector = window.page.getByRole('complementary', { name: 'Inspector' })
      await escape(window)
      await window.row('left', 'logo.svg').click()
      for (const part of ['Preview', 'Versions', 'Lock', 'Checksums', 'Access'])
        await window.button(new RegExp(`^${part}`), inspector).click()
      await window.goTo('left', 's3://acme-lake-curated/orders/daily/')
    },
  },
  {
    name: 'filter',
    async show(window) {
      await window.list('left').focus()
      await window.page.keyboard.press('/')
      await window.page.keyboard.type('-10')
      await window
        .pane('left')
        .getByText(/match$/)
        .waitFor()
    },
    leave: escape,
  },
  {
    name: 'palette',
    async show(window) {
      await window.page.keyboard.press('Control+k')
      await window.page.getByRole('dialog').waitFor()
    },
    leave: escape,
  },
  {
    name: 'new-folder',
    async show(window) {
      await window.list('right').focus()
      await window.page.keyboard.press('F7')
      await window.page.getByRole('dialog', { name: 'New folder' }).waitFor()
    },
    leave: escape,
  },
  {
    name: 'delete',
    async show(window) {
      await window.goTo('left', 's3://acme-lake-curated/orders/')
      await window.row('left', 'daily/').click()
      await window.page.keyboard.press('Delete')
      await window.page
        .getByRole('alertdialog')
        .or(window.page.getByRole('dialog'))
        .getByText('Delete 365 objects?')
        .waitFor()
    },
    leave: escape,
  },
  {
    name: 'drag',
    async show(window) {
      const { mouse } = window.page
      const from = await window.row('left', 'daily/').boundingBox()
      const to = await window.list('right').boundingBox()
      if (from === null || to === null) throw new Error('The panes are not to be seen.')
      await mouse.move(from.x + 60, from.y + from.height / 2)
      await mouse.down()
      await mouse.move(to.x + to.width / 2, to.y + to.height * 0.7, { steps: 8 })
      await window.page.getByTestId('drag-ghost').waitFor()
    },
    async leave(window) {
      await escape(window)
      await window.page.mouse.up()
    },
  },
]

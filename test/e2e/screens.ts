/** Every screen of the app and the way there, each from where the one before it ended: for axe and for pictures. */
import { BROWSE_SCREENS } from './browse-screens.ts'
import { BUCKET_SCREENS } from './bucket-screens.ts'
import { CONNECTION_SCREENS } from './connection-screens.ts'
import { FILE_SCREENS } from './file-screens.ts'
import { GRID_SCREENS } from './grid-screens.ts'
import { JOB_END_SCREENS, JOB_SCREENS } from './job-screens.ts'
import { MANIFEST_SCREENS } from './manifest-screens.ts'
import { DONE_SCREENS, WEBHOOK_SCREENS } from './order-screens.ts'
import { PLAN_SCREENS } from './plan-screens.ts'
import { PLACES_SCREENS, POUR_SCREENS } from './pour-screens.ts'
import { escape, places } from './screen.ts'
import type { ScreenUnderTest } from './screen.ts'
import { VERSION_SCREENS } from './version-screens.ts'

export const SCREENS: readonly ScreenUnderTest[] = [
  {
    name: 'first-run',
    show: async ({ page }) => page.getByRole('button', { name: 'Open the playground' }).waitFor(),
  },
  {
    name: 'buckets',
    show: async (window) => window.openPlayground(),
  },
  ...BUCKET_SCREENS,
  ...MANIFEST_SCREENS,
  {
    name: 'tour',
    async show(window) {
      await window.list('left').focus()
      await window.page.keyboard.press('?')
      await window.button('Take the tour').click()
      await window.page.getByRole('region', { name: 'Tour', exact: true }).waitFor()
    },
    async leave(window) {
      await window.button('Leave the tour').click()
    },
  },
  ...BROWSE_SCREENS,
  ...FILE_SCREENS,
  ...PLAN_SCREENS,
  ...POUR_SCREENS,
  ...DONE_SCREENS,
  ...PLACES_SCREENS,
  ...JOB_SCREENS,
  ...CONNECTION_SCREENS,
  {
    name: 'settings',
    async show({ page }) {
      await page.keyboard.press('Control+,')
      await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor()
    },
  },
  ...WEBHOOK_SCREENS,
  {
    name: 'edit',
    async show(window) {
      await places(window).getByRole('button', { name: 'Browse', exact: true }).click()
      await window.goTo('left', 's3://acme-lake-curated/orders/')
      await window.row('left', 'daily/').click()
      await window.page.keyboard.press('F4')
      const sheet = window.page.getByRole('dialog', { name: 'Edit properties' })
      await sheet.getByRole('button', { name: /^Encryption/ }).click()
      await sheet.getByRole('radio', { name: 'SSE-KMS', exact: true }).click()
      await sheet.getByText(/^See all/).waitFor()
    },
    leave: escape,
  },
  ...GRID_SCREENS,
  {
    name: 'compare',
    async show(window) {
      await window.goTo('left', 's3://acme-lake-curated/orders/')
      await window.goTo('right', 's3://acme-backups/')
      await window.row('left', 'daily/').click()
      await window.page.keyboard.press('F3')
      const sheet = window.page.getByRole('dialog', { name: 'Compare', exact: true })
      await sheet.getByText(/^See all/).waitFor()
    },
    leave: escape,
  },
  {
    name: 'keys',
    async show(window) {
      await places(window).getByRole('button', { name: 'Browse', exact: true }).click()
      await window.list('left').focus()
      await window.page.keyboard.press('?')
      await window.page.getByRole('dialog', { name: 'Keys' }).waitFor()
    },
    leave: escape,
  },
  {
    name: 'offline',
    async show(window, playground) {
      await playground().offline(true)
      await window
        .jobLine(/events/)
        .getByText(/^Offline since/)
        .waitFor()
      await window.pane('left').getByRole('button', { name: 'List again' }).click()
      await window.pane('left').getByText('Offline.').waitFor()
    },
  },
  {
    name: 'done',
    async show(window, playground) {
      await playground().clearFaults()
      await playground().offline(false)
      await window.page
        .getByRole('region', { name: 'Running jobs' })
        .waitFor({ state: 'detached', timeout: 60_000 })
      await window.page.getByText(/^Done/).first().waitFor()
    },
  },
  ...VERSION_SCREENS,
  ...JOB_END_SCREENS,
  {
    name: 'probe-results',
    async show(window) {
      const { page } = window
      await places(window).getByRole('button', { name: 'Connections', exact: true }).click()
      await page
        .getByRole('button', { name: /^Playground/ })
        .last()
        .click()
      await window.button(/^Probe in /).click()
      await page.getByText(/^\d+ of \d+ kept/).waitFor()
    },
  },
]

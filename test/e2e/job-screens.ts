/** Screens of jobs: under way in the window, in their list, and each by itself. */
import type { DecantWindow } from '../helpers/window.ts'
import { openJob, places, showTab } from './screen.ts'
import type { ScreenUnderTest } from './screen.ts'
import { choose, unfold } from './sheet.ts'
import { ORDER_SCREENS } from './order-screens.ts'

async function pour(window: DecantWindow, name: string): Promise<void> {
  await window.row('left', name).click()
  await window.page.keyboard.press('F5')
  await window.button(/^Start copying/, window.pourSheet).click()
  await window.pourSheet.waitFor({ state: 'detached' })
}

/** Begins with the sheet of a copy that lies open; the jobs stay under way. */
export const JOB_SCREENS: readonly ScreenUnderTest[] = [
  {
    name: 'running',
    async show(window, playground) {
      await playground().faults({ op: 'CopyObject', do: 'slow', ms: 2000 })
      await window.button(/^Start copying/, window.pourSheet).click()
      await window.halfWay(/events/)
    },
  },
  {
    name: 'at-work',
    async show(window, playground) {
      await pour(window, 'orders/')
      await window.goTo('left', 's3://acme-backups/')
      await pour(window, 'postgres/')
      await window.halfWay(/postgres/)
      // Under way they stay, however long the screens after this one take, until the faults are cleared. One copy in
      // five is done: a bucket that takes none at all would pause them.
      await playground().faults({ op: 'CopyObject', do: 'hang', probability: 0.8 })
      await window.goTo('left', 's3://acme-lake-curated/orders/daily/')
      await window.row('left', 'orders-003.csv.gz').click()
      await window.row('left', 'orders-009.csv.gz').click({ modifiers: ['Shift'] })
      await window.pane('left').getByText('7 selected').waitFor()
      await window.page.getByRole('complementary', { name: 'Inspector' }).getByText('Headers').waitFor()
    },
  },
  {
    name: 'jobs',
    async show(window) {
      await places(window).getByRole('button', { name: /^Jobs/ }).click()
      await window.page.getByRole('heading', { level: 1, name: 'Jobs' }).waitFor()
    },
  },
  ...ORDER_SCREENS,
  {
    name: 'job-items',
    async show(window) {
      const jobs = window.page.getByRole('region', { name: 'Jobs', exact: true })
      await window.button(/^Open the job: .*events/, jobs).click()
      await showTab(window, 'Items')
    },
  },
  ...['Failures', 'Log', 'Report'].map((tab): ScreenUnderTest => ({
    name: `job-${tab.toLowerCase()}`,
    show: (window) => showTab(window, tab),
  })),
  {
    name: 'job',
    async show(window) {
      await showTab(window, 'Overview')
      await window.page.getByText('Left', { exact: true }).waitFor()
    },
  },
]

/** Of jobs whose end is another: what differs, and what waits for the archive. */
export const JOB_END_SCREENS: readonly ScreenUnderTest[] = [
  {
    name: 'job-differences',
    async show(window, playground) {
      const there = { bucket: 'acme-web-assets' }
      await playground().seed({ ...there, key: 'orders/daily/orders-003.csv.gz', text: 'else' })
      await playground().seed({ ...there, key: 'orders/daily/orders-012.csv.gz', text: 'else' })
      await playground().seed({ ...there, key: 'orders/daily/orders-400.csv.gz', text: 'more' })
      await window.goTo('left', 's3://acme-lake-curated/orders/')
      await window.goTo('right', 's3://acme-web-assets/orders/')
      await window.row('left', 'daily/').click()
      await window.page.keyboard.press('F3')
      const sheet = window.page.getByRole('dialog', { name: 'Compare', exact: true })
      await window.button(/^Start comparing/, sheet).click()
      await sheet.waitFor({ state: 'detached' })
      await openJob(window, /^Open the job: Compare/)
      await showTab(window, /^Differences/)
      await window.page
        .getByText(/differ in /)
        .first()
        .waitFor()
    },
  },
  {
    name: 'job-restoring',
    async show(window, playground) {
      await places(window).getByRole('button', { name: 'Browse', exact: true }).click()
      for (const name of ['one', 'two', 'three'])
        await playground().seed({
          bucket: 'kunst-archiv',
          key: `cold/${name}`,
          size: 9e6,
          storageClass: 'GLACIER',
        })
      await playground().seed({ bucket: 'kunst-archiv', count: 40, prefix: 'cold/warm-', size: 5000 })
      await window.goTo('left', 's3://kunst-archiv/')
      await window.row('left', 'cold/').click()
      await window.page.keyboard.press('F5')
      await unfold(window, 'Archived objects')
      await choose(window, 'Archived objects', 'Restore first')
      await window.pourSheet.getByText(/restore, then copy/).waitFor()
      await window.button(/^Start copying/, window.pourSheet).click()
      await window.pourSheet.waitFor({ state: 'detached' })
      await window
        .jobLine(/cold/)
        .getByText(/^Restoring since/)
        .waitFor()
      await openJob(window, /^Open the job: Copy cold/)
    },
  },
]

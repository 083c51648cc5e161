/** Every screen of the app and the way there, each from where the one before it ended: for axe and for pictures. */
import type { Locator } from 'playwright'
import type { PlaygroundAdmin } from '../helpers/playground.ts'
import type { DecantWindow } from '../helpers/window.ts'

export interface ScreenUnderTest {
  readonly name: string
  show(window: DecantWindow, playground: () => PlaygroundAdmin): Promise<void>
  /** Takes away what lies over the window, for the next one. */
  leave?(window: DecantWindow, playground: () => PlaygroundAdmin): Promise<void>
}

const places = ({ page }: DecantWindow): Locator => page.getByRole('navigation', { name: 'Places' })
async function pour(window: DecantWindow, name: string): Promise<void> {
  await window.row('left', name).click()
  await window.page.keyboard.press('F5')
  await window.button(/^Start copying/, window.pourSheet).click()
  await window.pourSheet.waitFor({ state: 'detached' })
}

async function showTab({ page }: DecantWindow, name: string): Promise<void> {
  await page.getByRole('tab', { name }).click()
  await page.getByRole('tabpanel', { name }).waitFor()
}

const escape = (window: DecantWindow): Promise<void> => window.page.keyboard.press('Escape')

export const SCREENS: readonly ScreenUnderTest[] = [
  {
    name: 'first-run',
    show: async ({ page }) => page.getByRole('button', { name: 'Open the playground' }).waitFor(),
  },
  {
    name: 'buckets',
    show: async (window) => window.openPlayground(),
  },
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
  {
    name: 'pour',
    async show(window) {
      await window.goTo('left', 's3://acme-lake-curated/')
      await window.row('left', 'events/').click()
      await window.page.keyboard.press('F5')
      await window.pourSheet.getByText(/^See all/).waitFor()
    },
  },
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
    async show(window) {
      await pour(window, 'orders/')
      await window.goTo('left', 's3://acme-backups/')
      await pour(window, 'postgres/')
      await window.halfWay(/postgres/)
      await window.goTo('left', 's3://acme-lake-curated/orders/daily/')
      await window.row('left', 'orders-003.csv.gz').click()
      await window.row('left', 'orders-009.csv.gz').click({ modifiers: ['Shift'] })
      await window.pane('left').getByText('7 selected').waitFor()
    },
  },
  {
    name: 'jobs',
    async show(window) {
      await places(window).getByRole('button', { name: /^Jobs/ }).click()
      await window.page.getByRole('heading', { level: 1, name: 'Jobs' }).waitFor()
    },
  },
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
  {
    name: 'connections',
    async show(window) {
      await places(window).getByRole('button', { name: 'Connections', exact: true }).click()
      await window.page.getByRole('region', { name: 'Connection', exact: true }).waitFor()
    },
  },
  {
    name: 'connection-test',
    async show({ page }) {
      await page.getByRole('button', { name: 'Add a connection' }).first().click()
      await page.getByRole('textbox', { name: 'Name' }).fill('Archive')
      await page.getByRole('textbox', { name: 'Endpoint' }).fill('http://127.0.0.1:9')
      await page.getByRole('radio', { name: 'Environment' }).click()
      await page.getByRole('button', { name: 'Test', exact: true }).click()
      await page.getByText(/^The test stopped/).waitFor()
    },
  },
  {
    name: 'settings',
    async show({ page }) {
      await page.keyboard.press('Control+,')
      await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor()
    },
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
]

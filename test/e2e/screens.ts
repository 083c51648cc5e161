/** Every screen of the app and the way there, each from where the one before it ended: for axe and for pictures. */
import type { Locator } from 'playwright'
import type { PlaygroundAdmin } from '../helpers/playground.ts'
import type { DecantWindow } from '../helpers/window.ts'
import { FILE_SCREENS } from './file-screens.ts'
import { choose, pick, putBack, unfold } from './sheet.ts'
import { BUCKET_SCREENS } from './bucket-screens.ts'
import { MANIFEST_SCREENS } from './manifest-screens.ts'
import { DONE_SCREENS, ORDER_SCREENS, WEBHOOK_SCREENS } from './order-screens.ts'
import { PLAN_SCREENS } from './plan-screens.ts'
import { VERSION_SCREENS } from './version-screens.ts'

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

async function openJob(window: DecantWindow, name: RegExp): Promise<void> {
  await places(window).getByRole('button', { name: /^Jobs/ }).click()
  const jobs = window.page.getByRole('region', { name: 'Jobs', exact: true })
  await window.button(name, jobs).first().click()
}

async function showTab({ page }: DecantWindow, name: string | RegExp): Promise<void> {
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
  ...FILE_SCREENS,
  ...PLAN_SCREENS,
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
    name: 'pour-metadata',
    async show(window) {
      await unfold(window, 'Metadata')
      await choose(window, 'Headers', 'Copy and change')
      await window.pourSheet.getByRole('textbox', { name: 'Value of header 1' }).fill('text/csv')
      await choose(window, 'User metadata', 'Only these')
      await window.pourSheet.getByRole('textbox', { name: 'Name of metadata 1' }).fill('Origin')
      await window.pourSheet.getByRole('textbox', { name: 'Value of metadata 1' }).fill('crawler')
      await unfold(window, 'Tags')
      await choose(window, 'Tags', 'Copy and change')
      await window.pourSheet.getByRole('textbox', { name: 'Name of tag 1' }).fill('aws:owner')
      await window.pourSheet.getByText('aws: belongs to AWS itself.').waitFor()
    },
    async leave(window) {
      await putBack(window, 'Metadata')
      await putBack(window, 'Tags')
    },
  },
  {
    name: 'pour-encryption',
    async show(window) {
      await unfold(window, 'Storage class')
      await choose(window, 'Storage class', 'Set')
      await pick(window, 'Storage class to set', /^Reduced/)
      await unfold(window, 'Encryption')
      await choose(window, 'Encryption', 'SSE-KMS')
      await window.pourSheet
        .getByRole('textbox', { name: 'KMS key' })
        .fill('arn:aws:kms:eu-west-1:111122223333:key/7f3c0b1e-0000-4000-8000-00000000a90e')
      await unfold(window, 'Access')
      await choose(window, 'Access', 'Grants')
      await unfold(window, 'Object lock')
      await choose(window, 'Retention', 'Governance')
    },
    async leave(window) {
      for (const theme of ['Storage class', 'Encryption', 'Access', 'Object lock'])
        await putBack(window, theme)
    },
  },
  {
    name: 'pour-filter',
    async show(window) {
      await unfold(window, 'Filter')
      await window.pourSheet.getByRole('textbox', { name: 'Only keys that match' }).fill('**.parquet')
      await window.page.keyboard.press('Enter')
      await window.pourSheet.getByRole('textbox', { name: 'Size from' }).fill('1 KiB')
      await window.pourSheet.getByRole('textbox', { name: 'Has the tag', exact: true }).fill('team=data')
      await window.page.keyboard.press('Enter')
      await window.pourSheet.getByText(/listed objects pass\./).waitFor()
    },
    leave: (window) => putBack(window, 'Filter'),
  },
  {
    name: 'pour-names',
    async show(window) {
      await unfold(window, 'Names')
      await pick(window, 'Add a rule for names', /^Find and replace/)
      await window.pourSheet.getByRole('textbox', { name: 'Pattern to find, rule 1' }).fill('part-(\\d+)')
      await window.pourSheet.getByRole('textbox', { name: 'Replacement, rule 1' }).fill('$1')
      await pick(window, 'Add a rule for names', /^Flatten/)
      await unfold(window, 'Rules')
      await window.button('Add a rule', window.pourSheet).click()
      await window.pourSheet
        .getByRole('group', { name: 'Objects of rule 1' })
        .getByRole('textbox', { name: 'Only keys that match' })
        .fill('*.log')
      await window.page.keyboard.press('Enter')
      await pick(window, 'Another property', /^Tags/)
      await window.pourSheet.getByRole('textbox', { name: 'Name of tag 1' }).fill('kind')
      await window.pourSheet.getByRole('textbox', { name: 'Value of tag 1' }).fill('log')
    },
    async leave(window) {
      await putBack(window, 'Names')
      await putBack(window, 'Rules')
    },
  },
  {
    name: 'pour-versions',
    async show(window) {
      await unfold(window, 'Versions')
      await choose(window, 'Versions', 'Whole history')
      await unfold(window, 'Archived objects')
      await choose(window, 'Archived objects', 'Restore first')
      await unfold(window, 'Verification')
      await unfold(window, 'Requests')
    },
    async leave(window) {
      for (const theme of ['Versions', 'Archived objects', 'Verification', 'Requests'])
        await putBack(window, theme)
    },
  },
  ...DONE_SCREENS,
  {
    name: 'pour-dock',
    async show(window) {
      await window.button('Add a source or destination…', window.pourSheet).click()
      await window.page.getByRole('region', { name: 'A job is being set up' }).waitFor()
      await window.goTo('right', 's3://acme-backups/')
      await window.row('right', 'postgres/').click()
    },
  },
  {
    name: 'pour-places',
    async show(window) {
      await window.page.keyboard.press('Control+Shift+D')
      await window.row('left', 'orders/').click()
      await window.page.keyboard.press('Control+Shift+S')
      await window.page.getByText('2 sources, 2 destinations').waitFor()
      await window.page.keyboard.press('Control+Enter')
      await window.pourSheet.getByText(/^See all/).waitFor()
    },
    async leave(window) {
      await window.button(/^To acme-backups.*leave it out$/, window.pourSheet).click()
    },
  },
  {
    name: 'pour-mirror',
    async show(window, playground) {
      await playground().seed({ bucket: 'acme-web-assets', count: 7, prefix: 'orders/old-', size: 20_000 })
      await choose(window, 'Do', 'Mirror')
      await window.pourSheet.getByText(/would be deleted/).waitFor()
      await window.button(/^Start mirroring/, window.pourSheet).click()
      await window.page.getByRole('alertdialog').waitFor()
    },
    async leave(window) {
      await window.page.getByRole('alertdialog').getByRole('button', { name: 'Cancel' }).click()
      await escape(window)
      await window.goTo('right', 's3://acme-web-assets/')
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
      await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Archive')
      await page.getByRole('textbox', { name: 'Endpoint' }).fill('http://127.0.0.1:9')
      await page.getByRole('radio', { name: 'Machine' }).click()
      await page.getByRole('button', { name: 'Test', exact: true }).click()
      await page.getByText(/^The test stopped/).waitFor()
    },
  },
  {
    name: 'connection-role',
    async show({ page }) {
      await page.getByRole('radio', { name: 'Role', exact: true }).click()
      await page
        .getByRole('textbox', { name: 'Role', exact: true })
        .fill('arn:aws:iam::123456789012:role/Archivist')
      await page
        .getByRole('textbox', { name: 'Device that shows codes' })
        .fill('arn:aws:iam::123456789012:mfa/me')
      await page.getByRole('textbox', { name: 'Code of the device' }).waitFor()
    },
  },
  {
    name: 'connection-sso',
    async show({ page }) {
      await page.getByRole('radio', { name: 'SSO', exact: true }).click()
      await page.getByRole('textbox', { name: 'Portal', exact: true }).fill('https://acme.awsapps.com/start')
    },
  },
  {
    name: 'import',
    async show(window) {
      await window.button('Import connections').click()
      await window.page.getByRole('dialog', { name: 'Import connections' }).waitFor()
    },
    leave: escape,
  },
  {
    name: 'probe',
    async show(window) {
      const { page } = window
      await page
        .getByRole('button', { name: /^Playground/ })
        .last()
        .click()
      await page
        .getByRole('heading', { name: 'What this endpoint keeps its word on' })
        .scrollIntoViewIfNeeded()
    },
  },
  {
    name: 'add-key',
    async show({ page }) {
      await page.keyboard.press('Control+,')
      await page.getByRole('button', { name: 'Add a key…' }).click()
      await page.getByRole('dialog', { name: 'Add a key to the ring' }).waitFor()
      await page.getByRole('textbox', { name: 'Name' }).fill('press-archive')
    },
    async leave({ page }) {
      await page.getByRole('radio', { name: 'A new key' }).click()
      await page.getByRole('button', { name: 'Make the key' }).click()
      await page.getByText('press-archive is in the key ring.').waitFor()
      await page.getByText('Decant ', { exact: false }).first().waitFor()
    },
  },
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

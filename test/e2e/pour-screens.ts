/** Screens of the sheet that a copy is set up in. */
import { escape } from './screen.ts'
import type { ScreenUnderTest } from './screen.ts'
import { choose, pick, putBack, unfold } from './sheet.ts'

/** The sheet with each of its themes unfolded; it stays open. */
export const POUR_SCREENS: readonly ScreenUnderTest[] = [
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
]

/** Of several sources and destinations, and as a mirror; a sheet stays open. */
export const PLACES_SCREENS: readonly ScreenUnderTest[] = [
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
]

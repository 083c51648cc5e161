/** Screens of connections and of the key ring. */
import { escape, places } from './screen.ts'
import type { ScreenUnderTest } from './screen.ts'

export const CONNECTION_SCREENS: readonly ScreenUnderTest[] = [
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
]

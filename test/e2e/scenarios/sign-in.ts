/** A person signs in: to a role by the code of a device, to an account by the browser, to a server by its fingerprint. */
import { expect } from 'vitest'
import type { Locator } from 'playwright'
import type { FakeAws } from '../../helpers/fake-aws.ts'
import type { PlaygroundAddress } from '../../helpers/playground.ts'
import type { DecantWindow } from '../../helpers/window.ts'

const formOf = ({ page }: DecantWindow): Locator =>
  page.getByRole('region', { name: 'Connection', exact: true })
const field = (window: DecantWindow, name: string): Locator =>
  formOf(window).getByRole('textbox', { name, exact: true })

/** Opens the form of a new connection at an endpoint, with one kind of credentials chosen. */
async function newConnection(window: DecantWindow, name: string, endpoint: string, kind: string) {
  await window.button('Add a connection').first().click()
  await field(window, 'Name').fill(name)
  await field(window, 'Endpoint').fill(endpoint)
  const addressing = formOf(window).getByRole('radiogroup', { name: 'Addressing' })
  await addressing.getByRole('radio', { name: 'Path' }).click()
  await formOf(window).getByRole('radio', { name: kind, exact: true }).click()
}

async function pick(window: DecantWindow, label: string, option: RegExp): Promise<void> {
  await formOf(window).getByRole('combobox', { name: label, exact: true }).click()
  await window.page.getByRole('option', { name: option }).click()
}

/** A wrong code is told and the dialog stays; the right one lists what waited. */
export async function roleWithCode(window: DecantWindow, store: PlaygroundAddress, fake: FakeAws) {
  const { page } = window
  await newConnection(window, 'Archive', store.endpoint, 'Role')
  await field(window, 'Role').fill('arn:aws:iam::123456789012:role/Archivist')
  await pick(window, 'Profile that takes it', /^store/)
  await field(window, 'Device that shows codes').fill(fake.mfaSerial)
  await window.button('Save without a test').click()
  await page.getByText('Archive is saved.').waitFor()
  await page
    .getByRole('navigation', { name: 'Places' })
    .getByRole('button', { name: /^Archive/ })
    .click()
  await window.pane('left').getByText('Archive needs a sign-in').waitFor()
  await window.button('Sign in…', window.pane('left')).click()
  const dialog = page.getByRole('dialog', { name: 'Sign in to Archive' })
  const code = dialog.getByRole('textbox', { name: 'Code' })
  await code.fill('000000')
  await page.keyboard.press('Enter')
  await dialog.getByText(/That code is not accepted/).waitFor()
  await code.fill(fake.mfaCode)
  await page.keyboard.press('Enter')
  await dialog.waitFor({ state: 'detached' })
  await window.row('left', 'mine').waitFor()
}

/** A code that the page shows, denied and asked for again; then an account and a role of what is offered. */
export async function accountByBrowser(window: DecantWindow, store: PlaygroundAddress, fake: FakeAws) {
  const { page } = window
  await newConnection(window, 'Corp', store.endpoint, 'SSO')
  await field(window, 'Portal').fill(fake.portal.startUrl)
  await field(window, 'Region of the portal').fill(fake.portal.region)
  fake.page = ['denied']
  await window.button('Sign in…', formOf(window)).click()
  const dialog = page.getByRole('dialog', { name: 'Sign in to Corp' })
  await window.button('Try again', dialog).waitFor()
  fake.page = ['pending']
  await window.button('Try again', dialog).click()
  await dialog.getByText('ABCD-EFGH').waitFor()
  const link = dialog.getByRole('link', { name: 'Open the sign-in page' })
  expect(await link.getAttribute('href')).toMatch(/^https:.*user_code=ABCD-EFGH$/)
  fake.page = ['allowed']
  await dialog.waitFor({ state: 'detached' })
  await pick(window, 'Role of the account', /^Reader$/)
  await window.button('Test', page.locator('footer')).click()
  await formOf(window).getByText('The test passed').waitFor()
  await page.keyboard.press('Control+s')
  await page.getByText('Corp is saved.').waitFor()
}

/** The test stops at what nobody vouches for; it is trusted by its fingerprint, and passes. */
export async function trustFingerprint(window: DecantWindow, store: PlaygroundAddress, endpoint: string) {
  const form = formOf(window)
  await newConnection(window, 'Lab', endpoint, 'Keys')
  await field(window, 'Access key id').fill(store.accessKeyId)
  await form.getByLabel('Secret access key').fill(store.secretAccessKey)
  await window.button('Test', window.page.locator('footer')).click()
  await form.getByText(/^The test stopped at step 2 of 8: TLS/).waitFor()
  const trust = window.button('Trust this certificate and test again', form)
  expect(await trust.getAttribute('aria-disabled')).toBe('true')
  await form.getByRole('checkbox', { name: /compared the fingerprint/ }).click()
  await trust.click()
  await form.getByText('The test passed').waitFor()
  await form.getByText(/trusted by its fingerprint,/).waitFor()
  await window.page.keyboard.press('Control+s')
  await window.page.getByText('Lab is saved.').waitFor()
}

/** What rclone knows is found, chosen and taken over with its keys; a second look knows that it is here. */
export async function takeRemote(window: DecantWindow, remote: string) {
  const { page } = window
  await window.button('Import connections').click()
  const dialog = page.getByRole('dialog', { name: 'Import connections' })
  await dialog.getByRole('region', { name: 'Found on this machine' }).getByText('with its keys').waitFor()
  await dialog.getByRole('checkbox', { name: 'store' }).click()
  await window.button('Import 1 connection', dialog).click()
  await page.getByRole('heading', { level: 2, name: remote }).waitFor()
  await window.button('Test now', formOf(window)).click()
  await formOf(window).getByText('The test passed').waitFor()
  await window.button('Import connections').click()
  await dialog.getByRole('listitem').filter({ hasText: remote }).getByText('here already').waitFor()
  await page.keyboard.press('Escape')
}

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Locator } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../../helpers/processes.ts'
import type { DecantWindow, OpenApp } from '../../helpers/window.ts'
import { serveHost } from '../hosts.ts'
import { foreignStore, importProfile } from '../store.ts'
import type { ForeignStore } from '../store.ts'

const WAITING = ['one', 'two', 'three'] as const
/** To come, and near enough to be taken. */
const YEAR = new Date().getFullYear() + 1
type Name = 'long' | (typeof WAITING)[number]

/** Milliseconds for one thing to be seen. */
const PATIENCE = 30_000

describe('the queue, in a browser', () => {
  const host = serveHost()
  const dir = mkdtempSync(path.join(tmpdir(), 'decant-queue-'))
  let store: ForeignStore
  let app: OpenApp
  const open = (): Promise<OpenApp> => host.open({ dataDir: path.join(dir, 'data'), env: store.env })
  beforeAll(async () => {
    store = await foreignStore(path.join(dir, 'aws'))
    const { admin } = store.server
    for (const name of ['long', ...WAITING])
      await admin.seed({ bucket: 'here', count: 3, prefix: `${name}/`, size: 10 })
    await admin.seed({ bucket: 'there', count: 0 })
    app = await open()
    await importProfile(app.window)
  })
  afterAll(async () => {
    await app.close()
    await host.end()
    await store.server.stop()
    rmSync(dir, { recursive: true, force: true })
  })

  it('is arranged by mouse, keys, menu and dialog, outlives SIGKILL, and runs in that order', async () => {
    const { admin } = store.server
    await admin.faults({ op: 'CopyObject', keyPattern: '^(long|three)/', do: 'hang' })
    await arrange(app.window)
    await saveTemplate(app.window)
    await app.kill()
    app = await open()
    await showJobs(app.window)
    // The one of high priority has its turn first, then what was interrupted.
    await row(app.window, 'three').getByText('Running').waitFor()
    await inOrder(app.window, ['long', 'two', 'one'])
    await openTemplate(app.window)
    await admin.clearFaults()
    await admin.release()
    const ran = async (): Promise<string[]> => {
      const copies = (await admin.log()).filter(({ op }) => op === 'CopyObject')
      return copies.map(({ key = '' }) => key.split('/')[0] ?? '')
    }
    await until('all were copied', async () => (await ran()).length === 12)
    expect([...new Set(await ran())]).toEqual(['three', 'long', 'two', 'one'])
    await app.window.page.getByRole('heading', { name: /^Queue/ }).waitFor({ state: 'detached' })
  })
})

/** One runs, three wait; at the end they stand the other way round. */
async function arrange(window: DecantWindow): Promise<void> {
  const { page } = window
  await window.goTo('left', 's3://here/')
  await window.goTo('right', 's3://there/')
  await showJobs(window)
  await page.getByRole('combobox', { name: 'Run at once' }).click()
  await page.getByRole('option', { name: '1', exact: true }).click()
  await window.button('Browse', page.getByRole('navigation', { name: 'Places' })).click()
  for (const name of ['long', ...WAITING]) {
    await window.row('left', `${name}/`).click()
    await page.keyboard.press('F5')
    await window.button(name === 'long' ? /^Start copying/ : 'Add to the queue', window.pourSheet).click()
    await window.pourSheet.waitFor({ state: 'detached' })
  }
  await showJobs(window)
  await inOrder(window, ['one', 'two', 'three'])

  await title(window, 'three').press('Alt+ArrowUp')
  await inOrder(window, ['one', 'three', 'two'])
  await page.getByText(/three.*: 2nd in the queue, normal priority\.$/).waitFor({ state: 'attached' })
  await title(window, 'three').press('Alt+ArrowDown')
  await inOrder(window, ['one', 'two', 'three'])

  await dragBefore(window, 'two', 'one')
  await inOrder(window, ['two', 'one', 'three'])

  await choose(window, 'three', 'menuitemcheckbox', /^High/)
  await inOrder(window, ['three', 'two', 'one'])

  await choose(window, 'two', 'menuitem', 'Start at…')
  const dialog = page.getByRole('dialog', { name: 'Start at…' })
  await dialog.getByLabel(/^Day and time/).fill(`${YEAR}-12-31T09:00`)
  await window.button('Start at that time', dialog).click()
  await inOrder(window, ['three', 'one'])
  await row(window, 'two').getByText(`31 Dec ${YEAR}`).first().waitFor()
  await choose(window, 'two', 'menuitem', 'Start now')
  await inOrder(window, ['three', 'one', 'two'])
  await dragBefore(window, 'two', 'one')
  await inOrder(window, ['three', 'two', 'one'])
}

async function saveTemplate(window: DecantWindow): Promise<void> {
  await choose(window, 'one', 'menuitem', 'Save as template…')
  const dialog = window.page.getByRole('dialog', { name: 'Save as template' })
  await dialog.getByLabel('Name').fill('Every evening')
  await window.button('Save the template', dialog).click()
  await window.page.getByText('The template "Every evening" was saved.').waitFor()
}

async function openTemplate(window: DecantWindow): Promise<void> {
  await window.button('New from template').click()
  await window.page
    .getByRole('list', { name: 'Templates' })
    .getByRole('button', { name: /^Every evening/ })
    .click()
  await window.pourSheet.getByText('See all 3').waitFor()
  await window.button(/^Start copying/, window.pourSheet).waitFor()
  await window.page.keyboard.press('Escape')
  await window.pourSheet.waitFor({ state: 'detached' })
}

async function showJobs(window: DecantWindow): Promise<void> {
  await window.button(/^Jobs/, window.page.getByRole('navigation', { name: 'Places' })).click()
  await window.page.getByRole('heading', { name: 'Jobs', level: 1 }).waitFor()
}

function row({ page }: DecantWindow, name: Name): Locator {
  const list = page.getByRole('region', { name: 'Jobs', exact: true })
  return list.getByRole('listitem').filter({ has: page.getByRole('button', { name: titled(name) }) })
}

const titled = (name: Name): RegExp => new RegExp(`^Open the job: .*\\b${name}\\b`)
const title = (window: DecantWindow, name: Name): Locator =>
  row(window, name).getByRole('button', { name: titled(name) })

async function choose(
  window: DecantWindow,
  name: Name,
  role: 'menuitem' | 'menuitemcheckbox',
  entry: string | RegExp,
): Promise<void> {
  await window.button(/^More:/, row(window, name)).click()
  await window.page.getByRole(role, { name: entry }).click()
  await window.page.getByRole('menu').waitFor({ state: 'detached' })
}

/** By its grip, as a hand does: press, some steps, release. */
async function dragBefore(window: DecantWindow, name: Name, other: Name): Promise<void> {
  const { mouse } = window.page
  const grip = await row(window, name)
    .getByTitle(/^Drag to another place/)
    .boundingBox()
  const aim = await row(window, other).boundingBox()
  if (grip === null || aim === null) throw new Error(`${name} or ${other} is not to be seen.`)
  await mouse.move(grip.x + grip.width / 2, grip.y + grip.height / 2)
  await mouse.down()
  await mouse.move(grip.x + 4, aim.y + 4, { steps: 6 })
  await mouse.up()
}

/** Waits until the rows of those that wait stand so, from top to bottom. */
async function inOrder(window: DecantWindow, names: readonly Name[]): Promise<void> {
  const titles = window.page
    .getByRole('region', { name: 'Jobs', exact: true })
    .locator('button[aria-keyshortcuts]')
  let seen: readonly string[] = []
  await until(
    `the order is ${names.join(', ')}`,
    async () => {
      seen = await titles.evaluateAll((found) => found.map((one) => one.getAttribute('aria-label') ?? ''))
      return seen.length === names.length && names.every((name, at) => titled(name).test(seen[at] ?? ''))
    },
    PATIENCE,
  ).catch((error: unknown) => {
    throw new Error(`${String(error)} It is: ${seen.join(' | ')}`)
  })
}

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DecantWindow, OpenApp } from '../../helpers/window.ts'
import { serveHost } from '../hosts.ts'
import { foreignStore, importProfile } from '../store.ts'
import type { ForeignStore } from '../store.ts'

/** One window for all of it, in the order of the tests. */
describe('the views of jobs', () => {
  const host = serveHost()
  const dir = mkdtempSync(path.join(tmpdir(), 'decant-jobs-'))
  let store: ForeignStore
  let app: OpenApp
  let window: DecantWindow
  beforeAll(async () => {
    store = await foreignStore(path.join(dir, 'aws'))
    const { admin } = store.server
    await admin.seed({ bucket: 'here', count: 20, prefix: 'some/', pattern: 'good-{n:2}', size: 10 })
    await admin.seed({ bucket: 'here', count: 5, prefix: 'some/', pattern: 'bad-{n:2}', size: 10 })
    await admin.seed({ bucket: 'here', count: 300, prefix: 'long/', size: 10 })
    await admin.seed({ bucket: 'there', count: 0 })
    app = await host.open({ dataDir: path.join(dir, 'data'), env: store.env })
    window = app.window
    await importProfile(window)
    await window.goTo('left', 's3://here/')
    await window.goTo('right', 's3://there/')
  })
  afterAll(async () => {
    await app.close()
    await host.end()
    await store.server.stop()
    rmSync(dir, { recursive: true, force: true })
  })

  it('group failures by their cause and retry them', async () => {
    const { admin } = store.server
    await admin.faults({ op: 'CopyObject', keyPattern: '/bad-', do: 'error', code: 'AccessDenied' })
    await pour(window, 'some/')
    await openJob(window, /some/)
    await window.page.getByText('Done, 5 failed').first().waitFor()
    await window.page.getByText('AccessDenied').first().waitFor()
    await admin.clearFaults()
    await window.button('Retry these 5').first().click()
    await window.page.getByText('Nothing failed.').waitFor()
    const places = [
      { bucket: 'here', prefix: 'some/' },
      { bucket: 'there', prefix: 'some/' },
    ] as const
    expect(await admin.compare(...places)).toMatchObject({ equal: true, compared: 25 })
    const copies = (await admin.log()).filter(({ op }) => op === 'CopyObject')
    expect(new Set(copies.map(({ key }) => key)).size).toBe(copies.length)
  })

  it('pause, resume and cancel', async () => {
    const { admin } = store.server
    await window.button('Browse', window.page.getByRole('navigation', { name: 'Places' })).click()
    await admin.faults({ op: 'CopyObject', do: 'slow', ms: 1000 })
    await pour(window, 'long/')
    await openJob(window, /long/)
    const header = window.page
      .getByRole('banner')
      .or(window.page.locator('header'))
      .filter({
        has: window.page.getByRole('heading', { level: 1, name: /long/ }),
      })
    await window.button(/^Pause/, header).click()
    await header.getByText('Paused', { exact: true }).waitFor()
    await window.button(/^Resume/, header).click()
    await header.getByText('Running', { exact: true }).waitFor()
    await window.button('Cancel…', header).click()
    await window.button('Cancel the job').click()
    await header.getByText('Cancelled', { exact: true }).waitFor()
    await window.page.getByRole('region', { name: 'Running jobs' }).waitFor({ state: 'detached' })
  })
})

async function pour(window: DecantWindow, name: string): Promise<void> {
  await window.row('left', name).click()
  await window.page.keyboard.press('F5')
  await window.button(/^Start copying/, window.pourSheet).click()
  await window.pourSheet.waitFor({ state: 'detached' })
}

async function openJob(window: DecantWindow, title: RegExp): Promise<void> {
  await window.button(/^Jobs/, window.page.getByRole('navigation', { name: 'Places' })).click()
  const jobs = window.page.getByRole('region', { name: 'Jobs', exact: true })
  await jobs.getByRole('button', { name: title }).first().click()
}

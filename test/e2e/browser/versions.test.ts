import { ListObjectVersionsCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sdkClient } from '../../helpers/playground.ts'
import { until } from '../../helpers/processes.ts'
import type { DecantWindow, OpenApp } from '../../helpers/window.ts'
import { serveHost } from '../hosts.ts'
import { foreignStore, importProfile } from '../store.ts'
import type { ForeignStore } from '../store.ts'

/** A prefix as it was, brought back, and its past taken away: in the window, judged by the store. */
describe('versions of a prefix', () => {
  const host = serveHost()
  const dir = mkdtempSync(path.join(tmpdir(), 'decant-versions-'))
  let store: ForeignStore
  let app: OpenApp
  let window: DecantWindow

  beforeAll(async () => {
    store = await foreignStore(path.join(dir, 'aws'))
    const series = { bucket: 'site', versioning: 'Enabled', prefix: 'p/', count: 3 } as const
    const on = (day: string) => ({ from: `2026-${day}T10:00:00Z`, to: `2026-${day}T10:00:00Z` })
    await store.server.admin.seed({ ...series, pattern: 'page-{n:1}', size: 100, modified: on('03-01') })
    await store.server.admin.seed({ ...series, pattern: 'page-{n:1}', size: 40, modified: on('05-01') })
    app = await host.open({ dataDir: path.join(dir, 'data'), env: store.env })
    window = app.window
    await importProfile(window)
  })
  afterAll(async () => {
    await app.close()
    await host.end()
    await store.server.stop()
    rmSync(dir, { recursive: true, force: true })
  })

  /** Of every version: key, bytes and whether it is current; markers have no bytes. */
  async function history(): Promise<readonly string[]> {
    const { Versions = [], DeleteMarkers = [] } = await sdkClient(store.server).send(
      new ListObjectVersionsCommand({ Bucket: 'site' }),
    )
    const all = [...Versions.map((version) => ({ size: version.Size, ...version })), ...DeleteMarkers]
    return all
      .map(
        (one) =>
          `${one.Key} ${'Size' in one ? one.Size : 'marker'}${one.IsLatest === true ? ' current' : ''}`,
      )
      .toSorted()
  }

  const current = async () => (await history()).filter((line) => line.endsWith(' current'))

  it('shows the past, brings it back, and purges what it says it would', async () => {
    const { page } = window
    const pane = window.pane('left')
    await window.goTo('left', 's3://site/p/')
    await window.row('left', 'page-0').click()
    await page.keyboard.press('Delete')
    await window.button('Delete 1 object').click()
    await window.row('left', 'page-0').waitFor({ state: 'detached' })
    await sdkClient(store.server).send(new PutObjectCommand({ Bucket: 'site', Key: 'p/late', Body: 'late' }))

    // By keys alone: every version, then how it was before the second of the two days.
    await window.list('left').focus()
    await page.keyboard.press('F9')
    await pane.getByText('8 versions').waitFor()
    await page.keyboard.press('Shift+F9')
    const slider = pane.getByRole('slider', { name: 'Moment' })
    await slider.focus()
    await slider.press('Home')
    await pane.getByText('since: 2 changed, 1 deleted, 1 new').waitFor()
    expect(await window.list('left').locator('[data-index] .size').allInnerTexts()).toEqual(
      Array(3).fill('100 B'),
    )

    await window.button('Bring back…', pane).click()
    const rewind = page.getByRole('dialog', { name: 'Bring back' })
    await rewind.getByRole('radio', { name: 'Delete by a marker' }).click()
    await rewind.getByText('1 object that came later would be deleted').waitFor()
    await page.keyboard.press('Control+Enter')
    await window.button('Delete 1 and bring back').click()
    await until('the prefix is as it was', async () => {
      const now = await current()
      return (
        now.join() === 'p/late marker current,p/page-0 100 current,p/page-1 100 current,p/page-2 100 current'
      )
    })

    await page.keyboard.press('Escape')
    await window.button('More for the left pane').click()
    await page.getByRole('menuitem', { name: /^Purge/ }).click()
    const purge = page.getByRole('dialog', { name: 'Purge old versions' })
    await purge.getByRole('textbox', { name: /^Days/ }).fill('0')
    await purge.getByText('9 versions would be deleted for good.').waitFor()
    const [, freed] = /That frees (.*?)\./.exec(await purge.innerText()) ?? []
    const sum = (lines: readonly string[]) =>
      lines.reduce((bytes, line) => bytes + (Number(line.split(' ')[1]) || 0), 0)
    const before = await history()
    await page.keyboard.press('Control+Enter')
    await window.button('Purge 9 versions').click()
    await until('what was said is gone', async () => (await history()).length === before.length - 9)
    expect(freed).toBe(`${sum(before) - sum(await history())} B`)
    expect(await history()).toEqual(['p/page-0 100 current', 'p/page-1 100 current', 'p/page-2 100 current'])
  })
})

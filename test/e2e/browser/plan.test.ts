import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RawS3 } from '../../helpers/raw-s3.ts'
import type { OpenApp } from '../../helpers/window.ts'
import { serveHost } from '../hosts.ts'
import { foreignStore, importProfile } from '../store.ts'
import type { ForeignStore } from '../store.ts'

/** What comes has 10 bytes, what was there before has 20. */
const COMES = 10
const STOOD = 20

describe('a plan with names that are taken, in a browser', () => {
  const host = serveHost()
  const dir = mkdtempSync(path.join(tmpdir(), 'decant-plan-'))
  let store: ForeignStore
  let app: OpenApp
  beforeAll(async () => {
    store = await foreignStore(path.join(dir, 'aws'))
    const { admin } = store.server
    await admin.seed({ bucket: 'here', count: 6, prefix: 'set/', pattern: 'n-{n:2}', size: COMES })
    await admin.seed({ bucket: 'there', count: 4, prefix: 'set/', pattern: 'n-{n:2}', size: STOOD })
    app = await host.open({ dataDir: path.join(dir, 'data'), env: store.env })
    await importProfile(app.window)
  })
  afterAll(async () => {
    await app.close()
    await host.end()
    await store.server.stop()
    rmSync(dir, { recursive: true, force: true })
  })

  it('is answered in a group and one by one, searched, saved, found again, and started', async () => {
    const { window } = app
    const { page } = window
    await window.goTo('left', 's3://here/')
    await window.goTo('right', 's3://there/')
    await window.row('left', 'set/').click()
    await page.keyboard.press('F5')
    const sheet = window.pourSheet
    const taken = (words: string) => window.button(new RegExp(`names are taken · ${words}`), sheet)
    await taken('4 left').click()
    const grid = sheet.getByRole('grid', { name: 'Items of the plan' })
    await sheet.getByText('4 items').waitFor()
    await sheet.getByText('All 4 shown:').waitFor()
    await window.button(/^Overwrite/, sheet.getByRole('group', { name: 'If the name is taken' })).click()
    await taken('4 overwritten').waitFor()

    const answerOne = async (key: string, answer: string): Promise<void> => {
      await grid.press('/')
      await page.keyboard.type(key)
      await page.keyboard.press('Enter')
      await sheet.getByText('1 item', { exact: true }).waitFor()
      await grid.press('Space')
      await sheet.getByText('The chosen one:').waitFor()
      await grid.press(answer)
    }
    await answerOne('n-01', '2')
    await taken('3 overwritten, 1 left').waitFor()
    const search = sheet.getByRole('searchbox', { name: 'Search the items' })
    await search.fill('')
    await sheet.getByText('4 items').waitFor()
    await answerOne('n-02', '5')
    await sheet.getByText(/names are taken · 2 overwritten, 1 left/).waitFor()

    await page.keyboard.press('Control+s')
    await sheet.waitFor({ state: 'detached' })
    await page.reload()
    await page.keyboard.press('Control+j')
    await page.getByRole('heading', { name: /^Saved plans/ }).waitFor()
    await window.button('Open the plan').click()
    await taken('2 overwritten, 1 left').waitFor()
    await window.button(/^Start copying/, sheet).click()
    await sheet.waitFor({ state: 'detached' })
    await expect.poll(async () => (await listed(store, 'there')).size).toBe(7)
    const found = await listed(store, 'there')
    const kept = [...found.keys()].filter((key) => !/^set\/n-\d\d$/.test(key))
    expect(kept).toHaveLength(1)
    expect(kept[0]).toContain('n-02')
    expect(Object.fromEntries(found)).toEqual({
      'set/n-00': COMES,
      'set/n-01': STOOD,
      'set/n-02': STOOD,
      [String(kept[0])]: COMES,
      'set/n-03': COMES,
      'set/n-04': COMES,
      'set/n-05': COMES,
    })
  })
})

/** Keys and sizes, as the server lists them. */
async function listed({ server }: ForeignStore, bucket: string): Promise<Map<string, number>> {
  const client = new RawS3(server)
  const { text } = await client.send({ method: 'GET', path: `/${bucket}?list-type=2` })
  client.close()
  return new Map(
    [...text.matchAll(/<Key>([^<]+)<\/Key>.*?<Size>(\d+)<\/Size>/gs)].map(([, key = '', size]) => [
      key,
      Number(size),
    ]),
  )
}

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RawS3 } from '../../helpers/raw-s3.ts'
import type { DecantWindow, OpenApp } from '../../helpers/window.ts'
import { runCommand } from '../bucket-screens.ts'
import { serveHost } from '../hosts.ts'
import { foreignStore, importProfile } from '../store.ts'
import type { ForeignStore } from '../store.ts'

/** One window for all of it, in the order of the tests: the life of a bucket. */
describe('a bucket', () => {
  const host = serveHost()
  const dir = mkdtempSync(path.join(tmpdir(), 'decant-buckets-'))
  let store: ForeignStore
  let s3: RawS3
  let app: OpenApp
  let window: DecantWindow
  beforeAll(async () => {
    store = await foreignStore(path.join(dir, 'aws'))
    const { admin } = store.server
    await admin.seed({ bucket: 'letters', count: 40, pattern: 'in/letter-{n:3}.txt', size: 12 })
    await admin.seed({ bucket: 'letters', key: 'note.txt', text: 'Hello.' })
    s3 = new RawS3(store.server)
    await leaveUnfinished(s3, '/letters/in/huge.bin')
    app = await host.open({ dataDir: path.join(dir, 'data'), env: store.env })
    window = app.window
    await importProfile(window)
  })
  afterAll(async () => {
    await app.close()
    await host.end()
    s3.close()
    await store.server.stop()
    rmSync(dir, { recursive: true, force: true })
  })

  const dialog = () => window.page.getByRole('dialog').last()

  it('is made with versions, and its tags are changed', async () => {
    await runCommand(window, 'New bucket')
    await dialog().getByRole('textbox', { name: 'Name' }).fill('archive')
    await dialog().getByRole('checkbox', { name: 'Keep versions' }).click()
    await window.button('Make the bucket', dialog()).click()
    await window.row('left', 'archive').click()
    const inspector = window.page.getByRole('complementary', { name: 'Inspector' })
    await window.button('Bucket tags', inspector).click()
    await window.button('Change bucket tags…', inspector).click()
    await window.button('Add a tag', dialog()).click()
    await dialog().getByRole('textbox', { name: 'Name of tag 1' }).fill('team')
    await dialog().getByRole('textbox', { name: 'Value of tag 1' }).fill('data')
    await window.button('Save', dialog()).click()
    await inspector.getByText('team', { exact: true }).waitFor()
    expect((await s3.send({ method: 'GET', path: '/archive?versioning=' })).text).toContain(
      '<Status>Enabled</Status>',
    )
    expect((await s3.send({ method: 'GET', path: '/archive?tagging=' })).text).toContain(
      '<Value>data</Value>',
    )
  })

  it('is filled by what a search found', async () => {
    await window.goTo('right', 's3://archive/')
    await window.goTo('left', 's3://letters/')
    await window.page.keyboard.press('Control+Shift+f')
    await window.page.keyboard.type('*-01?.txt')
    await window.page.keyboard.press('Enter')
    await window.pane('left').getByText('10 found').waitFor()
    await window.list('left').focus()
    await window.page.keyboard.press('Control+a')
    await window.page.keyboard.press('F5')
    await window.button(/^Start copying/, window.pourSheet).click()
    await window.row('right', 'letter-010.txt').or(window.row('right', 'in/')).first().waitFor()
    await window.button('Leave the search').click()
  })

  it('is counted', async () => {
    await window.list('right').focus()
    await runCommand(window, 'Count what lies')
    const total = dialog().getByRole('row', { name: /^All/ })
    await total.getByRole('cell', { name: '10', exact: true }).waitFor()
    await window.button('Done', dialog()).click()
  })

  it('gives a link that opens an object without keys', async () => {
    await window.page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await window.row('left', 'note.txt').click()
    await window.list('left').focus()
    await runCommand(window, 'Make a link for anybody')
    await window.button('Copy the link', dialog()).click()
    await dialog().getByText('The link was copied.').waitFor()
    const link = await window.page.evaluate(() => navigator.clipboard.readText())
    expect(await (await fetch(link)).text()).toBe('Hello.')
    expect(await window.page.content()).not.toContain('X-Amz-Signature')
    await window.page.keyboard.press('Escape')
  })

  it('is rid of an unfinished upload', async () => {
    await window.list('left').focus()
    await runCommand(window, 'Unfinished uploads')
    await dialog()
      .getByText(/1\.00 MiB in 1 part/)
      .waitFor()
    await dialog().getByRole('button', { name: 'Abort in/huge.bin' }).click()
    await window.page.getByRole('button', { name: 'Abort it' }).click()
    await window.page.getByText('1 upload aborted, 1.00 MiB freed.').waitFor()
    await window.button('Done', dialog()).click()
    expect((await s3.send({ method: 'GET', path: '/letters?uploads=' })).text).not.toContain('<Upload>')
  })

  it('is emptied of all versions before it is deleted', async () => {
    await window.list('right').focus()
    await runCommand(window, 'Delete the bucket')
    await window.button('Empty it first…', dialog()).click()
    await dialog().getByRole('textbox', { name: 'Type the name of the bucket' }).fill('archive')
    await window.button(/^Delete 10/, dialog()).click()
    await window.page.getByText(/^Done: Empty archive/).waitFor()
    await window.list('right').focus()
    await runCommand(window, 'Delete the bucket')
    await dialog().getByRole('textbox', { name: 'Type the name of the bucket' }).fill('archive')
    await window.page.keyboard.press('Enter')
    await window.page.getByText('The bucket archive was deleted.').waitFor()
    expect((await s3.send({ method: 'HEAD', path: '/archive' })).status).toBe(404)
  })
})

async function leaveUnfinished(s3: RawS3, key: string): Promise<void> {
  const begun = await s3.send({ method: 'POST', path: `${key}?uploads=` })
  const id = /<UploadId>(.+?)</.exec(begun.text)?.[1] ?? ''
  const part = Buffer.alloc(1024 ** 2)
  await s3.send({ method: 'PUT', path: `${key}?partNumber=1&uploadId=${id}`, body: part })
}

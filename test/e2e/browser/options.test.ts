import { DeleteObjectCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { sdkClient } from '../../helpers/playground.ts'
import { until } from '../../helpers/processes.ts'
import type { DecantWindow, OpenApp } from '../../helpers/window.ts'
import { serveHost } from '../hosts.ts'
import { choose, pick, unfold } from '../sheet.ts'
import { foreignStore, importProfile } from '../store.ts'
import type { ForeignStore } from '../store.ts'

/** For a job to do its work, in milliseconds. */
const PATIENCE = 30_000

/** What a spec can say beyond a plain copy, chosen in the window; judged by what then stands in the store. */
describe('options of the sheet', () => {
  const host = serveHost()
  const dir = mkdtempSync(path.join(tmpdir(), 'decant-options-'))
  const dataDir = path.join(dir, 'data')
  let store: ForeignStore
  let app: OpenApp
  let window: DecantWindow

  beforeAll(async () => {
    store = await foreignStore(path.join(dir, 'aws'))
    for (const bucket of ['one', 'two', 'three']) await store.server.admin.seed({ bucket, count: 0 })
    await store.server.admin.seed({ bucket: 'here', count: 12, prefix: 'fan/', size: 10 })
    app = await host.open({ dataDir, env: store.env })
    window = app.window
    await importProfile(window)
  })
  afterEach(async () => {
    // What a failed test left open is none of the next one's.
    while ((await window.page.getByRole('dialog').count()) > 0) await window.page.keyboard.press('Escape')
    await navigate('Browse')
  })
  afterAll(async () => {
    await app.close()
    await host.end()
    await store.server.stop()
    rmSync(dir, { recursive: true, force: true })
  })

  const navigate = (name: string): Promise<void> =>
    window.page
      .getByRole('navigation', { name: 'Places' })
      .getByRole('button', { name: new RegExp(`^${name}`) })
      .first()
      .click()

  /** Opens the sheet for a copy of a row at the left to the place at the right. */
  async function open(source: string, row: string, target: string): Promise<void> {
    await window.goTo('left', source)
    await window.goTo('right', target)
    await window.row('left', row).click()
    await window.page.keyboard.press('F5')
    await window.pourSheet.waitFor()
  }

  /** Starts what the sheet shows, once it can be started. */
  async function start(): Promise<void> {
    const button = window.button(/^Start (copying|moving)/, window.pourSheet)
    await button.and(window.page.locator(':not([aria-disabled="true"])')).click()
    await window.pourSheet.waitFor({ state: 'detached' })
  }

  /** Waits until two places are alike; gives how many objects they have. */
  async function alike(a: string, b: string, prefix: string): Promise<number> {
    const compare = () => store.server.admin.compare({ bucket: a, prefix }, { bucket: b, prefix }, false)
    await until(`${a} and ${b} are alike`, async () => (await compare()).equal, PATIENCE)
    return (await compare()).compared
  }

  it('pour one source into three destinations', async () => {
    await open('s3://here/', 'fan/', 's3://one/')
    await window.button('Add a source or destination…', window.pourSheet).click()
    for (const bucket of ['two', 'three']) {
      await window.goTo('right', `s3://${bucket}/`)
      await window.page.keyboard.press('Control+Shift+D')
    }
    await window.page.getByText('1 source, 3 destinations').waitFor()
    await window.page.keyboard.press('Control+Enter')
    await window.pourSheet.getByText('36', { exact: true }).first().waitFor()
    await start()
    for (const bucket of ['one', 'two', 'three']) expect(await alike('here', bucket, 'fan/')).toBe(12)
  })

  it('take only what has a tag', async () => {
    const { admin } = store.server
    await admin.seed({ bucket: 'here', count: 5, prefix: 'tagged/', pattern: 'plain-{n:2}', size: 10 })
    await admin.seed({ bucket: 'here', key: 'tagged/mine', text: 'mine', tags: { team: 'press' } })
    await open('s3://here/', 'tagged/', 's3://one/')
    await unfold(window, 'Filter')
    await window.pourSheet.getByRole('textbox', { name: 'Has the tag', exact: true }).fill('team=press')
    await window.page.keyboard.press('Enter')
    await window.pourSheet.getByText('1 of 6 listed objects pass.').waitFor()
    await start()
    const places = [
      { bucket: 'here', prefix: 'tagged/' },
      { bucket: 'one', prefix: 'tagged/' },
    ] as const
    await until('it is there', async () => (await admin.compare(...places)).compared === 1, PATIENCE)
    expect(await admin.compare(...places)).toMatchObject({
      missingCount: 5,
      extraCount: 0,
      differentCount: 0,
    })
  })

  it('let two names change places', async () => {
    const { admin } = store.server
    await admin.seed({ bucket: 'here', key: 'swap/left', text: 'was left' })
    await admin.seed({ bucket: 'here', key: 'swap/right', text: 'was right' })
    await admin.seed({ bucket: 'there', key: 'swap/left', text: 'was right' })
    await admin.seed({ bucket: 'there', key: 'swap/right', text: 'was left' })
    await window.goTo('left', 's3://here/swap/')
    await window.row('left', 'left').waitFor()
    await window.page.keyboard.press('Control+a')
    await window.page.keyboard.press('Shift+F2')
    await window.pourSheet.waitFor()
    const rules = [
      ['^left$', 'aside'],
      ['^right$', 'left'],
      ['^aside$', 'right'],
    ] as const
    for (const [at, [find, replacement]] of rules.entries()) {
      await pick(window, 'Add a rule for names', /^Find and replace/)
      await window.pourSheet.getByRole('textbox', { name: `Pattern to find, rule ${at + 1}` }).fill(find)
      await window.pourSheet.getByRole('textbox', { name: `Replacement, rule ${at + 1}` }).fill(replacement)
    }
    await window.pourSheet.getByText(/names change places/).waitFor()
    await start()
    expect(await alike('here', 'there', 'swap/')).toBe(2)
  })

  it('rebuild a history, delete markers among it', async () => {
    const { admin } = store.server
    const client = sdkClient(store.server)
    for (const text of ['1', '2', '', '3', '4', '', '5']) {
      if (text === '') await client.send(new DeleteObjectCommand({ Bucket: 'old', Key: 'h/a' }))
      else await admin.seed({ bucket: 'old', versioning: 'Enabled', key: 'h/a', text })
    }
    await admin.seed({ bucket: 'new', versioning: 'Enabled', count: 0 })
    await open('s3://old/', 'h/', 's3://new/')
    await unfold(window, 'Versions')
    await choose(window, 'Versions', 'Whole history')
    await window.pourSheet.getByText(/Delete markers of the history/).waitFor()
    await start()
    const contents = async (bucket: string): Promise<string[]> => {
      const listed = await client.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: 'h/' }))
      const versions = (listed.Versions ?? []).map(({ ETag = '' }) => ETag)
      // Versions come from the newest to the oldest, and so do markers.
      return [...versions, ...(listed.DeleteMarkers ?? []).map(() => 'marker')]
    }
    await until('the history is rebuilt', async () => (await contents('new')).length === 7, PATIENCE)
    expect(await contents('new')).toEqual(await contents('old'))
    // Behind the newest version lies a marker, as at the source.
    await client.send(
      new DeleteObjectCommand({ Bucket: 'new', Key: 'h/a', VersionId: await newest(client, 'new') }),
    )
    expect(await newestIsMarker(client, 'new')).toBe(true)
  })

  it('compare two places and name exactly what differs', async () => {
    const { admin } = store.server
    for (const bucket of ['this', 'that']) {
      await admin.seed({ bucket, count: 20, prefix: 'p/', pattern: 'same-{n:2}', size: 10, seed: 7 })
    }
    const planted = [
      ['bytes', { text: 'here' }, { text: 'else' }],
      ['type', { headers: { 'content-type': 'text/css' } }, { headers: { 'content-type': 'text/html' } }],
      ['meta', { metadata: { origin: 'a' } }, { metadata: { origin: 'b' } }],
      ['tags', { tags: { team: 'a' } }, { tags: { team: 'b' } }],
    ] as const
    for (const [name, here, there] of planted) {
      await admin.seed({ bucket: 'this', key: `p/${name}`, text: 'x', ...here })
      await admin.seed({ bucket: 'that', key: `p/${name}`, text: 'x', ...there })
    }
    await admin.seed({ bucket: 'this', key: 'p/gone', text: 'x' })
    await window.goTo('left', 's3://this/')
    await window.goTo('right', 's3://that/')
    await window.row('left', 'p/').click()
    await window.page.keyboard.press('F3')
    const sheet = window.page.getByRole('dialog', { name: 'Compare', exact: true })
    await sheet.getByRole('radio', { name: 'Everything' }).click()
    await window.button(/^Start comparing/, sheet).click()
    await sheet.waitFor({ state: 'detached' })
    await navigate('Jobs')
    await window
      .button(/^Open the job: Compare p/)
      .first()
      .click()
    await window.page.getByText('Done, 5 different').first().waitFor({ timeout: PATIENCE })
    await window.page.getByRole('tab', { name: /^Differences/ }).click()
    const panel = window.page.getByRole('tabpanel', { name: /^Differences/ })
    for (const property of ['existence', 'content', 'Content-Type', 'metadata', 'tag'])
      await panel.getByText(`1 object differs in ${property}`, { exact: true }).waitFor()
    const manifest = await app.take(() => window.button('Save as a manifest', panel).click())
    expect(manifest.trim().split('\n').sort()).toEqual(
      ['bytes', 'gone', 'meta', 'tags', 'type'].map((name) => `this,p/${name}`),
    )
  })

  it('wait for the archive, also across a restart', async () => {
    const { admin } = store.server
    await admin.seed({ bucket: 'cold', key: 'a/box', text: 'letters', storageClass: 'GLACIER' })
    await open('s3://cold/', 'a/', 's3://two/')
    await unfold(window, 'Archived objects')
    await choose(window, 'Archived objects', 'Restore first')
    await window.pourSheet.getByText(/restore, then copy/).waitFor()
    await start()
    await window
      .jobLine(/a\//)
      .getByText(/Restoring since/)
      .waitFor({ timeout: PATIENCE })
    await app.kill()
    await admin.advance(6 * 3600)
    app = await host.open({ dataDir, env: store.env })
    window = app.window
    await navigate('Jobs')
    await window
      .button(/^Open the job: Copy a/)
      .first()
      .click()
    const copied = () =>
      admin.compare({ bucket: 'cold', prefix: 'a/' }, { bucket: 'two', prefix: 'a/' }, false)
    await until('it is copied', async () => {
      // The clock of the store went on, and ours did not: a person who knows better lets the job look.
      const look = window.button(/^Look now/).first()
      if (await look.isVisible()) await look.click()
      return (await copied()).equal
    })
  })
})

type Client = ReturnType<typeof sdkClient>

async function newest(client: Client, bucket: string): Promise<string | undefined> {
  const { Versions = [] } = await client.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: 'h/' }))
  return Versions.find(({ IsLatest }) => IsLatest)?.VersionId
}

async function newestIsMarker(client: Client, bucket: string): Promise<boolean> {
  const { DeleteMarkers = [] } = await client.send(
    new ListObjectVersionsCommand({ Bucket: bucket, Prefix: 'h/' }),
  )
  return DeleteMarkers.some(({ IsLatest }) => IsLatest === true)
}

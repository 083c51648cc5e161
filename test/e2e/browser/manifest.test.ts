import {
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { JobDetail } from '#model/job.ts'
import { openJobsReadOnly } from '../../../main/jobs/read-only.ts'
import { sdkClient } from '../../helpers/playground.ts'
import type { DecantWindow, OpenApp } from '../../helpers/window.ts'
import { runCommand } from '../bucket-screens.ts'
import { serveHost } from '../hosts.ts'
import { choose } from '../sheet.ts'
import { foreignStore, importProfile } from '../store.ts'
import type { ForeignStore } from '../store.ts'

const ROWS = 100_000
const BAD = 37
const GOOD = ROWS - BAD
/** Of these something stands at the destination already. */
const TAKEN = 400
/** Keys 1,000 to 1,213 of the series. */
const DENIED = 214
const DENIED_KEYS = 'obj-00001(0\\d\\d|1\\d\\d|20\\d|21[0-3])$'
/** Milliseconds that work on all the rows may take on a slow machine. */
const LONG = 420_000

/** One long day, in the order of the tests. */
describe('a manifest of 100,000 rows', () => {
  const host = serveHost()
  const dir = mkdtempSync(path.join(tmpdir(), 'decant-manifest-'))
  const dataDir = path.join(dir, 'data')
  const file = path.join(dir, 'rows.csv')
  let store: ForeignStore
  let app: OpenApp
  let window: DecantWindow
  let client: S3Client
  let before: readonly string[]

  beforeAll(async () => {
    store = await foreignStore(path.join(dir, 'aws'))
    const { admin } = store.server
    await admin.seed({ bucket: 'here', count: GOOD, prefix: 'rows/', size: 100, seed: 1 })
    for (const bucket of ['there', 'as-before'])
      await admin.seed({
        ...{ bucket, versioning: 'Enabled', count: TAKEN, prefix: 'rows/', size: 50, seed: 2 },
        ...{ metadata: { stood: 'before' }, tags: { team: 'lake' } },
      })
    writeFileSync(file, manifest())
    client = sdkClient(store.server)
    before = await versionsOf(client, 'there')
    app = await host.open({ dataDir, env: store.env })
    window = app.window
    await importProfile(window)
    await window.goTo('right', 's3://there/')
  })
  afterAll(async () => {
    client.destroy()
    await app.close()
    await host.end()
    await store.server.stop()
    rmSync(dir, { recursive: true, force: true })
  })

  it('may lie in a bucket, where it is chosen as any object', async () => {
    const { admin } = store.server
    await admin.seed({ bucket: 'lists', key: 'few.csv', text: 'here,rows/obj-00000001\nhere\n' })
    await window.goTo('left', 's3://lists/')
    await window.row('left', 'few.csv').click()
    await runCommand(window, 'Make a job from this manifest')
    const dialog = window.page.getByRole('dialog', { name: 'A job from few.csv' })
    await dialog.getByText('1 row cannot be used').waitFor()
    await window.button('Cancel', dialog).click()
    await dialog.waitFor({ state: 'detached' })
  })

  it(
    'is planned with its conflicts, its price and its bad rows',
    async () => {
      await runCommand(window, 'Make a job from a manifest')
      const [chooser] = await Promise.all([
        window.page.waitForEvent('filechooser'),
        window.button('Choose a file…').click(),
      ])
      await chooser.setFiles(file)
      const dialog = window.page.getByRole('dialog', { name: 'A job from rows.csv' })
      await dialog.getByText(`${BAD} rows cannot be used`).waitFor({ timeout: LONG })
      await dialog.getByText(/^Line 2,500: /).waitFor()
      await window.button('Plan the copy', dialog).click()
      await choose(window, 'If the key exists', 'Overwrite')
      await window.button(/^Start copying/, window.pourSheet).waitFor()
      await expect
        .poll(() => newest(dataDir)?.snapshot, { timeout: LONG })
        .toMatchObject({ status: { is: 'ready' }, tally: { conflicts: TAKEN, listed: { items: GOOD } } })
      const plan = newest(dataDir)
      expect(plan?.manifest).toMatchObject({ rows: GOOD, bad: BAD })
      expect(plan?.warnings.overwrites?.items).toBe(TAKEN)
      expect(plan?.expected).toMatchObject({ is: 'exact', requests: { CopyObject: GOOD } })
    },
    LONG,
  )

  it(
    'sends what its plan said, and tells its failures by their cause',
    async () => {
      const { admin } = store.server
      await admin.faults({ op: 'CopyObject', keyPattern: DENIED_KEYS, do: 'error', code: 'AccessDenied' })
      const expected = newest(dataDir)?.expected?.requests
      await admin.resetCounters()
      await window.button(/^Start copying/, window.pourSheet).click()
      await window.pourSheet.waitFor({ state: 'detached' })
      await openJob(window)
      await window.page.getByText(`Done, ${DENIED} failed`).first().waitFor({ timeout: LONG })
      // Beside the job, the window looks at its panes and for missing rights: what only reads is not the job's alone.
      const sent = Object.fromEntries(
        Object.entries((await admin.counters()).requests).filter(([name]) => !/^(Get|Head|List)/.test(name)),
      )
      expect(sent).toEqual(expected)
      expect(newest(dataDir)?.failures).toMatchObject([{ code: 'access-denied', items: DENIED }])
    },
    LONG,
  )

  it(
    'is completed by a retry of that cause, and its report has a row for each item of the plan',
    async () => {
      const { admin } = store.server
      await admin.clearFaults()
      await admin.resetCounters()
      await window.button(`Retry these ${DENIED}`).first().click()
      await window.page.getByText('Nothing failed.').waitFor({ timeout: LONG })
      expect((await admin.counters()).requests['CopyObject']).toBe(DENIED)
      const here = { bucket: 'here', prefix: 'rows/' } as const
      const there = { bucket: 'there', prefix: 'rows/' } as const
      expect(await admin.compare(here, there)).toMatchObject({ equal: true, compared: GOOD })
      await window.page.getByRole('tab', { name: /^Report/ }).click()
      const report = await app.take(() => window.button(/CSV/).first().click())
      const rows = report.trimEnd().split('\n').slice(1)
      expect(rows.length).toBe(GOOD)
      expect(rows.filter((row) => row.includes(',succeeded,')).length).toBe(GOOD)
      expect(new Set(rows.map((row) => row.split(',')[1])).size).toBe(GOOD)
    },
    LONG,
  )

  it(
    'is taken back: the bucket is as it was, version by version',
    async () => {
      const { admin } = store.server
      await window.button('Undo…').click()
      await window.button(`Undo ${GOOD.toLocaleString('en')} objects`).click({ timeout: LONG })
      await window.page.getByText('Done', { exact: true }).first().waitFor({ timeout: LONG })
      await expect
        .poll(() => newest(dataDir)?.snapshot, { timeout: LONG })
        .toMatchObject({
          kind: 'undo',
          status: { is: 'completed' },
          tally: { failed: { items: 0 } },
        })
      expect(await versionsOf(client, 'there')).toEqual(before)
      const places = [
        { bucket: 'there', prefix: '' },
        { bucket: 'as-before', prefix: '' },
      ] as const
      expect(await admin.compare(...places)).toMatchObject({
        equal: true,
        compared: TAKEN,
      })
    },
    LONG,
  )
})

/** In the order of the keys; every 2,500th row or so is none. */
function manifest(): string {
  const lines: string[] = []
  for (let n = 0; lines.length < ROWS;) {
    const isBad = (lines.length + 1) % 2500 === 0 && lines.length + 1 <= BAD * 2500
    if (isBad) lines.push(lines.length % 5000 === 2499 ? 'here,rows/%zz' : 'here')
    else lines.push(`here,rows/obj-${String(n++).padStart(8, '0')}`)
  }
  return `${lines.join('\n')}\n`
}

/** Every version, in the order of a listing: key, id, whether it is the current one, ETag. */
async function versionsOf(client: S3Client, bucket: string): Promise<string[]> {
  const found: string[] = []
  let marker: { KeyMarker?: string; VersionIdMarker?: string } | undefined = {}
  while (marker !== undefined) {
    const page: ListObjectVersionsCommandOutput = await client.send(
      new ListObjectVersionsCommand({ Bucket: bucket, ...marker }),
    )
    for (const one of page.Versions ?? [])
      found.push([one.Key, one.VersionId, one.IsLatest, one.ETag].join(' '))
    for (const one of page.DeleteMarkers ?? []) found.push([one.Key, one.VersionId, 'marker'].join(' '))
    marker =
      page.IsTruncated === true
        ? { KeyMarker: page.NextKeyMarker ?? '', VersionIdMarker: page.NextVersionIdMarker ?? '' }
        : undefined
  }
  return found
}

/** The job that was made last, as it stands on the disk. */
function newest(dataDir: string): JobDetail | undefined {
  const jobs = openJobsReadOnly(dataDir)
  try {
    const id = jobs.list().at(-1)?.id
    return id === undefined ? undefined : jobs.get(id)
  } finally {
    jobs.close()
  }
}

async function openJob(window: DecantWindow): Promise<void> {
  await window.button(/^Jobs/, window.page.getByRole('navigation', { name: 'Places' })).click()
  const jobs = window.page.getByRole('region', { name: 'Jobs', exact: true })
  await jobs.getByRole('button', { name: /here/ }).first().click()
}

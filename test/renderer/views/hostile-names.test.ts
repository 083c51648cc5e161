import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fireEvent, render, screen, waitFor } from '@testing-library/svelte'
import type { Component } from 'svelte'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Failure } from '#model/failure.ts'
import type { JobSnapshot } from '#model/job.ts'
import type { ItemView } from '#model/plan.ts'
import { DEFAULT_SETTINGS } from '#model/settings.ts'
import { App } from '../../../renderer/state/app.svelte.ts'
import KeyText from '../../../renderer/ui/KeyText.svelte'
import Toast from '../../../renderer/ui/Toast.svelte'
import Browse from '../../../renderer/views/browse/Browse.svelte'
import DeleteBucketDialog from '../../../renderer/views/buckets/DeleteBucketDialog.svelte'
import EmptyBucketDialog from '../../../renderer/views/buckets/EmptyBucketDialog.svelte'
import PresignDialog from '../../../renderer/views/buckets/PresignDialog.svelte'
import UploadsDialog from '../../../renderer/views/buckets/UploadsDialog.svelte'
import UsageDialog from '../../../renderer/views/buckets/UsageDialog.svelte'
import Connections from '../../../renderer/views/connections/Connections.svelte'
import ImportDialog from '../../../renderer/views/connections/ImportDialog.svelte'
import RemoveConnection from '../../../renderer/views/connections/RemoveConnection.svelte'
import CommandDialog from '../../../renderer/views/dialogs/CommandDialog.svelte'
import SignInDialog from '../../../renderer/views/dialogs/SignInDialog.svelte'
import TransferDialog from '../../../renderer/views/dialogs/TransferDialog.svelte'
import UndoDialog from '../../../renderer/views/dialogs/UndoDialog.svelte'
import KeyDialog from '../../../renderer/views/job/KeyDialog.svelte'
import RightsDialog from '../../../renderer/views/job/RightsDialog.svelte'
import CancelJob from '../../../renderer/views/jobs/CancelJob.svelte'
import RemoveJobs from '../../../renderer/views/jobs/RemoveJobs.svelte'
import StartAtDialog from '../../../renderer/views/jobs/StartAtDialog.svelte'
import TemplatesDialog from '../../../renderer/views/jobs/TemplatesDialog.svelte'
import ManifestDialog from '../../../renderer/views/manifest/ManifestDialog.svelte'
import ImportProblems from '../../../renderer/views/metadata/ImportProblems.svelte'
import Metadata from '../../../renderer/views/metadata/Metadata.svelte'
import Settings from '../../../renderer/views/settings/Settings.svelte'
import JobStrip from '../../../renderer/views/shell/JobStrip.svelte'
import Palette from '../../../renderer/views/shell/Palette.svelte'
import Sidebar from '../../../renderer/views/shell/Sidebar.svelte'
import Inspector from '../../../renderer/views/browse/Inspector.svelte'
import DeleteDialog from '../../../renderer/views/dialogs/DeleteDialog.svelte'
import RenameDialog from '../../../renderer/views/dialogs/RenameDialog.svelte'
import Job from '../../../renderer/views/job/Job.svelte'
import Jobs from '../../../renderer/views/jobs/Jobs.svelte'
import PourSheet from '../../../renderer/views/pour/PourSheet.svelte'
import { PLAIN_HOST } from '../../helpers/plain-host.ts'
import { connection, job, object, spec, tally } from '../state/build.ts'
import { fakeClient } from '../state/fake-client.ts'
import { FakeGrid, gridRow } from '../state/fake-grid.ts'
import { renderInApp } from './in-app.ts'
import InAppWith from './InAppWith.svelte'
import InPane from './InPane.svelte'

/** A name that anybody may give to an object, a header, a bucket or a message: it is text wherever it is shown. */
const HOSTILE = `<img src=x onerror="window.hit=1"><script>window.hit=1</script><svg onload=window.hit=1>{@html 1}`
const PART = 'onerror="window.hit=1"'
/** Of a key some views name what follows the last slash. */
const SHOWN = /onerror="window\.hit=1"|script><svg onload=window\.hit/

// jsdom scrolls nothing, and has no layout: tables draw what is in sight.
Element.prototype.scrollTo ??= () => {}
beforeAll(() => {
  Object.defineProperty(HTMLElement.prototype, 'clientWidth', { configurable: true, get: () => 1000 })
  Object.defineProperty(HTMLElement.prototype, 'clientHeight', { configurable: true, get: () => 600 })
})
afterAll(() => {
  Reflect.deleteProperty(HTMLElement.prototype, 'clientWidth')
  Reflect.deleteProperty(HTMLElement.prototype, 'clientHeight')
})

afterEach(() => delete (window as { hit?: number }).hit)

function nothingRan(): void {
  expect((window as { hit?: number }).hit).toBeUndefined()
  const made = 'script, iframe, object, embed, [onerror], [onload], img[src="x"]'
  expect([...document.body.querySelectorAll(made)]).toEqual([])
}

const failure: Failure = {
  ...{ code: 'access-denied', reach: 'item', message: HOSTILE },
  s3: { operation: 'CopyObject', status: 403, code: HOSTILE, message: HOSTILE, requestId: HOSTILE },
}
const place = { connection: HOSTILE, connectionId: 'a', bucket: HOSTILE, prefix: `${HOSTILE}/` }
const hostileJob: JobSnapshot = job('1', {
  ...{
    title: HOSTILE,
    sources: [place],
    destinations: [place],
    draft: false,
    status: { is: 'failed', failure },
  },
  tally: tally({ listed: { items: 1, bytes: 1 }, failed: { items: 1, bytes: 1 } }),
})
const RUNNING = { is: 'running' } as const
const PROBLEMS = { cells: 0, rows: 0, failed: 1, problems: [{ line: 2, message: HOSTILE }] }
const item: ItemView = {
  ...{ seq: 1, key: HOSTILE, destinationKey: HOSTILE, size: 1, source: 0, destination: 0 },
  ...{ action: 'copy', conflict: false, state: 'failed', failure },
}

const FIELD = `x-amz-meta-${HOSTILE}`
const hostileRow = gridRow(1, {
  key: HOSTILE,
  before: { 'content-type': HOSTILE, [FIELD]: HOSTILE },
  cells: [{ field: 'content-type', value: HOSTILE, by: 'hand', problem: HOSTILE, fix: HOSTILE }],
})

async function open(): Promise<App> {
  const grid = new FakeGrid([hostileRow])
  grid.snapshot = {
    ...grid.snapshot,
    ...{ bucket: HOSTILE, base: `${HOSTILE}/`, changedCells: 1, changedRows: 1, invalidCells: 1 },
    fields: [
      { field: 'content-type', rows: 1 },
      { field: FIELD, rows: 1 },
    ],
  }
  const head = {
    ...object(HOSTILE, { storageClass: HOSTILE, etag: HOSTILE }),
    headers: { contentType: HOSTILE, cacheControl: HOSTILE, websiteRedirect: 'javascript:window.hit=1' },
    ...{
      metadata: { [HOSTILE]: HOSTILE },
      encryption: { kind: 'SSE-KMS' as const, kmsKeyId: HOSTILE, bucketKey: false },
    },
    checksums: { [HOSTILE]: HOSTILE },
  }
  const fake = fakeClient({
    ...grid.answers(),
    'app.info': () => ({ version: '0', dataDir: '', platform: 'linux', host: PLAIN_HOST }),
    'settings.get': () => ({
      ...DEFAULT_SETTINGS,
      webhooks: [{ name: HOSTILE, host: HOSTILE, createdAt: 0, signed: true }],
      customerKeys: [{ name: HOSTILE, fingerprint: HOSTILE, createdAt: 0 }],
    }),
    'settings.update': () => DEFAULT_SETTINGS,
    'connections.list': () => [connection('a', { name: HOSTILE }), connection('b')],
    'jobs.list': () => [hostileJob],
    'jobs.get': () => ({
      ...{
        snapshot: hostileJob,
        spec: spec('copy'),
        requests: {},
        samples: [],
        notes: [HOSTILE],
        warnings: {},
      },
      failures: [
        ...[{ code: 'access-denied', s3Code: HOSTILE, items: 1, example: failure, exampleKey: HOSTILE }],
      ].map((one) => ({ ...one, retry: 'retry', fix: 'none' })) as never,
      log: [{ at: 0, what: HOSTILE }] as never,
      ...{
        undo: { is: 'no', why: HOSTILE },
        estimate: { time: { is: 'no-pace' }, cost: { is: 'unknown', why: HOSTILE } },
      },
    }),
    'jobs.items': () => ({ items: [item], total: 1 }),
    'jobs.create': ({ spec: of }) =>
      job('2', { title: HOSTILE, kind: of.kind, draft: true, status: { is: 'planning' } }),
    'jobs.remove': () => undefined,
    'buckets.properties': () => ({ versioning: 'off' }),
    'objects.list': () => ({ prefixes: [`${HOSTILE}/`], objects: [object(HOSTILE)] }),
    'objects.details': () => ({ head, tags: { [HOSTILE]: HOSTILE } }),
    'objects.preview': () => ({
      is: 'text',
      format: 'text',
      text: HOSTILE,
      whole: true,
      replaced: 0,
      unpacked: false,
    }),
    'versions.list': () => ({ prefixes: [], versions: [] }),
    'buckets.list': () => [{ name: HOSTILE }] as never,
    'templates.list': () => [{ id: 't', name: HOSTILE, kind: 'copy', title: HOSTILE, createdAt: 0 }],
    'jobs.rights': () => ({
      ...{ missing: [], policies: [], needed: HOSTILE, denies: 'none', notes: [HOSTILE] },
    }),
    'jobs.command': () => ({ lines: [HOSTILE], loses: [HOSTILE] }),
    'connections.profiles': () => [
      { name: HOSTILE, region: HOSTILE, endpoint: HOSTILE, kind: 'keys', imported: false },
    ],
    'connections.elsewhere': () => [],
    'keys.list': () => [{ name: HOSTILE, fingerprint: HOSTILE, createdAt: 0 }],
  })
  const app = new App(fake.client, 'ctrl')
  await app.start()
  app.pane.go({ connection: 'a', bucket: HOSTILE, prefix: '' })
  await waitFor(() => expect(app.pane.rows).toHaveLength(2))
  return app
}

test('a key is text, also where a part of it is marked', () => {
  render(KeyText, { props: { text: HOSTILE, found: '<script>' } })
  expect(document.body.textContent).toContain(PART)
  expect(document.querySelector('mark')?.textContent).toBe('<script>')
  nothingRan()
})

test('the inspector shows headers, metadata, tags, checksums and a preview as text', async () => {
  const app = await open()
  render(InPane, { props: { view: Inspector, app } })
  app.pane.moveTo(1, 'only')
  await screen.findAllByText((text) => text.includes(PART))
  expect(document.querySelector('a[href^="javascript"]')).toBeNull()
  nothingRan()
})

test('jobs, a job, its causes and its items are text', async () => {
  const app = await open()
  renderInApp(Jobs, app)
  await screen.findAllByText((text) => text.includes(PART))
  nothingRan()
  app.router.go({ screen: 'job', id: '1' })
  renderInApp(Job, app)
  await waitFor(() => expect(document.body.textContent.split(PART).length).toBeGreaterThan(3))
  nothingRan()
})

/** A view, or a dialog, and how the window comes to show it. */
interface Shown {
  readonly view: Component<never>
  readonly props?: Record<string, unknown>
  readonly before?: (app: App) => unknown
  /** What shows up late, and has to be there. */
  readonly found?: () => Promise<unknown>
}
const at = { connection: 'a', bucket: HOSTILE, prefix: `${HOSTILE}/` }
const [group] = [{ code: 'access-denied', s3Code: HOSTILE, items: 1, example: failure, exampleKey: HOSTILE }]
const asked = { job: hostileJob, group: { ...group, retry: 'retry', fix: 'none' }, onclose: () => {} }

test.each<[string, Shown]>([
  ['the panes', { view: Browse }],
  ['the sidebar', { view: Sidebar, before: (app) => app.connections.load() }],
  [
    'the job strip',
    {
      view: JobStrip,
      before: (app) => app.jobs.apply([{ ...hostileJob, revision: 99, status: RUNNING }], []),
    },
  ],
  ['connections', { view: Connections, before: (app) => app.router.go({ screen: 'connections' }) }],
  ['settings: keys, webhooks', { view: Settings, before: (app) => app.router.go({ screen: 'settings' }) }],
  ['cancelling a job', { view: CancelJob, props: { job: hostileJob, onclose: () => {} } }],
  ['removing jobs', { view: RemoveJobs, props: { jobs: [hostileJob], onclose: () => {} } }],
  ['a job at a time', { view: StartAtDialog, before: (app) => app.orders.askMoment(hostileJob) }],
  ['a template', { view: TemplatesDialog, before: (app) => app.orders.askName('1', HOSTILE) }],
  ['templates', { view: TemplatesDialog, before: (app) => app.orders.showTemplates() }],
  ['commands', { view: CommandDialog, before: (app) => app.router.open({ is: 'command', job: '1' }) }],
  [
    'a link',
    {
      view: PresignDialog,
      before: (app) => app.router.open({ is: 'presign', place: at, key: HOSTILE, versionId: HOSTILE }),
    },
  ],
  ['usage', { view: UsageDialog, before: (app) => app.router.open({ is: 'usage', place: at }) }],
  ['uploads', { view: UploadsDialog, before: (app) => app.router.open({ is: 'uploads', place: at }) }],
  [
    'deleting a bucket',
    { view: DeleteBucketDialog, before: (app) => app.router.open({ is: 'delete-bucket', place: at }) },
  ],
  ['rights', { view: RightsDialog, props: { job: '1', onclose: () => {} } }],
  ['another key', { view: KeyDialog, props: asked }],
  ['the palette', { view: Palette, before: (app) => app.router.open({ is: 'palette' }) }],
  ['a notice', { view: Toast, props: { notice: { title: HOSTILE, text: HOSTILE } } }],
  [
    'a manifest that cannot be read',
    {
      view: ManifestDialog,
      before: ({ manifest }) => {
        manifest.open()
        manifest.failure = failure
      },
    },
  ],
  [
    'a manifest',
    {
      view: ManifestDialog,
      before: ({ manifest }) => {
        manifest.open()
        manifest.name = HOSTILE
        manifest.found = {
          ...{ at: { is: 'file', path: HOSTILE }, name: HOSTILE, format: 'decant', rows: 1, versions: false },
          ...{ buckets: [{ bucket: HOSTILE, rows: 1 }], columns: [HOSTILE] },
          ...{ bad: 1, firstBad: [{ line: 2, reason: HOSTILE }] },
        }
      },
    },
  ],
  [
    'an undo, with what it leaves',
    {
      view: UndoDialog,
      before: async (app) => {
        app.sheets.openUndo({ snapshot: job('c'), spec: spec('copy'), undo: { is: 'yes' } })
        await waitFor(() => expect(app.sheets.undoing.jobId).toBe('2'))
        const counts = tally({ planned: { ...tally().planned, refuse: { items: 1, bytes: 1 } } })
        const ready = { kind: 'undo', draft: true, status: { is: 'ready' }, tally: counts } as const
        app.jobs.apply([job('2', { ...ready, revision: 9 })])
      },
    },
  ],
  ['emptying a bucket', { view: EmptyBucketDialog, before: (app) => app.sheets.openEmptying(at) }],
  ['removing a connection', { view: RemoveConnection, props: { id: 'a', onclose() {}, onremoved() {} } }],
  [
    'a code of a device',
    {
      view: SignInDialog,
      before: ({ signIn }) => (signIn.asked = { by: 'code', connection: 'a', serial: HOSTILE }),
    },
  ],
  ['what other tools know', { view: ImportDialog, before: (app) => app.router.open({ is: 'import' }) }],
  [
    'files that did not arrive',
    {
      view: TransferDialog,
      before: ({ files }) =>
        (files.transfer = { into: at, brought: undefined, failure, cancel() {}, again() {} }),
    },
  ],
  [
    'a metadata grid',
    {
      view: Metadata,
      before: async (app) => {
        await waitFor(() => expect(app.grids.all).toHaveLength(1))
        app.router.screens = ['browse', 'metadata']
        app.router.go({ screen: 'metadata', id: 'g' })
      },
      found: () => screen.findByRole('rowheader'),
    },
  ],
  [
    'lines of a table that do not fit',
    { view: ImportProblems, props: { result: PROBLEMS, onclose: () => {} } },
  ],
])('%s: text', async (_name, { view, props = {}, before, found }) => {
  const app = await open()
  await before?.(app)
  render(InAppWith, { props: { view: view as Component, app, props } })
  await found?.()
  await waitFor(() => expect(shownText()).toMatch(SHOWN))
  await fireEvent.keyDown(document.body, { key: 'Tab' })
  nothingRan()
})

/** What a person reads, fields and titles among it. */
function shownText(): string {
  const fields = [...document.body.querySelectorAll<HTMLInputElement>('input, textarea')].map(
    ({ value }) => value,
  )
  const titles = [...document.body.querySelectorAll('[title], [aria-label]')].map(
    (one) => `${one.getAttribute('title')} ${one.getAttribute('aria-label')}`,
  )
  return [document.body.textContent, ...fields, ...titles].join('\n')
}

test('dialogs and the sheet name it as text', async () => {
  const app = await open()
  app.pane.moveTo(1, 'only')
  renderInApp(RenameDialog, app)
  renderInApp(DeleteDialog, app)
  renderInApp(PourSheet, app)
  app.sheets.openDeletion(app.cargoOf(app.pane)!)
  await waitFor(() =>
    expect(document.body.querySelector('[role="dialog"], [role="alertdialog"], dialog')).toBeTruthy(),
  )
  await fireEvent.keyDown(document.body, { key: 'Tab' })
  nothingRan()
})

/** What makes a page of a text. The window has no need of any of it, so that there is no place to get wrong. */
const SINKS =
  /\{@html|\.(inner|outer)HTML\b|insertAdjacentHTML|srcdoc|document\.write|DOMParser|createContextualFragment|\beval\(|new Function\(|javascript:/

test('no file of the window makes HTML or code of a text, and what leads elsewhere is one link', () => {
  const root = path.resolve(import.meta.dirname, '../../../renderer')
  const files = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(svelte|ts|html)$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
  expect(files.length).toBeGreaterThan(200)
  const texts = files.map((file) => [path.relative(root, file), readFileSync(file, 'utf8')] as const)
  expect(texts.filter(([, text]) => SINKS.test(text)).map(([file]) => file)).toEqual([])
  const leading = texts.filter(([, text]) => /\b(href|src)=\{(?!icon\})/.test(text))
  expect(leading.map(([file]) => path.basename(file))).toEqual(['SignInByBrowser.svelte'])
})

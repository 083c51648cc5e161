import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte'
import { expect, test, vi } from 'vitest'
import type { ObjectDetails } from '#contract/answers.ts'
import type { ConnectionView } from '#contract/connection-answers.ts'
import type { Undoable } from '#model/job.ts'
import type { VersionSummary } from '#model/object.ts'
import type { ObjectPreview } from '#model/preview.ts'
import { DEFAULT_SETTINGS } from '#model/settings.ts'
import type { JobSpec } from '#model/spec.ts'
import { App } from '../../../renderer/state/app.svelte.ts'
import Inspector from '../../../renderer/views/browse/Inspector.svelte'
import { connection, job, object, spec, tally } from '../state/build.ts'
import { fakeClient } from '../state/fake-client.ts'
import InPane from './InPane.svelte'
import { PLAIN_HOST } from '../../helpers/plain-host.ts'

const HTML = '<script>alert(1)</script><b>bold</b>'

function details(key: string, more: Partial<ObjectDetails['head']> = {}): ObjectDetails {
  return {
    head: {
      ...object(key, { size: 9, lastModified: 5_400 }),
      headers: { contentType: 'text/csv', cacheControl: `from ${key}` },
      metadata: { owner: 'press' },
      encryption: { kind: 'SSE-S3' },
      checksums: {},
      ...more,
    },
    tags: { team: 'data' },
  }
}

interface Given {
  readonly connection?: Partial<ConnectionView>
  readonly head?: Partial<ObjectDetails['head']>
  readonly preview?: ObjectPreview
  readonly versions?: readonly VersionSummary[]
  readonly undo?: Undoable
}

async function open(given: Given = {}) {
  const host = PLAIN_HOST
  const specs: JobSpec[] = []
  const fake = fakeClient({
    'app.info': () => ({ version: '0', dataDir: '', platform: 'linux', host }),
    'settings.get': () => DEFAULT_SETTINGS,
    'settings.update': () => DEFAULT_SETTINGS,
    'connections.list': () => [connection('a', given.connection)],
    'jobs.list': () => [],
    'jobs.create': (request) => {
      specs.push(request.spec as JobSpec)
      return job('1', { kind: request.spec.kind, draft: true, status: { is: 'planning' } })
    },
    'jobs.undo': () => job('2', { kind: 'undo', draft: true, status: { is: 'planning' } }),
    'jobs.start': ({ id }) => job(id, { revision: 2 }),
    'jobs.get': ({ id }) => ({
      snapshot: job(id),
      spec: spec('edit'),
      requests: {},
      failures: [],
      samples: [],
      log: [],
      notes: [],
      undo: given.undo ?? { is: 'yes' },
      estimate: { time: { is: 'no-pace' }, cost: { is: 'unknown', why: '' } },
      warnings: {},
    }),
    'buckets.properties': () => ({ versioning: 'enabled' }),
    'objects.list': () => ({ prefixes: [], objects: [object('x.csv'), object('y.csv'), object('z.csv')] }),
    'objects.details': ({ key, versionId }) => details(key, { versionId, ...given.head }),
    'objects.preview': () =>
      given.preview ?? { is: 'text', format: 'text', text: HTML, whole: true, replaced: 0, unpacked: false },
    'versions.list': () => ({ prefixes: [], versions: given.versions ?? [] }),
  })
  const app = new App(fake.client, 'ctrl')
  await app.start()
  app.pane.go({ connection: 'a', bucket: 'b', prefix: '' })
  await waitFor(() => expect(app.pane.rows).toHaveLength(3))
  const notices: { title: string; action?: { label: string; run: () => void } | undefined }[] = []
  app.notices.on((notice) => notices.push(notice))
  render(InPane, { props: { view: Inspector, app } })
  const asked = (method: string) =>
    fake.asked.filter((call) => call.method === method).map(({ input }) => input)
  return { app, asked, specs, notices }
}

const done = { is: 'completed' } as const
const edited = tally({ edited: { items: 1, bytes: 9 } })

test('a header is changed in place by an edit of just that, and can be taken back', async () => {
  const { app, asked, specs, notices } = await open()
  app.pane.moveTo(0, 'only')
  await fireEvent.click(await screen.findByRole('button', { name: /^Cache-Control: from x.csv/ }))
  const form = screen.getByRole('form', { name: 'Change Cache-Control' })
  const field = within(form).getByRole('textbox', { name: 'Cache-Control' })
  expect(document.activeElement).toBe(field)
  expect(within(form).getByText(/makes a new version/)).toBeTruthy()
  expect(within(form).getByRole('button', { name: 'Save' }).getAttribute('aria-disabled')).toBe('true')

  await fireEvent.input(field, { target: { value: 'no-cache ' } })
  await fireEvent.click(within(form).getByRole('button', { name: 'Use “no-cache”' }))
  await fireEvent.submit(form)
  await waitFor(() => expect(screen.queryByRole('form')).toBeNull())
  expect(specs).toMatchObject([
    {
      kind: 'edit',
      sources: [{ bucket: 'b', select: [{ kind: 'object', key: 'x.csv' }] }],
      // Written after the second in which it was seen: none that was shown.
      filter: { modifiedBefore: 6_000 },
      properties: {
        headers: { policy: 'change', set: { cacheControl: 'no-cache' }, remove: [] },
        metadata: { policy: 'copy' },
        tags: { policy: 'copy' },
      },
    },
  ])
  expect(asked('jobs.start')).toEqual([{ id: '1', when: 'now' }])

  const before = asked('objects.details').length
  app.jobs.apply([
    job('1', {
      kind: 'edit',
      revision: 3,
      status: done,
      tally: edited,
      sources: [{ connection: 'a', connectionId: 'a', bucket: 'b', prefix: '' }],
      destinations: [],
    }),
  ])
  await waitFor(() => expect(notices).toHaveLength(1))
  expect(notices[0]).toMatchObject({ kind: 'done', title: 'Cache-Control of x.csv was changed.' })
  await waitFor(() => expect(asked('objects.details').length).toBe(before + 1))
  notices[0]!.action!.run()
  await waitFor(() => expect(asked('jobs.undo')).toEqual([{ id: '1', draft: true }]))
})

test('an edit of what somebody wrote meanwhile says that it was left', async () => {
  const { app, notices } = await open()
  app.pane.moveTo(0, 'only')
  await fireEvent.click(await screen.findByRole('button', { name: /^Tag team: data/ }))
  const form = screen.getByRole('form', { name: 'Change team' })
  await fireEvent.click(within(form).getByRole('button', { name: 'Remove' }))
  await waitFor(() => expect(screen.queryByRole('form')).toBeNull())
  app.jobs.apply([
    job('1', { revision: 3, status: done, tally: tally({ filtered: { items: 1, bytes: 9 } }) }),
  ])
  await waitFor(() =>
    expect(notices).toMatchObject([{ kind: 'error', title: 'The tag team of x.csv was not changed.' }]),
  )
})

test('what S3 would refuse is refused as it is typed; capitals are said and lowered', async () => {
  const { app, specs } = await open()
  app.pane.moveTo(0, 'only')
  await fireEvent.click(await screen.findByRole('button', { name: 'Add a tag' }))
  const tag = screen.getByRole('form', { name: 'Add a tag' })
  await fireEvent.input(within(tag).getByRole('textbox', { name: 'Name' }), { target: { value: 'aws:x' } })
  expect(within(tag).getByText(/cannot begin with aws:/)).toBeTruthy()
  await fireEvent.submit(tag)
  expect(specs).toEqual([])
  await fireEvent.keyDown(tag, { key: 'Escape' })
  await fireEvent.click(screen.getByRole('button', { name: 'Add metadata' }))
  const form = screen.getByRole('form', { name: 'Add metadata' })
  await fireEvent.input(within(form).getByRole('textbox', { name: 'Name' }), { target: { value: 'Run-Id' } })
  await fireEvent.input(within(form).getByRole('textbox', { name: 'Value' }), { target: { value: '7' } })
  expect(within(form).getByText('S3 keeps it as run-id.')).toBeTruthy()
  await fireEvent.submit(form)
  await waitFor(() => expect(specs).toHaveLength(1))
  expect(specs[0]).toMatchObject({
    properties: { metadata: { policy: 'change', set: { 'run-id': '7' }, remove: [] } },
  })
})

test('through a read-only connection nothing can be changed, and why is said', async () => {
  const { app } = await open({ connection: { readOnly: true } })
  app.pane.moveTo(0, 'only')
  expect(await screen.findByText('a is read-only: nothing is changed here.')).toBeTruthy()
  expect(await screen.findByText('from x.csv')).toBeTruthy()
  expect(screen.queryByRole('button', { name: /Change it$/ })).toBeNull()
  expect(screen.queryByRole('button', { name: 'Add a tag' })).toBeNull()
})

test('an archived object keeps its headers, and its tags can be changed', async () => {
  const { app } = await open({ head: { storageClass: 'GLACIER' } })
  app.pane.moveTo(0, 'only')
  expect(await screen.findByRole('button', { name: /^Tag team/ })).toBeTruthy()
  expect(screen.queryByRole('button', { name: /^Cache-Control/ })).toBeNull()
})

test('several objects show what differs, and one value is set on all of them', async () => {
  const { app, asked, specs } = await open()
  app.pane.selectAll()
  const mixed = await screen.findByRole('button', { name: /^Cache-Control: mixed/ })
  expect(mixed.textContent).toContain('mixed 3 values')
  expect(screen.getByRole('button', { name: /^Content-Type: text\/csv/ })).toBeTruthy()
  expect(asked('objects.details')).toHaveLength(3)
  await fireEvent.keyDown(mixed, { key: 'F2' })
  const form = screen.getByRole('form', { name: 'Change Cache-Control' })
  await fireEvent.input(within(form).getByRole('textbox', { name: 'Cache-Control' }), {
    target: { value: 'no-store' },
  })
  await fireEvent.submit(form)
  await waitFor(() => expect(specs).toHaveLength(1))
  expect(specs[0]!.sources[0].select.map((one) => one.kind === 'object' && one.key).sort()).toEqual([
    'x.csv',
    'y.csv',
    'z.csv',
  ])
})

test('a preview is text or an image from a data: address, never a part of the page', async () => {
  const { app, asked } = await open()
  app.pane.moveTo(0, 'only')
  const fold = await screen.findByRole('button', { name: /^Preview/ })
  expect(asked('objects.preview')).toEqual([])
  await fireEvent.click(fold)
  const region = await screen.findByRole('region', { name: 'Preview of x.csv' })
  expect(region.textContent).toBe(HTML)
  expect(region.children).toHaveLength(0)
})

test('an image is drawn by an <img> alone, and a large object is read only when asked', async () => {
  const preview = { is: 'image', type: 'image/svg+xml', base64: 'PHN2Zy8+', unpacked: false } as const
  const { app, asked } = await open({ preview, head: { size: 10_000_000 } })
  app.pane.moveTo(0, 'only')
  await fireEvent.click(await screen.findByRole('button', { name: /^Preview/ }))
  const show = await screen.findByRole('button', { name: /^Show the first 256/ })
  expect(asked('objects.preview')).toEqual([])
  await fireEvent.click(show)
  const image = await screen.findByRole<HTMLImageElement>('img', { name: /x.csv/ })
  expect(image.src).toBe('data:image/svg+xml;base64,PHN2Zy8+')
})

test('a version is shown, brought back, and deleted for good after a question', async () => {
  const versions: VersionSummary[] = ['v3', 'v2', 'v1'].map((versionId, index) => ({
    ...object('x.csv', { lastModified: 10_000 - index }),
    versionId,
    isLatest: index === 0,
    isDeleteMarker: versionId === 'v2',
  }))
  const other = { ...versions[0]!, key: 'x.csv.old' }
  const { app, asked, specs } = await open({ versions: [...versions, other] })
  app.pane.moveTo(0, 'only')
  await fireEvent.click(await screen.findByRole('button', { name: /^Versions/ }))
  const list = await screen.findByRole('list', { name: 'Versions, newest first' })
  await waitFor(() => expect(within(list).getAllByRole('listitem')).toHaveLength(3))
  await fireEvent.click(within(list).getAllByRole('button', { name: /^Show the version/ })[1]!)
  expect(await screen.findByText(/not the current one/)).toBeTruthy()
  await waitFor(() =>
    expect(asked('objects.details').at(-1)).toMatchObject({ key: 'x.csv', versionId: 'v1' }),
  )
  // To rewrite it would make it the current one.
  await waitFor(() => expect(screen.queryByRole('button', { name: /^Cache-Control/ })).toBeNull())

  await choose('v1', 'Restore…')
  await fireEvent.click(await screen.findByRole('button', { name: 'Restore this version' }))
  await waitFor(() => expect(specs).toHaveLength(1))
  expect(specs[0]).toMatchObject({
    kind: 'copy',
    conflict: 'overwrite',
    sources: [{ select: [{ kind: 'object', key: 'x.csv', versionId: 'v1' }], base: 'x.csv' }],
    destinations: [{ bucket: 'b', prefix: 'x.csv' }],
    properties: { storageClass: { policy: 'copy' }, acl: { policy: 'copy' }, retention: { policy: 'copy' } },
  })

  await choose('v3', 'Delete for good…')
  expect(await screen.findByText(/The version before it becomes the current one/)).toBeTruthy()
  await fireEvent.click(screen.getByRole('button', { name: 'Delete 1 version for good' }))
  await waitFor(() => expect(specs).toHaveLength(2))
  expect(specs[1]).toMatchObject({
    kind: 'delete',
    sources: [{ select: [{ kind: 'object', key: 'x.csv', versionId: 'v3' }] }],
  })

  async function choose(versionId: string, label: string): Promise<void> {
    const line = within(screen.getByRole('list', { name: 'Versions, newest first' }))
      .getAllByRole('listitem')
      .find((item) => item.textContent.includes(versionId))!
    const more = within(line).getByRole('button', { name: /^More for/ })
    more.focus()
    await fireEvent.keyDown(more, { key: 'Enter' })
    await fireEvent.click(await screen.findByRole('menuitem', { name: label }))
  }
})

test('an undo that is not possible is offered nowhere, and why is said', async () => {
  const { app, notices } = await open({ undo: { is: 'no', why: 'It keeps no versions.' } })
  const finished = vi.fn()
  app.notices.on(finished)
  await app.own.run(spec('edit'), { done: 'Done.', failed: 'Not done.', undone: 'Undone.' })
  app.jobs.apply([job('1', { revision: 3, status: done, tally: edited })])
  await waitFor(() => expect(finished).toHaveBeenCalledTimes(1))
  expect(notices[0]).toMatchObject({ title: 'Done.', detail: 'It keeps no versions.', action: undefined })
})

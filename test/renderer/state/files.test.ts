import { expect, test } from 'vitest'
import { LOCAL_CONNECTION } from '#model/local.ts'
import { DecantError } from '#model/failure.ts'
import { DEFAULT_SETTINGS } from '#model/settings.ts'
import { jobSpec } from '#model/spec.ts'
import type { Dropped, FileDoor } from '../../../renderer/api/file-door.ts'
import { App } from '../../../renderer/state/app.svelte.ts'
import { commandLine } from '../../../renderer/state/command-line.ts'
import { fileCommands } from '../../../renderer/state/file-commands.ts'
import { fileWay, localPlace, localWords } from '../../../renderer/state/local-words.ts'
import type { Notice } from '../../../renderer/state/notices.ts'
import { PLAIN_HOST } from '../../helpers/plain-host.ts'
import { connection, job, object, tally } from './build.ts'
import { fakeClient } from './fake-client.ts'

const PHOTOS = {
  path: '/home/mia',
  select: [{ kind: 'prefix', prefix: 'photos/' }],
  files: 0,
  folders: 1,
  bytes: 0,
} as const
const DROPPED: Dropped = { files: [], entries: [] }
const target = { connection: 'a', bucket: 'to', prefix: 'in/' }

async function open(door: Partial<FileDoor> = {}, files: 'dialogs' | 'transfer' | 'none' = 'dialogs') {
  const fake = fakeClient({
    'app.info': () => ({ version: '0', dataDir: '', platform: 'linux', host: { ...PLAIN_HOST, files } }),
    'settings.get': () => DEFAULT_SETTINGS,
    'settings.update': () => DEFAULT_SETTINGS,
    'connections.list': () => [connection('a'), connection('shut', { readOnly: true })],
    'jobs.list': () => [],
    'jobs.create': ({ spec }) => job('draft', { draft: true, kind: spec.kind }),
    'buckets.list': () => [{ name: 'to' }],
    'objects.list': () => ({ prefixes: [], objects: [object('x')] }),
    'files.place': () => [PHOTOS],
    'files.choose': (input) =>
      input.for === 'download' ? [{ ...PHOTOS, path: '/home/mia/down', select: [] }] : [PHOTOS],
    'files.reveal': () => ({ kind: 'shown' }),
  })
  const app = new App(fake.client, 'ctrl', undefined, {
    travels: files === 'transfer',
    pick: async () => DROPPED,
    bring: async () => ['/home/mia/photos'],
    ...door,
  })
  const notices: Notice[] = []
  app.notices.on((notice) => notices.push(notice))
  await app.start()
  app.commands.add(fileCommands(app))
  const created = () => fake.asked.find(({ method }) => method === 'jobs.create')?.input
  return { ...fake, app, notices, created }
}

test.each([
  [{ ...target }, true],
  [{ ...target, prefix: '' }, true],
  [{ ...target, bucket: '' }, 'Choose a bucket to drop into.'],
  [{ ...target, connection: 'shut' }, 'shut is read-only.'],
  [{ ...target, connection: 'gone' }, 'This connection is gone.'],
])('files over %j: %s', async (place, said) => {
  const { app } = await open()
  const verdict = app.files.judge(place, '3 files')
  if (said === true) expect(verdict).toMatchObject({ ok: true, title: 'Upload 3 files here', icon: 'upload' })
  else expect(verdict).toEqual({ ok: false, reason: said })
})

test('a host that has no way for files offers none', async () => {
  const { app } = await open({}, 'none')
  expect(app.files.judge(target, '1 file')).toMatchObject({ ok: false })
  app.pane.go({ ...target, prefix: '' })
  for (const id of ['upload-files', 'upload-folder', 'download'])
    expect(app.commands.get(id)?.when()).toBe('')
})

test('what was dropped becomes the plan of an upload; nothing is written before it is started', async () => {
  const { app, created } = await open()
  await app.files.upload(DROPPED, target)
  await expect.poll(() => app.sheets.pour.snapshot?.id).toBe('draft')
  expect(created()).toMatchObject({
    draft: true,
    spec: {
      kind: 'copy',
      sources: [{ connection: LOCAL_CONNECTION, bucket: '/home/mia', base: '', select: PHOTOS.select }],
      destinations: [{ connection: { id: 'a' }, bucket: 'to', prefix: 'in/' }],
    },
  })
})

test('what is chosen comes down into the folder that is chosen', async () => {
  const { app, created } = await open()
  app.pane.go({ ...target, prefix: '' })
  await expect.poll(() => app.pane.rows.length).toBe(1)
  app.pane.moveTo(0, 'only')
  expect(app.commands.run('download')).toBe(true)
  await expect.poll(() => app.sheets.pour.snapshot?.id).toBe('draft')
  expect(created()).toMatchObject({
    spec: { destinations: [{ connection: LOCAL_CONNECTION, bucket: '/home/mia/down', prefix: '' }] },
  })
})

test('files that travel are watched; what does not arrive says why and can be sent again', async () => {
  let failing = true
  const { app } = await open(
    {
      async bring(_dropped, { onprogress }) {
        onprogress({ files: 1, bytes: 5, ofFiles: 2, ofBytes: 9 })
        if (!failing) return ['/srv/photos']
        throw new DecantError({ code: 'storage-full', reach: 'item', message: 'The disk is full.' })
      },
    },
    'transfer',
  )
  await app.files.upload(DROPPED, target)
  expect(app.files.transfer).toMatchObject({
    into: target,
    brought: { files: 1, ofFiles: 2 },
    failure: { message: 'The disk is full.' },
  })
  failing = false
  app.files.transfer?.again()
  await expect.poll(() => app.sheets.pour.isOpen).toBe(true)
  expect(app.files.transfer).toBeUndefined()
})

test('a transfer that is cancelled opens nothing', async () => {
  const { app, created } = await open(
    {
      bring: (_dropped, { signal }) =>
        new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(new DOMException('', 'AbortError'))),
        ),
    },
    'transfer',
  )
  const sent = app.files.upload(DROPPED, target)
  await expect.poll(() => app.files.transfer !== undefined).toBe(true)
  app.files.transfer?.cancel()
  await sent
  expect([app.files.transfer, app.sheets.pour.isOpen, created()]).toEqual([undefined, false, undefined])
})

test('a download that is done offers to show its folder', async () => {
  const { app, tell, notices, asked } = await open()
  const to = { connection: 'This computer', connectionId: 'local', bucket: '/home/mia/down', prefix: '' }
  const running = job('7', { kind: 'copy', destinations: [to], status: { is: 'running' } })
  tell('jobs.changed', { jobs: [running], removed: [] })
  const copied = tally({ copied: { items: 2, bytes: 5 } })
  const done = {
    ...running,
    revision: running.revision + 1,
    status: { is: 'completed' },
    tally: copied,
  } as const
  tell('jobs.changed', { jobs: [done], removed: [] })
  await expect.poll(() => notices.at(-1)?.action?.label).toBe('Show in folder')
  notices.at(-1)?.action?.run()
  expect(app.files.can).toBe(true)
  await expect.poll(() => asked.at(-1)).toEqual({ method: 'files.reveal', input: { path: to.bucket } })
})

const EXCHANGE = `/data/uploads/${'0a'.repeat(16)}`
test.each([
  ['/home/mia/photos', '', 'photos', '/home/mia', '/home/mia/photos/'],
  ['/home/mia', 'photos/', 'photos/', '/home/mia', '/home/mia/photos/'],
  ['/photos', '', 'photos', '/', '/photos/'],
  ['/', '', '/', '/', '/'],
  ['C:\\Users\\mia', 'a/b', 'a/b', 'C:\\Users\\mia', 'C:\\Users\\mia\\a\\b'],
  [EXCHANGE, 'photos/', 'photos/', 'sent by the browser', `${EXCHANGE}/photos/`],
  [
    EXCHANGE.replace('up', 'down'),
    '',
    'your browser',
    'fetched when it is done',
    `${EXCHANGE.replace('up', 'down')}/`,
  ],
])('%s with %j is called %s in %s', (folder, prefix, name, where, path) => {
  expect(localWords(folder, prefix)).toEqual({ name, where, path })
})

test('a folder of the exchange is told in words, any other by its path', () => {
  expect(localPlace(EXCHANGE, 'a/')).toBe('a/ (sent by the browser)')
  expect(localPlace('/home/mia', 'a/')).toBe('/home/mia/a/')
})

const store = {
  id: 'a',
  name: 'a',
  config: {
    region: 'eu-central-1',
    addressing: 'virtual',
    credentials: { kind: 'profile', profile: 'lake' },
  },
} as const
const local = { connection: LOCAL_CONNECTION }
const spec = (source: object, destination: object) =>
  jobSpec.parse({
    v: 1,
    kind: 'copy',
    sources: [
      { connection: store, bucket: 'b', select: [{ kind: 'prefix', prefix: 'x/' }], base: '', ...source },
    ],
    destinations: [{ connection: store, bucket: 'c', prefix: 'z/', ...destination }],
    conflict: 'skip',
    verify: 'auto',
  })
const side = '--profile lake --region eu-central-1 --conflict skip'

test.each([
  [{ ...local, bucket: '/home/mia' }, {}, 'upload', `decant copy /home/mia/x/ s3://c/z/x/ ${side}`],
  [
    {},
    { ...local, bucket: '/home/mia', prefix: '' },
    'download',
    `decant copy s3://b/x/ /home/mia/x/ ${side}`,
  ],
  [{}, {}, undefined, `decant copy s3://b/x/ s3://c/z/x/ ${side}`],
] as const)('a copy of %j to %j is an %s, and a line', (source, destination, way, line) => {
  const made = spec(source, destination)
  expect(fileWay(made)).toBe(way)
  expect(made.kind === 'copy' && commandLine(made)).toEqual({ ok: true, text: line })
})

import { expect, test, vi } from 'vitest'
import type { ConnectionView } from '#contract/connection-answers.ts'
import { DecantError } from '#model/failure.ts'
import { DEFAULT_SETTINGS } from '#model/settings.ts'
import { App } from '../../../renderer/state/app.svelte.ts'
import type { Notice } from '../../../renderer/state/notices.ts'
import { connection, job, object } from './build.ts'
import { fakeClient } from './fake-client.ts'
import { PLAIN_HOST } from '../../helpers/plain-host.ts'

const from = { connection: 'a', bucket: 'from', prefix: 'logs/' }
const to = { connection: 'b', bucket: 'to', prefix: '' }
const gone = new DecantError({ code: 'connection', reach: 'job', message: 'No answer came.' })

async function open(connections: ConnectionView[] = [connection('a'), connection('b')]) {
  let away = false
  const host = PLAIN_HOST
  const fake = fakeClient({
    'app.info': () => ({ version: '0', dataDir: '', platform: 'linux', host }),
    'settings.get': () => DEFAULT_SETTINGS,
    'settings.update': () => DEFAULT_SETTINGS,
    'connections.list': () => connections,
    'jobs.list': () => [],
    'jobs.create': ({ spec }) => job('draft', { draft: true, kind: spec.kind }),
    'buckets.list': () => [{ name: 'from' }],
    'objects.list': ({ prefix }) => {
      if (away) throw gone
      return { prefixes: [], objects: [object(`${prefix}x`), object(`${prefix}y`)] }
    },
  })
  const app = new App(fake.client, 'ctrl')
  const notices: Notice[] = []
  app.notices.on((notice) => notices.push(notice))
  await app.start()
  const [left, right] = app.panes
  left.go(from)
  right.go(to)
  await expect.poll(() => app.panes.map((pane) => pane.listing?.status.is)).toEqual(['complete', 'complete'])
  const listed = (bucket: string) =>
    fake.asked.filter(
      ({ method, input }) => method === 'objects.list' && (input as { bucket: string }).bucket === bucket,
    ).length
  const created = () => fake.asked.find(({ method }) => method === 'jobs.create')?.input
  return { ...fake, app, left, right, notices, listed, created, setAway: (is: boolean) => (away = is) }
}

test('what is chosen goes to the other pane by way of the pour sheet', async () => {
  const { app, left, created } = await open()
  left.moveTo(0, 'only')
  app.sheets.openPour('copy', app.cargoOf(left)!, to)
  await expect.poll(() => app.sheets.pour.snapshot?.id).toBe('draft')
  expect(created()).toMatchObject({
    draft: true,
    spec: {
      kind: 'copy',
      sources: [{ bucket: 'from', base: 'logs/', select: [{ kind: 'object', key: 'logs/x' }] }],
      destinations: [{ connection: { id: 'b' }, bucket: 'to', prefix: '' }],
    },
  })
})

test('a drop that cannot be says why and plans nothing', async () => {
  const { app, left, notices, created } = await open([connection('a'), connection('b', { readOnly: true })])
  left.selectAll()
  app.sheets.openPour('copy', app.cargoOf(left)!, to)
  expect(notices.map(({ title }) => title)).toEqual(['b is read-only.'])
  expect(created()).toBeUndefined()
})

test('where a job has written is listed again, where it only read is not', async () => {
  const { app, listed } = await open()
  const running = job('1', {
    sources: [{ connection: 'a', connectionId: 'a', bucket: 'from', prefix: 'logs/' }],
    destinations: [{ connection: 'b', connectionId: 'b', bucket: 'to', prefix: 'deep/' }],
  })
  app.jobs.apply([running])
  app.jobs.apply([{ ...running, revision: 2, status: { is: 'completed' } }])
  await expect.poll(() => listed('to')).toBe(2)
  expect(listed('from')).toBe(1)
})

test('the end of a job is said; a draft that cannot be planned is told in its sheet alone', async () => {
  const { app, notices } = await open()
  const failure = { code: 'not-possible', reach: 'job', message: 'It keeps no versions.' } as const
  for (const draft of [true, false]) {
    const planning = job(draft ? 'd' : 'j', { draft, status: { is: 'planning' } })
    app.jobs.apply([planning])
    app.jobs.apply([{ ...planning, revision: 2, status: { is: 'failed', failure } }])
  }
  expect(notices.map(({ title }) => title)).toEqual(['Failed: Copy j'])
})

test('offline, what was listed stays; it is listed again by itself when the connection is back', async () => {
  const { left, tell, setAway } = await open()
  setAway(true)
  left.refresh()
  await expect.poll(() => left.listing?.status.is).toBe('failed')
  expect(left.rows).toHaveLength(2)
  setAway(false)
  tell('connections.changed', { connections: [connection('a'), connection('b')] })
  await expect.poll(() => left.listing?.status.is).toBe('complete')
})

test('a pane leaves a connection that was removed', async () => {
  const { left, right, tell } = await open()
  tell('connections.changed', { connections: [connection('b')] })
  expect(left.place).toBeNull()
  expect(right.place).toEqual(to)
})

test('a connection that leads elsewhere is listed anew', async () => {
  const { right, tell, listed } = await open()
  tell('connections.changed', { connections: [connection('a'), connection('b')] })
  tell('connections.changed', {
    connections: [connection('a'), connection('b', { endpoint: 'http://new.test' })],
  })
  await expect.poll(() => listed('to')).toBe(2)
  expect(right.place).toEqual(to)
})

test('the layout is written once it has settled', async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true })
  const { app, asked } = await open()
  app.session.changeLayout({ split: 0.3 })
  app.session.changeLayout({ split: 0.4 })
  await vi.advanceTimersByTimeAsync(1000)
  const writes = asked.filter(({ method }) => method === 'settings.update')
  expect(writes).toHaveLength(1)
  expect(writes[0]?.input).toMatchObject({ layout: { split: 0.4, panes: [{ place: from }, { place: to }] } })
  vi.useRealTimers()
})

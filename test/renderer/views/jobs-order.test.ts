import { fireEvent, screen, waitFor, within } from '@testing-library/svelte'
import { expect, test } from 'vitest'
import type { JobSnapshot } from '#model/job.ts'
import { DEFAULT_SETTINGS } from '#model/settings.ts'
import { ordinal, placeWords, priorityWords } from '../../../renderer/components/priority.ts'
import { formatMoment, nextHour, readMoment, toInput } from '../../../renderer/format/moment.ts'
import { App } from '../../../renderer/state/app.svelte.ts'
import { timeFigures } from '../../../renderer/views/jobs/job-figures.ts'
import Jobs from '../../../renderer/views/jobs/Jobs.svelte'
import { gapAt } from '../../../renderer/views/jobs/row-drag.svelte.ts'
import StartAtDialog from '../../../renderer/views/jobs/StartAtDialog.svelte'
import TemplatesDialog from '../../../renderer/views/jobs/TemplatesDialog.svelte'
import { PLAIN_HOST } from '../../helpers/plain-host.ts'
import { connection, job } from '../state/build.ts'
import { fakeClient } from '../state/fake-client.ts'
import { renderInApp } from './in-app.ts'

const queued = (id: string, queuePlace: number, more: Partial<JobSnapshot> = {}): JobSnapshot =>
  job(id, { status: { is: 'queued' }, title: `Copy ${id}`, queuePlace, priority: 50, ...more })

/** A core that moves jobs as the real one does. */
async function open(...jobs: JobSnapshot[]) {
  let line = jobs
  const numbered = (): JobSnapshot[] =>
    line.map((one, at) => ({ ...one, revision: one.revision + 1 + at, queuePlace: at + 1 }))
  const fake = fakeClient({
    'app.info': () => ({ version: '0', dataDir: '', platform: 'linux', host: PLAIN_HOST }),
    'settings.get': () => DEFAULT_SETTINGS,
    'connections.list': () => [connection('a'), connection('b')],
    'jobs.list': () => line,
    'jobs.move': ({ id, before }) => {
      const moved = line.find((one) => one.id === id)!
      const others = line.filter((one) => one.id !== id)
      const at = before === null ? others.length : others.findIndex((one) => one.id === before)
      line = [...others.slice(0, at), moved, ...others.slice(at)]
      line = numbered()
      return line.find((one) => one.id === id)!
    },
    'jobs.priority': ({ id, priority }) => queued(id, 1, { revision: 99, priority }),
    'jobs.schedule': ({ id, at }) => queued(id, 1, { revision: 99, startAt: at ?? undefined }),
    'templates.list': () => [{ id: 't1', name: 'Weekly', kind: 'copy', title: 'Copy x', createdAt: 0 }],
    'templates.save': ({ name }) => ({ id: 't2', name, kind: 'copy', title: 'Copy x', createdAt: 0 }),
    'templates.remove': () => undefined,
  })
  const app = new App(fake.client, 'ctrl')
  await app.start()
  const asked = (method: string) =>
    fake.asked.filter((call) => call.method === method).map(({ input }) => input)
  return { app, asked }
}

const titles = (): string[] =>
  screen
    .getAllByRole('button', { name: /^Open the job/ })
    .map((button) => button.getAttribute('aria-label') ?? '')

test('keys move a waiting job, its row keeps the focus, and its place is announced', async () => {
  const { app, asked } = await open(queued('one', 1), queued('two', 2), queued('three', 3))
  renderInApp(Jobs, app)
  const name = 'Open the job: Copy three'
  screen.getByRole('button', { name }).focus()
  await fireEvent.keyDown(screen.getByRole('button', { name }), { key: 'ArrowUp', altKey: true })
  await waitFor(() => expect(titles()[1]).toBe(name))
  expect(asked('jobs.move')).toEqual([{ id: 'three', before: 'two' }])
  await waitFor(() => expect(document.activeElement).toBe(screen.getByRole('button', { name })))
  screen.getByText('Copy three: 2nd in the queue, normal priority.')
  await fireEvent.keyDown(screen.getByRole('button', { name }), { key: 'ArrowDown', altKey: true })
  await waitFor(() => expect(titles()[2]).toBe(name))
  expect(asked('jobs.move').at(-1)).toEqual({ id: 'three', before: null })
  await fireEvent.keyDown(screen.getByRole('button', { name }), { key: 'ArrowDown', altKey: true })
  await screen.findByText('It is the last already.')
  expect(asked('jobs.move')).toHaveLength(2)
})

test('the menu of a row sets its priority', async () => {
  const { app, asked } = await open(queued('one', 1))
  renderInApp(Jobs, app)
  await fireEvent.keyDown(screen.getByRole('button', { name: 'More: Copy one' }), { key: 'Enter' })
  const high = await screen.findByRole('menuitemcheckbox', { name: 'High (75)' })
  const normal = screen.getByRole('menuitemcheckbox', { name: 'Normal (50)' })
  expect(normal.getAttribute('aria-checked')).toBe('true')
  await fireEvent.click(high)
  await waitFor(() => expect(asked('jobs.priority')).toEqual([{ id: 'one', priority: 75 }]))
})

test('a moment to start at is asked for, and one that is over is refused', async () => {
  const { app, asked } = await open(queued('one', 1))
  renderInApp(StartAtDialog, app)
  app.orders.askMoment(app.jobs.byId.get('one')!)
  const field = await screen.findByLabelText(/^Day and time/)
  await fireEvent.input(field, { target: { value: '2001-01-01T10:00' } })
  await fireEvent.click(screen.getByRole('button', { name: 'Start at that time' }))
  await screen.findByText('That moment is over; choose one to come.')
  expect(asked('jobs.schedule')).toEqual([])
  const at = nextHour(Date.now())
  await fireEvent.input(field, { target: { value: toInput(at) } })
  await fireEvent.click(screen.getByRole('button', { name: 'Start at that time' }))
  await waitFor(() => expect(asked('jobs.schedule')).toEqual([{ id: 'one', at }]))
  expect(app.orders.moment).toBeUndefined()
})

test('a spec is kept under a name, and a template is taken away after a question', async () => {
  const { app, asked } = await open(queued('one', 1))
  renderInApp(TemplatesDialog, app)
  await app.orders.askName('one', 'Copy one')
  await fireEvent.input(await screen.findByLabelText('Name'), { target: { value: 'Nightly' } })
  await fireEvent.click(screen.getByRole('button', { name: 'Save the template' }))
  await waitFor(() => expect(asked('templates.save')).toEqual([{ name: 'Nightly', job: 'one' }]))
  await app.orders.showTemplates()
  const list = await screen.findByRole('list', { name: 'Templates' })
  await fireEvent.click(within(list).getByRole('button', { name: 'Remove the template Weekly' }))
  await fireEvent.click(await screen.findByRole('button', { name: 'Remove the template' }))
  await waitFor(() => expect(asked('templates.remove')).toEqual([{ id: 't1' }]))
})

const ROWS = ['a', 'b', 'c'].map((id, at) => ({ id, top: at * 10, bottom: at * 10 + 10 }))

test.each([
  ['c', 2, 'a'],
  ['c', 12, 'b'],
  ['c', 22, undefined],
  ['c', 29, undefined],
  ['a', 2, undefined],
  ['a', 12, undefined],
  ['a', 18, 'c'],
  ['a', 40, null],
  ['b', 40, null],
])('%s dragged to %d goes before %s', (id, y, gap) => expect(gapAt(ROWS, id, y)).toBe(gap))

test('places, priorities and moments are said as one says them', () => {
  expect([1, 2, 3, 4, 11, 12, 21, 102].map(ordinal)).toEqual([
    '1st',
    '2nd',
    '3rd',
    '4th',
    '11th',
    '12th',
    '21st',
    '102nd',
  ])
  expect([placeWords(1), placeWords(3)]).toEqual(['next in the queue', '3rd in the queue'])
  expect([75, 60].map(priorityWords)).toEqual(['High priority', 'Priority 60'])
  const now = new Date(2026, 10, 22, 9, 5).getTime()
  const at = (day: number, hour: number): number => new Date(2026, 10, day, hour, 30).getTime()
  expect(formatMoment(at(22, 22), now)).toBe('today at 22:30')
  expect(formatMoment(at(23, 6), now)).toBe('tomorrow at 06:30')
  expect(formatMoment(at(28, 6), now)).toBe('28 Nov at 06:30')
  expect(toInput(nextHour(now))).toBe('2026-11-22T10:00')
  expect(readMoment('', now)).toMatchObject({ ok: false })
  expect(readMoment('2026-11-22T09:05', now)).toMatchObject({ ok: false })
  expect(readMoment('2026-11-22T09:06', now)).toEqual({ ok: true, at: now + 60_000 })
  const waiting = { status: { is: 'queued' }, queuePlace: 3, priority: 75 } as const
  expect(timeFigures(job('x', waiting), now)).toEqual({ main: '3rd in the queue', below: 'high priority' })
  const behind = { ...waiting, waitsFor: { id: 'y', title: 'Move a to b' } }
  expect(timeFigures(job('x', behind), now).below).toBe('waits for another job')
})

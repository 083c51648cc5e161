import { expect, test, vi } from 'vitest'
import { Jobs } from '../../../renderer/state/jobs.svelte.ts'
import { Notices } from '../../../renderer/state/notices.ts'
import { job } from './build.ts'
import { fakeClient } from './fake-client.ts'

function open() {
  const { client, tell } = fakeClient({ 'jobs.list': () => [job('kept')] })
  const jobs = new Jobs(client, new Notices())
  return { jobs, tell }
}

test('an older snapshot changes nothing', () => {
  const { jobs, tell } = open()
  tell('jobs.changed', { jobs: [job('a', { revision: 5, title: 'new' })], removed: [] })
  tell('jobs.changed', { jobs: [job('a', { revision: 4, title: 'old' })], removed: [] })
  expect(jobs.byId.get('a')?.title).toBe('new')
})

test('a job that was removed is not brought back by an event that was late', () => {
  const { jobs } = open()
  jobs.apply([job('a')])
  jobs.apply([], ['a'])
  jobs.apply([job('a', { revision: 9 })])
  expect(jobs.byId.size).toBe(0)
})

test('a record that is brought here is shown, also where its job, or the same record, was removed before', () => {
  const { jobs } = open()
  jobs.apply([job('a')])
  jobs.apply([], ['a'])
  jobs.apply([job('a', { importedAt: 1 })])
  expect(jobs.byId.has('a')).toBe(true)
  jobs.apply([], ['a'])
  jobs.apply([job('a', { importedAt: 1, revision: 9 })])
  expect(jobs.byId.has('a')).toBe(false)
  jobs.apply([job('a', { importedAt: 2 })])
  expect(jobs.byId.has('a')).toBe(true)
})

test('what the core no longer knows after a restart is gone', async () => {
  const { jobs } = open()
  jobs.apply([job('lost')])
  await jobs.load()
  expect([...jobs.byId.keys()]).toEqual(['kept'])
})

test('another core counts anew: what it tells is shown, however far the one before had counted', async () => {
  const { jobs, tell } = open()
  jobs.apply([job('kept', { revision: 1_000_000, title: 'before' })])
  await jobs.load()
  const { revision = 0, title } = jobs.byId.get('kept') ?? {}
  expect(title).not.toBe('before')
  tell('jobs.changed', { jobs: [job('kept', { revision: revision + 1, title: 'after' })], removed: [] })
  expect(jobs.byId.get('kept')?.title).toBe('after')
})

test('drafts are shown nowhere, and what runs stands before what waits', () => {
  const { jobs } = open()
  jobs.apply([
    job('draft', { draft: true }),
    job('queued', { status: { is: 'queued' } }),
    job('done', { status: { is: 'completed' } }),
    job('away', { status: { is: 'paused', reason: 'offline', since: 0 } }),
    job('running'),
  ])
  expect(jobs.active.map(({ id }) => id)).toEqual(['running', 'away', 'queued'])
  expect(jobs.all.map(({ id }) => id)).not.toContain('draft')
})

test('the end of a job is told once', () => {
  const { jobs } = open()
  const told = vi.fn()
  jobs.onfinish(told)
  jobs.apply([job('a')])
  jobs.apply([job('a', { revision: 2, status: { is: 'completed' } })])
  jobs.apply([job('a', { revision: 3, status: { is: 'completed' } })])
  expect(told).toHaveBeenCalledOnce()
})

import { expect, test } from 'vitest'
import type { Undoable } from '#model/job.ts'
import { App } from '../../../renderer/state/app.svelte.ts'
import { whyNot } from '../../../renderer/state/commands.svelte.ts'
import { jobCommands, whetherUndone } from '../../../renderer/state/job-commands.ts'
import { job } from './build.ts'
import { fakeClient } from './fake-client.ts'

const DONE = { status: { is: 'completed' } } as const

test.each<[string, Parameters<typeof whetherUndone>[0], true | RegExp]>([
  ['none is meant', undefined, /on a row of the history/],
  ['it runs', job('a', { status: { is: 'running' } }), /not over yet/],
  ['it comes back', job('a', { ...DONE, undo: { is: 'yes' } }), true],
  ['some of it does', job('a', { ...DONE, undo: { is: 'partly', why: 'Not all.' } }), true],
  [
    'it does not',
    job('a', { ...DONE, undo: { is: 'no', why: 'It deleted for good.' } }),
    /^It deleted for good/,
  ],
])('%s', (_what, one, answer) => {
  const can = whetherUndone(one)
  if (answer === true) expect(can).toBe(true)
  else expect(can).toMatch(answer)
})

test('the job whose row had the focus is meant on Jobs, the one that is shown on its own screen, none elsewhere', async () => {
  const undo: Undoable = { is: 'no', why: 'It changed no object.' }
  const fake = fakeClient({
    'jobs.get': ({ id }) => ({ snapshot: job(id, DONE), spec: { v: 1, kind: 'edit' }, undo }) as never,
  })
  const app = new App(fake.client, 'ctrl')
  app.jobs.apply([job('a', { ...DONE, undo: { is: 'yes' } }), job('b', { ...DONE, undo })], [])
  app.commands.add(jobCommands(app))
  const command = app.commands.get('undo-job')!
  const reason = () => whyNot(command, app.router.route.screen)
  expect(reason()).toMatch(/on a row of the history/)
  app.router.go({ screen: 'jobs' })
  expect(reason()).toMatch(/on a row of the history/)
  app.jobs.pointed = 'a'
  expect(reason()).toBeUndefined()
  expect(app.commands.forChord('Mod+Z', 'elsewhere', 'jobs')).toBe(command)
  expect(app.commands.forChord('Mod+Z', 'elsewhere', 'browse')).toBeUndefined()
  expect(app.commands.run('undo-job')).toBe(true)
  expect(fake.asked).toContainEqual({ method: 'jobs.get', input: { id: 'a' } })
  app.router.go({ screen: 'job', id: 'b' })
  expect(reason()).toBe(undo.why)
})

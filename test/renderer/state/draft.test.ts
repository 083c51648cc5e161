import { expect, test } from 'vitest'
import { DecantError } from '#model/failure.ts'
import type { JobSnapshot } from '#model/job.ts'
import type { JobSpec } from '#model/spec.ts'
import { Draft } from '../../../renderer/state/draft.svelte.ts'
import { Jobs } from '../../../renderer/state/jobs.svelte.ts'
import { Notices } from '../../../renderer/state/notices.ts'
import { job } from './build.ts'
import { deferred, fakeClient } from './fake-client.ts'
import { PLAIN_SOURCE } from '#model/spec.ts'

const spec: JobSpec = {
  v: 1,
  kind: 'delete',
  sources: [
    {
      ...PLAIN_SOURCE,
      connection: {
        id: 'a',
        name: 'a',
        config: { region: 'x', addressing: 'path', credentials: { kind: 'environment' } },
      },
      bucket: 'b',
      select: [{ kind: 'prefix', prefix: '' }],
      base: '',
    },
  ],
}

function open(create: () => JobSnapshot | Promise<JobSnapshot>) {
  const removed: string[] = []
  const { client } = fakeClient({
    'jobs.create': create,
    'jobs.remove': ({ id }) => void removed.push(id),
    'jobs.start': ({ id }) => job(id, { revision: 2 }),
  })
  return { draft: new Draft(client, new Jobs(client, new Notices())), removed }
}

test('it is planned when it is opened, and taken away when it is closed', async () => {
  const { draft, removed } = open(() => job('1', { draft: true }))
  await draft.open(spec)
  expect(draft.snapshot?.id).toBe('1')
  await draft.close()
  expect([draft.isOpen, removed]).toEqual([false, ['1']])
})

test('a change plans anew and leaves no draft behind, whichever answer comes first', async () => {
  const first = deferred<JobSnapshot>()
  const answers = [first.promise, Promise.resolve(job('2', { draft: true }))]
  const { draft, removed } = open(() => answers.shift()!)
  const opening = draft.open(spec)
  await draft.open({ ...spec })
  first.resolve(job('1', { draft: true }))
  await opening
  expect(draft.snapshot?.id).toBe('2')
  expect(removed).toEqual(['1'])
})

test('once started it is a job like any other, and is not taken away', async () => {
  const { draft, removed } = open(() => job('1', { draft: true }))
  await draft.open(spec)
  expect((await draft.start('now'))?.draft).toBe(false)
  await draft.close()
  expect(removed).toEqual([])
})

test('closing before the answer takes away what then comes', async () => {
  const answer = deferred<JobSnapshot>()
  const { draft, removed } = open(() => answer.promise)
  const opening = draft.open(spec)
  await draft.close()
  answer.resolve(job('1', { draft: true }))
  await opening
  expect([draft.snapshot, removed]).toEqual([undefined, ['1']])
})

test('a plan that cannot be made says why', async () => {
  const failure = { code: 'read-only', reach: 'item', message: 'It is read-only.' } as const
  const { draft } = open(() => {
    throw new DecantError(failure)
  })
  await draft.open(spec)
  expect(draft.failure).toEqual(failure)
})

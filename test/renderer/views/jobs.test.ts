import { fireEvent, screen, waitFor, within } from '@testing-library/svelte'
import { expect, test } from 'vitest'
import type { Failure } from '#model/failure.ts'
import { PAUSE_REASONS, type JobDetail, type JobSnapshot } from '#model/job.ts'
import { DEFAULT_SETTINGS } from '#model/settings.ts'
import { pauseWords } from '../../../renderer/components/pause-words.ts'
import { App } from '../../../renderer/state/app.svelte.ts'
import Job from '../../../renderer/views/job/Job.svelte'
import { jobLegend } from '../../../renderer/views/job/legend.ts'
import { doneFigures, timeFigures } from '../../../renderer/views/jobs/job-figures.ts'
import Jobs from '../../../renderer/views/jobs/Jobs.svelte'
import { connection, job, tally } from '../state/build.ts'
import { fakeClient } from '../state/fake-client.ts'
import { renderInApp } from './in-app.ts'
import { PLAIN_SOURCE } from '#model/spec.ts'
import { PLAIN_HOST } from '../../helpers/plain-host.ts'

const denied: Failure = {
  code: 'access-denied',
  reach: 'item',
  message: 'Access denied by the key policy.',
  s3: { operation: 'CopyObject', status: 403, code: 'AccessDenied', message: 'No.', requestId: 'R1' },
}
const two = tally({
  listed: { items: 10, bytes: 10 },
  copied: { items: 7, bytes: 7 },
  failed: { items: 2, bytes: 2 },
})

async function open(...jobs: JobSnapshot[]) {
  const host = PLAIN_HOST
  const fake = fakeClient({
    'app.info': () => ({ version: '0', dataDir: '', platform: 'linux', host }),
    'settings.get': () => DEFAULT_SETTINGS,
    'settings.update': () => DEFAULT_SETTINGS,
    'connections.list': () => [
      connection('a', { state: 'offline', endpoint: 'https://rgw.test' }),
      connection('b'),
    ],
    'jobs.list': () => jobs,
    'jobs.get': ({ id }) => detail(jobs.find((one) => one.id === id)!),
    'jobs.items': () => ({ items: [], total: 0 }),
    'jobs.pause': ({ id }) => job(id, { revision: 8, status: { is: 'paused', reason: 'user', since: 0 } }),
    'jobs.cancel': ({ id }) => job(id, { revision: 9, status: { is: 'cancelled' } }),
    'jobs.retry': ({ id }) => job(id, { revision: 9 }),
    'jobs.remove': () => undefined,
  })
  const app = new App(fake.client, 'ctrl')
  await app.start()
  const asked = (method: string) =>
    fake.asked.filter((call) => call.method === method).map(({ input }) => input)
  return { app, asked }
}

function detail(snapshot: JobSnapshot): JobDetail {
  const [source] = snapshot.sources
  const config = { region: 'x', addressing: 'path', credentials: { kind: 'environment' } } as const
  return {
    snapshot,
    undo: { is: 'no', why: 'It deleted.' },
    spec: {
      v: 1,
      kind: 'delete',
      sources: [
        {
          ...PLAIN_SOURCE,
          connection: { id: source.connectionId, name: source.connection, config },
          bucket: source.bucket,
          select: [{ kind: 'prefix', prefix: '' }],
          base: '',
        },
      ],
    },
    requests: {},
    failures: [
      {
        code: 'access-denied',
        s3Code: 'AccessDenied',
        items: 2,
        example: denied,
        exampleKey: 'k',
        retry: 'retry',
        fix: 'none',
      },
    ],
    samples: [],
    log: [],
    notes: [],
    estimate: { time: { is: 'no-pace' }, cost: { is: 'unknown', why: '' } },
    warnings: {},
  }
}

test('a pause says what ends it, whatever its reason', () => {
  const words = PAUSE_REASONS.map((reason) => {
    const status = { is: 'paused', reason, since: 0 } as const
    return [reason, pauseWords(job('1', { status }), ['rgw.test'])?.text]
  })
  expect(Object.fromEntries(words)).toMatchObject({
    offline: 'Goes on by itself when rgw.test answers.',
    user: 'Paused by you. It goes on when you resume it.',
  })
  for (const [reason, text] of words) expect(text, String(reason)).toMatch(/goes on|starts by itself/i)
})

test.each<[Partial<JobSnapshot>, string]>([
  [{ listing: true, tally: two }, '9 of 10 so far; still listing'],
  [{ tally: two }, '9 of 10; 2 failed'],
  [{ status: { is: 'queued' } }, 'not listed yet; '],
  [
    {
      status: { is: 'ready' },
      tally: tally({
        listed: { items: 10, bytes: 10 },
        skipped: { ...tally().skipped, exists: { items: 3, bytes: 3 } },
        failed: { items: 2, bytes: 2 },
      }),
    },
    '5 of 10 to do; 3 skipped, 2 would fail',
  ],
  [{ status: { is: 'completed' }, tally: { ...two, failed: tally().failed } }, '7 of 10; 7 B'],
])('what is done is said as it is (%#)', (more, said) => {
  const { strong, main, below } = doneFigures(job('1', more))
  expect(`${strong === undefined ? '' : `${strong} `}${main}; ${below}`).toBe(said)
})

test('there is no time left without a rate, and "or more" while it lists', () => {
  const live = { objectsPerSecond: 5, bytesPerSecond: 0, inFlight: 1, concurrency: 1, throttled: 0 }
  expect(timeFigures(job('1', { live }), 0).below).toBe('')
  expect(timeFigures(job('1', { live: { ...live, secondsLeft: 300 } }), 0).below).toBe('5 min left')
  expect(timeFigures(job('1', { listing: true, live: { ...live, secondsLeft: 300 } }), 0).below).toBe(
    '5 min or more',
  )
})

test('the legend adds up to what was listed', () => {
  const live = { objectsPerSecond: 5, bytesPerSecond: 0, inFlight: 64, concurrency: 64, throttled: 0 }
  const entries = jobLegend(job('1', { tally: two, live }))
  expect(entries.reduce((sum, { count }) => sum + count, 0)).toBe(10)
  expect(entries.find(({ label }) => label === 'Under way')?.count).toBe(1)
})

test('the list tells every state, and what an offline job waits for', async () => {
  const { app } = await open(
    job('1', { status: { is: 'paused', reason: 'offline', since: 0 } }),
    job('2', { status: { is: 'completed' }, tally: two, endedAt: 1 }),
  )
  renderInApp(Jobs, app)
  expect(await screen.findByText('Goes on by itself when rgw.test answers.')).toBeTruthy()
  expect(screen.getByText('Done, 2 failed')).toBeTruthy()
})

test('a row of the history is taken back from its menu, and says why where it cannot be', async () => {
  const { app, asked } = await open(
    job('back', { title: 'back', status: { is: 'completed' }, tally: two, undo: { is: 'yes' } }),
    job('gone', {
      title: 'gone',
      status: { is: 'completed' },
      undo: { is: 'no', why: 'It is gone for good.' },
    }),
    job('runs', { title: 'runs' }),
  )
  renderInApp(Jobs, app)
  const entry = async (title: string): Promise<HTMLElement | undefined> => {
    const more = await screen.findByRole('button', { name: `More: ${title}` })
    await fireEvent.keyDown(more, { key: 'Enter' })
    const menu = within(await screen.findByRole('menu', { name: `More: ${title}` }))
    return menu.getAllByRole('menuitem').find((item) => /^Undo…/.test(item.textContent.trim()))
  }
  const gone = await entry('gone')
  expect(gone?.getAttribute('aria-disabled')).toBe('true')
  expect(gone?.title).toBe('It is gone for good.')
  expect(await entry('runs')).toBeUndefined()
  const back = await entry('back')
  await fireEvent.click(back!)
  await waitFor(() => expect(asked('jobs.get')).toEqual([{ id: 'back' }]))

  // The row that has the focus is the one that keys and the palette mean.
  screen.getByRole('button', { name: 'Open the job: gone' }).focus()
  expect(app.jobs.pointed).toBe('gone')
})

test('a job is cancelled only after one has said so', async () => {
  const { app, asked } = await open(job('1', { tally: two }))
  app.router.go({ screen: 'job', id: '1' })
  renderInApp(Job, app)
  await fireEvent.click(await screen.findByRole('button', { name: 'Cancel…' }))
  const dialog = await screen.findByRole('alertdialog')
  expect(within(dialog).getByText(/1 object will not be touched/)).toBeTruthy()
  expect(asked('jobs.cancel')).toEqual([])
  await fireEvent.click(within(dialog).getByRole('button', { name: 'Cancel the job' }))
  await waitFor(() => expect(asked('jobs.cancel')).toEqual([{ id: '1' }]))
})

test('a cause of failures has S3’s own words and a way out', async () => {
  const { app, asked } = await open(job('1', { status: { is: 'completed' }, tally: two, endedAt: 1 }))
  app.router.go({ screen: 'job', id: '1' })
  renderInApp(Job, app)
  await fireEvent.click(await screen.findByRole('button', { name: 'S3’s own words' }))
  expect(screen.getByText(/request R1/)).toBeTruthy()
  await fireEvent.click(screen.getByRole('button', { name: 'Retry these 2' }))
  await waitFor(() =>
    expect(asked('jobs.retry')).toEqual([{ id: '1', code: 'access-denied', s3Code: 'AccessDenied' }]),
  )
})

test('a record has its causes to be looked at, and nothing that would change a job elsewhere', async () => {
  const over = { status: { is: 'completed' }, tally: two, endedAt: 1 } as const
  const { app } = await open(job('1', { ...over, importedAt: 2 }))
  app.router.go({ screen: 'job', id: '1' })
  renderInApp(Job, app)
  await screen.findByRole('button', { name: 'S3’s own words' })
  expect(screen.queryAllByRole('button', { name: /Retry|Leave|Undo/ })).toEqual([])
})

test('Space pauses the job that is shown', async () => {
  const { app, asked } = await open(job('1'))
  app.router.go({ screen: 'job', id: '1' })
  renderInApp(Job, app)
  const region = await screen.findByRole('region', { name: 'Copy 1' })
  await waitFor(() => expect(document.activeElement).toBe(region))
  await fireEvent.keyDown(region, { key: ' ' })
  await waitFor(() => expect(asked('jobs.pause')).toEqual([{ id: '1' }]))
})

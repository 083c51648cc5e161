import { flushSync } from 'svelte'
import { expect, test } from 'vitest'
import type { JobStatus } from '#model/job.ts'
import { DEFAULT_SETTINGS, type Settings } from '#model/settings.ts'
import { App } from '../../../renderer/state/app.svelte.ts'
import { nextInTour, type TourFacts } from '../../../renderer/state/tour-steps.ts'
import { connection, job } from './build.ts'
import { fakeClient } from './fake-client.ts'

const FACTS: TourFacts = {
  screen: 'browse',
  left: { connection: 'playground', bucket: 'acme-lake-curated', prefix: '' },
  right: { connection: 'playground', bucket: 'acme-web-assets', prefix: '' },
  pour: 'closed',
  gridPlan: 'closed',
  undoing: 'closed',
  changes: 0,
  copy: undefined,
  edit: undefined,
  undo: undefined,
  editShown: false,
  paused: false,
  overlay: undefined,
  sawPalette: false,
  sawKeys: false,
}
const RUNNING: JobStatus = { is: 'running' }
const OVER: JobStatus = { is: 'completed' }
const PAUSED: JobStatus = { is: 'paused', reason: 'user', since: 0 }
const DEEP = { connection: 'playground', bucket: 'acme-lake-curated', prefix: 'events/' }
const PRODUCTS = { connection: 'playground', bucket: 'acme-web-assets', prefix: 'img/products/' }

test.each<[step: number, facts: Partial<TourFacts>, next: ReturnType<typeof nextInTour>]>([
  [1, {}, 'done'],
  [1, { left: DEEP }, 'done'],
  [1, { screen: 'jobs' }, 'browse'],
  [1, { left: null }, 'open-left'],
  [1, { right: null }, 'open-right'],
  [2, { copy: RUNNING }, 'done'],
  [2, { pour: 'planning' }, 'planning'],
  [2, { pour: 'ready' }, 'start-copy'],
  [2, { left: DEEP }, 'open-left'],
  [2, {}, 'pour'],
  [3, { copy: RUNNING }, 'pause'],
  [3, { copy: PAUSED }, 'resume'],
  [3, { copy: PAUSED, paused: true }, 'resume'],
  [3, { copy: RUNNING, paused: true }, 'done'],
  [3, { copy: { is: 'paused', reason: 'offline', since: 0 } }, 'pause'],
  [3, { copy: OVER, paused: true }, 'done'],
  [3, { copy: OVER }, 'too-late'],
  [4, {}, 'open-products'],
  [4, { right: PRODUCTS }, 'open-grid'],
  [4, { screen: 'jobs' }, 'browse'],
  [4, { screen: 'metadata' }, 'add-rule'],
  [4, { screen: 'metadata', changes: 20 }, 'plan-edit'],
  [4, { gridPlan: 'planning' }, 'planning'],
  [4, { gridPlan: 'ready' }, 'start-edit'],
  [4, { edit: RUNNING }, 'editing'],
  [4, { edit: OVER }, 'done'],
  [5, {}, 'show-edit'],
  [5, { editShown: true }, 'undo'],
  [5, { undoing: 'planning' }, 'planning'],
  [5, { undoing: 'ready' }, 'start-undo'],
  [5, { undo: RUNNING }, 'undoing'],
  [5, { undo: OVER }, 'done'],
  [6, {}, 'palette'],
  [6, { overlay: 'palette' }, 'in-palette'],
  [6, { sawPalette: true }, 'keys'],
  [6, { overlay: 'keys', sawPalette: true }, 'in-keys'],
  [6, { sawKeys: true }, 'palette'],
  [6, { sawKeys: true, sawPalette: true }, 'done'],
])('step %i of %o: %s', (step, facts, next) => {
  expect(nextInTour(step, { ...FACTS, ...facts })).toBe(next)
})

async function open(settings: Settings = DEFAULT_SETTINGS) {
  const playground = connection('playground', { provider: 'playground' })
  const fake = fakeClient({
    'app.info': () => ({
      version: '0',
      dataDir: '',
      platform: 'linux',
      host: {
        kind: 'serve',
        secrets: 'memory',
        notifications: false,
        saveDialog: false,
        files: 'none',
        updates: false,
      },
    }),
    'settings.get': () => settings,
    'settings.update': () => settings,
    'connections.list': () => [playground],
    'connections.profiles': () => [],
    'connections.elsewhere': () => [],
    'sso.sessions': () => [],
    'grids.list': () => [],
    'playground.open': () => playground,
    'playground.pace': () => undefined,
    'buckets.list': () => [],
    'objects.list': () => ({ prefixes: [], objects: [] }),
    'jobs.list': () => [],
    'jobs.pause': ({ id }) => copy(id, 2, PAUSED),
    'jobs.resume': ({ id }) => copy(id, 3, RUNNING),
  })
  const app = new App(fake.client, 'ctrl')
  await app.start()
  const paces = (): unknown[] =>
    fake.asked.flatMap(({ method, input }) => (method === 'playground.pace' ? [input] : []))
  const follow = (): void => {
    flushSync()
    app.tour.follow()
  }
  return { app, tour: app.tour, paces, follow, asked: fake.asked }
}

function copy(id: string, revision: number, status: JobStatus) {
  const place = { connection: 'Playground', connectionId: 'playground', bucket: 'b', prefix: '' }
  return job(id, { revision, status, sources: [place], destinations: [place], createdAt: Date.now() + 1000 })
}

test('a step goes on by what is seen, and the playground is slow only while there is a copy to pause', async () => {
  const { app, tour, paces, follow } = await open()
  await tour.start()
  await tour.show(undefined)
  await tour.show(undefined)
  expect(app.panes.map(({ place }) => place?.bucket)).toEqual(['acme-lake-curated', 'acme-web-assets'])
  follow()
  expect(tour.step).toBe(2)
  expect(paces()).toEqual([{ pace: 'slow' }])
  app.jobs.apply([copy('1', 1, RUNNING)])
  follow()
  expect([tour.step, tour.hint]).toEqual([3, 'pause'])
  await tour.show(undefined)
  follow()
  expect(tour.hint).toBe('resume')
  await tour.show(undefined)
  follow()
  expect([tour.step, tour.hint]).toEqual([4, 'open-products'])
  expect(paces()).toEqual([{ pace: 'slow' }, { pace: 'own' }])
})

test('a job from before the tour is none of its own', async () => {
  const { app, tour } = await open()
  app.jobs.apply([{ ...copy('old', 1, OVER), createdAt: 1 }])
  await tour.start()
  expect(tour.facts.copy).toBeUndefined()
})

test('it is taken up where it was when the window was closed', async () => {
  const kept = { state: 'on', step: 3, since: 1, paused: false } as const
  const { tour, paces, asked } = await open({ ...DEFAULT_SETTINGS, tour: kept })
  expect([tour.on, tour.step]).toEqual([true, 3])
  await expect.poll(paces).toEqual([{ pace: 'slow' }])
  expect(asked.map(({ method }) => method)).toContain('playground.open')
  tour.leave()
  await expect.poll(paces).toEqual([{ pace: 'slow' }, { pace: 'own' }])
  expect([tour.on, tour.wasLeft, tour.step]).toEqual([false, true, 3])
})

test('its last step is its end, which is said until one closes it', async () => {
  const kept = { state: 'on', step: 6, since: 1, paused: true } as const
  const { app, tour, follow } = await open({ ...DEFAULT_SETTINGS, tour: kept })
  for (let moves = 0; moves < 4; moves++) {
    await tour.show(undefined)
    follow()
  }
  expect(app.router.overlay).toBeUndefined()
  follow()
  expect([tour.on, tour.ended, app.session.settings.tour.state]).toEqual([false, true, 'done'])
  tour.leave()
  expect(tour.ended).toBe(false)
})

/**
 * The window under load: a job runs as fast as it can while a list of a million rows is scrolled, and the DevTools
 * protocol says what that cost the page.
 */
import path from 'node:path'
import type { Locator, Page } from 'playwright'
import type { ConnectionView } from '#contract/connection-answers.ts'
import { until } from '../../helpers/processes.ts'
import { specOf } from '../../helpers/specs.ts'
import type { DecantWindow, OpenApp, TestHost } from '../../helpers/window.ts'
import { askCore } from './ask-core.ts'
import { foreignStore, importProfile } from '../store.ts'
import type { ForeignStore } from '../store.ts'
import type { JobSnapshot } from '#model/job.ts'
import { bareList } from './bare-page.ts'
import { watchBridge } from './bridge.ts'
import type { Bridge } from './bridge.ts'
import { drag, jump, untilThere, watchRows, watchWords, wheel } from './gestures.ts'
import type { Seen } from './gestures.ts'
import { writeJournal } from './million-journal.ts'
import { recorderOf } from './recorder.ts'
import type { Recorder } from './recorder.ts'
import type { Stretch } from './trace.ts'

export interface Size {
  /** Items of the finished job, and keys of the bucket that is browsed. */
  readonly items: number
  readonly keys: number
  /** Objects that the running job copies: more than any machine copies while everything is scrolled. */
  readonly copies: number
  /** Seconds of each scrolling. */
  readonly seconds: number
}

export interface Scrolled {
  readonly what: string
  readonly how: How
  readonly trace: Stretch
  /** Of the same scrolling once more, since what looks on takes time of its own. */
  readonly seen: Seen
  readonly bridge: Bridge
  /** How often the line of the running job said something else meanwhile. */
  readonly progress: number
  /** Objects a second that the running job did meanwhile. */
  readonly rate: number
}

export interface WindowFigures {
  /** From the start of the process to a window that can be used, milliseconds; then what of it was the page's. */
  readonly start: number
  readonly startOfPage: number
  /** From the click that opens a view of the million items to its first rows. */
  readonly firstRows: readonly { readonly view: string; readonly ms: number }[]
  readonly scrolled: readonly Scrolled[]
  /** Bytes: the most at any time, and what was left when nothing could be thrown away any more. */
  readonly heapMost: number
  readonly heapSettled: number
  /** A page with one list of as many rows and nothing else, scrolled in the same ways: what the machine itself takes. */
  readonly bare: readonly Pick<Scrolled, 'what' | 'trace'>[]
}

export interface Measured {
  readonly host: TestHost
  /** Where everything is written; removed by whoever made it. */
  readonly dir: string
  readonly size: Size
  readonly say: (line: string) => void
}

export async function measureWindow({ host, dir, size, say }: Measured): Promise<WindowFigures> {
  const dataDir = path.join(dir, 'data')
  writeJournal(dataDir, size.items)
  // The browser, and what the system has to read from the disk, are not what is measured.
  await host.open({ dataDir: path.join(dir, 'warm') }).then((warm) => warm.close())
  const store = await foreignStore(path.join(dir, 'aws'))
  let app: OpenApp | undefined
  try {
    const { admin } = store.server
    await admin.seed({ bucket: 'big', count: size.keys, size: 4096 })
    await admin.seed({ bucket: 'busy', count: size.copies, size: 100 })
    await admin.seed({ bucket: 'there', count: 0 })
    app = await host.open({ dataDir, env: store.env })
    const usable = await usableAt(app.window.page)
    const start = usable.at - app.startedAt
    say(`usable ${Math.round(start)} ms after the start`)
    const figures = await measured(app, store, size, say)
    return { start, startOfPage: usable.ofPage, ...figures }
  } finally {
    await app?.close()
    await store.server.stop()
  }
}

/** Only where a browser can open one more page. */
async function bareScroll(page: Page, { keys, seconds }: Size): Promise<WindowFigures['bare']> {
  const bare = await page.context().newPage()
  try {
    await bare.evaluate(bareList, { rows: keys })
    const recorder = await recorderOf(bare, process.env['DECANT_TRACES'])
    const list = bare.getByRole('grid')
    return await inTurn(handsOn(recorder, list, seconds), async ([how, act]) => ({
      what: `a bare list, ${how}`,
      trace: await recorder.trace(`a bare list, ${how}`, act),
    }))
  } finally {
    await bare.close()
  }
}

/** How a list is scrolled: a thumb that is dragged is told and not judged, as the browser then draws when it likes. */
export type How = 'wheel' | 'jumps' | 'scroll bar'

type Hand = readonly [how: How, act: () => Promise<void>]

function handsOn(recorder: Recorder, list: Locator, seconds: number): readonly Hand[] {
  return [
    ['wheel', () => wheel(recorder, list, seconds)],
    ['jumps', () => jump(list, seconds * 8)],
    ['scroll bar', () => drag(list, seconds)],
  ]
}

async function inTurn<One, Made>(all: readonly One[], make: (one: One) => Promise<Made>): Promise<Made[]> {
  const made: Made[] = []
  for (const one of all) made.push(await make(one))
  return made
}

/** When the first view could be used, milliseconds since 1970, and how long the page itself took to it. */
async function usableAt(page: Page): Promise<{ readonly at: number; readonly ofPage: number }> {
  await page.waitForFunction(() => performance.getEntriesByName('decant:usable').length > 0)
  return page.evaluate(() => {
    const [mark] = performance.getEntriesByName('decant:usable')
    return { at: performance.timeOrigin + mark!.startTime, ofPage: mark!.startTime }
  })
}

async function measured(
  { window }: OpenApp,
  store: ForeignStore,
  size: Size,
  say: (line: string) => void,
): Promise<Omit<WindowFigures, 'start' | 'startOfPage'>> {
  const { page } = window
  await importProfile(window)
  const recorder = await recorderOf(page, process.env['DECANT_TRACES'])
  const heap = heapOf(recorder)
  const firstRows = await openMillion(window)
  for (const { view, ms } of firstRows) say(`first rows of ${view}: ${Math.round(ms)} ms`)
  await window.button('Browse', places(page)).click()
  await window.goTo('left', 's3://big/')
  await wholly(window, size.keys)
  await heap.look()
  say('the bucket is listed')
  const busy = await startBusy(window, store)
  const scroll = (what: string, list: Locator): Promise<Scrolled[]> =>
    inTurn(handsOn(recorder, list, size.seconds), async ([how, act]) => {
      const trace = await recorder.trace(`${what}, ${how}`, act)
      const watched = await lookWhile(recorder, page, { list, busy }, act)
      await heap.look()
      say(`scrolled: ${what}, ${how}`)
      return { what: `${what}, ${how}`, how, trace, ...watched }
    })
  const keys = await scroll('keys of a bucket', window.list('left'))
  await openJob(window)
  await page.getByRole('tab', { name: 'Items' }).click()
  const list = page.getByRole('grid', { name: 'Items' })
  await list.locator('[data-index="0"] .name').waitFor()
  const items = await scroll('items of a job', list)
  const bare = await bareScroll(page, size).catch(() => [])
  await busy.end()
  return {
    ...{ firstRows, scrolled: [...keys, ...items], bare },
    heapMost: heap.most(),
    heapSettled: await recorder.heap(true),
  }
}

function places(page: Page): Locator {
  return page.getByRole('navigation', { name: 'Places' })
}

async function openJob(window: DecantWindow): Promise<void> {
  await window.button(/^Jobs/, places(window.page)).click()
  await million(window).click()
}

function million({ page }: DecantWindow): Locator {
  return page
    .getByRole('region', { name: 'Jobs', exact: true })
    .getByRole('button', { name: /warehouse/ })
    .first()
}

/** Opens the views of the finished job that show its items, each for the first time. */
async function openMillion(window: DecantWindow): Promise<WindowFigures['firstRows']> {
  const { page } = window
  await window.button(/^Jobs/, places(page)).click()
  await million(window).waitFor()
  const overview = await untilThere(million(window), '[role="table"] [data-index="0"] .name')
  const items = await untilThere(
    page.getByRole('tab', { name: 'Items' }),
    '[role="grid"] [data-index="0"] .name',
  )
  return [
    { view: 'the job', ms: overview },
    { view: 'its items', ms: items },
  ]
}

/** Until the pane knows every key. */
async function wholly(window: DecantWindow, keys: number): Promise<void> {
  const grid = window.list('left')
  await until(
    'the bucket is listed whole',
    async () => Number(await grid.getAttribute('aria-rowcount')) === keys + 1,
    300_000,
  )
}

/** The job that runs meanwhile. */
interface Busy {
  /** Objects that were copied so far. */
  copies(): Promise<number>
  /** Cancels it. It must have run all the time, or nothing was measured beside it. */
  end(): Promise<void>
}

async function startBusy({ page }: DecantWindow, { server: { admin } }: ForeignStore): Promise<Busy> {
  const [view] = await askCore<readonly ConnectionView[]>(page, 'connections.list', {})
  if (view === undefined) throw new Error('There is no connection.')
  const { id, name, region, addressing, credentials, endpoint } = view
  const connection = { id, name, config: { region, addressing, credentials, endpoint } }
  const select = [{ kind: 'prefix' as const, prefix: '' }]
  const spec = specOf({
    ...{ v: 1, kind: 'copy', conflict: 'overwrite', verify: 'answer' },
    ...{ sources: [{ connection, bucket: 'busy', select, base: '' }] },
    destinations: [{ connection, bucket: 'there', prefix: '' }],
  })
  const job = await askCore<JobSnapshot>(page, 'jobs.create', { spec, draft: false })
  const copies = async (): Promise<number> => (await admin.counters()).mutations
  await until('the job runs', async () => (await copies()) > 0)
  return {
    copies,
    end: async () => {
      const jobs = await askCore<readonly JobSnapshot[]>(page, 'jobs.list', {})
      const status = jobs.find(({ id: known }) => known === job.id)?.status
      if (status?.is !== 'running') {
        throw new Error(
          `The job that runs meanwhile was ${status?.is ?? 'gone'} before everything was measured, after ${await copies()} copies.`,
        )
      }
      await askCore(page, 'jobs.cancel', { id: job.id })
    },
  }
}

async function lookWhile(
  recorder: Recorder,
  page: Page,
  { list, busy }: { readonly list: Locator; readonly busy: Busy },
  act: () => Promise<void>,
): Promise<Omit<Scrolled, 'what' | 'how' | 'trace'>> {
  const [before, began] = [await busy.copies(), performance.now()]
  const [rows, bridge, said] = [
    await watchRows(page, list),
    await watchBridge(recorder, page),
    await watchWords(page.getByRole('region', { name: 'Running jobs' })),
  ]
  await act()
  const [seen, heard, progress] = [await rows(), await bridge(), await said()]
  const seconds = (performance.now() - began) / 1000
  return { seen, bridge: heard, progress, rate: ((await busy.copies()) - before) / seconds }
}

/** The most that was seen of the heap. */
function heapOf(recorder: Recorder): { look(): Promise<void>; most(): number } {
  let most = 0
  return {
    async look() {
      most = Math.max(most, await recorder.heap())
    },
    most: () => most,
  }
}

import { expect } from 'vitest'
import type { LogEntry } from '../../../main/playground/mutation.ts'
import { until } from '../../helpers/processes.ts'
import { playgroundOf } from '../../helpers/window.ts'
import type { DecantWindow, Side, TestHost } from '../../helpers/window.ts'

const SOURCE = { bucket: 'acme-lake-curated', prefix: 'orders/daily/' }
const DESTINATION = { bucket: 'acme-web-assets', prefix: 'daily/' }
const OBJECTS = 365
/** Every copy takes this long in the playground until the app is killed: half-way is a place one can meet, ms. */
const SLOW = 700

/** How a person goes from the first window to the start of the job: with the mouse, or with the keyboard alone. */
export interface Hand {
  /** The first window is open: ends with the pour sheet for the daily orders to the web assets. */
  pour(window: DecantWindow, slowDown: () => Promise<void>): Promise<void>
  start(window: DecantWindow): Promise<void>
  /** Asks for the report of the one job that is over, as CSV. */
  report(window: DecantWindow): Promise<void>
}

/** Moves the cursor to a row and opens it, by keys alone; the list must have the focus. */
async function open(window: DecantWindow, side: Side, name: string): Promise<void> {
  const { keyboard } = window.page
  await window.row(side, name).waitFor()
  await keyboard.press('Home')
  for (let step = 0; !(await isCursor(window, side, name)); step++) {
    if (step > 50) throw new Error(`The cursor does not reach ${name}.`)
    await keyboard.press('ArrowDown')
  }
}

async function isCursor(window: DecantWindow, side: Side, name: string): Promise<boolean> {
  const id = await window.row(side, name).getAttribute('id')
  return (await window.list(side).getAttribute('aria-activedescendant')) === id
}

export const keyboard: Hand = {
  async pour(window, slowDown) {
    const { keyboard } = window.page
    await window.page.getByRole('heading', { name: 'Pour objects from one bucket to another' }).waitFor()
    await keyboard.press('4')
    await open(window, 'left', SOURCE.bucket)
    await keyboard.press('Enter')
    await open(window, 'left', 'orders/')
    await keyboard.press('Enter')
    await window.row('left', 'daily/').waitFor()
    await keyboard.press('Tab')
    await open(window, 'right', DESTINATION.bucket)
    await keyboard.press('Enter')
    await window.row('right', 'index.html').waitFor()
    await slowDown()
    await keyboard.press('Shift+Tab')
    await open(window, 'left', 'daily/')
    await keyboard.press('Space')
    await keyboard.press('F5')
  },
  async start(window) {
    await window
      .button(/^Start copying/, window.pourSheet)
      .and(window.page.locator(':enabled'))
      .waitFor()
    await window.page.keyboard.press('Control+Enter')
  },
  async report(window) {
    const { keyboard } = window.page
    await keyboard.press('Control+j')
    await window.tabTo(window.button(/^Open the job: /))
    await keyboard.press('Enter')
    await window.tabTo(window.button('Export'))
    await keyboard.press('Enter')
    const item = window.page.getByRole('menuitem', { name: 'Report as CSV' })
    await item.waitFor()
    // Keys go to the menu only once it has the focus, a moment after it can be seen.
    await window.page.locator('[role="menu"]:focus-within').waitFor()
    await keyboard.press('Home')
    await item.and(window.page.locator(':focus')).waitFor()
    await keyboard.press('Enter')
  },
}

export const mouse: Hand = {
  async pour(window, slowDown) {
    await window.openPlayground()
    await window.row('left', SOURCE.bucket).dblclick()
    await window.row('left', 'orders/').dblclick()
    await window.row('right', DESTINATION.bucket).dblclick()
    await slowDown()
    await window.drag(window.row('left', 'daily/'), window.list('right'))
  },
  async start(window) {
    await window.button(/^Start copying/, window.pourSheet).click()
  },
  async report(window) {
    await window.page
      .getByRole('navigation', { name: 'Places' })
      .getByRole('button', { name: 'Jobs' })
      .click()
    await window.button(/^Open the job: /).click()
    await window.button('Export').click()
    await window.page.getByRole('menuitem', { name: 'Report as CSV' }).click()
  },
}

/** From the first start to the report, through a SIGKILL in the middle of the copy. */
export async function firstJob(host: TestHost, dataDir: string, hand: Hand): Promise<void> {
  const first = await host.open({ dataDir })
  await hand.pour(first.window, () => slowDown(dataDir))
  await first.window.pourSheet.getByText(`${OBJECTS}`).first().waitFor()
  await hand.start(first.window)
  await first.window.halfWay(/daily/)
  const { mostInFlight } = await playgroundOf(dataDir).counters()
  await first.kill()

  const second = await host.open({ dataDir })
  const { window } = second
  await window.list('left').waitFor()
  // The window is there before the playground is, and before it knows of the job.
  const copied = (): Promise<boolean> =>
    playgroundOf(dataDir)
      .compare(SOURCE, DESTINATION)
      .then(({ equal }) => equal)
  await until('everything is copied', () => copied().catch(() => false), 60_000)
  await until('the job has ended', async () => (await window.jobLine(/daily/).count()) === 0, 60_000)
  expectOnce(await playgroundOf(dataDir).log(), mostInFlight)
  expectComplete(await second.take(() => hand.report(window)))
  await second.close()
}

async function slowDown(dataDir: string): Promise<void> {
  await playgroundOf(dataDir).faults({ op: 'CopyObject', do: 'slow', ms: SLOW })
}

/** A row for every object, and every one succeeded. */
function expectComplete(report: string): void {
  const [head, ...rows] = report.trim().split('\n')
  expect(head).toBe('Bucket,Key,VersionId,TaskStatus,ErrorCode,HTTPStatusCode,ResultMessage')
  expect(rows.length).toBe(OBJECTS)
  expect(rows.filter((row) => !row.includes(',succeeded,'))).toEqual([])
}

/** Every object once. Those in flight at the kill were settled by a look: twice would be a request repeated unasked. */
function expectOnce(log: readonly LogEntry[], inFlight: number): void {
  const times = new Map<string, number>()
  for (const { op, bucket, key } of log) {
    if (op !== 'CopyObject' || bucket !== DESTINATION.bucket || key === undefined) continue
    times.set(key, (times.get(key) ?? 0) + 1)
  }
  expect(times.size).toBe(OBJECTS)
  const twice = [...times].filter(([, count]) => count > 1)
  expect(twice.length, `in flight at the kill: ${twice.map(([key]) => key).join(', ')}`).toBeLessThanOrEqual(
    inFlight,
  )
}

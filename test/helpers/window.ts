/** Decant's window as a person knows it: panes, rows, dialogs and jobs by the names that assistive technology reads. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Locator, Page } from 'playwright'
import { PlaygroundAdmin } from './playground.ts'
import { until } from './processes.ts'

export type Side = 'left' | 'right'

/** An app with one window open. */
export interface OpenApp {
  readonly window: DecantWindow
  /** When its process was started, milliseconds since 1970: not the browser's, nor the screen's. */
  readonly startedAt: number
  /** Does what makes the app hand over a file; gives what the file holds. */
  take(act: () => Promise<void>): Promise<string>
  /** SIGKILL to every process of the app; resolves when all are gone. */
  kill(): Promise<void>
  /** Ends it as a person would. */
  close(): Promise<void>
}

/** A host of the app under test: the desktop, or serve with a browser. */
export interface TestHost {
  readonly name: 'electron' | 'serve'
  open(options: {
    readonly dataDir: string
    readonly env?: Readonly<Record<string, string>>
  }): Promise<OpenApp>
  /** What the tests of one file share is let go. */
  end(): Promise<void>
}

export class DecantWindow {
  readonly page: Page

  constructor(page: Page) {
    this.page = page
  }

  button(name: string | RegExp, inside: Page | Locator = this.page): Locator {
    return inside.getByRole('button', typeof name === 'string' ? { name, exact: true } : { name })
  }

  pane(side: Side): Locator {
    return this.page.getByRole('region', { name: side === 'left' ? 'Left pane' : 'Right pane' })
  }

  list(side: Side): Locator {
    return this.pane(side).getByRole('grid')
  }

  row(side: Side, name: string): Locator {
    return this.list(side)
      .locator('[role="row"][data-index]')
      .filter({ has: this.page.locator('.name', { hasText: exactly(name) }) })
  }

  /** From the first run or from anywhere else; resolves when its buckets are listed. */
  async openPlayground(): Promise<void> {
    await this.button(/^(Open the playground|Playground)$/)
      .first()
      .click()
    await this.row('left', 'acme-lake-curated').waitFor()
  }

  /** Types a place into a pane's path bar; resolves when the pane shows it. */
  async goTo(side: Side, place: string): Promise<void> {
    await this.list(side).focus()
    await this.page.keyboard.press('Control+l')
    const field = this.pane(side).getByRole('textbox', { name: `Path of the ${side} pane` })
    await field.fill(place)
    await field.press('Enter')
    await this.pane(side)
      .getByRole('grid', { name: `Objects in ${place}`, exact: true })
      .waitFor()
  }

  /** Drags by the pointer, as a hand does: press, some steps, release. */
  async drag(from: Locator, to: Locator, options: { readonly shift?: boolean } = {}): Promise<void> {
    const start = await middleOf(from)
    const end = await middleOf(to)
    const { mouse, keyboard } = this.page
    await mouse.move(start.x, start.y)
    await mouse.down()
    await mouse.move(start.x + 12, start.y + 6, { steps: 3 })
    if (options.shift === true) await keyboard.down('Shift')
    await mouse.move(end.x, end.y, { steps: 8 })
    await this.page.getByTestId('drag-ghost').waitFor()
    await mouse.up()
    if (options.shift === true) await keyboard.up('Shift')
  }

  /** Goes on with the Tab key until this has the focus. */
  async tabTo(locator: Locator): Promise<void> {
    await locator.waitFor()
    for (let steps = 0; !(await hasFocus(locator)); steps++) {
      if (steps === FARTHEST_TAB) throw new Error(`The Tab key does not come to ${locator}.`)
      await this.page.keyboard.press('Tab')
    }
  }

  get pourSheet(): Locator {
    return this.page.getByRole('dialog', { name: 'Pour' })
  }

  /** The line of a running job in the strip at the bottom. */
  jobLine(title: string | RegExp): Locator {
    return this.page
      .getByRole('region', { name: 'Running jobs' })
      .getByRole('listitem')
      .filter({ has: this.page.getByRole('progressbar', { name: title }) })
  }

  /** Waits until a running job's line says that something is done, and not everything: `204 of 98,310 …`. */
  async halfWay(title: string | RegExp): Promise<void> {
    const figures = this.jobLine(title).locator('.figures')
    await until('the job is half-way', async () => {
      const [done = 0, all = 0] = ((await figures.textContent()) ?? '').split(' of ').map(firstNumber)
      if (done > 0 && done >= all) throw new Error('The job was done before it could be met half-way.')
      return done > 0
    })
  }
}

/** More controls than any screen has. */
const FARTHEST_TAB = 80

function hasFocus(locator: Locator): Promise<boolean> {
  return locator.evaluate((element) => element === document.activeElement)
}

function firstNumber(text: string): number {
  return Number(/[\d,]+/.exec(text)?.[0].replaceAll(',', '') ?? 'NaN')
}

function exactly(text: string): RegExp {
  return new RegExp(`^\\s*${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\s*$`)
}

async function middleOf(locator: Locator): Promise<{ readonly x: number; readonly y: number }> {
  const box = await locator.boundingBox()
  if (box === null) throw new Error(`Nothing to drag is to be seen at ${locator}.`)
  return { x: box.x + Math.min(80, box.width / 2), y: box.y + box.height / 2 }
}

/** The admin endpoint of the playground that an app keeps in its data directory. It is another one after a restart. */
export function playgroundOf(dataDir: string): PlaygroundAdmin {
  const home = JSON.parse(readFileSync(path.join(dataDir, 'playground/playground.json'), 'utf8')) as {
    readonly accessKeyId: string
    readonly secretAccessKey: string
    readonly port: number
    readonly adminEndpoint: string
  }
  return new PlaygroundAdmin({ ...home, endpoint: `http://127.0.0.1:${home.port}` })
}

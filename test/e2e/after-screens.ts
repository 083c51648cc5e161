/**
 * Screens of what comes after a job: its failures and their mending, what would be taken back and what would not, its
 * record, who was told, and a job that a bucket refuses for ever. A walk of its own, in an app of its own.
 */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Locator } from 'playwright'
import builtIn from '../../resources/prices.json' with { type: 'json' }
import type { DecantWindow } from '../helpers/window.ts'
import { escape, places } from './screen.ts'
import type { ScreenUnderTest } from './screen.ts'

/** Milliseconds: a bucket that takes nothing is known for it after half a minute. */
const REFUSED = 90_000

const undoing = ({ page }: DecantWindow): Locator =>
  page.getByRole('dialog', { name: /^(Undo|Delete \d+ objects)/ })
const history = ({ page }: DecantWindow): Locator =>
  page.getByRole('region', { name: 'Jobs', exact: true }).getByRole('listitem')

async function visit(window: DecantWindow, place: 'Browse' | 'Jobs'): Promise<void> {
  await window.button(new RegExp(`^${place}`), places(window)).click()
}

async function chooseInMenu(window: DecantWindow, row: Locator, entry: RegExp): Promise<void> {
  await window.button(/^More:/, row).click()
  await window.page.getByRole('menuitem', { name: entry }).click()
}

/** As though the playground were at AWS, by its prices. */
export function givePrices(dataDir: string): void {
  const [aws] = builtIn.stores
  const own = { ...builtIn, stores: [{ ...aws, name: 'Playground', hosts: ['127.0.0.1', 'localhost'] }] }
  writeFileSync(path.join(dataDir, 'prices.json'), JSON.stringify(own))
}

export const AFTER_SCREENS: readonly ScreenUnderTest[] = [
  {
    name: 'after-cost',
    async show(window, playground) {
      await window.openPlayground()
      const admin = playground()
      await admin.seed({
        bucket: 'press',
        count: 48,
        prefix: 'photos/',
        pattern: 'photo-{n:3}.jpg',
        size: 4e6,
      })
      await admin.seed({ bucket: 'mirror', count: 0 })
      await window.goTo('left', 's3://press/')
      await window.goTo('right', 's3://mirror/')
      await window.row('left', 'photos/').click()
      await window.page.keyboard.press('F5')
      const cost = window.pourSheet.getByRole('region', { name: 'Time and cost' })
      await cost.getByText(/^prices of/).waitFor()
      await window.button(/^(Show|How|What)/, cost).click()
    },
  },
  {
    name: 'after-failures',
    async show(window, playground) {
      const how = { op: 'CopyObject', do: 'error' } as const
      await playground().faults(
        {
          ...{ ...how, code: 'InvalidRequest', keyPattern: 'photo-00[0-4]' },
          message:
            'The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.',
        },
        { ...how, code: 'AccessDenied', keyPattern: 'photo-01' },
      )
      await window.button(/^Start copying/, window.pourSheet).click()
      await window.pourSheet.waitFor({ state: 'detached' })
      await visit(window, 'Jobs')
      await history(window)
        .getByText(/^Done, /)
        .waitFor()
      await window.button(/^Open the job/, history(window)).click()
      await window.page.getByRole('tab', { name: 'Failures' }).click()
      await window.button('Choose another key').waitFor()
    },
  },
  {
    name: 'after-key',
    async show(window) {
      await window.button('Choose another key').click()
      await window.page.getByRole('dialog', { name: 'Try another customer key' }).waitFor()
    },
    leave: escape,
  },
  {
    name: 'after-finished',
    async show(window) {
      await window.page.getByRole('tab', { name: 'Overview' }).click()
      await window.page.getByRole('tabpanel', { name: 'Overview' }).waitFor()
    },
  },
  {
    name: 'after-undo-menu',
    async show(window, playground) {
      const admin = playground()
      await admin.clearFaults()
      // Two copies are the last ones by now, one was written over, and one is gone.
      for (const name of ['photo-020.jpg', 'photo-021.jpg'])
        await admin.seed({ bucket: 'press', key: `photos/${name}`, text: 'another picture' })
      await admin.seed({ bucket: 'mirror', key: 'photos/photo-022.jpg', text: 'by somebody else' })
      await visit(window, 'Jobs')
      await window.button(/^More:/, history(window)).click()
      await window.page.getByRole('menuitem', { name: /^Undo…/ }).waitFor()
    },
  },
  {
    name: 'after-undo',
    async show(window) {
      await window.page.getByRole('menuitem', { name: /^Undo…/ }).click()
      await undoing(window).getByRole('checkbox', { name: 'Delete the only copies left, too' }).waitFor()
    },
  },
  {
    name: 'after-undo-last-copies',
    async show(window) {
      await undoing(window).getByText('Delete the only copies left, too').click()
      await undoing(window)
        .getByText(/no source is looked at/)
        .waitFor()
    },
  },
  {
    name: 'after-undone',
    async show(window) {
      await window.button(/^Undo \d+ objects$/, undoing(window)).click()
      await undoing(window).waitFor({ state: 'detached' })
      await history(window).nth(1).waitFor()
      await history(window).first().getByText(/^Done/).waitFor()
    },
  },
  {
    name: 'after-record',
    async show(window) {
      const { page } = window
      await window.button(/^Open the job/, history(window).last()).click()
      await page.getByRole('tab', { name: 'Report' }).click()
      const [saved] = await Promise.all([
        page.waitForEvent('download'),
        window.button('Save the whole record').click(),
      ])
      await visit(window, 'Jobs')
      // It is imported where its own job is not known any more.
      await chooseInMenu(window, history(window).first(), /^Remove/)
      await window.button(/^Remove/, page.getByRole('alertdialog')).click()
      await history(window).nth(1).waitFor({ state: 'detached' })
      await chooseInMenu(window, history(window).first(), /^Remove/)
      await window.button(/^Remove/, page.getByRole('alertdialog')).click()
      await history(window).first().waitFor({ state: 'detached' })
      const [chooser] = await Promise.all([
        page.waitForEvent('filechooser'),
        window.button('Import a record…').click(),
      ])
      const kept = `${await saved.path()}.jsonl`
      await saved.saveAs(kept.replace(/[^/]*$/, saved.suggestedFilename()))
      await chooser.setFiles(kept.replace(/[^/]*$/, saved.suggestedFilename()))
      await page.getByText(/a record, brought here/).waitFor()
    },
  },
  {
    name: 'after-record-row',
    async show(window) {
      await visit(window, 'Jobs')
      await history(window)
        .getByText(/^A record, brought here/)
        .waitFor()
    },
  },
  {
    name: 'after-webhook',
    async show(window) {
      await window.page.keyboard.press('Control+,')
      for (const [name, signed] of [
        ['On-call', true],
        ['Chat of the data platform team', false],
      ] as const) {
        await window.button('Add a webhook…').click()
        const form = window.page.getByRole('form', { name: 'A new webhook' })
        await form.getByLabel('Name').fill(name)
        await form.getByLabel('URL').fill('https://hooks.example.com/services/T0/B1/x')
        if (signed) await form.getByLabel(/^Signing secret/).fill('a secret of enough characters')
        await window.button('Add it', form).click()
        await form.waitFor({ state: 'detached' })
      }
      await window.page.getByRole('list', { name: 'Webhooks' }).scrollIntoViewIfNeeded()
    },
  },
  {
    name: 'after-refused-row',
    async show(window, playground) {
      await playground().faults({ op: 'CopyObject', do: 'error', code: 'SlowDown' })
      await playground().seed({ bucket: 'later', count: 0 })
      await visit(window, 'Browse')
      await window.goTo('right', 's3://later/')
      await window.row('left', 'photos/').click()
      await window.page.keyboard.press('F5')
      await window.button(/^Start copying/, window.pourSheet).click()
      await window.pourSheet.waitFor({ state: 'detached' })
      await visit(window, 'Jobs')
      await history(window)
        .first()
        .getByText(/^The bucket/)
        .waitFor({ timeout: REFUSED })
    },
  },
  {
    name: 'after-refused-browse',
    show: (window) => visit(window, 'Browse'),
  },
  {
    name: 'after-refused',
    async show(window) {
      await visit(window, 'Jobs')
      await window.button(/^Open the job: .*photos/, history(window).first()).click()
      await window.page.getByRole('tab', { name: 'Overview' }).waitFor()
    },
  },
  {
    name: 'after-drag',
    async show(window, playground) {
      await playground().clearFaults()
      await playground().faults({ op: 'CopyObject', do: 'hang' })
      await visit(window, 'Jobs')
      await window.page.getByRole('combobox', { name: 'Run at once' }).click()
      await window.page.getByRole('option', { name: '1', exact: true }).click()
      await visit(window, 'Browse')
      for (let which = 0; which < 4; which++) {
        await window.row('left', 'photos/').click()
        await window.page.keyboard.press('F5')
        await window
          .button(/^(Add to the queue|Start copying)/, window.pourSheet)
          .first()
          .click()
        await window.pourSheet.waitFor({ state: 'detached' })
      }
      await visit(window, 'Jobs')
      const grips = window.page.getByTitle(/^Drag to another place/)
      const grip = await grips.last().boundingBox()
      const aim = await grips.first().boundingBox()
      if (grip === null || aim === null) throw new Error('No row can be dragged.')
      await window.page.mouse.move(grip.x + grip.width / 2, grip.y + grip.height / 2)
      await window.page.mouse.down()
      await window.page.mouse.move(grip.x + 4, aim.y - 4, { steps: 6 })
    },
    async leave({ page }, playground) {
      await page.mouse.up()
      await playground().clearFaults()
      await playground().release()
    },
  },
]

/** Screens of buckets as a whole: made, looked at, counted, searched, emptied and deleted. */
import type { DecantWindow } from '../helpers/window.ts'
import { escape } from './screen.ts'
import type { ScreenUnderTest } from './screen.ts'

/** By the palette, as whoever knows its name does. */
export async function runCommand({ page }: DecantWindow, title: string): Promise<void> {
  await page.keyboard.press('Control+k')
  await page.locator('[role="dialog"] input:focus').waitFor()
  await page.keyboard.type(title)
  await page.keyboard.press('Enter')
}

async function choose(window: DecantWindow, bucket: string): Promise<void> {
  const row = window.row('left', bucket)
  await row.click()
  await window.list('left').focus()
}

const inspectorOf = ({ page }: DecantWindow) => page.getByRole('complementary', { name: 'Inspector' })
const PARTS = ['Versioning', 'Bucket tags', 'Lifecycle']

async function fold(window: DecantWindow): Promise<void> {
  for (const part of PARTS) await window.button(part, inspectorOf(window)).click()
}

export const BUCKET_SCREENS: readonly ScreenUnderTest[] = [
  {
    name: 'bucket-properties',
    async show(window) {
      await choose(window, 'acme-backups')
      await fold(window)
      await inspectorOf(window).getByText('older versions are deleted for good').waitFor()
      await inspectorOf(window).getByText('cost-center').waitFor()
    },
    leave: fold,
  },
  {
    name: 'new-bucket',
    async show(window) {
      await runCommand(window, 'New bucket')
      await window.page.getByRole('textbox', { name: 'Name' }).fill('Acme reports')
      await window.page.getByRole('checkbox', { name: 'Object lock' }).click()
      await window.page.getByText('It must be in lower case.').waitFor()
    },
    leave: escape,
  },
  {
    name: 'usage',
    async show(window) {
      await choose(window, 'acme-backups')
      await runCommand(window, 'Count what lies')
      await window.page.getByRole('checkbox', { name: /^Unfinished uploads/ }).click()
      await window.page.getByRole('checkbox', { name: /^Older versions/ }).click()
      await window.page.getByText('1 unfinished upload,').waitFor()
      await window.page.getByText(/^Counted at/).waitFor()
    },
    leave: escape,
  },
  {
    name: 'uploads',
    async show(window) {
      await choose(window, 'acme-backups')
      await runCommand(window, 'Unfinished uploads')
      await window.page.getByText(/72.0 MiB in 9 parts/).waitFor()
    },
    leave: escape,
  },
  {
    name: 'delete-bucket',
    async show(window) {
      await choose(window, 'acme-backups')
      await runCommand(window, 'Delete the bucket')
      await window.page.getByText('It still holds objects.').waitFor()
    },
  },
  {
    name: 'empty-bucket',
    async show(window) {
      await window.button('Empty it first…').click()
      await window.page.getByText(/^Abort 1 unfinished upload/).waitFor()
      await window.page.getByRole('textbox', { name: 'Type the name of the bucket' }).waitFor()
    },
    leave: escape,
  },
  {
    name: 'search',
    async show(window) {
      await window.goTo('left', 's3://acme-web-assets/')
      await window.list('left').focus()
      await window.page.keyboard.press('Control+Shift+f')
      await window.page.keyboard.type('*-00[1-3]?.webp')
      await window.button('More', window.pane('left').getByRole('search')).click()
      await window.button('Search', window.pane('left')).click()
      await window.pane('left').getByText('30 found').waitFor()
      await window.list('left').locator('[data-index="0"]').click()
    },
  },
  {
    name: 'presign',
    async show(window) {
      await window.list('left').focus()
      await runCommand(window, 'Make a link for anybody')
      await window.page.getByText('without keys').waitFor()
    },
    async leave(window) {
      await escape(window)
      await window.button('Leave the search').click()
    },
  },
]

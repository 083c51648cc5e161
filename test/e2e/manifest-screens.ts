/** A job from a manifest, and a job as another tool would have it. */
import { runCommand } from './bucket-screens.ts'
import type { DecantWindow } from '../helpers/window.ts'
import { escape } from './screen.ts'
import type { ScreenUnderTest } from './screen.ts'

/** Rows of two buckets, and three that nobody can use. */
const TEXT = [
  ...Array.from({ length: 40 }, (_, n) => `acme-media,video/frame%20${n}.png`),
  ...Array.from({ length: 9 }, (_, n) => `acme-backups,db/${n}.sql`),
  'acme-media',
  'acme-media,broken%zz.png',
  ',nameless.txt',
].join('\n')

/** As the clipboard brings it. */
async function paste({ page }: DecantWindow, text: string): Promise<void> {
  await page.getByRole('dialog', { name: 'A job from a manifest' }).waitFor()
  await page.evaluate((pasted) => {
    const clipboardData = new DataTransfer()
    clipboardData.setData('text/plain', pasted)
    document.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
  }, text)
}

export const MANIFEST_SCREENS: readonly ScreenUnderTest[] = [
  {
    name: 'manifest-ways',
    async show(window) {
      await runCommand(window, 'Make a job from a manifest')
      await window.page.getByRole('dialog', { name: 'A job from a manifest' }).waitFor()
    },
    leave: escape,
  },
  {
    name: 'manifest-job',
    async show(window) {
      await runCommand(window, 'Make a job from a manifest')
      await paste(window, TEXT)
      await window.page.getByText('3 rows cannot be used').waitFor()
    },
    leave: escape,
  },
]

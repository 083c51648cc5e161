import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { plantTree } from '../helpers/file-tree.ts'
import { cancelFiles, dropFiles, dragFiles } from './drop-files.ts'
import { escape } from './screen.ts'
import type { ScreenUnderTest } from './screen.ts'

/** Some files to drop; the folder is gone when the process that draws or tests is. */
let planted: string | undefined
function photos(): string {
  if (planted === undefined) {
    const folder = mkdtempSync(path.join(tmpdir(), 'decant-photos-'))
    planted = folder
    plantTree(path.join(folder, 'photos'), 40)
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  }
  return path.join(planted, 'photos')
}

const SENDING = '**/uploads/*'

/** Files on their way in and out; each begins where the one before it ended, with the web assets at the right. */
export const FILE_SCREENS: readonly ScreenUnderTest[] = [
  {
    name: 'file-drag',
    async show(window) {
      await window.goTo('right', 's3://acme-web-assets/photos-to-come/')
      await window.pane('right').getByText('Nothing here').waitFor()
      await dragFiles(window.page, window.list('right'), [photos()])
      await window.page.getByText('Upload 1 item here').waitFor()
    },
    leave: ({ page }) => cancelFiles(page),
  },
  {
    name: 'transfer',
    async show(window) {
      await window.page.route(SENDING, () => {})
      await dropFiles(window.page, window.list('right'), [photos()])
      await window.page.getByRole('dialog', { name: 'Sending files to Decant' }).waitFor()
    },
    async leave(window) {
      await escape(window)
      await window.page.unroute(SENDING)
    },
  },
  {
    name: 'upload',
    async show(window) {
      await dropFiles(window.page, window.list('right'), [photos()])
      await window.pourSheet.getByText('Ready').waitFor()
    },
    leave: escape,
  },
  {
    name: 'download',
    async show(window) {
      await window.goTo('right', 's3://acme-web-assets/')
      await window.row('right', 'img/').click()
      await window.page.keyboard.press('Control+s')
      await window.pourSheet.getByText('Ready').waitFor()
    },
    leave: escape,
  },
]

/**
 * Draws every screen of the real app into test-results/pictures: `node test/e2e/pictures.ts [--docs] [NAME…]`.
 * Not a test: it is looked at, beside the drawings of the design. With --docs those of the README are put there, too.
 */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { playgroundOf } from '../helpers/window.ts'
import type { DecantWindow } from '../helpers/window.ts'
import { serveHost } from './hosts.ts'
import { AFTER_SCREENS, givePrices } from './after-screens.ts'
import { SCREENS } from './screens.ts'
import type { ScreenUnderTest } from './screen.ts'
import { buildIfNeeded, repository } from '../../scripts/build-if-needed.ts'

const SIZES = [
  { width: 1280, height: 800 },
  { width: 1024, height: 700 },
] as const
const SCHEMES = ['light', 'dark'] as const

const folder = path.join(repository, 'test-results/pictures')
const wanted = process.argv.slice(2).filter((argument) => argument !== '--docs')
/** What the README shows, by the name it has there. */
const shown = new Map(
  process.argv.includes('--docs')
    ? [
        ['at-work', 'browse'],
        ['pour', 'pour'],
        ['job', 'job'],
      ]
    : [],
)
const docs = path.join(repository, 'docs/images')

async function draw(window: DecantWindow, name: string): Promise<void> {
  for (const size of SIZES) {
    await window.page.setViewportSize(size)
    for (const colorScheme of SCHEMES) {
      await window.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      const file = path.join(folder, `${name}-${colorScheme}-${size.width}.png`)
      await window.page.screenshot({ path: file })
      const known = shown.get(name)
      if (known !== undefined && size === SIZES[0])
        copyFileSync(file, path.join(docs, `${known}-${colorScheme}.png`))
    }
  }
  await window.page.setViewportSize(SIZES[0])
}

buildIfNeeded((line) => console.log(line))
mkdirSync(folder, { recursive: true })
if (shown.size > 0) mkdirSync(docs, { recursive: true })
const host = serveHost()

/** One walk in an app of its own: a screen begins where the one before it ended. */
async function walk(
  screens: readonly ScreenUnderTest[],
  prepare = (_dataDir: string): void => {},
): Promise<void> {
  if (wanted.length > 0 && !screens.some(({ name }) => wanted.includes(name))) return
  const dataDir = mkdtempSync(path.join(tmpdir(), 'decant-pictures-'))
  prepare(dataDir)
  const app = await host.open({ dataDir })
  try {
    for (const { name, show, leave } of screens) {
      await show(app.window, () => playgroundOf(dataDir)).catch(async (error: unknown) => {
        await app.window.page.screenshot({ path: path.join(folder, 'failed.png') })
        throw error
      })
      if (wanted.length === 0 || wanted.includes(name)) {
        await draw(app.window, name)
        console.log(name)
      }
      await leave?.(app.window, () => playgroundOf(dataDir))
    }
  } finally {
    await app.close()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

try {
  await walk(SCREENS)
  await walk(AFTER_SCREENS, givePrices)
} finally {
  await host.end()
}

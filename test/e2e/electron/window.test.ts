import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { launchApp } from '../../helpers/electron.ts'
import { electronHost, startOf } from '../hosts.ts'
import { measureWindow } from '../window/measure.ts'
import { linesOf, progressOf } from '../window/words.ts'

const SIZE = { items: 100_000, keys: 20_000, copies: 1_000_000, seconds: 1 }

describe('the desktop while a job runs and long lists are scrolled', () => {
  const host = electronHost()
  const dir = mkdtempSync(path.join(tmpdir(), 'decant-window-'))
  afterAll(async () => {
    await host.end()
    rmSync(dir, { recursive: true, force: true })
  })

  // How long things take is the benchmark's to judge: here it is printed, and what is counted must hold.
  it('has few rows in the page and few updates over the bridge, and shows rows', async () => {
    const figures = await measureWindow({ host, dir, size: SIZE, say: () => {} })
    const bare = await bareStart(path.join(dir, 'bare'))
    console.log(
      [...linesOf(figures), `an app of one empty page: there ${Math.round(bare)} ms after its start`].join(
        '\n',
      ),
    )
    for (const { what, bridge, seen, trace } of figures.scrolled) {
      // One more may fall into the time that was watched.
      expect(bridge.updates, what).toBeLessThanOrEqual(5 * bridge.watched + 1)
      expect(bridge.updates, what).toBeGreaterThan(0)
      expect(seen.mostRows, what).toBeLessThan(80)
      expect(seen.rows - seen.blank, what).toBeGreaterThan(0)
      expect(trace.frames, what).toBeGreaterThan(0)
    }
    expect(progressOf(figures)).toBeGreaterThan(0)
    expect(figures.heapMost).toBeLessThan(250_000_000)
  })
})

/** How long an app takes that shows a page with nothing in it: what Electron itself takes on this machine. */
async function bareStart(dataDir: string): Promise<number> {
  const appDir = path.resolve(import.meta.dirname, '../../electron-runtime/fixture')
  const launched = await launchApp({ appDir, dataDir })
  try {
    const page = await launched.window()
    await page.waitForFunction(() => document.readyState === 'complete')
    const there = await page.evaluate(() => {
      const [shown] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[]
      return performance.timeOrigin + (shown?.domComplete ?? 0)
    })
    return there - (await startOf(launched.app))
  } finally {
    await launched.close()
  }
}

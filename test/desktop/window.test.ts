import { EventEmitter } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test, vi } from 'vitest'

/** What a window of Electron is asked for until it is seen. It is never drawn: `ready-to-show` does not come. */
class Page extends EventEmitter {
  readonly setZoomLevel = vi.fn()
}
class Window extends EventEmitter {
  readonly webContents = new Page()
  readonly show = vi.fn()
  destroyed = false
  isDestroyed(): boolean {
    return this.destroyed
  }
  loadURL(): Promise<void> {
    return Promise.resolve()
  }
}
vi.mock('electron', () => ({
  BrowserWindow: Window,
  Menu: {},
  clipboard: {},
  nativeTheme: new EventEmitter(),
  protocol: {},
  screen: { getAllDisplays: () => [] },
}))
const { createWindow } = await import('../../main/desktop/window.ts')

const dataDir = mkdtempSync(path.join(tmpdir(), 'decant-window-'))
afterAll(() => rmSync(dataDir, { recursive: true }))

type Step = 'loaded' | 'core' | 'no core' | 'closed'

/** Whether it is shown in the end. */
async function shownAfter(steps: readonly Step[]): Promise<boolean> {
  const wanted = Promise.withResolvers<boolean>()
  const window = createWindow({
    ...{ dataDir, preload: '', url: undefined, wanted: wanted.promise },
  }) as unknown as Window
  for (const step of steps) {
    expect(window.show, `before ${step}`).not.toHaveBeenCalled()
    if (step === 'loaded') window.webContents.emit('did-finish-load')
    else if (step === 'closed') window.destroyed = true
    else wanted.resolve(step === 'core')
    await new Promise((resolve) => setImmediate(resolve))
  }
  return window.show.mock.calls.length > 0
}

test.each<[readonly Step[], boolean]>([
  [['loaded', 'core'], true],
  [['core', 'loaded'], true],
  [['loaded'], false],
  [['core'], false],
  [['loaded', 'no core'], false],
  [['no core', 'loaded'], false],
  [['loaded', 'closed', 'core'], false],
])('a window that was never drawn, after %j: it is shown %j', async (steps, shown) => {
  expect(await shownAfter(steps)).toBe(shown)
})

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { launchApp } from '../../helpers/electron.ts'
import type { LaunchedApp } from '../../helpers/electron.ts'
import { isAlive, until } from '../../helpers/processes.ts'

const appDir = path.resolve(import.meta.dirname, '../../electron-runtime/fixture')

interface Fixture {
  readonly inMain: number
  readonly inUtility: number | undefined
}

describe('the Electron runtime', () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'decant-runtime-'))
  let launched: LaunchedApp | undefined
  afterEach(async () => {
    await launched?.close()
    rmSync(dataDir, { recursive: true, force: true })
  })

  it('shows a sandboxed window from a scheme of its own, and runs SQLite in main and in a utility process', async () => {
    launched = await launchApp({ appDir, dataDir })
    const window = await launched.window()
    await expect.poll(() => window.title()).toBe('fixture')
    const counts = (): Promise<Fixture> =>
      launched!.app.evaluate(() => (globalThis as unknown as { fixture: Fixture }).fixture)
    await expect.poll(counts).toEqual({ inMain: 3, inUtility: 3 })
    expect(
      await launched.app.evaluate(({ app }) => [app.getName(), app.getVersion(), app.getAppPath()]),
    ).toEqual(['runtime-fixture', '1.2.3', appDir])
  })

  it('leaves no process behind after SIGKILL', async () => {
    launched = await launchApp({ appDir, dataDir })
    await launched.window()
    const pids = await launched.app.evaluate(({ app }) => app.getAppMetrics().map((metric) => metric.pid))
    expect(pids.length).toBeGreaterThan(1)
    await launched.kill()
    await until('every process of the app is gone', () => !pids.some(isAlive))
  })
})

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startSource } from '../../helpers/processes.ts'
import type { RunningProcess } from '../../helpers/processes.ts'

const start = path.resolve(import.meta.dirname, '../../../scripts/start.ts')
const withoutDisplay = { ...process.env, DISPLAY: '', WAYLAND_DISPLAY: '' }

/** On other platforms there is always a display, and start would open the real window. */
describe.runIf(process.platform === 'linux')('npm start where no window can be shown', () => {
  let dataDir: string
  let started: RunningProcess | undefined
  beforeEach(() => {
    dataDir = mkdtempSync(path.join(tmpdir(), 'decant-start-'))
  })
  afterEach(async () => {
    await started?.kill('SIGTERM')
    rmSync(dataDir, { recursive: true, force: true })
  })

  it('says why in one line, serves the app, and goes when it is told to', async () => {
    started = startSource(start, ['--data-dir', dataDir], { env: withoutDisplay })
    const why = await started.line(/^No window: /)
    expect(why).toMatch(/^No window: (there is no display|Electron does not run as root on Linux)\. Serving/)

    const address = await started.line(/^http:\/\/127\.0\.0\.1:\d+\/\?token=\S+$/)
    const page = await fetch(address)
    expect(page.status).toBe(200)
    expect(await page.text()).toContain('<title>')

    expect(await started.kill('SIGTERM')).toEqual({ code: 0, signal: null })
  })
})

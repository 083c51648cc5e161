import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { spawnPlayground } from '../../helpers/playground.ts'
import { until } from '../../helpers/processes.ts'
import { playgroundOf } from '../../helpers/window.ts'
import { electronHost } from '../hosts.ts'
import type { OpenElectron } from '../hosts.ts'
import { addConnection } from '../scenarios/add-connection.ts'

describe('the desktop', () => {
  const host = electronHost()
  let dataDir: string
  let app: OpenElectron | undefined
  beforeEach(() => {
    dataDir = mkdtempSync(path.join(tmpdir(), 'decant-desktop-'))
  })
  afterEach(async () => {
    await app?.close()
    await host.end()
    rmSync(dataDir, { recursive: true, force: true })
  })

  it('keeps keys that are typed in from start to start, and in no file as they are', async () => {
    const server = await spawnPlayground()
    try {
      await server.admin.seed({ bucket: 'mine', count: 1, size: 1 })
      // A machine without a screen has no key store: this is how one allows the plain one.
      const env = { DECANT_PLAIN_SECRETS: '1' }
      app = await host.open({ dataDir, env })
      await addConnection(app.window, server)
      await app.kill()
      app = await host.open({ dataDir, env })
      await app.window.button(/^Mine/).first().click()
      await app.window.row('left', 'mine').dblclick()
      await app.window.row('left', 'obj-00000000').waitFor()
      expect(filesWith(dataDir, server.secretAccessKey)).toEqual([])
      await app.close()
    } finally {
      await server.stop()
    }
  })

  it('asks before it is closed while a job runs, and goes on with the job at the next start', async () => {
    app = await host.open({ dataDir })
    const { window } = app
    await window.openPlayground()
    await window.goTo('left', 's3://acme-lake-curated/')
    await window.goTo('right', 's3://acme-web-assets/')
    await playgroundOf(dataDir).faults({ op: 'CopyObject', do: 'slow', ms: 700 })
    await window.row('left', 'orders/').click()
    await window.page.keyboard.press('F5')
    await window.button(/^Start copying/, window.pourSheet).click()
    await window.halfWay(/orders/)

    const asked = await answerAndClose(app, 'Cancel')
    expect(asked).toEqual(['Keep running in the background', 'Pause and quit', 'Cancel'])
    expect(await window.jobLine(/orders/).count()).toBe(1)
    const gone = new Promise((resolve) => app?.app.process().once('exit', resolve))
    await answerAndClose(app, 'Pause and quit')
    expect(await gone).toBe(0)

    app = await host.open({ dataDir })
    const places = [
      { bucket: 'acme-lake-curated', prefix: 'orders/' },
      { bucket: 'acme-web-assets', prefix: 'orders/' },
    ] as const
    await until('the job goes on by itself to its end', async () => {
      // The playground starts with its first request, and then has another address.
      const found = await playgroundOf(dataDir)
        .compare(...places)
        .catch(() => undefined)
      return found?.equal === true
    })
    await app.window.page.getByRole('region', { name: 'Running jobs' }).waitFor({ state: 'detached' })
  })
})

/** Closes the window and gives this answer to the question; resolves with the answers there were, once it is asked. */
function answerAndClose({ app }: OpenElectron, answer: string): Promise<readonly string[]> {
  return app.evaluate(
    ({ BrowserWindow, dialog }, wanted) =>
      new Promise<readonly string[]>((resolve) => {
        const ask = ((...args: readonly unknown[]) => {
          const { buttons = [] } = args.at(-1) as { buttons?: string[] }
          setImmediate(() => resolve(buttons))
          return Promise.resolve({ response: buttons.indexOf(wanted), checkboxChecked: false })
        }) as typeof dialog.showMessageBox
        dialog.showMessageBox = ask
        BrowserWindow.getAllWindows()[0]?.close()
      }),
    answer,
  )
}

function filesWith(dir: string, text: string): readonly string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => readFileSync(file).includes(text))
}

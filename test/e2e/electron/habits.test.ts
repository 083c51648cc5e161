import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../../helpers/processes.ts'
import { playgroundOf } from '../../helpers/window.ts'
import { electronHost, type OpenElectron } from '../hosts.ts'

/** What the system does to a program that stays open: other starts, closed windows, files and links. */
describe('the desktop as a citizen of its system', () => {
  const host = electronHost()
  const dataDir = mkdtempSync(path.join(tmpdir(), 'decant-habits-'))
  let app: OpenElectron
  beforeAll(async () => {
    app = await host.open({ dataDir })
    await app.window.openPlayground()
  })
  afterAll(async () => {
    await app.close()
    await host.end()
    rmSync(dataDir, { recursive: true, force: true })
  })
  afterEach(async () => {
    await app.window.page.keyboard.press('Escape')
  })

  /** As the system starts it for a double click or a link: it hands over to the one that is open, and ends. */
  async function startAgain(...said: readonly string[]): Promise<void> {
    const { executable, args, display } = await app.app.evaluate(({ app: electron }) => ({
      executable: process.execPath,
      args: [electron.getAppPath(), `--data-dir=${electron.commandLine.getSwitchValue('data-dir')}`],
      display: process.env['DISPLAY'],
    }))
    const env = { ...process.env, ...(display !== undefined && { DISPLAY: display }) }
    await new Promise<void>((resolve, reject) => {
      execFile(executable, ['--no-sandbox', ...args, ...said], { env, timeout: 60_000 }, (error) =>
        error === null ? resolve() : reject(error),
      )
    })
  }
  const isVisible = (): Promise<boolean> =>
    app.app.evaluate(({ BrowserWindow }) => {
      const [window] = BrowserWindow.getAllWindows()
      return window?.isVisible() === true && !window.isMinimized()
    })

  it('opens the place of a link, and says why it does not open another', async () => {
    const { window } = app
    await startAgain('decant://open?connection=Playground&bucket=acme-lake-curated&prefix=orders%2Fdaily%2F')
    await window
      .list('left')
      .and(window.page.getByRole('grid', { name: 'Objects in s3://acme-lake-curated/orders/daily/' }))
      .waitFor()
    await startAgain('decant://open?connection=Nobody')
    await window.page.getByText('The link was not opened: no connection is called "Nobody" here.').waitFor()
    await startAgain('decant://delete?connection=Playground&bucket=acme-lake-curated')
    await window.page.getByText(/The link was not opened: it must begin with decant:\/\/open/).waitFor()
  })

  it('opens a job file as a plan that nobody started, and names what is wrong with another', async () => {
    const { window } = app
    const file = path.join(dataDir, 'weekly.decant')
    const written = (await playgroundOf(dataDir).log()).length
    const connection = {
      id: 'elsewhere',
      name: 'Playground',
      config: {
        endpoint: 'http://127.0.0.1:1',
        region: 'us-east-1',
        addressing: 'path',
        credentials: { kind: 'playground' },
      },
    }
    const spec = {
      v: 1,
      kind: 'copy',
      sources: [
        {
          connection,
          bucket: 'acme-lake-curated',
          select: [{ kind: 'prefix', prefix: 'orders/daily/' }],
          base: 'orders/',
        },
      ],
      destinations: [{ connection, bucket: 'acme-web-assets', prefix: 'from-a-file/' }],
      conflict: 'skip',
      verify: 'auto',
    }
    writeFileSync(file, JSON.stringify(spec))
    await startAgain(file)
    await window.page
      .getByText(/there is no connection "Playground" \(http:\/\/127\.0\.0\.1:1\) here/)
      .waitFor()

    const mine = { ...connection, id: 'playground' }
    const here = {
      ...spec,
      sources: [{ ...spec.sources[0], connection: mine }],
      destinations: [{ ...spec.destinations[0], connection: mine }],
    }
    writeFileSync(file, JSON.stringify({ ...here, v: 2 }))
    await startAgain(file)
    await window.page
      .getByText('weekly.decant: v: must be 1, not 2: it was written by a newer Decant.')
      .waitFor()

    writeFileSync(file, JSON.stringify(here))
    await startAgain(file)
    await window.pourSheet.getByText(/365/).first().waitFor()
    await window.button(/^Start copying/, window.pourSheet).waitFor()
    expect(await playgroundOf(dataDir).log()).toHaveLength(written)
    await window.page.keyboard.press('Escape')
    await window.pourSheet.waitFor({ state: 'detached' })
  })

  it('goes to the background with its jobs, and comes back with a second start', async () => {
    const { window } = app
    await window.goTo('left', 's3://acme-lake-curated/')
    await window.goTo('right', 's3://acme-web-assets/')
    await playgroundOf(dataDir).faults({ op: 'CopyObject', do: 'slow', ms: 2500 })
    await window.row('left', 'orders/').click()
    await window.page.keyboard.press('F5')
    await window.button(/^Start copying/, window.pourSheet).click()
    await window.halfWay(/orders/)
    // Without a window manager nothing minimises: hiding stands in for it.
    await app.app.evaluate(({ BrowserWindow }) => {
      const [shown] = BrowserWindow.getAllWindows()
      if (shown) shown.minimize = () => shown.hide()
    })
    const asked = await app.app.evaluate(
      ({ BrowserWindow, dialog }) =>
        new Promise<unknown>((resolve) => {
          dialog.showMessageBox = ((...args: readonly unknown[]) => {
            const { checkboxLabel } = args.at(-1) as { checkboxLabel?: string }
            setImmediate(() => resolve(checkboxLabel))
            return Promise.resolve({ response: 0, checkboxChecked: true })
          }) as typeof dialog.showMessageBox
          BrowserWindow.getAllWindows()[0]?.close()
        }),
    )
    expect(asked).toBe('Do so from now on, without asking')
    await until('the window is away', async () => !(await isVisible()))
    // The answer holds from now on, and stands in the settings.
    const settings = path.join(dataDir, 'settings.json')
    await until('it is remembered', () => readFileSync(settings, 'utf8').includes('"onClose": "background"'))
    await startAgain()
    await until('the window is back', isVisible)
    expect(await window.jobLine(/orders/).count()).toBe(1)
    await app.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
    await until('the window is away without a question', async () => !(await isVisible()))
    await startAgain()
    await until('the window is back', isVisible)
    await playgroundOf(dataDir).clearFaults()
  })

  it('writes down what happens, for its owner alone, and no key', () => {
    const folder = path.join(dataDir, 'logs')
    const files = readdirSync(folder)
    expect(files.sort()).toEqual(['core.log', 'window.log'])
    const text = files.map((name) => readFileSync(path.join(folder, name), 'utf8')).join('')
    expect(text).toMatch(/info {4}job \S+ running: Copy orders/)
    const { secretAccessKey } = JSON.parse(
      readFileSync(path.join(dataDir, 'playground/playground.json'), 'utf8'),
    ) as { secretAccessKey: string }
    expect(text).not.toContain(secretAccessKey)
    for (const name of files) expect(statSync(path.join(folder, name)).mode & 0o077).toBe(0)
  })
})

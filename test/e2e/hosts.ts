/** The two hosts that show a window, opened by the same words. */
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { Browser } from 'playwright'
import { launchBrowser } from '../helpers/browser.ts'
import { launchApp } from '../helpers/electron.ts'
import type { LaunchedApp } from '../helpers/electron.ts'
import { isAlive, startSource, until } from '../helpers/processes.ts'
import type { RunningProcess } from '../helpers/processes.ts'
import { DecantWindow } from '../helpers/window.ts'
import type { OpenApp, TestHost } from '../helpers/window.ts'

const serveEntry = path.resolve(import.meta.dirname, '../../out/main/serve.js')

/** In pixels; what the desktop's window begins with, too. */
const VIEWPORT = { width: 1280, height: 800 }

/** For one thing to appear, in milliseconds: far more than it takes, far less than a test has. */
const PATIENCE = 30_000

/** The built serve, and a Chromium that the tests of one file share. */
export function serveHost(): TestHost {
  let browser: Browser | undefined
  const running = new Set<RunningProcess>()
  return {
    name: 'serve',
    async open({ dataDir, env }) {
      browser ??= await launchBrowser()
      const startedAt = Date.now()
      const serve = startSource(serveEntry, ['--data-dir', dataDir], { env: cleanEnvironment(dataDir, env) })
      running.add(serve)
      void serve.exit.then(() => running.delete(serve))
      const url = (await serve.line(/^http:\/\/127\.0\.0\.1:\d+\//)).trim()
      const context = await browser.newContext({ viewport: VIEWPORT, acceptDownloads: true })
      context.setDefaultTimeout(PATIENCE)
      const page = await context.newPage()
      await page.goto(url)
      return {
        window: new DecantWindow(page),
        startedAt,
        async take(act) {
          const [download] = await Promise.all([page.waitForEvent('download'), act()])
          return readFileSync(await download.path(), 'utf8')
        },
        async kill() {
          const pids = [serve.pid, ...childrenOf(serve.pid)]
          for (const pid of pids) process.kill(pid, 'SIGKILL')
          await serve.exit
          await until('every process of serve is gone', () => !pids.some(isAlive))
          await context.close()
        },
        async close() {
          await context.close()
          await serve.kill('SIGTERM')
        },
      }
    },
    async end() {
      await browser?.close()
      // A test that failed may have left one.
      await Promise.all([...running].map((serve) => serve.kill()))
    },
  }
}

/** The built app in the Electron that is here. */
export function electronHost(): ElectronHost {
  const running = new Set<LaunchedApp>()
  return {
    name: 'electron',
    async open({ dataDir, env }) {
      const launched = await launchApp({ dataDir, env: { ...isolation(dataDir), ...env } })
      running.add(launched)
      launched.app.process().once('exit', () => running.delete(launched))
      const page = await launched.window()
      page.setDefaultTimeout(PATIENCE)
      return {
        window: new DecantWindow(page),
        app: launched.app,
        startedAt: await startOf(launched.app),
        async take(act) {
          const filePath = path.join(dataDir, 'taken')
          // The system's own dialog is beyond the reach of tests: it is answered in its place.
          await launched.app.evaluate(({ dialog }, chosen) => {
            dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath: chosen })
          }, filePath)
          await act()
          await page.getByText('The report was saved.').waitFor()
          return readFileSync(filePath, 'utf8')
        },
        async kill() {
          const pids = await launched.app.evaluate(({ app }) => app.getAppMetrics().map(({ pid }) => pid))
          await launched.kill()
          await until('every process of the app is gone', () => !pids.some(isAlive))
        },
        close: launched.close,
      }
    },
    async end() {
      // A test that failed may have left one.
      await Promise.all([...running].map((launched) => launched.kill()))
    },
  }
}

/** When its process was made, milliseconds since 1970. */
export async function startOf(app: LaunchedApp['app']): Promise<number> {
  return (await app.evaluate(() => process.getCreationTime())) ?? Number.NaN
}

type OpenOptions = Parameters<TestHost['open']>[0]
export type OpenElectron = OpenApp & { readonly app: Awaited<ReturnType<typeof launchApp>>['app'] }
export interface ElectronHost extends TestHost {
  open(options: OpenOptions): Promise<OpenElectron>
}

/** The AWS files and variables of whoever runs the tests, and what rclone knows, are none of theirs. */
function isolation(dataDir: string): Record<string, string> {
  return {
    AWS_CONFIG_FILE: path.join(dataDir, 'no-aws-config'),
    AWS_SHARED_CREDENTIALS_FILE: path.join(dataDir, 'no-aws-credentials'),
    AWS_EC2_METADATA_DISABLED: 'true',
    RCLONE_CONFIG: path.join(dataDir, 'no-rclone-config'),
  }
}

function cleanEnvironment(dataDir: string, env: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_'))
  return { ...Object.fromEntries(own), ...isolation(dataDir), ...env }
}

/** The processes that this one started, where the system tells (Linux); elsewhere they end with it by themselves. */
function childrenOf(pid: number): readonly number[] {
  const file = `/proc/${pid}/task/${pid}/children`
  if (!existsSync(file)) return []
  return readFileSync(file, 'utf8').split(' ').filter(Boolean).map(Number)
}

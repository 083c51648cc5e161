import type { BrowserWindow } from 'electron'
import { app, dialog, powerMonitor, session } from 'electron'
import { createClient } from '#contract/client.ts'
import type { WindowCommand } from '#contract/events.ts'
import { superviseCore, type SupervisedCore } from '#contract/supervisor.ts'
import { systemSeams } from '#model/seams.ts'
import { bridge, type Bridge } from './bridge.ts'
import { forkCore, playgroundIn } from './children.ts'
import { useDataDirectory } from './data-dir.ts'
import { openGrants } from './grants.ts'
import { desktopHost } from './host.ts'
import { lockDown } from './lockdown.ts'
import { setMenu } from './menu.ts'
import { APP_ORIGIN, registerScheme, servePages } from './protocol.ts'
import { guardQuit } from './quit-guard.ts'
import { releasesReader } from './releases.ts'
import { openSecrets } from './secrets.ts'
import { settingsFile } from './settings.ts'
import { createWindow, showWindow } from './window.ts'

export interface DesktopOptions {
  readonly version: string
  /** Of this build: only an entry knows where the other entries lie. */
  readonly paths: {
    readonly core: string
    readonly playground: string
    readonly preload: string
    readonly renderer: string
  }
}

/** The desktop app: one for each data directory; a second start shows the window of the first. */
export function runDesktop(options: DesktopOptions): void {
  const dataDir = useDataDirectory()
  registerScheme()
  if (!app.requestSingleInstanceLock()) {
    app.quit()
    return
  }
  // No `await` here: an ESM main that awaits at its top level never becomes ready.
  void app.whenReady().then(() => new DesktopApp(options, dataDir).start())
}

class DesktopApp {
  readonly #options: DesktopOptions
  readonly #dataDir: string
  readonly #devUrl = app.isPackaged ? undefined : process.env['ELECTRON_RENDERER_URL']
  readonly #playground
  readonly #grants
  readonly #host
  readonly #core: SupervisedCore
  #window: BrowserWindow | undefined
  #bridge: Bridge | undefined
  #freeWindow = (): void => {}
  #quitting: Promise<void> | undefined
  #gone = false

  constructor(options: DesktopOptions, dataDir: string) {
    this.#options = options
    this.#dataDir = dataDir
    this.#playground = playgroundIn(dataDir, options.paths.playground)
    this.#grants = openGrants(dataDir)
    this.#host = desktopHost({
      settings: settingsFile(dataDir),
      secrets: openSecrets(dataDir),
      grants: this.#grants,
      playground: this.#playground,
      releases: releasesReader(),
      window: () => this.#window,
      showJob: (jobId) => this.#command('show-job', jobId),
    })
    this.#core = superviseCore({
      spawn: forkCore(options.paths.core),
      host: this.#host.port,
      core: { dataDir, host: 'desktop', version: options.version },
      seams: systemSeams,
    })
  }

  async start(): Promise<void> {
    lockDown(session.defaultSession, this.#origin())
    servePages(session.defaultSession, this.#options.paths.renderer)
    setMenu((command) => this.#command(command))
    app.on('second-instance', () => this.#show())
    app.on('activate', () => this.#show())
    app.on('before-quit', (event) => this.#beforeQuit(event))
    app.on('window-all-closed', () => {
      if (process.platform !== 'darwin') void this.#quit()
    })
    // The system ends us (logging out, shutting down): nobody is there to be asked.
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void this.#quit())

    const started = await this.#core.started
    if (!started.ok) {
      process.stderr.write(`${started.failure.message}\n`)
      dialog.showErrorBox('Decant cannot start', started.failure.message)
      await this.#quit()
      return
    }
    this.#wakeJobs()
    this.#show()
  }

  /** After a sleep every connection is dead: jobs that wait look at once instead of at the next time. */
  #wakeJobs(): void {
    const client = createClient(this.#core.connect())
    powerMonitor.on('resume', () => void client.call('jobs.wake', {}).catch(() => {}))
  }

  #origin(): string {
    return this.#devUrl ?? APP_ORIGIN
  }

  #show(): void {
    if (this.#quitting) return
    if (this.#window) return showWindow(this.#window)
    const window = createWindow({
      dataDir: this.#dataDir,
      preload: this.#options.paths.preload,
      url: this.#devUrl,
    })
    this.#window = window
    this.#bridge = bridge(window, this.#core.connect(), this.#origin(), this.#grants)
    this.#freeWindow = guardQuit({
      window,
      running: this.#host.running,
      quit: () => void this.#quit(),
    })
    window.once('closed', () => {
      this.#window = undefined
      this.#bridge = undefined
    })
  }

  #command(command: WindowCommand, jobId?: string): void {
    this.#show()
    this.#bridge?.tell({ topic: 'window.command', payload: { command, jobId } })
  }

  /** Asked for from outside (menu, dock, system): the window's guard has its say first. */
  #beforeQuit(event: Electron.Event): void {
    if (this.#gone) return
    event.preventDefault()
    if (this.#window && !this.#quitting) this.#window.close()
    else void this.#quit()
  }

  /** Core first, as its jobs may be talking to the playground; then the window, then the app. */
  #quit(): Promise<void> {
    this.#quitting ??= this.#stopAll()
    return this.#quitting
  }

  async #stopAll(): Promise<void> {
    this.#window?.hide()
    await this.#core.stop()
    await this.#playground.stop()
    this.#gone = true
    this.#freeWindow()
    app.quit()
  }
}

import type { BrowserWindow } from 'electron'
import { app, dialog, Menu, nativeTheme, powerMonitor, session } from 'electron'
import { createClient, type Client } from '#contract/client.ts'
import type { EventMessage } from '#contract/events.ts'
import type { DesktopHabits } from '#contract/host.ts'
import { superviseCore, type SupervisedCore } from '#contract/supervisor.ts'
import { systemSeams } from '#model/seams.ts'
import { DEFAULT_SETTINGS, settings as settingsSchema, type Settings } from '#model/settings.ts'
import { hidingSecrets } from '../log/hiding.ts'
import type { Log } from '../log/log.ts'
import { openProcessLog } from '../log/process-log.ts'
import { Background } from './background.ts'
import { bridge, type Bridge } from './bridge.ts'
import { forkCore, playgroundIn } from './children.ts'
import { useDataDirectory } from './data-dir.ts'
import { openGrants } from './grants.ts'
import { desktopHost } from './host.ts'
import { pauseAll, resumeAll } from './job-switch.ts'
import { lockDown } from './lockdown.ts'
import { openMenu, type AppMenu } from './menu.ts'
import { openable, readOpened } from './opened.ts'
import { APP_ORIGIN, registerScheme, servePages } from './protocol.ts'
import { guardQuit, type QuitGuard } from './quit-guard.ts'
import { releasesReader } from './releases.ts'
import { openSecrets } from './secrets.ts'
import { settingsFile } from './settings.ts'
import { backgroundHere } from './tray.ts'
import type { TrayAct } from './tray-menu.ts'
import { logProcesses, logWindow } from './window-log.ts'
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
  const asked = listenForOpens()
  const log = openProcessLog(dataDir, 'window')
  logProcesses(log)
  log.write(
    'info',
    `Decant ${options.version} begins on ${process.platform} (Electron ${process.versions.electron})`,
  )
  // No `await` here: an ESM main that awaits at its top level never becomes ready.
  void app.whenReady().then(() => new DesktopApp(options, dataDir, log).start(asked))
}

/** macOS tells what is to be opened by events, the first before the app is ready. */
interface Opens {
  listener: (said: string) => void
  readonly waiting: string[]
}

function listenForOpens(): Opens {
  const opens: Opens = { waiting: [], listener: (said) => void opens.waiting.push(said) }
  for (const name of ['open-file', 'open-url'] as const)
    app.on(name as 'open-file', (event, said) => {
      event.preventDefault()
      opens.listener(said)
    })
  return opens
}

class DesktopApp {
  readonly #options: DesktopOptions
  readonly #dataDir: string
  readonly #log: Log
  readonly #devUrl = app.isPackaged ? undefined : process.env['ELECTRON_RENDERER_URL']
  readonly #playground
  readonly #grants
  readonly #settingsFile
  readonly #host
  readonly #core: SupervisedCore
  readonly #client: Client
  readonly #background = new Background((act) => this.#onTray(act))
  /** Where a closed window goes on this system. */
  readonly #where: Promise<DesktopHabits['background']> = backgroundHere()
  readonly #menu: AppMenu
  #settings: Settings = DEFAULT_SETTINGS
  #window: BrowserWindow | undefined
  #bridge: Bridge | undefined
  #guard: QuitGuard | undefined
  /** Said before the window listens; undefined once it does. */
  #unheard: EventMessage[] | undefined = []
  #quitting: Promise<void> | undefined
  #gone = false

  constructor(options: DesktopOptions, dataDir: string, log: Log) {
    this.#options = options
    this.#dataDir = dataDir
    this.#log = log
    this.#playground = playgroundIn(dataDir, options.paths.playground)
    this.#grants = openGrants(dataDir)
    this.#settingsFile = settingsFile(dataDir)
    this.#host = desktopHost({
      settings: this.#settingsFile,
      secrets: openSecrets(dataDir),
      grants: this.#grants,
      playground: this.#playground,
      releases: releasesReader(),
      window: () => this.#window,
      background: () => this.#where,
      actOnJob: (jobId, action) => this.#ask({ topic: 'window.job', payload: { jobId, action } }),
      atWork: (work) => this.#background.update(work),
    })
    this.#core = superviseCore({
      spawn: forkCore(options.paths.core),
      host: hidingSecrets(this.#host.port, log),
      core: { dataDir, host: 'desktop', version: options.version },
      seams: systemSeams,
    })
    this.#client = createClient(this.#core.connect())
    this.#menu = openMenu((command) => this.#ask({ topic: 'window.command', payload: { command } }))
  }

  async start(opens: Opens): Promise<void> {
    lockDown(session.defaultSession, this.#origin())
    servePages(session.defaultSession, this.#options.paths.renderer)
    app.setAboutPanelOptions({ applicationName: 'Decant', applicationVersion: this.#options.version })
    app.on('second-instance', (_event, argv, folder) => {
      this.#show()
      for (const said of openable(argv.slice(1))) void this.#open(said, folder)
    })
    app.on('activate', () => this.#show())
    app.on('before-quit', (event) => this.#beforeQuit(event))
    app.on('window-all-closed', () => {
      if (process.platform !== 'darwin') void this.#quit()
    })
    // The system ends us (logging out, shutting down): nobody is there to be asked.
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void this.#quit())

    await this.#followSettings()
    // The page is loaded while the core begins: what it asks before that waits there.
    this.#show()
    const started = await this.#core.started
    if (!started.ok) {
      console.error(started.failure.message)
      dialog.showErrorBox('Decant cannot start', started.failure.message)
      await this.#quit()
      return
    }
    // After a sleep every connection is dead: jobs that wait look at once instead of at the next time.
    powerMonitor.on('resume', () => void this.#client.call('jobs.wake', {}).catch(() => {}))
    opens.listener = (said) => void this.#open(said, process.cwd())
    for (const said of [...opens.waiting.splice(0), ...openable(process.argv.slice(1))])
      void this.#open(said, process.cwd())
  }

  /** The theme is known before the first frame is drawn; what else main needs follows the core's word. */
  async #followSettings(): Promise<void> {
    const follow = (settings: Settings): void => {
      this.#settings = settings
      nativeTheme.themeSource = settings.theme
      this.#log.setLevel(settings.logLevel)
    }
    const found = settingsSchema.safeParse(await this.#settingsFile.readSettings())
    if (found.success) follow(found.data)
    this.#client.on('settings.changed', ({ settings }) => follow(settings))
    this.#client.on('core.changed', ({ state }) => {
      if (state === 'restarting') this.#log.write('error', 'the core was lost, and is started again')
    })
  }

  #origin(): string {
    return this.#devUrl ?? APP_ORIGIN
  }

  #show(): void {
    if (this.#quitting) return
    if (this.#window) {
      showWindow(this.#window)
      this.#background.leave()
      return
    }
    const window = createWindow({
      dataDir: this.#dataDir,
      preload: this.#options.paths.preload,
      url: this.#devUrl,
      wanted: this.#core.started.then(({ ok }) => ok),
    })
    this.#window = window
    logWindow(window, this.#log)
    this.#bridge = bridge(window, this.#core.connect(), this.#origin(), this.#grants, {
      describeMenu: (description) => {
        this.#menu.show(description)
        const unheard = this.#unheard ?? []
        this.#unheard = undefined
        for (const event of unheard) this.#bridge?.tell(event)
      },
      openMenu: (x, y) => Menu.getApplicationMenu()?.popup({ window, x: Math.round(x), y: Math.round(y) }),
    })
    this.#guard = guardQuit({
      window,
      running: this.#host.running,
      onClose: () => this.#settings.onClose,
      remember: (onClose) => void this.#client.call('settings.update', { onClose }).catch(() => {}),
      quit: () => void this.#quit(),
      goToBackground: () => void this.#where.then((where) => this.#background.go(window, where)),
    })
    window.on('show', () => this.#background.leave())
    window.once('closed', () => {
      this.#window = undefined
      this.#bridge = undefined
      this.#unheard = []
    })
  }

  /** Shows the window and asks it for something, as soon as it listens. */
  #ask(event: EventMessage): void {
    this.#show()
    if (this.#unheard === undefined) this.#bridge?.tell(event)
    else this.#unheard.push(event)
  }

  async #open(said: string, folder: string): Promise<void> {
    this.#ask({ topic: 'window.open', payload: await readOpened(said, folder) })
  }

  #onTray(act: TrayAct): void {
    switch (act.is) {
      case 'show':
        return this.#show()
      case 'show-job':
        return this.#ask({ topic: 'window.job', payload: { jobId: act.id, action: 'show' } })
      case 'pause-all':
        return void pauseAll(this.#client)
      case 'resume-all':
        return void resumeAll(this.#client)
      case 'quit':
        // The jobs were known of when the window went: what is paused goes on at the next start.
        return void this.#quit()
    }
  }

  /** Asked for from outside (menu, dock, system): the person has a say first. */
  #beforeQuit(event: Electron.Event): void {
    if (this.#gone) return
    event.preventDefault()
    if (this.#window?.isVisible() === true && !this.#quitting) this.#guard?.askToQuit()
    else void this.#quit()
  }

  /** Core first, as its jobs may be talking to the playground; then the window, then the app. */
  #quit(): Promise<void> {
    this.#quitting ??= this.#stopAll()
    return this.#quitting
  }

  async #stopAll(): Promise<void> {
    this.#window?.hide()
    this.#background.leave()
    await this.#core.stop()
    await this.#playground.stop()
    this.#log.write('info', 'Decant ends')
    this.#gone = true
    this.#guard?.free()
    app.quit()
  }
}

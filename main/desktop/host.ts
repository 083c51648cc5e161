import { mkdirSync } from 'node:fs'
import { copyFile, readdir } from 'node:fs/promises'
import path from 'node:path'
import { app, clipboard, dialog, Notification, powerSaveBlocker, shell, type BrowserWindow } from 'electron'
import type { DesktopHabits, FileChoice, HostPort, JobsAtWork, NoticeAction } from '#contract/host.ts'
import type { PlaygroundKeeper } from '#contract/playground-keeper.ts'
import { fail } from '#model/failure.ts'
import type { Grants } from './grants.ts'
import { openNotices } from './notices.ts'
import type { ReleasesReader } from './releases.ts'
import type { Secrets } from './secrets.ts'
import type { SettingsFile } from './settings.ts'

export interface DesktopHost {
  readonly port: HostPort
  /** Jobs that run at this moment, as the core told last. */
  running(): number
}

export interface DesktopHostOptions {
  readonly settings: SettingsFile
  readonly secrets: Secrets
  readonly grants: Grants
  readonly playground: PlaygroundKeeper
  readonly releases: ReleasesReader
  readonly window: () => BrowserWindow | undefined
  readonly background: () => Promise<DesktopHabits['background']>
  /** Something was chosen in a notice. */
  readonly actOnJob: (jobId: string, action: NoticeAction) => void
  /** What the jobs are at has changed. */
  readonly atWork: (work: JobsAtWork) => void
}

/** On Windows and Linux a dialog chooses either files or folders. */
const CHOOSERS: Readonly<Record<FileChoice, Electron.OpenDialogOptions>> = {
  'upload-files': {
    title: 'Upload files',
    buttonLabel: 'Upload',
    properties: ['openFile', 'multiSelections', 'showHiddenFiles'],
  },
  'upload-folder': {
    title: 'Upload a folder',
    buttonLabel: 'Upload',
    properties: ['openDirectory', 'multiSelections', 'showHiddenFiles'],
  },
  download: {
    title: 'Download into a folder',
    buttonLabel: 'Download here',
    properties: ['openDirectory', 'createDirectory', 'promptToCreate'],
  },
}

/** What the desktop can do for its core. */
export function desktopHost(options: DesktopHostOptions): DesktopHost {
  const { settings, secrets, grants, playground, releases, window } = options
  const say = openNotices(options.actOnJob)
  let running = 0
  let awake: number | undefined

  /** A machine that falls asleep in the middle of a job would wake up with every connection dead. */
  const stayAwake = (wanted: boolean): void => {
    if (wanted && awake === undefined) awake = powerSaveBlocker.start('prevent-app-suspension')
    if (!wanted && awake !== undefined) {
      powerSaveBlocker.stop(awake)
      awake = undefined
    }
  }

  const port: HostPort = {
    ...settings,
    capabilities: async () => ({
      kind: 'desktop',
      secrets: secrets.kept ? 'kept' : 'plain-refused',
      notifications: Notification.isSupported(),
      saveDialog: true,
      files: 'dialogs',
      updates: releases.known,
      desktop: { background: await options.background() },
    }),
    readSecret: async (id) => secrets.read(id),
    writeSecret: async (id, secret) => secrets.write(id, secret),
    removeSecret: async (id) => secrets.remove(id),
    async notify(notice) {
      // Whoever looks at the window sees it there.
      if (window()?.isFocused() !== true) say(notice)
    },
    async showProgress(work) {
      running = work.running
      stayAwake(work.awake)
      // -1 takes the bar away; above 1 it runs without an end.
      window()?.setProgressBar(running === 0 ? -1 : (work.fraction ?? 2))
      app.setBadgeCount(running)
      options.atWork(work)
    },
    async deliverFile({ path: file, name }) {
      const parent = window()
      const options = {
        defaultPath: path.join(app.getPath('downloads'), name),
        filters: [
          { name: path.extname(name).slice(1).toUpperCase(), extensions: [path.extname(name).slice(1)] },
        ],
      }
      const answer = await (parent ? dialog.showSaveDialog(parent, options) : dialog.showSaveDialog(options))
      if (answer.canceled || !answer.filePath) return { kind: 'cancelled' }
      await copyFile(file, answer.filePath)
      return { kind: 'saved', path: answer.filePath }
    },
    fileGrants: async () => grants.list(),
    async choosePaths(choice) {
      const parent = window()
      const asked = CHOOSERS[choice]
      const { canceled, filePaths } = await (parent
        ? dialog.showOpenDialog(parent, asked)
        : dialog.showOpenDialog(asked))
      if (canceled || filePaths.length === 0) return undefined
      grants.add(filePaths, choice === 'download' ? 'write' : 'read')
      return filePaths
    },
    async revealPath(file) {
      // Never opened: there are systems where a folder can be a program. What lies in it is shown, and so is it.
      const inside = await readdir(file).catch(() => [])
      shell.showItemInFolder(inside[0] === undefined ? file : path.join(file, inside[0]))
      return { kind: 'shown' }
    },
    readReleases: releases.read,
    async handText(text) {
      await clipboard.writeText(text)
      return { kind: 'copied' }
    },
    async openPage(url) {
      if (new URL(url).protocol !== 'https:')
        fail('bad-input', 'item', `url: must begin with https://, not ${JSON.stringify(url)}`)
      await shell.openExternal(url)
      return 'opened'
    },
    async openFolder(folder) {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      // Gives what went wrong as text: no file manager, no desktop.
      return (await shell.openPath(folder)) === '' ? 'opened' : 'shown'
    },
    openPlayground: playground.open,
  }
  return { port, running: () => running }
}

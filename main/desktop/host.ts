import { copyFile } from 'node:fs/promises'
import path from 'node:path'
import { app, dialog, Notification, powerSaveBlocker, shell, type BrowserWindow } from 'electron'
import type { HostPort } from '#contract/host.ts'
import type { PlaygroundKeeper } from '#contract/playground-keeper.ts'
import { fail } from '#model/failure.ts'
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
  readonly playground: PlaygroundKeeper
  readonly window: () => BrowserWindow | undefined
  /** A notification was clicked. */
  readonly showJob: (jobId: string) => void
}

/** What the desktop can do for its core. */
export function desktopHost(options: DesktopHostOptions): DesktopHost {
  const { settings, secrets, playground, window, showJob } = options
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
    }),
    readSecret: async (id) => secrets.read(id),
    writeSecret: async (id, secret) => secrets.write(id, secret),
    removeSecret: async (id) => secrets.remove(id),
    async notify({ title, body, jobId }) {
      if (!Notification.isSupported()) return
      const notification = new Notification({ title, body })
      notification.on('click', () => showJob(jobId))
      notification.show()
    },
    async showProgress(progress) {
      running = progress.running
      stayAwake(running > 0)
      // -1 takes the bar away; above 1 it runs without an end.
      window()?.setProgressBar(running === 0 ? -1 : (progress.fraction ?? 2))
      app.setBadgeCount(running)
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
    async openPage(url) {
      if (new URL(url).protocol !== 'https:')
        fail('bad-input', 'item', `url: must begin with https://, not ${JSON.stringify(url)}`)
      await shell.openExternal(url)
      return 'opened'
    },
    openPlayground: playground.open,
  }
  return { port, running: () => running }
}

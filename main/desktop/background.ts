import type { BrowserWindow } from 'electron'
import type { DesktopHabits, JobsAtWork } from '#contract/host.ts'
import { openTray, type BackgroundTray } from './tray.ts'
import type { TrayAct } from './tray-menu.ts'

export const IDLE: JobsAtWork = { running: 0, paused: 0, awake: false, jobs: [] }

/** Where the window is while jobs run and nobody wants to see it. Something visible always brings it back. */
export class Background {
  readonly #act: (act: TrayAct) => void
  #tray: BackgroundTray | undefined
  #work = IDLE

  constructor(act: (act: TrayAct) => void) {
    this.#act = act
  }

  update(work: JobsAtWork): void {
    this.#work = work
    this.#tray?.update(work)
  }

  go(window: BrowserWindow, where: DesktopHabits['background']): void {
    if (where === 'minimised') return window.minimize()
    if (where === 'tray') this.#tray ??= openTray(this.#work, this.#act)
    window.hide()
  }

  /** The window is shown again. */
  leave(): void {
    this.#tray?.destroy()
    this.#tray = undefined
  }
}

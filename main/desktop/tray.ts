import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { Menu, nativeImage, Tray } from 'electron'
import type { DesktopHabits, JobsAtWork } from '#contract/host.ts'
import { TRAY_ICONS } from './tray-icons.ts'
import { trayEntries, trayTip, type TrayAct } from './tray-menu.ts'

/** The icon by which Decant is found while its window is away. */
export interface BackgroundTray {
  update(work: JobsAtWork): void
  destroy(): void
}

export function openTray(work: JobsAtWork, act: (act: TrayAct) => void): BackgroundTray {
  const tray = new Tray(iconOf(work))
  let shown = ''
  const update = (next: JobsAtWork): void => {
    const now = JSON.stringify(next)
    if (now === shown || tray.isDestroyed()) return
    shown = now
    tray.setImage(iconOf(next))
    tray.setToolTip(trayTip(next))
    tray.setContextMenu(
      Menu.buildFromTemplate(
        trayEntries(next).map((entry) =>
          entry === '-'
            ? { type: 'separator' }
            : { label: entry.label, enabled: entry.enabled, click: () => act(entry.act) },
        ),
      ),
    )
  }
  // Windows opens by one click what it keeps there; elsewhere a click opens the menu.
  tray.on('click', () => act({ is: 'show' }))
  update(work)
  return {
    update,
    destroy: () => tray.destroy(),
  }
}

function iconOf({ running, paused }: JobsAtWork): Electron.NativeImage {
  const state = running === 0 && paused > 0 ? 'paused' : 'running'
  const icon = nativeImage.createEmpty()
  for (const scaleFactor of [1, 2] as const)
    icon.addRepresentation({ scaleFactor, dataURL: TRAY_ICONS[state][scaleFactor] })
  return icon
}

/** For an answer of the session bus, in milliseconds. */
const PATIENCE = 2000

/**
 * Where a window can go that is closed while jobs run. Linux shows tray icons only where something of the desktop
 * watches for them, and Electron's Tray does not tell: the session bus is asked for the watcher's name
 * (org.kde.StatusNotifierWatcher, of the StatusNotifierItem specification).
 */
export async function backgroundHere(
  platform: NodeJS.Platform = process.platform,
): Promise<DesktopHabits['background']> {
  if (platform === 'darwin') return 'dock'
  if (platform === 'win32') return 'tray'
  const ask = promisify(execFile)
  try {
    const { stdout } = await ask(
      'dbus-send',
      [
        '--session',
        '--print-reply',
        '--dest=org.freedesktop.DBus',
        '/org/freedesktop/DBus',
        'org.freedesktop.DBus.NameHasOwner',
        'string:org.kde.StatusNotifierWatcher',
      ],
      { timeout: PATIENCE },
    )
    return /boolean true/.test(stdout) ? 'tray' : 'minimised'
  } catch {
    return 'minimised'
  }
}

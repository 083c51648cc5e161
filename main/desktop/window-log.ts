import { app, type BrowserWindow } from 'electron'
import type { Log } from '../log/log.ts'

/** What goes wrong inside the window, and with the processes that Electron keeps. */
export function logWindow(window: BrowserWindow, log: Log): void {
  const { webContents } = window
  webContents.on('render-process-gone', (_event, { reason, exitCode }) =>
    log.write('error', `the window's process is gone: ${reason} (${exitCode})`),
  )
  webContents.on('unresponsive', () => log.write('warning', 'the window does not answer'))
  webContents.on('preload-error', (_event, _path, error) => log.write('error', 'preload:', error))
  webContents.on('console-message', (event: unknown, level: unknown, message: unknown) => {
    // Electron 35 moved these from arguments into the event.
    const said = event as { readonly level?: unknown; readonly message?: unknown }
    const text = said.message ?? message
    const weight = said.level ?? level
    if (weight === 'error' || weight === 3) log.write('error', 'in the window:', String(text))
    else if (weight === 'warning' || weight === 2) log.write('warning', 'in the window:', String(text))
  })
}

export function logProcesses(log: Log): void {
  app.on('child-process-gone', (_event, { type, name, reason, exitCode }) => {
    if (reason !== 'clean-exit') log.write('error', `${name ?? type} is gone: ${reason} (${exitCode})`)
  })
  process.on('unhandledRejection', (reason) => console.error('nobody caught:', reason))
}

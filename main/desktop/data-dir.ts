import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { app } from 'electron'
import envPaths from 'env-paths'

/** The same place as serve and the command line use: `--data-dir`, DECANT_DATA_DIR, or the platform's own. */
export function useDataDirectory(): string {
  const said = app.commandLine.getSwitchValue('data-dir') || process.env['DECANT_DATA_DIR']
  const dataDir = path.resolve(said || envPaths('decant', { suffix: '' }).data)
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  // Chromium's own files, and with them the lock that lets one window in: one app for each data directory.
  app.setPath('userData', path.join(dataDir, 'window'))
  return dataDir
}

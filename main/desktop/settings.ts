import { existsSync, readFileSync, renameSync } from 'node:fs'
import path from 'node:path'
import Store from 'electron-store'
import type { HostPort } from '#contract/host.ts'

export type SettingsFile = Pick<HostPort, 'readSettings' | 'setSettingsAside' | 'writeSettings'>

/** settings.json in the data directory, written whole or not at all. Serve keeps the same file, through `conf`. */
export function settingsFile(dataDir: string): SettingsFile {
  const file = path.join(dataDir, 'settings.json')
  return {
    readSettings: async () => readUnchecked(file),
    setSettingsAside: async () => setAside(file),
    async writeSettings(settings) {
      // Opened for each write: a store reads its file when it is made, and fails on one that is no JSON.
      const store = new Store<Record<string, unknown>>({
        cwd: dataDir,
        name: 'settings',
        configFileMode: 0o600,
        clearInvalidConfig: false,
        accessPropertiesByDotNotation: false,
      })
      store.store = { ...settings }
    },
  }
}

function readUnchecked(file: string): unknown {
  if (!existsSync(file)) return undefined
  const text = readFileSync(file, 'utf8')
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function setAside(file: string): string {
  for (let number = 1; ; number++) {
    const kept = file.replace(/\.json$/, `.broken-${number}.json`)
    if (existsSync(kept)) continue
    renameSync(file, kept)
    return kept
  }
}

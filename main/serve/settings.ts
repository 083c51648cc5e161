import { mkdirSync, readFileSync, renameSync, existsSync } from 'node:fs'
import path from 'node:path'
import type { HostPort } from '#contract/host.ts'

export type SettingsFile = Pick<HostPort, 'readSettings' | 'setSettingsAside' | 'writeSettings'>

/** settings.json in the data directory, written whole or not at all. The desktop keeps the same file. */
export function settingsFile(dataDir: string): SettingsFile {
  const file = path.join(dataDir, 'settings.json')
  return {
    readSettings: async () => readUnchecked(file),
    setSettingsAside: async () => setAside(file),
    async writeSettings(settings) {
      mkdirSync(dataDir, { recursive: true, mode: 0o700 })
      // Loaded with the first write: the command line hardly ever writes any.
      const { default: Conf } = await import('conf')
      // Opened for each write: Conf reads the file when it is made, and fails on one that is no JSON.
      const store = new Conf<Record<string, unknown>>({
        cwd: dataDir,
        configName: 'settings',
        configFileMode: 0o600,
        clearInvalidConfig: false,
        projectName: 'decant',
        accessPropertiesByDotNotation: false,
      })
      store.store = { ...settings }
    },
  }
}

function readUnchecked(file: string): unknown {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
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

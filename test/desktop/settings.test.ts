import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DEFAULT_SETTINGS } from '#model/settings.ts'
import { settingsFile as onTheDesktop } from '../../main/desktop/settings.ts'
import { settingsFile as elsewhere } from '../../main/serve/settings.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'decant-settings-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

describe.each([
  ['electron-store', onTheDesktop, elsewhere],
  ['conf', elsewhere, onTheDesktop],
])('the settings file by %s', (_name, open, other) => {
  it('is the same for every host, and for this user only', async () => {
    expect(await open(dir).readSettings()).toBeUndefined()
    const settings = { ...DEFAULT_SETTINGS, welcomed: true }
    await open(dir).writeSettings(settings)
    expect(await open(dir).readSettings()).toEqual(settings)
    expect(await other(dir).readSettings()).toEqual(settings)
    expect(statSync(path.join(dir, 'settings.json')).mode & 0o777).toBe(0o600)
    await open(dir).writeSettings(DEFAULT_SETTINGS)
    expect(await other(dir).readSettings()).toEqual(DEFAULT_SETTINGS)
    expect(readdirSync(dir)).toEqual(['settings.json'])
  })

  it('that nobody can read is set aside, as often as it happens', async () => {
    for (const number of [1, 2]) {
      const broken = `{ "v": ${number}, `
      writeFileSync(path.join(dir, 'settings.json'), broken)
      expect(await open(dir).readSettings()).toBe(broken)
      const kept = await open(dir).setSettingsAside()
      expect(path.basename(kept)).toBe(`settings.broken-${number}.json`)
      expect(readFileSync(kept, 'utf8')).toBe(broken)
      await open(dir).writeSettings(DEFAULT_SETTINGS)
    }
  })
})

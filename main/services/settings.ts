import type { HostPort } from '#contract/host.ts'
import { badInput } from '#model/failure.ts'
import { DEFAULT_SETTINGS, settings as schema, type Settings, type SettingsPatch } from '#model/settings.ts'

/** The settings, held here and written through to the host's file. */
export interface SettingsStore {
  current(): Settings
  /** What is wrong with the file that was found, if anything: a sentence that says where it is kept now. */
  readonly notice: string | undefined
  /** Changes follow one another; what could not be written is not taken on. */
  update(change: (settings: Settings) => Settings): Promise<Settings>
  onChange(listener: (settings: Settings) => void): () => void
}

type SettingsHost = Pick<HostPort, 'readSettings' | 'writeSettings' | 'setSettingsAside'>

export async function openSettings(host: SettingsHost): Promise<SettingsStore> {
  const read = await readChecked(host)
  let current = read.settings
  let turn: Promise<unknown> = Promise.resolve()
  const listeners = new Set<(settings: Settings) => void>()

  const change = async (changed: (settings: Settings) => Settings): Promise<Settings> => {
    const next = changed(current)
    if (next === current) return current
    await host.writeSettings(next)
    current = next
    for (const listener of listeners) listener(current)
    return current
  }
  return {
    current: () => current,
    notice: read.notice,
    update(changed) {
      const mine = turn.then(() => change(changed))
      turn = mine.catch(() => {})
      return mine
    },
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

/** A file that is no settings is set aside whole: a person can take from it what the defaults do not have. */
async function readChecked(host: SettingsHost): Promise<{ settings: Settings; notice?: string | undefined }> {
  const found = await host.readSettings()
  if (found === undefined) return { settings: DEFAULT_SETTINGS, notice: undefined }
  const parsed = schema.safeParse(found, { reportInput: true })
  if (parsed.success) return { settings: parsed.data, notice: undefined }
  const why = typeof found === 'string' ? 'it is not JSON' : badInput(parsed.error, 'the file').message
  const keptAt = await host.setSettingsAside()
  return {
    settings: DEFAULT_SETTINGS,
    notice: `The settings file could not be read (${why}). It is kept as ${keptAt}; Decant goes on with its defaults.`,
  }
}

/** A field that is there but undefined says nothing, and must not wipe out what is set. */
export function patched(settings: Settings, patch: SettingsPatch): Settings {
  const said = Object.entries(patch).filter(([, value]) => value !== undefined)
  return { ...settings, ...(Object.fromEntries(said) as Partial<Settings>) }
}

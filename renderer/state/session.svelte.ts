import type { Client } from '#contract/client.ts'
import type { AppInfo } from '#contract/answers.ts'
import { toFailure } from '#model/failure.ts'
import { DEFAULT_SETTINGS, type Place, type Settings, type SettingsPatch } from '#model/settings.ts'
import type { Notices } from './notices.ts'
import { samePlace, type PanePlace } from './place.ts'

/** Changes of the layout are written this long after the last one, in milliseconds. */
const SETTLE = 400

/** The app around the window: what the host can do, the settings, whether the core is there. */
export class Session {
  #client: Client
  #notices: Notices
  #pending: SettingsPatch = {}
  #timer: ReturnType<typeof setTimeout> | undefined

  info = $state.raw<AppInfo>()
  settings = $state.raw<Settings>(DEFAULT_SETTINGS)
  core = $state<'up' | 'restarting'>('up')

  constructor(client: Client, notices: Notices) {
    this.#client = client
    this.#notices = notices
    client.on('settings.changed', ({ settings }) => {
      this.settings = Object.assign({}, settings, this.#pending)
    })
    client.on('core.changed', ({ state }) => {
      this.core = state
    })
  }

  async load(): Promise<void> {
    const [info, settings] = await Promise.all([
      this.#client.call('app.info', {}),
      this.#client.call('settings.get', {}),
    ])
    const known = this.info?.notice
    this.info = info
    this.settings = settings
    if (info.notice !== undefined && info.notice !== known)
      this.#notices.say({ kind: 'error', title: info.notice })
  }

  /** In force at once; written when the changing has settled. */
  change(patch: SettingsPatch): void {
    this.settings = Object.assign({}, this.settings, patch)
    this.#pending = { ...this.#pending, ...patch }
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.save(), SETTLE)
  }

  changeLayout(layout: Partial<Settings['layout']>): void {
    this.change({ layout: { ...this.settings.layout, ...layout } })
  }

  isPinned(place: Place): boolean {
    return this.settings.pinned.some((pinned) => samePlace(pinned, place))
  }

  pin(place: PanePlace): void {
    if (place === null || place.bucket === '' || this.isPinned(place)) return
    this.change({ pinned: [...this.settings.pinned, place] })
  }

  unpin(place: PanePlace): void {
    const pinned = this.settings.pinned.filter((kept) => !samePlace(kept, place))
    this.change({ pinned })
  }

  /** Writes what waits to be written, now. */
  async save(): Promise<void> {
    clearTimeout(this.#timer)
    const patch = this.#pending
    if (Object.keys(patch).length === 0) return
    this.#pending = {}
    try {
      await this.#client.call('settings.update', patch)
    } catch (error) {
      this.#notices.failure(toFailure(error), 'The settings could not be saved.')
    }
  }
}

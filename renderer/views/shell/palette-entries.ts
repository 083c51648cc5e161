import Folder from '@lucide/svelte/icons/folder'
import Plug from '@lucide/svelte/icons/plug'
import SquareTerminal from '@lucide/svelte/icons/square-terminal'
import type { Place } from '#model/settings.ts'
import { jobState } from '../../components/job-look.ts'
import type { App } from '../../state/app.svelte.ts'
import { whyNot } from '../../state/commands.svelte.ts'
import { parsePlace } from '../../state/place.ts'
import { STATE_LOOKS } from '../../ui/state-look.ts'
import type { Glyph } from '../../ui/glyph.ts'
import BucketGlyph from '../../ui/glyphs/BucketGlyph.svelte'
import { commandIcon } from '../menus.ts'

/** One line of the palette, and what choosing it does. */
export interface PaletteEntry {
  readonly id: string
  readonly group: string
  readonly title: string
  readonly note?: string | undefined
  readonly icon: Glyph
  readonly keys?: string | undefined
  /** It cannot be run now: choosing it says so. */
  readonly off?: boolean
  readonly run: () => void
}

/** The place that is typed, commands, known places, jobs; last, and only once something is typed, what cannot be run. */
export function paletteEntries(app: App, typed: string): readonly PaletteEntry[] {
  const wanted = typed.trim()
  const all = commands(app)
  return [
    ...typedPlace(app, wanted),
    ...all.filter(({ off }) => off !== true),
    ...places(app),
    ...jobs(app),
    ...(wanted === '' ? [] : all.filter(({ off }) => off === true)),
  ]
}

function typedPlace(app: App, typed: string): PaletteEntry[] {
  const connection = app.pane.place?.connection ?? app.connections.all[0]?.id
  if (!typed.startsWith('s3://') || connection === undefined) return []
  const parsed = parsePlace(typed, connection)
  if (!parsed.ok || parsed.place.bucket === '') return []
  const { place } = parsed
  const run = (): void => app.goTo(place)
  return [{ id: 'typed', group: 'Places', title: typed, note: 'go there', icon: Folder, run }]
}

/** Opening the palette is no command of the palette. */
function commands(app: App): PaletteEntry[] {
  return app.commands.all
    .filter(({ id }) => id !== 'open-palette')
    .map((command): PaletteEntry => {
      const { id, group, title, keys, checked, run } = command
      const why = whyNot(command, app.router.route.screen)
      const entry = { id, title, keys: keys[0], icon: commandIcon(id) ?? SquareTerminal }
      if (why === undefined) return { ...entry, group, note: checked?.() === true ? 'on' : undefined, run }
      const say = (): void => app.notices.say({ kind: 'info', title: why })
      return { ...entry, group: 'Not now', note: why, off: true, run: say }
    })
}

function places(app: App): PaletteEntry[] {
  const pinned = app.session.settings.pinned
  const all = [
    ...pinned.map((place) => placeEntry(app, place, place.prefix === '' ? BucketGlyph : Folder)),
    ...app.connections.all.flatMap(({ id }) => {
      const top: Place = { connection: id, bucket: '', prefix: '' }
      const buckets = app.listings.at(top).containers
      return [
        placeEntry(app, top, Plug),
        ...buckets.map((bucket) => placeEntry(app, { ...top, bucket: bucket.id }, BucketGlyph)),
      ]
    }),
  ]
  // A bucket may be pinned, too.
  return all.filter((entry, index) => all.findIndex(({ id }) => id === entry.id) === index)
}

function placeEntry(app: App, place: Place, icon: Glyph): PaletteEntry {
  const name = app.connections.get(place.connection)?.name
  const path = place.prefix === '' ? place.bucket : `${place.bucket}/${place.prefix}`
  return {
    id: `place:${place.connection}/${path}`,
    group: 'Places',
    title: place.bucket === '' ? (name ?? place.connection) : path,
    note: place.bucket === '' ? 'connection' : name,
    icon,
    run: () => app.goTo(place),
  }
}

function jobs(app: App): PaletteEntry[] {
  if (!app.router.has('job')) return []
  return app.jobs.all.map((job) => {
    const look = STATE_LOOKS[jobState(job)]
    return {
      id: `job:${job.id}`,
      group: 'Jobs',
      title: job.title,
      note: look.word.toLowerCase(),
      icon: look.icon,
      run: () => app.router.go({ screen: 'job', id: job.id }),
    }
  })
}

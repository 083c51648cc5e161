import { formatBytes, formatExactBytes } from '../format/bytes.ts'
import { formatExactDate, formatFullDate, formatShortDate } from '../format/date.ts'
import { visible } from '../format/visible.ts'
import type { Place } from '../state/rows-in-sight.ts'
import type { Row } from '../state/rows.ts'
import type { SwatchColour } from '../ui/swatch.ts'
import { fitted, type Fit } from '../ui/width.ts'
import { rowShape } from './row-icon.ts'
import { storageClassName } from './storage-class.ts'

/** What is to be known of a row before anything can be said of it. */
export interface LineOf {
  readonly row: Row
  /** Which of the rows it is, and what of it is to be seen. */
  readonly place: Place
  /** The list is not being scrolled: what only tooltips say is written then, and not with every frame. */
  readonly still: boolean
  /** Room for whole dates. */
  readonly wide: boolean
  /** What a name has that stands alone. */
  readonly fit: Fit | undefined
  /** Marked in the name. */
  readonly found: string
  /** Versions stand under their keys: the older ones say no name of their own. */
  readonly grouped: boolean
  readonly selected: boolean
  readonly cursor: boolean
  readonly colour: SwatchColour | undefined
  /** `target`: what is dragged would go in here. `refused`: it cannot. */
  readonly drop: 'target' | 'refused' | undefined
}

/** All that one line of a pane shows, in one value: many lines change with each frame of a list that is scrolled. */
export interface Line extends LineOf {
  readonly look: Look
  /** A name that fits, with nothing beside it; undefined where there is more to it. */
  readonly name: string | undefined
  readonly rest: Rest
  readonly titles: Titles
}

interface Look {
  /** Of a row that stands for a version. */
  readonly version: Row['version']
  readonly shape: ReturnType<typeof rowShape>
  readonly marker: boolean
  readonly older: boolean
  readonly indented: boolean
  readonly gone: boolean
  /** Neither word nor badge beside the name. */
  readonly alone: boolean
}

interface Rest {
  readonly size: string
  readonly date: string
  readonly class: string
}

const NO_REST: Rest = { size: '', date: '', class: '' }

interface Titles {
  readonly name: string
  readonly size: string | undefined
  readonly date: string | undefined
}

const NO_TITLES: Titles = { name: '', size: undefined, date: undefined }

/**
 * The line that an element shows now, the same as before where nothing of it has changed. `now`: milliseconds since the
 * epoch; dates of this year are written short.
 *
 * | what   | where                       | else                    |
 * | ------ | --------------------------- | ----------------------- |
 * | name   | always                      |                         |
 * | rest   | the row shows whole         | nothing, of no row      |
 * | titles | the list stands still       | as they were, not seen  |
 */
export function lineOf(was: Line | undefined, now: number, given: LineOf): Line {
  if (was !== undefined && isSame(was, given)) return was
  const { row, place, still } = given
  const look = was?.row === row && was.grouped === given.grouped ? was.look : lookOf(given)
  return {
    ...given,
    look,
    name: nameOf(given, look),
    rest: place.shows === 'partly' ? NO_REST : restOf(given, look, now),
    titles: still ? titlesOf(row) : (was?.titles ?? NO_TITLES),
  }
}

function isSame(was: LineOf, given: LineOf): boolean {
  return (
    was.row === given.row &&
    was.place === given.place &&
    was.still === given.still &&
    was.wide === given.wide &&
    was.fit === given.fit &&
    was.found === given.found &&
    was.grouped === given.grouped &&
    was.selected === given.selected &&
    was.cursor === given.cursor &&
    was.colour === given.colour &&
    was.drop === given.drop
  )
}

function lookOf({ row, grouped }: LineOf): Look {
  const version = row.kind === 'version' ? row.version : undefined
  const is = version?.is
  const older = is === 'noncurrent' || is === 'old-marker'
  return {
    version,
    shape: rowShape(row),
    marker: is === 'marker' || is === 'old-marker',
    older,
    indented: grouped && older,
    gone: row.since === 'deleted' || is === 'marker',
    alone: is === undefined && (row.since === undefined || row.since === 'same'),
  }
}

function nameOf({ row, fit, found, colour }: LineOf, { alone }: Look): string | undefined {
  if (!alone || colour !== undefined || found !== '' || fit === undefined) return undefined
  return fitted(visible(row.name), fit)
}

function restOf({ row, wide }: LineOf, { marker }: Look, now: number): Rest {
  const { kind, size, modified, storageClass } = row
  const none = kind === 'prefix' || marker ? '–' : ''
  const dateOf = (at: number): string => (wide ? formatFullDate(at) : formatShortDate(at, now))
  return {
    size: size === undefined ? none : formatBytes(size),
    date: modified === undefined ? '' : dateOf(modified),
    class: storageClass === undefined ? '' : storageClassName(storageClass),
  }
}

function titlesOf({ name, size, modified }: Row): Titles {
  return {
    name: visible(name),
    size: size === undefined ? undefined : formatExactBytes(size),
    date: modified === undefined ? undefined : formatExactDate(modified),
  }
}

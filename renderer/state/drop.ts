import type { ConnectionView } from '#contract/connection-answers.ts'
import type { Place } from '#model/settings.ts'
import type { VersionChoice } from '#model/spec.ts'
import { formatPlace, lastPart } from './place.ts'
import type { Row } from './rows.ts'
import { isMarker } from './version-rows.ts'

/** What is being dragged, or lies in the clipboard. */
export interface Cargo {
  /** Where the rows lie; without a bucket where buckets themselves are taken. */
  readonly place: Place
  readonly rows: readonly Row[]
  /** Everything at the place, also what is not listed yet. */
  readonly whole: boolean
  /** Which versions of the rows; the current ones where nothing is said. Rows that are versions name their own. */
  readonly versions?: VersionChoice | undefined
}

export type PourKind = 'copy' | 'move'

/** What a drop would do, said before it is done; or why it cannot be. */
export type DropVerdict =
  | {
      readonly ok: true
      readonly kind: PourKind
      /** "Copy 5 objects here" */
      readonly title: string
      /** "into events/2026/" */
      readonly into: string
      /** Which key changes it; empty where none does. */
      readonly hint: string
      /** Files of the person's machine come in. */
      readonly icon?: 'upload'
    }
  | { readonly ok: false; readonly reason: string }

export interface DropRequest {
  readonly cargo: Cargo
  readonly target: Place
  readonly wanted: PourKind
  readonly source: ConnectionView | undefined
  readonly destination: ConnectionView | undefined
}

/**
 * May this be dropped there, and what happens then?
 *
 * | target                                       | answer                                |
 * |----------------------------------------------|---------------------------------------|
 * | no bucket                                    | no: choose a bucket                   |
 * | connection read-only, or gone                | no                                    |
 * | where the things lie already                 | no; what was there once goes on top   |
 * | a dragged prefix, or inside one              | no: it would go into itself           |
 * | more than one bucket at once                 | no: one job has one source bucket     |
 * | a delete marker                              | no: it holds nothing                  |
 * | two versions of one key                      | no: they would have one name          |
 * | a move away from a read-only connection      | a copy, and it says why               |
 * | a move of what was, not of what is           | a copy, likewise                      |
 * | anything else, also while it is offline      | yes; the job waits for the connection |
 */
export function judgeDrop({ cargo, target, wanted, source, destination }: DropRequest): DropVerdict {
  if (source === undefined || destination === undefined) return no('This connection is gone.')
  if (target.bucket === '') return no('Choose a bucket to drop into.')
  if (destination.readOnly) return no(`${destination.name} is read-only.`)
  if (cargo.place.bucket === '' && cargo.rows.length > 1) return no('One bucket at a time.')
  const { past, unfit, words } = known(cargo)
  if (unfit !== undefined) return no(unfit)
  const bucket = cargo.place.bucket === '' ? cargo.rows[0]?.id : cargo.place.bucket
  if (sameStore(source, destination) && bucket === target.bucket) {
    if (cargo.place.bucket === '') return no(`${bucket} cannot go into itself.`)
    if (cargo.place.prefix === target.prefix && !past)
      return no(`${isOne(cargo) ? 'It is' : 'They are'} here already.`)
    const itself = draggedAbove(target.prefix, cargo)
    if (itself !== undefined) return no(`${itself.name} cannot go into itself.`)
  }
  const kept = wanted === 'move' && (source.readOnly || past)
  const kind = kept ? 'copy' : wanted
  return {
    ok: true,
    kind,
    title: `${kind === 'copy' ? 'Copy' : 'Move'} ${words} here`,
    into: `into ${target.prefix === '' ? target.bucket : target.prefix}`,
    hint: kept
      ? past
        ? 'what was is copied, never moved away'
        : `${source.name} is read-only, so nothing can be moved away`
      : source.readOnly || past
        ? ''
        : kind === 'copy'
          ? 'hold Shift to move'
          : 'let go of Shift to copy',
  }
}

/** What every place in sight is judged by, with each step of the pointer. */
interface CargoFacts {
  readonly past: boolean
  readonly unfit: string | undefined
  readonly words: string
  /** By their ids. */
  readonly prefixes: ReadonlyMap<string, Row>
}
/** Found out once of each: it may be of a million rows. */
const facts = new WeakMap<Cargo, CargoFacts>()

function known(cargo: Cargo): CargoFacts {
  const found = facts.get(cargo) ?? {
    past: isPast(cargo),
    unfit: unfitVersions(cargo.rows),
    words: describeCargo(cargo),
    prefixes: new Map(cargo.rows.flatMap((row) => (row.kind === 'prefix' ? [[row.id, row]] : []))),
  }
  facts.set(cargo, found)
  return found
}

/** The dragged prefix that a place lies in, or is. */
function draggedAbove(prefix: string, cargo: Cargo): Row | undefined {
  const { prefixes } = known(cargo)
  if (prefixes.size === 0) return undefined
  for (let end = prefix.indexOf('/'); end >= 0; end = prefix.indexOf('/', end + 1)) {
    const row = prefixes.get(prefix.slice(0, end + 1))
    if (row !== undefined) return row
  }
  return undefined
}

/** It takes older versions: those of a moment, or some that were chosen one by one. */
function isPast({ versions, rows }: Cargo): boolean {
  return versions?.take === 'as-of' || rows.some((row) => row.kind === 'version')
}

/** Why chosen versions cannot be copied, or undefined where they can. */
function unfitVersions(rows: readonly Row[]): string | undefined {
  if (rows.some(isMarker)) return 'A delete marker has nothing to copy.'
  const keys = new Set<string>()
  for (const { kind, version, name } of rows) {
    if (kind !== 'version' || version === undefined) continue
    if (keys.has(version.key)) return `Two versions of ${name} would have one name.`
    keys.add(version.key)
  }
  return undefined
}

/** "5 objects", "events/", "2 prefixes and 3 objects", "everything in events/2026/". */
export function describeCargo(cargo: Cargo): string {
  const { rows, whole, place } = cargo
  const [first] = rows
  if (whole) return `everything in ${place.prefix === '' ? place.bucket : lastPart(place.prefix)}`
  if (rows.length === 1 && first !== undefined)
    return first.kind === 'version' ? `this version of ${first.name}` : first.name
  const objects = rows.filter((row) => row.kind === 'object').length
  const versions = rows.filter((row) => row.kind === 'version').length
  const prefixes = rows.length - objects - versions
  const parts = [
    prefixes > 0 ? number(prefixes, 'prefix', 'prefixes') : '',
    objects > 0 ? number(objects, 'object', 'objects') : '',
    versions > 0 ? number(versions, 'version', 'versions') : '',
  ]
  return parts.filter(Boolean).join(' and ')
}

/** What other programs get of what was taken, a line each. */
export function clipboardText({ place, rows, whole }: Cargo): string {
  if (whole) return formatPlace(place)
  const lines = rows
    .slice(0, MOST_LINES)
    .map(({ id, kind, version }) =>
      place.bucket === '' ? `s3://${id}` : `s3://${place.bucket}/${kind === 'version' ? version?.key : id}`,
    )
  return lines.join('\n')
}
const MOST_LINES = 10_000

/** Two connections may lead to one store; there the same bucket name is the same bucket. */
function sameStore(a: ConnectionView, b: ConnectionView): boolean {
  if (a.id === b.id) return true
  return endpointOf(a) === endpointOf(b)
}

function endpointOf(connection: ConnectionView): string {
  if (connection.endpoint === undefined) return 'aws'
  const url = new URL(connection.endpoint)
  // One playground is another when its port is: the port is kept, the path is not.
  return url.host.toLowerCase()
}

function isOne(cargo: Cargo): boolean {
  return !cargo.whole && cargo.rows.length === 1
}

function number(count: number, one: string, many: string): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`
}

function no(reason: string): DropVerdict {
  return { ok: false, reason }
}

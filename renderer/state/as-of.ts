import type { VersionSummary } from '#model/object.ts'
import { objectRow, prefixRow, type Row, type Since } from './rows.ts'

/** How a prefix was at a moment, one level of it; and how it differs from now, everything below it. */
export interface Moment {
  readonly prefixes: readonly Row[]
  readonly objects: readonly Row[]
  /** Keys below the prefix, however deep. */
  readonly changed: number
  readonly deleted: number
  /** There now and not then: no row shows them. */
  readonly later: number
}

/**
 * The listing of a prefix as it was at a moment, in milliseconds since the epoch, out of all the versions below it:
 * keys ascending, of each key the newest first. Of each key its newest version not younger than the moment was current.
 *
 * | then             | now                  | shown, and as          | counted  |
 * |------------------|----------------------|------------------------|----------|
 * | nothing, marker  | nothing, marker      | no                     |          |
 * | nothing, marker  | a version            | no                     | later    |
 * | a version        | that version         | yes, the same          |          |
 * | a version        | another version      | yes, changed since     | changed  |
 * | a version        | a delete marker      | yes, deleted since     | deleted  |
 *
 * A prefix is shown where something lay below it then. It is `deleted` where nothing does now, and `changed` where
 * anything below it is changed, deleted or later.
 */
export function foldMoment(versions: readonly VersionSummary[], prefix: string, at: number): Moment {
  const prefixes: Row[] = []
  const objects: Row[] = []
  const counts = { changed: 0, deleted: 0, later: 0 }
  let sub: SubPrefix | undefined
  const close = (): void => {
    if (sub !== undefined && sub.then > 0)
      prefixes.push({
        ...prefixRow(sub.prefix),
        since: sub.now === 0 ? 'deleted' : sub.differs ? 'changed' : 'same',
      })
    sub = undefined
  }
  for (let first = 0; first < versions.length;) {
    const now = versions[first] as VersionSummary
    const { key } = now
    let then: VersionSummary | undefined
    let next = first
    for (; versions[next]?.key === key; next += 1)
      if (then === undefined && (versions[next] as VersionSummary).lastModified <= at) then = versions[next]
    first = next
    const was = then?.isDeleteMarker === false
    const since = was ? sinceOf(then as VersionSummary, now) : undefined
    const isLater = !was && !now.isDeleteMarker
    if (since === 'changed' || since === 'deleted') counts[since] += 1
    if (isLater) counts.later += 1
    const slash = key.indexOf('/', prefix.length)
    if (slash < 0) {
      // The object that has the prefix itself as its key stands for the folder, which is where we are.
      if (since !== undefined && key !== prefix) objects.push(objectThen(then as VersionSummary, since))
      continue
    }
    if (sub === undefined || !key.startsWith(sub.prefix)) {
      close()
      sub = { prefix: key.slice(0, slash + 1), then: 0, now: 0, differs: false }
    }
    if (was) sub.then += 1
    if (!now.isDeleteMarker) sub.now += 1
    if (isLater || (since !== undefined && since !== 'same')) sub.differs = true
  }
  close()
  return { prefixes, objects, ...counts }
}

function objectThen(then: VersionSummary, since: Since): Row {
  const { key, versionId, isLatest } = then
  return { ...objectRow(then), version: { key, versionId, is: isLatest ? 'current' : 'noncurrent' }, since }
}

interface SubPrefix {
  readonly prefix: string
  then: number
  now: number
  differs: boolean
}

function sinceOf(then: VersionSummary, now: VersionSummary): Since {
  if (then === now) return 'same'
  return now.isDeleteMarker ? 'deleted' : 'changed'
}

/** From the first change to the last, milliseconds since the epoch; undefined where there is none. */
export interface Span {
  readonly from: number
  readonly to: number
}

export function spanOf(versions: readonly VersionSummary[]): Span | undefined {
  let from = Infinity
  let to = -Infinity
  for (const { lastModified } of versions) {
    if (lastModified < from) from = lastModified
    if (lastModified > to) to = lastModified
  }
  return from > to ? undefined : { from, to }
}

/** How much was written and deleted in each of so many equal parts of a span. */
export interface Density {
  readonly writes: readonly number[]
  readonly deletes: readonly number[]
}

export function densityOf(versions: readonly VersionSummary[], span: Span, parts: number): Density {
  const writes = new Array<number>(parts).fill(0)
  const deletes = new Array<number>(parts).fill(0)
  for (const { lastModified, isDeleteMarker } of versions) {
    const counts = isDeleteMarker ? deletes : writes
    const part = partOf(lastModified, span, parts)
    counts[part] = (counts[part] ?? 0) + 1
  }
  return { writes, deletes }
}

/** Which part of the span a moment lies in, from 0; one outside lies in the first or the last. */
export function partOf(at: number, { from, to }: Span, parts: number): number {
  if (to <= from) return parts - 1
  return Math.max(0, Math.min(parts - 1, Math.floor(((at - from) / (to - from)) * parts)))
}

/**
 * The moment of the change before, or after, a moment: only at changes another listing begins. `apart`: steps of at
 * least so many milliseconds, each to the last change within it. Undefined before the first change and at the last.
 */
export function stepTo(
  versions: readonly VersionSummary[],
  at: number,
  direction: 'back' | 'on',
  apart = 0,
): number | undefined {
  if (direction === 'back') {
    const here = lastChange(versions, at)
    return here === undefined ? undefined : lastChange(versions, Math.min(here - 1, at - apart))
  }
  let next = Infinity
  for (const { lastModified } of versions) if (lastModified > at && lastModified < next) next = lastModified
  return next === Infinity ? undefined : lastChange(versions, next + apart)
}

/** The last change that is not younger than a moment. */
function lastChange(versions: readonly VersionSummary[], at: number): number | undefined {
  let found = -Infinity
  for (const { lastModified } of versions)
    if (lastModified <= at && lastModified > found) found = lastModified
  return found === -Infinity ? undefined : found
}

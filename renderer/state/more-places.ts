import type { ConnectionView } from '#contract/connection-answers.ts'
import type { Place } from '#model/settings.ts'
import { hasDestinations } from '#model/spec.ts'
import type { Cargo } from './drop.ts'
import type { SheetSpec } from './sheet-spec.ts'
import { MOST_DESTINATIONS, MOST_SOURCES } from './spec-places.ts'

/** A chosen prefix or bucket as a place to pour into; undefined for objects and for several things at once. */
export function cargoPlace({ place, rows, whole }: Cargo): Place | undefined {
  const [row] = rows
  if (whole) return place.bucket === '' ? undefined : place
  if (row === undefined || rows.length > 1) return undefined
  if (row.kind === 'bucket') return { connection: place.connection, bucket: row.id, prefix: '' }
  return row.kind === 'prefix' ? { ...place, prefix: row.id } : undefined
}

/**
 * May this be one more source? True, or why not.
 *
 * | what                                | answer                          |
 * |-------------------------------------|---------------------------------|
 * | nothing chosen                      | no                              |
 * | more than one bucket at once        | no: one at a time               |
 * | a hundred sources already           | no                              |
 * | anything else                       | yes; one that is there joins it |
 */
export function judgeSource(spec: SheetSpec, cargo: Cargo | undefined): true | string {
  if (cargo === undefined) return 'Choose something in a pane.'
  if (cargo.place.bucket === '' && cargo.rows.length > 1) return 'One bucket at a time.'
  return spec.sources.length < MOST_SOURCES ? true : `A job has at most ${MOST_SOURCES} sources.`
}

/**
 * May this be one more destination? True, or why not.
 *
 * | place                              | answer                      |
 * |------------------------------------|-----------------------------|
 * | none, or no bucket                 | no: a prefix or a bucket    |
 * | its connection gone or read-only   | no                          |
 * | a destination already              | no                          |
 * | sixteen destinations already       | no                          |
 */
export function judgeDestination(
  spec: SheetSpec,
  place: Place | undefined,
  connection: ConnectionView | undefined,
): true | string {
  if (!hasDestinations(spec)) return 'This job has no destination.'
  if (place === undefined || place.bucket === '') return 'A destination is a prefix or a bucket.'
  if (connection === undefined) return 'This connection is gone.'
  if (connection.readOnly && spec.kind !== 'parity') return `${connection.name} is read-only.`
  const there = spec.destinations.some(
    (one) =>
      one.connection.id === place.connection && one.bucket === place.bucket && one.prefix === place.prefix,
  )
  if (there) return 'It is a destination already.'
  return spec.destinations.length < MOST_DESTINATIONS
    ? true
    : `A job has at most ${MOST_DESTINATIONS} destinations.`
}

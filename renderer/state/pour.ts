import type { LocalFolder } from '#contract/answers.ts'
import type { ConnectionRef } from '#model/connection.ts'
import { LOCAL_CONNECTION } from '#model/local.ts'
import type { Place, Settings } from '#model/settings.ts'
import { COPY_DEFAULTS, EDIT_DEFAULTS, MOVE_DEFAULTS } from '#model/properties.ts'
import {
  PLAIN_POUR,
  PLAIN_SOURCE,
  type DestinationPlace,
  type EditSpec,
  type JobSpec,
  type ParitySpec,
  type PourSpec,
  type Selection,
  type SourcePlace,
  type VerifyLevel,
} from '#model/spec.ts'
import type { Cargo, PourKind } from './drop.ts'
import { lastPart } from './place.ts'
import type { Row } from './rows.ts'

/** A job names at most this many chosen things; more are taken as a prefix. */
export const MOST_SELECTIONS = 100_000

export type MadeSpec<Spec extends JobSpec = JobSpec> =
  { readonly ok: true; readonly spec: Spec } | { readonly ok: false; readonly reason: string }

interface Pour {
  readonly kind: PourKind
  readonly cargo: Cargo
  readonly target: Place
  readonly source: ConnectionRef
  readonly destination: ConnectionRef
  readonly defaults: Settings['pour']
}

/** The spec of a drop: what was taken keeps its name below the place it came from. */
export function pourSpec({ kind, cargo, target, source, destination, defaults }: Pour): MadeSpec<PourSpec> {
  const place = sourceOf(cargo, source)
  if (typeof place === 'string') return { ok: false, reason: place }
  return {
    ok: true,
    spec: {
      ...base(defaults.verify, place, {
        connection: destination,
        bucket: target.bucket,
        prefix: target.prefix,
      }),
      ...(kind === 'copy'
        ? { kind, properties: COPY_DEFAULTS, deleteExtra: false }
        : { kind, properties: MOVE_DEFAULTS }),
      conflict: defaults.conflict,
    },
  }
}

interface Upload extends Pick<Pour, 'target' | 'destination' | 'defaults'> {
  readonly folders: readonly LocalFolder[]
}

/** Files of this computer into a place: they keep their names. Content types come from their extensions. */
export function uploadSpec({ folders, target, destination, defaults }: Upload): MadeSpec<PourSpec> {
  const [first, ...more] = folders.map(({ path, select }): SourcePlace => ({
    ...PLAIN_SOURCE,
    connection: LOCAL_CONNECTION,
    bucket: path,
    select: [...select],
    base: '',
  }))
  if (first === undefined) return { ok: false, reason: 'Nothing is chosen.' }
  const place = { connection: destination, bucket: target.bucket, prefix: target.prefix }
  return {
    ok: true,
    spec: {
      ...base(defaults.verify, first, place),
      sources: [first, ...more],
      kind: 'copy',
      properties: COPY_DEFAULTS,
      deleteExtra: false,
      conflict: defaults.conflict,
    },
  }
}

interface Download extends Pick<Pour, 'cargo' | 'source' | 'defaults'> {
  /** Absolute. */
  readonly folder: string
}

/** Objects into a folder of this computer. */
export function downloadSpec({ cargo, folder, source, defaults }: Download): MadeSpec<PourSpec> {
  const place = sourceOf(cargo, source)
  if (typeof place === 'string') return { ok: false, reason: place }
  return {
    ok: true,
    spec: {
      ...base(defaults.verify, place, { connection: LOCAL_CONNECTION, bucket: folder, prefix: '' }),
      kind: 'copy',
      properties: COPY_DEFAULTS,
      deleteExtra: false,
      conflict: defaults.conflict,
    },
  }
}

/** What every pour has, whatever its kind. */
function base(
  verify: VerifyLevel,
  source: SourcePlace,
  destination: Pick<DestinationPlace, 'connection' | 'bucket' | 'prefix'>,
) {
  return {
    v: 1,
    ...PLAIN_POUR,
    sources: [source],
    destinations: [{ ...destination, requesterPays: false }],
    verify,
  } satisfies Partial<PourSpec>
}

/** Objects that get other names where they are: a move into its own place, whose rules for names are yet to be typed. */
export function namesSpec(
  cargo: Cargo,
  connection: ConnectionRef,
  defaults: Settings['pour'],
): MadeSpec<PourSpec> {
  const place = sourceOf(cargo, connection)
  if (typeof place === 'string') return { ok: false, reason: place }
  return {
    ok: true,
    spec: {
      ...base(defaults.verify, place, { connection, bucket: place.bucket, prefix: place.base }),
      kind: 'move',
      // A rename never writes over what has that name already.
      conflict: 'fail',
      properties: MOVE_DEFAULTS,
    },
  }
}

/** Objects changed where they are. It begins by keeping everything; the sheet asks what to change. */
export function editSpec(
  cargo: Cargo,
  connection: ConnectionRef,
  defaults: Settings['pour'],
): MadeSpec<EditSpec> {
  const place = sourceOf(cargo, connection)
  if (typeof place === 'string') return { ok: false, reason: place }
  return {
    ok: true,
    spec: {
      v: 1,
      kind: 'edit',
      sources: [place],
      verify: defaults.verify,
      rules: [],
      fieldRules: [],
      changes: { from: 'selection' },
      archived: { do: 'refuse' },
      properties: EDIT_DEFAULTS,
    },
  }
}

/** Two places compared: what was chosen with what stands under the same names elsewhere. */
export function paritySpec({
  cargo,
  target,
  source,
  destination,
}: Pick<Pour, 'cargo' | 'target' | 'source' | 'destination'>): MadeSpec<ParitySpec> {
  const place = sourceOf(cargo, source)
  if (typeof place === 'string') return { ok: false, reason: place }
  return {
    ok: true,
    spec: {
      v: 1,
      kind: 'parity',
      sources: [place],
      destinations: [destinationOf(target, destination)],
      names: [],
      compare: 'head',
    },
  }
}

export function destinationOf({ bucket, prefix }: Place, connection: ConnectionRef): DestinationPlace {
  return { connection, bucket, prefix, requesterPays: false }
}

export function deleteSpec(cargo: Cargo, source: ConnectionRef): MadeSpec {
  const place = sourceOf(cargo, source)
  return typeof place === 'string'
    ? { ok: false, reason: place }
    : { ok: true, spec: { v: 1, kind: 'delete', sources: [place] } }
}

/** A move of one object or prefix to another name beside it: `base` is the whole old name, `prefix` the new one. */
export function renameSpec(
  cargo: Cargo,
  name: string,
  connection: ConnectionRef,
  defaults: Settings['pour'],
): MadeSpec<PourSpec> {
  const [row] = cargo.rows
  if (row === undefined || cargo.rows.length > 1)
    return { ok: false, reason: 'One thing at a time is renamed.' }
  const slash = row.kind === 'prefix' ? '/' : ''
  const renamed = `${row.id.slice(0, row.id.length - lastPart(row.id).length)}${name}${slash}`
  return {
    ok: true,
    spec: {
      ...base(
        defaults.verify,
        {
          ...PLAIN_SOURCE,
          connection,
          bucket: cargo.place.bucket,
          select: [
            row.kind === 'prefix' ? { kind: 'prefix', prefix: row.id } : { kind: 'object', key: row.id },
          ],
          base: row.id,
        },
        { connection, bucket: cargo.place.bucket, prefix: renamed },
      ),
      kind: 'move',
      // A rename never writes over what has that name already.
      conflict: 'fail',
      properties: MOVE_DEFAULTS,
    },
  }
}

/** Why a typed name cannot be one, or undefined where it can. */
export function refuseName(name: string, taken: (name: string) => boolean): string | undefined {
  if (name === '') return 'Type a name.'
  if (name.includes('/')) return 'A name holds no slash; a slash would make it a prefix.'
  if (name === '.' || name === '..')
    return `“${name}” means another place to many tools. Choose another name.`
  if (taken(name)) return `“${name}” is here already.`
  return undefined
}

/** What is taken, as a source of a job; or why it cannot be one. */
export function sourceOf(cargo: Cargo, connection: ConnectionRef): SourcePlace | string {
  const { place, rows, whole } = cargo
  const [first] = rows
  if (place.bucket === '') {
    if (first === undefined || rows.length > 1) return 'One bucket at a time.'
    return {
      ...PLAIN_SOURCE,
      connection,
      bucket: first.id,
      select: [{ kind: 'prefix', prefix: '' }],
      base: '',
    }
  }
  const select: Selection[] = whole ? [{ kind: 'prefix', prefix: place.prefix }] : rows.map(selectionOf)
  if (select.length === 0) return 'Nothing is chosen.'
  if (select.length > MOST_SELECTIONS) {
    const chosen = select.length.toLocaleString('en')
    return `A job names at most 100,000 things one by one, and ${chosen} are chosen. Choose everything here instead.`
  }
  const { versions = PLAIN_SOURCE.versions } = cargo
  return { ...PLAIN_SOURCE, connection, bucket: place.bucket, select, base: place.prefix, versions }
}

function selectionOf({ kind, id, version }: Row): Selection {
  if (kind === 'version' && version !== undefined)
    return { kind: 'object', key: version.key, versionId: version.versionId }
  return kind === 'prefix' ? { kind: 'prefix', prefix: id } : { kind: 'object', key: id }
}

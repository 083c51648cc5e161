import type { BucketSummary, ObjectSummary } from '#model/object.ts'
import type { Settings } from '#model/settings.ts'
import { lastPart } from './place.ts'

/** One line of a pane. All kinds have one shape, so that a million of them stay cheap. */
export interface Row {
  readonly kind: 'connection' | 'bucket' | 'prefix' | 'object' | 'version'
  /** Unique in its pane: connection id, bucket name, whole prefix or whole key; of a version, its id and its key. */
  readonly id: string
  readonly name: string
  /** Bytes; objects only. */
  readonly size: number | undefined
  /** Milliseconds since the epoch; of a bucket, when it was made. */
  readonly modified: number | undefined
  readonly storageClass: string | undefined
  /** Of a version; and in a list as of a moment, which version of the object it was. */
  readonly version: RowVersion | undefined
  /** In a list as of a moment: what has become of it since. */
  readonly since: Since | undefined
}

/** What makes a version of a key the one it is. */
export interface RowVersion {
  readonly key: string
  readonly versionId: string
  /** A delete marker that is current hides its key; an older one once did. */
  readonly is: 'current' | 'noncurrent' | 'marker' | 'old-marker'
}

/** `deleted`: nothing is current under that key, or prefix, now. */
export type Since = 'same' | 'changed' | 'deleted'

export type Sort = Settings['layout']['panes'][number]['sort']
export type SortColumn = Sort['by']

export function objectRow(object: ObjectSummary): Row {
  return {
    kind: 'object',
    id: object.key,
    name: lastPart(object.key),
    size: object.size,
    modified: object.lastModified,
    storageClass: object.storageClass,
    version: undefined,
    since: undefined,
  }
}

export function prefixRow(prefix: string): Row {
  return nameOnly('prefix', prefix, lastPart(prefix))
}

export function bucketRow(bucket: BucketSummary): Row {
  return { ...nameOnly('bucket', bucket.name, bucket.name), modified: bucket.createdAt }
}

export function connectionRow(connection: { readonly id: string; readonly name: string }): Row {
  return nameOnly('connection', connection.id, connection.name)
}

function nameOnly(kind: Row['kind'], id: string, name: string): Row {
  return {
    ...{ kind, id, name, size: undefined, modified: undefined, storageClass: undefined },
    ...{ version: undefined, since: undefined },
  }
}

/**
 * Rows in the order a person asked for. Places one can go into stand above objects, always by name. By name means
 * S3's own order (UTF-8 bytes), in which listings arrive: no comparison is made. Ties keep that order.
 */
export function sortRows(containers: readonly Row[], objects: readonly Row[], sort: Sort): readonly Row[] {
  if (sort.by === 'name') {
    return sort.descending
      ? [...containers.toReversed(), ...objects.toReversed()]
      : [...containers, ...objects]
  }
  const compare = COMPARE[sort.by]
  const sorted = (rows: readonly Row[]): Row[] =>
    rows.toSorted((a, b) => (sort.descending ? compare(b, a) : compare(a, b)))
  // Of the containers, only buckets know when they were made.
  const bucketsByDate = sort.by === 'modified' && containers[0]?.kind === 'bucket'
  return [...(bucketsByDate ? sorted(containers) : containers), ...sorted(objects)]
}

const COMPARE: Readonly<Record<Exclude<SortColumn, 'name'>, (a: Row, b: Row) => number>> = {
  size: (a, b) => (a.size ?? 0) - (b.size ?? 0),
  modified: (a, b) => (a.modified ?? 0) - (b.modified ?? 0),
  class: (a, b) => compareText(a.storageClass ?? '', b.storageClass ?? ''),
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Rows whose name holds the text, whatever its case. */
export function filterRows(rows: readonly Row[], text: string): readonly Row[] {
  if (text === '') return rows
  const wanted = text.toLowerCase()
  return rows.filter((row) => row.name.toLowerCase().includes(wanted))
}

/** Where the row stands. `hint`: where it stood before; looked at first, because a list of a million is long. */
export function indexOfRow(rows: readonly Row[], id: string | undefined, hint: number): number {
  if (id === undefined) return -1
  if (rows[hint]?.id === id) return hint
  return rows.findIndex((row) => row.id === id)
}

export interface RowsTotal {
  readonly prefixes: number
  readonly objects: number
  /** Delete markers among them. */
  readonly versions: number
  readonly bytes: number
}

export function totalOf(rows: Iterable<Row>): RowsTotal {
  let prefixes = 0
  let objects = 0
  let versions = 0
  let bytes = 0
  for (const row of rows) {
    if (row.kind === 'object') objects += 1
    else if (row.kind === 'version') versions += 1
    else prefixes += 1
    bytes += row.size ?? 0
  }
  return { prefixes, objects, versions, bytes }
}

import type { ObjectHead, ObjectHeaders, RestoreStatus } from '#model/object.ts'
import { formatBytes, formatExactBytes } from '../format/bytes.ts'
import { formatCount } from '../format/count.ts'
import { formatDays, formatExactDate, formatFullDate } from '../format/date.ts'
import type { Row } from '../state/rows.ts'
import type { Fact } from './fact.ts'
import { storageClassName } from './storage-class.ts'

const HEADERS: readonly (readonly [keyof ObjectHeaders, string])[] = [
  ['contentType', 'Content-Type'],
  ['cacheControl', 'Cache-Control'],
  ['contentDisposition', 'Disposition'],
  ['contentEncoding', 'Encoding'],
  ['contentLanguage', 'Language'],
  ['expires', 'Expires'],
  ['websiteRedirect', 'Redirect'],
]

/** What HeadObject told of one object. */
export function objectFacts(head: ObjectHead): Fact[] {
  const { encryption } = head
  const facts: (Fact | undefined)[] = [
    { name: 'Size', value: formatBytes(head.size), exact: formatExactBytes(head.size) },
    {
      name: 'Modified',
      value: formatFullDate(head.lastModified),
      exact: formatExactDate(head.lastModified),
    },
    { name: 'Class', value: storageClassName(head.storageClass), exact: head.storageClass },
    encryption.kind === 'none'
      ? { name: 'Encryption', value: 'none', quiet: true }
      : { name: 'Encryption', value: encryption.kind },
    fact('KMS key', encryption.kmsKeyId),
    { name: 'ETag', value: head.etag, mono: true },
    fact('Parts', head.parts === undefined ? undefined : formatCount(head.parts)),
    ...Object.entries(head.checksums).map(([algorithm, value]) => fact(algorithm.toUpperCase(), value)),
    fact('Version', head.versionId),
    fact('Restore', restoreWords(head.restore)),
    fact('Replication', head.replicationStatus),
  ]
  return facts.filter((one) => one !== undefined)
}

function restoreWords(restore: RestoreStatus | undefined): string | undefined {
  if (restore === undefined) return undefined
  if (restore.is === 'under-way') return 'under way'
  return restore.until === undefined ? 'readable' : `readable until ${formatFullDate(restore.until)}`
}

export function headerFacts(headers: ObjectHeaders): Fact[] {
  return HEADERS.flatMap(([field, name]) => fact(name, headers[field]) ?? [])
}

export function pairFacts(pairs: Readonly<Record<string, string>>): Fact[] {
  return Object.entries(pairs).map(([name, value]) => ({ name, value }))
}

/** What a listing tells of many objects at once: ranges, and where they differ. */
export function manyFacts(objects: readonly Row[]): Fact[] {
  const sizes = extent(objects, (row) => row.size)
  const dates = extent(objects, (row) => row.modified)
  const classes = new Set(objects.map((row) => row.storageClass ?? ''))
  const [onlyClass = ''] = classes
  const facts: Fact[] = []
  if (sizes !== undefined) {
    facts.push({ name: 'Size', value: range(sizes, formatBytes), exact: range(sizes, formatExactBytes) })
  }
  if (dates !== undefined) {
    facts.push({ name: 'Modified', value: formatDays(...dates), exact: range(dates, formatExactDate) })
  }
  if (objects.length > 0) {
    facts.push(
      classes.size === 1
        ? { name: 'Class', value: storageClassName(onlyClass) }
        : { name: 'Class', value: undefined, values: classes.size },
    )
  }
  return facts
}

type Extent = readonly [least: number, most: number]

function extent(rows: readonly Row[], of: (row: Row) => number | undefined): Extent | undefined {
  let least = Infinity
  let most = -Infinity
  for (const row of rows) {
    const value = of(row)
    if (value === undefined) continue
    if (value < least) least = value
    if (value > most) most = value
  }
  return most === -Infinity ? undefined : [least, most]
}

function range([least, most]: Extent, format: (value: number) => string): string {
  const [from, to] = [format(least), format(most)]
  return from === to ? from : `${from} to ${to}`
}

function fact(name: string, value: string | undefined): Fact | undefined {
  return value === undefined ? undefined : { name, value }
}

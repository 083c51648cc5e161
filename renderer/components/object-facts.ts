import { isArchived, type ObjectHead, type ObjectHeaders, type RestoreStatus } from '#model/object.ts'
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
    fact(
      'Bucket key',
      encryption.bucketKey === undefined ? undefined : encryption.bucketKey ? 'used' : 'not used',
    ),
    fact('Parts', head.parts === undefined ? undefined : formatCount(head.parts)),
    ...Object.entries(head.checksums).map(([algorithm, value]) => fact(algorithm.toUpperCase(), value)),
    fact('Checksum of', checksumWords(head.checksumType)),
    fact('Version', head.versionId),
    fact('Archive tier', head.archiveTier === undefined ? undefined : ARCHIVE_TIERS[head.archiveTier]),
    archiveFact(head),
    fact('Restore', restoreWords(head.restore)),
    lockFact(head),
    fact('Legal hold', head.legalHold?.toLowerCase()),
    fact('Replication', head.replicationStatus),
  ]
  return facts.filter((one) => one !== undefined)
}

const ARCHIVE_TIERS = {
  ARCHIVE_ACCESS: 'Archive Access: restored before it is read',
  DEEP_ARCHIVE_ACCESS: 'Deep Archive Access: restored before it is read',
} as const

function checksumWords(type: ObjectHead['checksumType']): string | undefined {
  return type === undefined ? undefined : type === 'FULL_OBJECT' ? 'the whole object' : 'its parts’ checksums'
}

/** That it cannot be read as it is, where its class says so and nothing of a restore is known. */
function archiveFact({ storageClass, restore }: ObjectHead): Fact | undefined {
  return isArchived(storageClass) && restore === undefined
    ? { name: 'Restore', value: 'in the archive: not readable', quiet: true }
    : undefined
}

function lockFact({ retention }: ObjectHead): Fact | undefined {
  if (retention === undefined) return undefined
  const { mode, until } = retention
  return {
    name: 'Retention',
    value: `${mode.toLowerCase()} until ${formatFullDate(until)}`,
    exact: `${mode} until ${formatExactDate(until)}`,
  }
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

import { decodeWords } from '#model/encoded-words.ts'
import { isArchived, type ObjectHead, type ObjectHeaders, type RestoreStatus } from '#model/object.ts'
import { formatBytes, formatExactBytes } from '../format/bytes.ts'
import { formatCount } from '../format/count.ts'
import { formatDays, formatExactDate, formatFullDate } from '../format/date.ts'
import type { Row } from '../state/rows.ts'
import type { Fact } from './fact.ts'
import { storageClassName } from './storage-class.ts'

const HEADERS: readonly (readonly [keyof ObjectHeaders, string, field: string])[] = [
  ['contentType', 'Content-Type', 'content-type'],
  ['cacheControl', 'Cache-Control', 'cache-control'],
  ['contentDisposition', 'Disposition', 'content-disposition'],
  ['contentEncoding', 'Encoding', 'content-encoding'],
  ['contentLanguage', 'Language', 'content-language'],
  ['expires', 'Expires', 'expires'],
  ['websiteRedirect', 'Redirect', 'website-redirect'],
]

/** What HeadObject told of one object, besides what has a section of its own. */
export function objectFacts(head: ObjectHead): Fact[] {
  return some([
    { name: 'Size', value: formatBytes(head.size), exact: formatExactBytes(head.size) },
    {
      name: 'Modified',
      value: formatFullDate(head.lastModified),
      exact: formatExactDate(head.lastModified),
    },
    {
      name: 'Class',
      value: storageClassName(head.storageClass),
      exact: head.storageClass,
      field: 'storage-class',
      raw: head.storageClass,
    },
    { name: 'ETag', value: head.etag, mono: true },
    fact('Parts', head.parts === undefined ? undefined : formatCount(head.parts)),
    head.versionId === undefined ? undefined : { name: 'Version', value: head.versionId, mono: true },
    fact('Archive tier', head.archiveTier === undefined ? undefined : ARCHIVE_TIERS[head.archiveTier]),
    archiveFact(head),
    fact('Restore', restoreWords(head.restore)),
    fact('Replication', replicationWords(head.replicationStatus)),
  ])
}

export function encryptionFacts({ encryption }: ObjectHead, customerKey?: string): Fact[] {
  const { kind, kmsKeyId, bucketKey } = encryption
  return some([
    kind === 'none' ? { name: 'Kind', value: 'none', quiet: true } : { name: 'Kind', value: kind },
    kmsKeyId === undefined ? undefined : { name: 'KMS key', value: kmsKeyId, mono: true },
    fact('Bucket key', bucketKey === undefined ? undefined : bucketKey ? 'used' : 'not used'),
    fact('Key ring', customerKey),
  ])
}

/** S3 tells a lock only to who may read it, so that nothing is known where nothing is told. */
export function lockFacts({ retention, legalHold }: ObjectHead): Fact[] {
  const none = { value: 'none', quiet: true } as const
  return [
    {
      name: 'Retention',
      field: 'retention',
      ...(retention === undefined
        ? none
        : {
            value: `${retention.mode.toLowerCase()} until ${formatFullDate(retention.until)}`,
            exact: `${retention.mode} until ${formatExactDate(retention.until)}`,
          }),
    },
    {
      name: 'Legal hold',
      field: 'legal-hold',
      raw: legalHold ?? 'OFF',
      ...(legalHold === undefined ? none : { value: legalHold.toLowerCase() }),
    },
  ]
}

export function checksumFacts({ checksums, checksumType }: ObjectHead): Fact[] {
  const found = Object.entries(checksums).map(([name, value]): Fact => ({
    name: name.toUpperCase(),
    value,
    mono: true,
  }))
  return found.length === 0 ? [] : [...found, ...some([fact('Of', checksumWords(checksumType))])]
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

function restoreWords(restore: RestoreStatus | undefined): string | undefined {
  if (restore === undefined) return undefined
  if (restore.is === 'under-way') return 'under way'
  return restore.until === undefined ? 'readable' : `readable until ${formatFullDate(restore.until)}`
}

/** Only those that it has. */
export function headerFacts(headers: ObjectHeaders): Fact[] {
  return HEADERS.flatMap(([header, name, field]): Fact[] => {
    const value = headers[header]
    return value === undefined || value === '' ? [] : [{ name, value, field }]
  })
}

/** The others as well, to be set: one knows what is missing only where it is named. */
export function withMissingHeaders(facts: readonly Fact[]): Fact[] {
  return HEADERS.map(
    ([, name, field]) =>
      facts.find((known) => known.field === field) ?? { name, value: 'none', quiet: true, field, raw: '' },
  )
}

/** Values as they read, also those that S3 had to write in ASCII (RFC 2047); what is edited is what S3 keeps. */
export function metadataFacts(metadata: Readonly<Record<string, string>>): Fact[] {
  return Object.entries(metadata).map(([name, raw]) => {
    const value = decodeWords(raw)
    const exact = value === raw ? undefined : `${value}\nKept as ${raw}`
    return { name, value, raw, exact, field: `x-amz-meta-${name}` }
  })
}

export function tagFacts(tags: Readonly<Record<string, string>>): Fact[] {
  return Object.entries(tags).map(([name, value]) => ({ name, value, field: `tag:${name}` }))
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

/** Source: "Getting replication status information". */
function replicationWords(status: string | undefined): string | undefined {
  switch (status) {
    case undefined:
      return undefined
    case 'COMPLETED':
    case 'COMPLETE':
      return 'done'
    case 'REPLICA':
      return 'is a replica'
    default:
      return status.toLowerCase()
  }
}

function some(facts: readonly (Fact | undefined)[]): Fact[] {
  return facts.filter((one) => one !== undefined)
}

function fact(name: string, value: string | undefined): Fact | undefined {
  return value === undefined ? undefined : { name, value }
}

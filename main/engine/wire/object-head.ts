import { parseDate } from '#model/dates.ts'
import { bareEtag, etagParts } from '#model/object.ts'
import type { Encryption, ObjectHead, ObjectHeaders } from '#model/object.ts'
import type { Retention } from '#model/properties.ts'
import { archiveTierOf, parseRestore } from '../restore-status.ts'
import type { AnswerHeaders } from './answer-reader.ts'
import { badAnswer } from './errors.ts'
import type { Asked } from './asked.ts'
import { headerText } from './sign.ts'

/** What the headers of an answer tell about an object. */

export function header(headers: AnswerHeaders, name: string): string | undefined {
  const value = headers[name]
  return value === undefined ? undefined : headerText(value)
}

export function encryptionOf(headers: AnswerHeaders): Encryption {
  if (headers['x-amz-server-side-encryption-customer-algorithm'] !== undefined) return { kind: 'SSE-C' }
  const kind = headers['x-amz-server-side-encryption']
  if (kind === undefined) return { kind: 'none' }
  if (kind === 'AES256') return { kind: 'SSE-S3' }
  return {
    kind: kind === 'aws:kms:dsse' ? 'DSSE-KMS' : 'SSE-KMS',
    kmsKeyId: header(headers, 'x-amz-server-side-encryption-aws-kms-key-id'),
    bucketKey: headers['x-amz-server-side-encryption-bucket-key-enabled'] === 'true',
  }
}

const CHECKSUM = 'x-amz-checksum-'

/** By algorithm, base64; undefined where it tells none. */
export function checksumHeaders(headers: AnswerHeaders): Record<string, string> | undefined {
  let found: Record<string, string> | undefined
  for (const name in headers) {
    if (!name.startsWith(CHECKSUM) || NO_CHECKSUMS.has(name)) continue
    found ??= {}
    found[name.slice(CHECKSUM.length).toUpperCase()] = headers[name] ?? ''
  }
  return found
}
const NO_CHECKSUMS = new Set(['x-amz-checksum-type', 'x-amz-checksum-algorithm', 'x-amz-checksum-mode'])

export function checksumType(text: string | undefined): 'FULL_OBJECT' | 'COMPOSITE' | undefined {
  return text === 'FULL_OBJECT' || text === 'COMPOSITE' ? text : undefined
}

/** HeadObject's and GetObject's headers. `of`: a HEAD of one part tells that part's size. */
export function objectHead(
  asked: Asked & { readonly key: string },
  status: number,
  headers: AnswerHeaders,
  of: 'object' | 'part' = 'object',
): ObjectHead {
  const etag = header(headers, 'etag')
  // Content-Range names the size of the whole where a range was asked for.
  const whole = of === 'object' ? /\/(\d+)$/.exec(header(headers, 'content-range') ?? '')?.[1] : undefined
  const size = Number(whole ?? headers['content-length'] ?? Number.NaN)
  if (etag === undefined) throw badAnswer(asked, 'there is no ETag', status)
  if (!Number.isSafeInteger(size)) throw badAnswer(asked, 'there is no Content-Length', status)
  return {
    key: asked.key,
    size,
    etag: bareEtag(etag),
    lastModified: parseDate(headers['last-modified']) ?? 0,
    storageClass: header(headers, 'x-amz-storage-class') ?? 'STANDARD',
    versionId: header(headers, 'x-amz-version-id'),
    headers: systemHeaders(headers),
    metadata: metadataOf(headers),
    tagCount: numberOf(headers['x-amz-tagging-count']),
    encryption: encryptionOf(headers),
    parts: numberOf(headers['x-amz-mp-parts-count']) ?? etagParts(bareEtag(etag)),
    restore: parseRestore(header(headers, 'x-amz-restore')),
    archiveTier: archiveTierOf(headers['x-amz-archive-status']),
    retention: retentionOf(headers),
    legalHold: legalHoldOf(headers['x-amz-object-lock-legal-hold']),
    replicationStatus: header(headers, 'x-amz-replication-status'),
    checksums: checksumHeaders(headers) ?? {},
    checksumType: checksumType(headers['x-amz-checksum-type']),
    serverTime: parseDate(headers.date),
  }
}

function systemHeaders(headers: AnswerHeaders): ObjectHeaders {
  return {
    contentType: header(headers, 'content-type'),
    cacheControl: header(headers, 'cache-control'),
    contentDisposition: header(headers, 'content-disposition'),
    contentEncoding: header(headers, 'content-encoding'),
    contentLanguage: header(headers, 'content-language'),
    expires: header(headers, 'expires'),
    websiteRedirect: header(headers, 'x-amz-website-redirect-location'),
  }
}

function metadataOf(headers: AnswerHeaders): Record<string, string> {
  const metadata: Record<string, string> = {}
  for (const name in headers) {
    if (name.startsWith('x-amz-meta-')) metadata[name.slice(11)] = header(headers, name) ?? ''
  }
  return metadata
}

function retentionOf(headers: AnswerHeaders): Retention | undefined {
  const mode = headers['x-amz-object-lock-mode']
  const until = parseDate(headers['x-amz-object-lock-retain-until-date'])
  return retention(mode, until)
}

/** What S3 says of a lock; nothing where one half of it is missing. */
export function retention(mode: string | undefined, until: number | undefined): Retention | undefined {
  if (until === undefined || (mode !== 'GOVERNANCE' && mode !== 'COMPLIANCE')) return undefined
  return { mode, until }
}

function legalHoldOf(text: string | undefined): 'ON' | 'OFF' | undefined {
  return text === 'ON' || text === 'OFF' ? text : undefined
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text)
}

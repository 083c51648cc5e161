import type { IncomingHttpHeaders } from 'node:http'
import { S3Error } from './errors.ts'

/** What a condition is held against. */
export interface Validator {
  /** Without quotes. */
  readonly etag: string
  /** Seconds since 1970. */
  readonly modified: number
}

export interface ReadConditions {
  readonly match?: string | undefined
  readonly noneMatch?: string | undefined
  readonly modifiedSince?: string | undefined
  readonly unmodifiedSince?: string | undefined
}

/** Which condition a validator did not meet. */
export type Unmet = 'match' | 'unmodified-since' | 'none-match' | 'modified-since'

/**
 * The first unmet condition. An ETag condition decides alone, its date condition is then not looked at:
 *
 * | ETag condition      | date condition    | result         |
 * |---------------------|-------------------|----------------|
 * | match, true         | unmodified, false | met            |
 * | none-match, false   | modified, true    | none-match     |
 *
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html and API_CopyObject.html
 */
export function unmetCondition(conditions: ReadConditions, standing: Validator): Unmet | undefined {
  if (conditions.match !== undefined) {
    if (!etagListHolds(conditions.match, standing.etag)) return 'match'
  } else if (isBefore(conditions.unmodifiedSince, standing.modified)) return 'unmodified-since'
  if (conditions.noneMatch !== undefined) {
    if (etagListHolds(conditions.noneMatch, standing.etag)) return 'none-match'
  } else if (isNotBefore(conditions.modifiedSince, standing.modified)) return 'modified-since'
  return undefined
}

/** Whether an If-Match or If-None-Match value names `etag`. */
export function etagListHolds(list: string, etag: string): boolean {
  return list.split(',').some((each) => {
    const named = each.trim()
    return named === '*' || named.replace(/^W\//, '').replace(/^"(.*)"$/, '$1') === etag
  })
}

function isBefore(date: string | undefined, modified: number): boolean {
  const seconds = parseDate(date)
  return seconds !== undefined && modified > seconds
}

function isNotBefore(date: string | undefined, modified: number): boolean {
  const seconds = parseDate(date)
  return seconds !== undefined && modified <= seconds
}

/** An HTTP date in seconds since 1970. A date that cannot be read is no condition. */
function parseDate(date: string | undefined): number | undefined {
  const milliseconds = date === undefined ? NaN : Date.parse(date)
  return Number.isNaN(milliseconds) ? undefined : Math.floor(milliseconds / 1000)
}

/** The conditions of GET and HEAD. */
export function readConditions(headers: IncomingHttpHeaders): ReadConditions {
  return {
    match: headers['if-match'],
    noneMatch: headers['if-none-match'],
    modifiedSince: headers['if-modified-since'],
    unmodifiedSince: headers['if-unmodified-since'],
  }
}

/**
 * Holds the x-amz-copy-source-if-… headers against the source.
 * @throws S3Error PreconditionFailed
 */
export function requireCopySource(headers: IncomingHttpHeaders, source: Validator): void {
  const unmet = unmetCondition(
    {
      match: single(headers['x-amz-copy-source-if-match']),
      noneMatch: single(headers['x-amz-copy-source-if-none-match']),
      modifiedSince: single(headers['x-amz-copy-source-if-modified-since']),
      unmodifiedSince: single(headers['x-amz-copy-source-if-unmodified-since']),
    },
    source,
  )
  if (unmet !== undefined) throw preconditionFailed(`x-amz-copy-source-If-${headerWords(unmet)}`)
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value
}

/**
 * Holds If-Match and If-None-Match of a write against what stands at its key now (undefined if nothing does,
 * or a delete marker).
 * @throws S3Error PreconditionFailed, NoSuchKey (If-Match with nothing there), NotImplemented
 */
export function requireDestination(headers: IncomingHttpHeaders, standing: Validator | undefined): void {
  const match = headers['if-match']
  const noneMatch = headers['if-none-match']
  if (noneMatch !== undefined && noneMatch.trim() !== '*') {
    // AWS takes no other value here: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
    throw new S3Error('NotImplemented', { elements: { Header: 'If-None-Match' } })
  }
  if (match !== undefined && noneMatch !== undefined) {
    throw new S3Error('NotImplemented', { elements: { Header: 'If-Match' } })
  }
  if (noneMatch !== undefined && standing !== undefined) throw preconditionFailed('If-None-Match')
  if (match !== undefined) {
    if (standing === undefined) throw new S3Error('NoSuchKey')
    if (!etagListHolds(match, standing.etag)) throw preconditionFailed('If-Match')
  }
}

export function preconditionFailed(condition: string): S3Error {
  return new S3Error('PreconditionFailed', { elements: { Condition: condition } })
}

function headerWords(unmet: Unmet): string {
  return unmet.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase())
}

/** The header that carries `unmet` on a GET. */
export function conditionHeader(unmet: Unmet): string {
  return `If-${headerWords(unmet)}`
}

import { parseDate } from '#model/dates.ts'
import { DecantError } from '#model/failure.ts'
import type { Failure } from '#model/failure.ts'
import { bareEtag } from '#model/object.ts'
import type { BucketSummary, ObjectSummary, RestoreStatus, VersionSummary } from '#model/object.ts'
import type {
  BucketAccess,
  ObjectPage,
  Part,
  PartPage,
  PartResult,
  UploadsPage,
  UploadSummary,
  VersionPage,
  WriteResult,
} from '../storage.ts'
import { decodeListed } from './encode.ts'
import { badAnswer, s3Failure } from './errors.ts'
import type { Asked } from './asked.ts'
import type { AnswerHeaders, HttpAnswer } from './answer-reader.ts'
import { plainContents, stretchOfContents } from './plain-contents.ts'
import { checksumHeaders, checksumType, encryptionOf, header } from './object-head.ts'
import { restoredUntil } from '../restore-status.ts'
import { child, childText, parseXml, XmlError } from './xml.ts'
import type { XmlElement } from './xml.ts'

/** A refusal as a failure, with the Region that the bucket is in where the answer names it. */
export function failureOf(
  asked: Asked,
  answer: HttpAnswer,
  access?: BucketAccess,
): { failure: Failure; region?: string | undefined } {
  if (answer.status < 500 && isPage(answer.text)) {
    return { failure: badAnswer(asked, 'it is a web page', answer.status).failure }
  }
  const error = tryParse(answer.text)
  const text = (name: string): string | undefined => (error ? childText(error, name) : undefined)
  const words = {
    operation: asked.operation,
    status: answer.status,
    code: text('Code') ?? '',
    message: text('Message') ?? '',
    requestId: text('RequestId') ?? header(answer.headers, 'x-amz-request-id'),
  }
  const clue = text('Condition') ?? text('ArgumentName') ?? text('Header')
  const failure = s3Failure(asked, withoutUndefined(words), clue, access)
  const misdirected = failure.code === 'wrong-region' || answer.status === 400
  const region = misdirected ? (regionHeader(answer.headers) ?? regionName(text('Region'))) : undefined
  const tells = failure.code === 'wrong-region' && region !== undefined
  return {
    failure: tells ? { ...failure, message: `${failure.message} The server names ${region}.` } : failure,
    region,
  }
}

/** A console, a portal that wants a login, a load balancer: somebody answers, but not S3. */
function isPage(text: string): boolean {
  return /^\s*(<!--[^]*?-->\s*)?<(!doctype\s+html|html)\b/i.test(text.slice(0, 2000))
}

export function regionHeader(headers: AnswerHeaders): string | undefined {
  return regionName(header(headers, 'x-amz-bucket-region'))
}

/** It becomes part of a host name. */
function regionName(text: string | undefined): string | undefined {
  return text !== undefined && /^[a-z0-9-]{1,64}$/.test(text) ? text : undefined
}

function withoutUndefined<T extends { requestId: string | undefined }>(
  words: T,
): Omit<T, 'requestId'> & { requestId?: string } {
  const { requestId, ...rest } = words
  return requestId === undefined ? rest : { ...rest, requestId }
}

function tryParse(text: string): XmlElement | undefined {
  try {
    return text === '' ? undefined : parseXml(text)
  } catch {
    return undefined
  }
}

/** The root element of a 200, which must be of that name. A 200 whose body is an `<Error>` is an error. */
export function rootOf(asked: Asked, answer: HttpAnswer, name?: string): XmlElement {
  if (answer.text.trim() === '') throw badAnswer(asked, 'the body is empty', answer.status)
  if (isPage(answer.text)) throw badAnswer(asked, 'it is a web page', answer.status)
  let root: XmlElement
  try {
    root = parseXml(answer.text)
  } catch (error) {
    if (error instanceof XmlError) throw badAnswer(asked, error.message, answer.status)
    throw error
  }
  if (root.name === 'Error') throw new DecantError(failureOf(asked, answer).failure)
  if (name !== undefined && root.name !== name)
    throw badAnswer(asked, `<${root.name}> instead of <${name}>`, answer.status)
  return root
}

function etagOf(asked: Asked, answer: HttpAnswer, inBody: string | undefined): string {
  const found = inBody ?? header(answer.headers, 'etag')
  if (found === undefined || found === '') throw badAnswer(asked, 'there is no ETag', answer.status)
  return bareEtag(found)
}

/** What the body of an answer says about an object that was written. */
export interface Told {
  readonly etag: string | undefined
  readonly checksums: Record<string, string> | undefined
  readonly checksumType: string | undefined
}

export function toldBy(root: XmlElement): Told {
  const checksums = checksumElements(root)
  return { etag: childText(root, 'ETag'), checksums, checksumType: childText(root, 'ChecksumType') }
}

/** What CopyObject, PutObject and CompleteMultipartUpload made; all but PutObject tell it in their body. */
export function writeResult(asked: Asked, answer: HttpAnswer, told?: Told): WriteResult {
  const { headers } = answer
  return {
    etag: etagOf(asked, answer, told?.etag),
    versionId: header(headers, 'x-amz-version-id'),
    encryption: encryptionOf(headers),
    checksums: told ? told.checksums : checksumHeaders(headers),
    checksumType: checksumType(told ? told.checksumType : headers['x-amz-checksum-type']),
    sourceVersionId: header(headers, 'x-amz-copy-source-version-id'),
    serverTime: secondOf(headers.date),
  }
}

let lastDate: { readonly text: string | undefined; readonly at: number | undefined } | undefined

/** All answers of one second carry the same date: read once. */
function secondOf(text: string | undefined): number | undefined {
  if (lastDate?.text !== text) lastDate = { text, at: parseDate(text) }
  return lastDate?.at
}

export function partResult(asked: Asked, answer: HttpAnswer, root?: XmlElement): PartResult {
  const etag = etagOf(asked, answer, root && childText(root, 'ETag'))
  const checksums = root ? checksumElements(root) : checksumHeaders(answer.headers)
  return { etag, checksums, encryption: encryptionOf(answer.headers) }
}

const CHECKSUM = 'Checksum'

/** `<ChecksumSHA256>` and its kin by algorithm; undefined where there is none. */
function checksumElements(element: XmlElement): Record<string, string> | undefined {
  let found: Record<string, string> | undefined
  for (const { name, text } of element.children) {
    if (!name.startsWith(CHECKSUM) || name === 'ChecksumType' || name === 'ChecksumAlgorithm') continue
    found ??= {}
    found[name.slice(CHECKSUM.length)] = text
  }
  return found
}

/** Reads one element of a listing; what a listing owes and does not have is a bad answer. */
class Row {
  readonly #element: XmlElement
  readonly #asked: Asked
  readonly #encoded: boolean
  constructor(element: XmlElement, asked: Asked, encoded: boolean) {
    this.#element = element
    this.#asked = asked
    this.#encoded = encoded
  }

  text(name: string): string {
    const text = childText(this.#element, name)
    if (text === undefined) throw this.bad(`<${this.#element.name}> without <${name}>`)
    return text
  }
  optional(name: string): string | undefined {
    return childText(this.#element, name) || undefined
  }
  /** A key or a prefix, as `encoding-type=url` wrote it. */
  key(name: string): string {
    const text = this.text(name)
    return this.#encoded ? decodeListed(text) : text
  }
  number(name: string): number {
    const text = this.text(name)
    const number = Number(text)
    if (text === '' || !Number.isSafeInteger(number)) throw this.bad(`<${name}> is ${text || 'empty'}`)
    return number
  }
  date(name: string): number {
    const at = parseDate(this.text(name))
    if (at === undefined) throw this.bad(`<${name}> is ${this.text(name)}`)
    return at
  }
  /** Only where it was asked for. */
  restore(): RestoreStatus | undefined {
    const status = child(this.#element, 'RestoreStatus')
    if (!status) return undefined
    if (childText(status, 'IsRestoreInProgress') === 'true') return { is: 'under-way' }
    return restoredUntil(parseDate(childText(status, 'RestoreExpiryDate')))
  }
  bad(why: string): DecantError {
    return badAnswer(this.#asked, why, 200)
  }
}

function summaryOf(row: Row): ObjectSummary {
  return {
    key: row.key('Key'),
    size: row.number('Size'),
    etag: bareEtag(row.text('ETag')),
    lastModified: row.date('LastModified'),
    storageClass: row.optional('StorageClass') ?? 'STANDARD',
  }
}

/** `withRestore`: RestoreStatus was asked for. */
export function objectPage(asked: Asked, answer: HttpAnswer, withRestore = false): ObjectPage {
  const stretch = withRestore ? undefined : stretchOfContents(answer.text)
  if (stretch) {
    const root = rootOf(asked, { ...answer, text: stretch.rest }, 'ListBucketResult')
    // Once, and where objects stand, or the document is another than it seems.
    const stands = root.children.filter(({ name }) => name === 'Contents').length === 1
    const read = stands ? plainContents(answer.text, stretch, isEncoded(root)) : undefined
    if (read) return pageOf(asked, answer, root, withRestore, read)
  }
  return pageOf(asked, answer, rootOf(asked, answer, 'ListBucketResult'), withRestore)
}

function isEncoded(root: XmlElement): boolean {
  return childText(root, 'EncodingType') === 'url'
}

/** `read`: its objects, which were read before. */
function pageOf(
  asked: Asked,
  answer: HttpAnswer,
  root: XmlElement,
  withRestore: boolean,
  read?: ObjectSummary[],
): ObjectPage {
  const encoded = isEncoded(root)
  const objects: ObjectSummary[] = read ?? []
  const prefixes: string[] = []
  for (const element of root.children) {
    if (element.name === 'Contents') {
      if (read) continue
      const row = new Row(element, asked, encoded)
      objects.push(withRestore ? { ...summaryOf(row), restore: row.restore() } : summaryOf(row))
    } else if (element.name === 'CommonPrefixes')
      prefixes.push(new Row(element, asked, encoded).key('Prefix'))
  }
  const token = childText(root, 'NextContinuationToken')
  if (childText(root, 'IsTruncated') !== 'true') return { objects, prefixes }
  // Without a token the rest would silently never be seen.
  if (!token) throw badAnswer(asked, 'it is truncated and names no continuation token', answer.status)
  return { objects, prefixes, token }
}

/** In the order of the answer: keys in UTF-8 order, newest version first. */
export function versionPage(asked: Asked, answer: HttpAnswer): VersionPage {
  const root = rootOf(asked, answer, 'ListVersionsResult')
  const encoded = isEncoded(root)
  const versions: VersionSummary[] = []
  const prefixes: string[] = []
  for (const element of root.children) {
    if (element.name === 'CommonPrefixes') prefixes.push(new Row(element, asked, encoded).key('Prefix'))
    if (element.name !== 'Version' && element.name !== 'DeleteMarker') continue
    const row = new Row(element, asked, encoded)
    const isDeleteMarker = element.name === 'DeleteMarker'
    versions.push({
      ...(isDeleteMarker
        ? { key: row.key('Key'), size: 0, etag: '', lastModified: row.date('LastModified'), storageClass: '' }
        : summaryOf(row)),
      versionId: row.text('VersionId'),
      isLatest: row.text('IsLatest') === 'true',
      isDeleteMarker,
    })
  }
  if (childText(root, 'IsTruncated') !== 'true') return { versions, prefixes }
  const page = new Row(root, asked, encoded)
  const keyMarker = page.key('NextKeyMarker')
  if (keyMarker === '') throw page.bad('it is truncated and names no next key')
  return { versions, prefixes, next: { keyMarker, versionIdMarker: page.optional('NextVersionIdMarker') } }
}

export function bucketList(
  asked: Asked,
  answer: HttpAnswer,
): { buckets: BucketSummary[]; token?: string | undefined } {
  const root = rootOf(asked, answer, 'ListAllMyBucketsResult')
  const buckets = (child(root, 'Buckets')?.children ?? [])
    .filter((element) => element.name === 'Bucket')
    .map((element) => ({
      name: new Row(element, asked, false).text('Name'),
      createdAt: parseDate(childText(element, 'CreationDate')),
      region: regionName(childText(element, 'BucketRegion')),
    }))
  return { buckets, token: childText(root, 'ContinuationToken') || undefined }
}

export function tagSet(asked: Asked, answer: HttpAnswer): Record<string, string> {
  const set = child(rootOf(asked, answer, 'Tagging'), 'TagSet')?.children ?? []
  const rows = set.map((element) => new Row(element, asked, false))
  return Object.fromEntries(rows.map((row) => [row.text('Key'), row.text('Value')]))
}

export function partPage(asked: Asked, answer: HttpAnswer): PartPage {
  const root = rootOf(asked, answer, 'ListPartsResult')
  const parts = root.children
    .filter((element) => element.name === 'Part')
    .map((element): Part => {
      const row = new Row(element, asked, false)
      const checksums = checksumElements(element)
      return {
        part: row.number('PartNumber'),
        etag: bareEtag(row.text('ETag')),
        size: row.number('Size'),
        ...(checksums && { checksums }),
      }
    })
  if (childText(root, 'IsTruncated') !== 'true') return { parts }
  return { parts, next: new Row(root, asked, false).number('NextPartNumberMarker') }
}

export function uploadPage(asked: Asked, answer: HttpAnswer): UploadsPage {
  const root = rootOf(asked, answer, 'ListMultipartUploadsResult')
  const encoded = isEncoded(root)
  const uploads = root.children
    .filter((element) => element.name === 'Upload')
    .map((element): UploadSummary => {
      const row = new Row(element, asked, encoded)
      const initiator = child(element, 'Initiator')
      return {
        key: row.key('Key'),
        uploadId: row.text('UploadId'),
        initiatedAt: row.date('Initiated'),
        initiator: initiator && childText(initiator, 'ID'),
      }
    })
  if (childText(root, 'IsTruncated') !== 'true') return { uploads }
  const page = new Row(root, asked, encoded)
  return {
    uploads,
    next: { keyMarker: page.key('NextKeyMarker'), uploadIdMarker: page.text('NextUploadIdMarker') },
  }
}

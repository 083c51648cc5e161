import { allUploads } from '../listing/all-uploads.ts'
import type {
  CompleteUpload,
  CreateUpload,
  ListParts,
  ListUploads,
  PartPage,
  PartResult,
  UploadPart,
  UploadPartCopy,
  UploadRef,
  UploadsPage,
  UploadSummary,
  WriteResult,
} from '../storage.ts'
import { partPage, partResult, rootOf, toldBy, uploadPage, writeResult } from './answers.ts'
import type { WireClient, WireRequest } from './client.ts'
import { documentHeaders, escapeXml, XMLNS } from './documents.ts'
import { badAnswer } from './errors.ts'
import { headObject } from './objects.ts'
import { addChecksum } from './payload.ts'
import {
  addCondition,
  addCopySource,
  addCustomerKey,
  addProperties,
  conditionsOf,
  customerKeysOf,
} from './request-headers.ts'
import type { HeaderList } from './sign.ts'
import { childText } from './xml.ts'

/** Requests about multipart uploads, one function an operation of S3. */

export async function createUpload(
  client: WireClient,
  request: CreateUpload,
  signal?: AbortSignal,
): Promise<{ uploadId: string }> {
  const headers: HeaderList = []
  addProperties(headers, request)
  if (request.checksum !== undefined) headers.push('x-amz-checksum-algorithm', request.checksum)
  if (request.checksumType !== undefined) headers.push('x-amz-checksum-type', request.checksumType)
  const { bucket, key } = request
  const asked = { operation: 'CreateMultipartUpload', bucket, key, customerKeys: customerKeysOf(request) }
  const answer = await client.call({ ...asked, method: 'POST', query: [['uploads', '']], headers }, signal)
  const uploadId = childText(rootOf(asked, answer, 'InitiateMultipartUploadResult'), 'UploadId')
  if (!uploadId) throw badAnswer(asked, 'there is no UploadId', answer.status)
  return { uploadId }
}

export async function uploadPart(
  client: WireClient,
  request: UploadPart,
  signal?: AbortSignal,
): Promise<PartResult> {
  const { bucket, key, customerKey } = request
  const headers: HeaderList = []
  addCustomerKey(headers, customerKey)
  const payload = addChecksum(headers, request, client.habits.checksums)
  const asked = { operation: 'UploadPart', bucket, key, customerKeys: { write: customerKey } }
  const query = ofPart(request)
  return partResult(asked, await client.call({ ...asked, method: 'PUT', query, headers, ...payload }, signal))
}

export async function uploadPartCopy(
  client: WireClient,
  request: UploadPartCopy,
  signal?: AbortSignal,
): Promise<PartResult> {
  const { bucket, key, source, range, customerKey } = request
  const headers: HeaderList = []
  addCopySource(headers, source)
  addCustomerKey(headers, customerKey)
  if (range) headers.push('x-amz-copy-source-range', `bytes=${range[0]}-${range[1]}`)
  const sent: WireRequest = {
    operation: 'UploadPartCopy',
    bucket,
    key,
    conditions: conditionsOf({}, source),
    customerKeys: { read: source.customerKey, write: customerKey },
    method: 'PUT',
    query: ofPart(request),
    headers,
    moves: range ? range[1] - range[0] + 1 : Infinity,
  }
  const answer = await client.call(sent, signal)
  return partResult(sent, answer, rootOf(sent, answer, 'CopyPartResult'))
}

export async function listParts(
  client: WireClient,
  request: ListParts,
  signal?: AbortSignal,
): Promise<PartPage> {
  const { bucket, key, customerKey } = request
  const headers: HeaderList = []
  addCustomerKey(headers, customerKey)
  const asked = { operation: 'ListParts', bucket, key, customerKeys: { write: customerKey } }
  const query: (readonly [string, string])[] = [
    ['uploadId', request.uploadId],
    ['max-parts', '1000'],
  ]
  if (request.after !== undefined) query.push(['part-number-marker', String(request.after)])
  return partPage(asked, await client.call({ ...asked, method: 'GET', query, headers }, signal))
}

export function listUploads(
  client: WireClient,
  place: { readonly bucket: string; readonly prefix: string },
  signal?: AbortSignal,
): Promise<UploadSummary[]> {
  return allUploads(place, (asked) => uploadsPage(client, asked, signal))
}

export async function uploadsPage(
  client: WireClient,
  { bucket, prefix, next }: ListUploads,
  signal?: AbortSignal,
): Promise<UploadsPage> {
  const asked = { operation: 'ListMultipartUploads', bucket }
  // No encoding-type: Ceph 16 then encodes the keys and does not say so.
  const query: (readonly [string, string])[] = [
    ['uploads', ''],
    ['max-uploads', '1000'],
    ['prefix', prefix],
  ]
  if (next) query.push(['key-marker', next.keyMarker], ['upload-id-marker', next.uploadIdMarker])
  return uploadPage(asked, await client.call({ ...asked, method: 'GET', query }, signal))
}

export async function completeUpload(
  client: WireClient,
  request: CompleteUpload,
  signal?: AbortSignal,
): Promise<WriteResult> {
  const { bucket, key, uploadId, customerKey } = request
  const body = Buffer.from(partsDocument(request))
  const headers = documentHeaders(body)
  addCondition(headers, request)
  addCustomerKey(headers, customerKey)
  if (request.size !== undefined) headers.push('x-amz-mp-object-size', String(request.size))
  if (request.checksumType !== undefined) headers.push('x-amz-checksum-type', request.checksumType)
  if (request.checksum !== undefined && request.checksumValue !== undefined)
    headers.push(`x-amz-checksum-${request.checksum.toLowerCase()}`, request.checksumValue)
  const sent: WireRequest = {
    operation: 'CompleteMultipartUpload',
    bucket,
    key,
    conditions: conditionsOf(request),
    customerKeys: { write: customerKey },
    method: 'POST',
    query: [['uploadId', uploadId]],
    headers,
    body,
    moves: request.size ?? Infinity,
  }
  const answer = await client.call(sent, signal)
  const root = rootOf(sent, answer, 'CompleteMultipartUploadResult')
  // Ceph 16 completes it and leaves the ETag empty.
  const known =
    childText(root, 'ETag') || (await headObject(client, { bucket, key, customerKey }, signal)).etag
  return writeResult(sent, answer, { ...toldBy(root), etag: known })
}

/** A COMPOSITE checksum is made of what is repeated here. */
function partsDocument({ parts, checksum }: CompleteUpload): string {
  const rows = parts.map(({ part, etag, checksums }) => {
    const sum = checksum && checksums?.[checksum]
    const repeated = sum === undefined ? '' : `<Checksum${checksum}>${escapeXml(sum)}</Checksum${checksum}>`
    return `<Part><PartNumber>${part}</PartNumber><ETag>${escapeXml(`"${etag}"`)}</ETag>${repeated}</Part>`
  })
  return `<CompleteMultipartUpload xmlns="${XMLNS}">${rows.join('')}</CompleteMultipartUpload>`
}

export async function abortUpload(
  client: WireClient,
  request: UploadRef,
  signal?: AbortSignal,
): Promise<void> {
  const { bucket, key, uploadId } = request
  await client.call(
    {
      operation: 'AbortMultipartUpload',
      bucket,
      key,
      method: 'DELETE',
      query: [['uploadId', uploadId]],
    },
    signal,
  )
}

function ofPart(request: {
  readonly part: number
  readonly uploadId: string
}): (readonly [string, string])[] {
  return [
    ['partNumber', String(request.part)],
    ['uploadId', request.uploadId],
  ]
}

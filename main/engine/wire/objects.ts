import { checkRange } from './told-range.ts'
import type { IncomingMessage } from 'node:http'
import type { ObjectHead, Tags } from '#model/object.ts'
import type {
  CopyObject,
  DeleteObject,
  DeleteResult,
  GetObject,
  HeadObject,
  ObjectBody,
  ObjectId,
  PutObject,
  WriteResult,
} from '../storage.ts'
import { DecantError } from '#model/failure.ts'
import { tagSet, writeResult } from './answers.ts'
import type { WireClient, WireRequest } from './client.ts'
import { copyResult } from './copy-result.ts'
import { documentHeaders, escapeXml, XMLNS } from './documents.ts'
import { headersOf } from './http.ts'
import { objectHead } from './object-head.ts'
import { addChecksum, addMd5 } from './payload.ts'
import {
  addCondition,
  addCopySource,
  addCustomerKey,
  addHeaders,
  addPlacement,
  addProperties,
  addTags,
  conditionsOf,
  customerKeysOf,
} from './request-headers.ts'
import { headerBytes } from './sign.ts'
import type { HeaderList } from './sign.ts'

/** Requests about objects, one function an operation of S3. */

type QueryItem = readonly [name: string, value: string]

/**
 * Why a HEAD is refused it does not say, for it has no body. What 403 and 404 mean is plain enough; a 400 can be
 * expired credentials, or an object that lies under a customer key, so that a GET is asked for its words.
 */
export async function headObject(
  client: WireClient,
  request: HeadObject,
  signal?: AbortSignal,
): Promise<ObjectHead> {
  try {
    return await headOnce(client, request, signal)
  } catch (error) {
    if (!isWordless(error) || request.customerKey !== undefined) throw error
    const { body } = await getObject(client, { ...request, range: [0, 0] }, signal)
    body.destroy()
    return headOnce(client, request, signal)
  }
}

/** A bare 400. */
export function isWordless(error: unknown): boolean {
  if (!(error instanceof DecantError)) return false
  const { s3, code } = error.failure
  return s3?.status === 400 && s3.code === '' && code === 'invalid-request'
}

async function headOnce(client: WireClient, request: HeadObject, signal?: AbortSignal): Promise<ObjectHead> {
  const { bucket, key, customerKey, part } = request
  const asked = { operation: 'HeadObject', bucket, key, customerKeys: { read: customerKey } }
  const headers: HeaderList = []
  addCustomerKey(headers, customerKey)
  if (request.checksums === true) headers.push('x-amz-checksum-mode', 'ENABLED')
  const query: QueryItem[] = [...ofVersion(request)]
  if (part !== undefined) query.push(['partNumber', String(part)])
  const answer = await client.call({ ...asked, method: 'HEAD', query, headers }, signal)
  return objectHead(asked, answer.status, answer.headers, part === undefined ? 'object' : 'part')
}

export async function getObject(
  client: WireClient,
  request: GetObject,
  signal?: AbortSignal,
): Promise<ObjectBody> {
  const headers: HeaderList = []
  if (request.range) headers.push('range', `bytes=${request.range[0]}-${request.range[1]}`)
  if (request.checksums === true) headers.push('x-amz-checksum-mode', 'ENABLED')
  if (request.ifMatch !== undefined) headers.push('if-match', `"${request.ifMatch}"`)
  addCustomerKey(headers, request.customerKey)
  const asked = {
    operation: 'GetObject',
    bucket: request.bucket,
    key: request.key,
    conditions: { source: request.ifMatch !== undefined },
    customerKeys: { read: request.customerKey },
  }
  const sent: WireRequest = { ...asked, method: 'GET', query: ofVersion(request), headers }
  const response = await client.open(sent, signal)
  try {
    const status = response.statusCode ?? 0
    const told = headersOf(response)
    checkRange(asked, request.range, status, response.headers['content-range'])
    const head = objectHead(asked, status, told)
    return { head, body: new BodyReader(client, sent, response, signal) }
  } catch (error) {
    response.destroy()
    throw error
  }
}

/** The bytes of an object. What breaks the reading off comes as a failure, as everywhere. */
class BodyReader implements AsyncIterable<Uint8Array> {
  readonly #client: WireClient
  readonly #request: WireRequest
  readonly #response: IncomingMessage
  readonly #signal: AbortSignal | undefined

  constructor(
    client: WireClient,
    request: WireRequest,
    response: IncomingMessage,
    signal: AbortSignal | undefined,
  ) {
    this.#client = client
    this.#request = request
    this.#response = response
    this.#signal = signal
    // An error before anybody reads is kept by the stream and met by the reader.
    response.on('error', () => {})
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of this.#response) yield chunk as Uint8Array
    } catch (error) {
      throw this.#client.unanswered(this.#request, error, this.#signal)
    }
  }

  destroy(error?: Error): void {
    this.#response.destroy(error)
  }
}

export async function putObject(
  client: WireClient,
  request: PutObject,
  signal?: AbortSignal,
): Promise<WriteResult> {
  const headers: HeaderList = []
  addProperties(headers, request)
  addCondition(headers, request)
  const { bucket, key, retention, legalHold } = request
  const locked = retention !== undefined || legalHold !== undefined
  if (locked && request.checksum === undefined) addMd5(headers, request.body)
  const payload = addChecksum(headers, request, client.habits.checksums)
  const asked = {
    operation: 'PutObject',
    bucket,
    key,
    conditions: conditionsOf(request),
    customerKeys: customerKeysOf(request),
  }
  return writeResult(asked, await client.call({ ...asked, method: 'PUT', headers, ...payload }, signal))
}

/** Metadata and tags are S3's default, COPY, unless they are replaced; the class is always named. */
export function copyObject(
  client: WireClient,
  request: CopyObject,
  signal?: AbortSignal,
): Promise<WriteResult> {
  const { bucket, key, source, replace, replaceTags, storageClass } = request
  const headers: HeaderList = []
  addCopySource(headers, source)
  if (storageClass !== undefined) headers.push('x-amz-storage-class', storageClass)
  addCondition(headers, request)
  if (replace) {
    headers.push('x-amz-metadata-directive', 'REPLACE')
    addHeaders(headers, replace.headers, replace.metadata)
  }
  if (request.redirect !== undefined && replace?.headers.websiteRedirect === undefined) {
    headers.push('x-amz-website-redirect-location', headerBytes(request.redirect))
  }
  if (replaceTags !== undefined) {
    headers.push('x-amz-tagging-directive', 'REPLACE')
    addTags(headers, replaceTags)
  }
  addPlacement(headers, request)
  if (request.checksum !== undefined) headers.push('x-amz-checksum-algorithm', request.checksum)
  if (request.annotations === 'drop') headers.push('x-amz-object-annotation-directive', 'EXCLUDE')
  const sent: WireRequest = {
    operation: 'CopyObject',
    bucket,
    key,
    conditions: conditionsOf(request, source),
    customerKeys: customerKeysOf(request, source),
    method: 'PUT',
    headers,
    moves: request.size ?? Infinity,
  }
  // Not one promise more than it needs: nearly all that is ever sent are these.
  return client.call(sent, signal).then((answer) => copyResult(sent, answer))
}

export async function deleteObject(
  client: WireClient,
  request: DeleteObject,
  signal?: AbortSignal,
): Promise<DeleteResult> {
  const { bucket, key, ifMatch } = request
  const asked = { operation: 'DeleteObject', bucket, key, conditions: conditionsOf({ ifMatch }) }
  const headers: HeaderList = []
  addCondition(headers, { ifMatch })
  const answer = await client.call({ ...asked, method: 'DELETE', query: ofVersion(request), headers }, signal)
  const versionId = answer.headers['x-amz-version-id']
  return {
    deleteMarker: answer.headers['x-amz-delete-marker'] === 'true',
    versionId: typeof versionId === 'string' ? versionId : undefined,
  }
}

export async function getTags(client: WireClient, request: ObjectId, signal?: AbortSignal): Promise<Tags> {
  const asked = { operation: 'GetObjectTagging', bucket: request.bucket, key: request.key }
  const query: QueryItem[] = [['tagging', ''], ...ofVersion(request)]
  const answer = await client.call({ ...asked, method: 'GET', query }, signal)
  // Ceph 16 says "no tags" with an empty body. From who answers in full it would be half an answer.
  if (answer.text === '' && !client.habits.answersInFull) return {}
  return tagSet(asked, answer)
}

export async function putTags(
  client: WireClient,
  request: ObjectId & { readonly tags: Tags },
  signal?: AbortSignal,
): Promise<void> {
  const tags = Object.entries(request.tags)
    .map(([key, value]) => `<Tag><Key>${escapeXml(key)}</Key><Value>${escapeXml(value)}</Value></Tag>`)
    .join('')
  const body = Buffer.from(`<Tagging xmlns="${XMLNS}"><TagSet>${tags}</TagSet></Tagging>`)
  await client.call(
    {
      operation: 'PutObjectTagging',
      bucket: request.bucket,
      key: request.key,
      method: 'PUT',
      query: [['tagging', ''], ...ofVersion(request)],
      headers: documentHeaders(body),
      body,
    },
    signal,
  )
}

export function ofVersion(object: ObjectId): readonly QueryItem[] {
  return object.versionId === undefined ? [] : [['versionId', object.versionId]]
}

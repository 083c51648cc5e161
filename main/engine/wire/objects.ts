import type { IncomingMessage } from 'node:http'
import type { ObjectHead, Tags } from '#model/object.ts'
import type {
  CopyObject,
  DeleteObject,
  DeleteResult,
  GetObject,
  ListObjects,
  ListVersions,
  ObjectBody,
  ObjectId,
  ObjectPage,
  PutObject,
  VersionPage,
  WriteResult,
} from '../storage.ts'
import { objectHead, objectPage, rootOf, tagSet, versionPage, writeResult } from './answers.ts'
import type { WireClient, WireRequest } from './client.ts'
import { documentHeaders, escapeXml, XMLNS } from './documents.ts'
import {
  addCondition,
  addCopySource,
  addHeaders,
  addProperties,
  addTags,
  conditionsOf,
} from './request-headers.ts'
import { headersOf } from './http.ts'
import type { HeaderList } from './sign.ts'

/** Requests about objects, one function an operation of S3. */
import { childText } from './xml.ts'

type QueryItem = readonly [name: string, value: string]

const PAGE = 1000

export async function listObjects(
  client: WireClient,
  request: ListObjects,
  signal?: AbortSignal,
): Promise<ObjectPage> {
  const query: QueryItem[] = [
    ['list-type', '2'],
    ['encoding-type', 'url'],
    ['max-keys', String(request.maxKeys ?? PAGE)],
    ['prefix', request.prefix],
  ]
  if (request.delimiter !== undefined) query.push(['delimiter', request.delimiter])
  if (request.token !== undefined) query.push(['continuation-token', request.token])
  else if (request.startAfter !== undefined) query.push(['start-after', request.startAfter])
  const asked = { operation: 'ListObjectsV2', bucket: request.bucket }
  return objectPage(asked, await client.call({ ...asked, method: 'GET', query }, signal))
}

export async function listVersions(
  client: WireClient,
  request: ListVersions,
  signal?: AbortSignal,
): Promise<VersionPage> {
  const query: QueryItem[] = [
    ['versions', ''],
    ['encoding-type', 'url'],
    ['max-keys', String(request.maxKeys ?? PAGE)],
    ['prefix', request.prefix],
  ]
  if (request.keyMarker !== undefined) query.push(['key-marker', request.keyMarker])
  if (request.versionIdMarker !== undefined) query.push(['version-id-marker', request.versionIdMarker])
  const asked = { operation: 'ListObjectVersions', bucket: request.bucket }
  return versionPage(asked, await client.call({ ...asked, method: 'GET', query }, signal))
}

export async function headObject(
  client: WireClient,
  request: ObjectId,
  signal?: AbortSignal,
): Promise<ObjectHead> {
  const asked = { operation: 'HeadObject', bucket: request.bucket, key: request.key }
  const answer = await client.call({ ...asked, method: 'HEAD', query: ofVersion(request) }, signal)
  return objectHead(asked, answer.status, answer.headers)
}

export async function getObject(
  client: WireClient,
  request: GetObject,
  signal?: AbortSignal,
): Promise<ObjectBody> {
  const headers: HeaderList = []
  if (request.range) headers.push('range', `bytes=${request.range[0]}-${request.range[1]}`)
  if (request.ifMatch !== undefined) headers.push('if-match', `"${request.ifMatch}"`)
  const asked = {
    operation: 'GetObject',
    bucket: request.bucket,
    key: request.key,
    conditions: { source: request.ifMatch !== undefined },
  }
  const sent: WireRequest = { ...asked, method: 'GET', query: ofVersion(request), headers }
  const response = await client.open(sent, signal)
  try {
    const head = objectHead(asked, response.statusCode ?? 0, headersOf(response))
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
  const { bucket, key, body, size } = request
  const asked = { operation: 'PutObject', bucket, key, conditions: conditionsOf(request) }
  const answer = await client.call({ ...asked, method: 'PUT', headers, body, size }, signal)
  return writeResult(asked, answer)
}

/** Metadata and tags are S3's default, COPY, unless they are replaced; the class is always named. */
export async function copyObject(
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
  if (replaceTags !== undefined) {
    headers.push('x-amz-tagging-directive', 'REPLACE')
    addTags(headers, replaceTags)
  }
  const sent: WireRequest = {
    operation: 'CopyObject',
    bucket,
    key,
    conditions: conditionsOf(request, source),
    method: 'PUT',
    headers,
    slow: true,
  }
  const answer = await client.call(sent, signal)
  return writeResult(sent, answer, childText(rootOf(sent, answer, 'CopyObjectResult'), 'ETag'))
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

function ofVersion(object: ObjectId): readonly QueryItem[] {
  return object.versionId === undefined ? [] : [['versionId', object.versionId]]
}

import { Readable } from 'node:stream'
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3'
import type { StorageClass } from '@aws-sdk/client-s3'
import { dateAt, parseDate } from '#model/dates.ts'
import type { ObjectHead, ObjectHeaders, Tags } from '#model/object.ts'
import { encryptionOf, etagOf, headOf, keyOf, markerOf, summaryOf, versionOf } from './sdk-answers.ts'
import type { SdkClient } from './sdk-client.ts'
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
  ObjectProperties,
  PutObject,
  VersionPage,
  WriteCondition,
  WriteResult,
} from './storage.ts'
import { copySource, decodeListed, encodeTags } from './wire/encode.ts'
import { badAnswer } from './wire/errors.ts'
import type { Asked } from './wire/errors.ts'
import { conditionsOf } from './wire/request-headers.ts'

export async function listObjects(
  client: SdkClient,
  request: ListObjects,
  signal?: AbortSignal,
): Promise<ObjectPage> {
  const asked = { operation: 'ListObjectsV2', bucket: request.bucket }
  const command = new ListObjectsV2Command({
    Bucket: request.bucket,
    Prefix: request.prefix,
    Delimiter: request.delimiter,
    ContinuationToken: request.token,
    StartAfter: request.token === undefined ? request.startAfter : undefined,
    MaxKeys: request.maxKeys,
    EncodingType: 'url',
  })
  const page = await client.run(asked, (s3, options) => s3.send(command, options), signal)
  const objects = (page.Contents ?? []).map((row) => summaryOf(asked, row, page.EncodingType))
  const prefixes = (page.CommonPrefixes ?? []).map((row) => keyOf(asked, row.Prefix, page.EncodingType))
  if (page.IsTruncated !== true) return { objects, prefixes }
  if (!page.NextContinuationToken) {
    throw badAnswer(asked, 'it is truncated and names no continuation token', 200)
  }
  return { objects, prefixes, token: page.NextContinuationToken }
}

/** The SDK gives versions and delete markers apart; they are put back in order by key, newest first. */
export async function listVersions(
  client: SdkClient,
  request: ListVersions,
  signal?: AbortSignal,
): Promise<VersionPage> {
  const asked = { operation: 'ListObjectVersions', bucket: request.bucket }
  const command = new ListObjectVersionsCommand({
    Bucket: request.bucket,
    Prefix: request.prefix,
    KeyMarker: request.keyMarker,
    VersionIdMarker: request.versionIdMarker,
    MaxKeys: request.maxKeys,
    EncodingType: 'url',
  })
  const page = await client.run(asked, (s3, options) => s3.send(command, options), signal)
  const versions = [
    ...(page.Versions ?? []).map((row) => versionOf(asked, row, page.EncodingType)),
    ...(page.DeleteMarkers ?? []).map((row) => markerOf(asked, row, page.EncodingType)),
  ].sort(
    (a, b) =>
      Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)) ||
      Number(b.isLatest) - Number(a.isLatest) ||
      b.lastModified - a.lastModified,
  )
  if (page.IsTruncated !== true) return { versions }
  if (!page.NextKeyMarker) throw badAnswer(asked, 'it is truncated and names no next key', 200)
  const keyMarker = page.EncodingType === 'url' ? decodeListed(page.NextKeyMarker) : page.NextKeyMarker
  return { versions, next: { keyMarker, versionIdMarker: page.NextVersionIdMarker || undefined } }
}

export async function headObject(
  client: SdkClient,
  request: ObjectId,
  signal?: AbortSignal,
): Promise<ObjectHead> {
  const asked = { operation: 'HeadObject', bucket: request.bucket, key: request.key }
  const command = new HeadObjectCommand(objectInput(request))
  const head = await client.run(asked, (s3, options) => s3.send(command, options), signal)
  return headOf(asked, head, client.serverTime)
}

export async function getObject(
  client: SdkClient,
  request: GetObject,
  signal?: AbortSignal,
): Promise<ObjectBody> {
  const asked = {
    operation: 'GetObject',
    bucket: request.bucket,
    key: request.key,
    conditions: { source: request.ifMatch !== undefined },
  }
  const command = new GetObjectCommand({
    ...objectInput(request),
    Range: request.range && `bytes=${request.range[0]}-${request.range[1]}`,
    IfMatch: quoted(request.ifMatch),
  })
  const { Body, ...head } = await client.run(asked, (s3, options) => s3.send(command, options), signal)
  if (!(Body instanceof Readable)) throw badAnswer(asked, 'there is no body', 200)
  Body.on('error', () => {})
  return {
    head: headOf(asked, head, client.serverTime),
    body: {
      [Symbol.asyncIterator]: () => readBody(client, asked, Body, signal),
      destroy: (error) => void Body.destroy(error),
    },
  }
}

async function* readBody(
  client: SdkClient,
  asked: Asked,
  body: Readable,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of body) yield chunk as Uint8Array
  } catch (error) {
    throw client.failed(asked, error, signal)
  }
}

export async function putObject(
  client: SdkClient,
  request: PutObject,
  signal?: AbortSignal,
): Promise<WriteResult> {
  const { bucket, key, body, size } = request
  const asked = { operation: 'PutObject', bucket, key, conditions: conditionsOf(request) }
  const command = new PutObjectCommand({
    Bucket: bucket,
    Key: key,
    Body: body instanceof Uint8Array ? body : Readable.from(body, { objectMode: false }),
    ContentLength: size,
    ...propertiesInput(request),
    ...conditionInput(request),
  })
  const written = await client.run(asked, (s3, options) => s3.send(command, options), signal)
  return writeResult(client, asked, written.ETag, written)
}

export async function copyObject(
  client: SdkClient,
  request: CopyObject,
  signal?: AbortSignal,
): Promise<WriteResult> {
  const { bucket, key, source, replace, replaceTags, storageClass } = request
  const asked = { operation: 'CopyObject', bucket, key, conditions: conditionsOf(request, source) }
  const command = new CopyObjectCommand({
    Bucket: bucket,
    Key: key,
    CopySource: copySource(source),
    CopySourceIfMatch: quoted(source.ifMatch),
    StorageClass: storageClass as StorageClass | undefined,
    ...(replace && {
      MetadataDirective: 'REPLACE' as const,
      ...headersInput(replace.headers),
      Metadata: { ...replace.metadata },
    }),
    ...(replaceTags && { TaggingDirective: 'REPLACE' as const, Tagging: encodeTags(replaceTags) }),
    ...conditionInput(request),
  })
  const copied = await client.run(asked, (s3, options) => s3.send(command, options), signal, 'copy')
  return {
    ...writeResult(client, asked, copied.CopyObjectResult?.ETag, copied),
    sourceVersionId: copied.CopySourceVersionId,
  }
}

export async function deleteObject(
  client: SdkClient,
  request: DeleteObject,
  signal?: AbortSignal,
): Promise<DeleteResult> {
  const { bucket, key, ifMatch } = request
  const asked = { operation: 'DeleteObject', bucket, key, conditions: conditionsOf({ ifMatch }) }
  const command = new DeleteObjectCommand({ ...objectInput(request), IfMatch: quoted(ifMatch) })
  const deleted = await client.run(asked, (s3, options) => s3.send(command, options), signal)
  return { deleteMarker: deleted.DeleteMarker === true, versionId: deleted.VersionId }
}

export async function getTags(client: SdkClient, request: ObjectId, signal?: AbortSignal): Promise<Tags> {
  const asked = { operation: 'GetObjectTagging', bucket: request.bucket, key: request.key }
  const command = new GetObjectTaggingCommand(objectInput(request))
  const { TagSet } = await client.run(asked, (s3, options) => s3.send(command, options), signal)
  return Object.fromEntries((TagSet ?? []).map((tag) => [tag.Key ?? '', tag.Value ?? '']))
}

export async function putTags(
  client: SdkClient,
  request: ObjectId & { readonly tags: Tags },
  signal?: AbortSignal,
): Promise<void> {
  const asked = { operation: 'PutObjectTagging', bucket: request.bucket, key: request.key }
  const TagSet = Object.entries(request.tags).map(([Key, Value]) => ({ Key, Value }))
  const command = new PutObjectTaggingCommand({ ...objectInput(request), Tagging: { TagSet } })
  await client.run(asked, (s3, options) => s3.send(command, options), signal)
}

function objectInput(object: ObjectId): { Bucket: string; Key: string; VersionId: string | undefined } {
  return { Bucket: object.bucket, Key: object.key, VersionId: object.versionId }
}

function quoted(etag: string | undefined): string | undefined {
  return etag === undefined ? undefined : `"${etag}"`
}

export function conditionInput(condition: WriteCondition): { IfMatch?: string; IfNoneMatch?: string } {
  if (condition.ifMatch !== undefined) return { IfMatch: `"${condition.ifMatch}"` }
  return condition.ifAbsent === true ? { IfNoneMatch: '*' } : {}
}

/** For PutObject and CreateMultipartUpload. */
export function propertiesInput(properties: ObjectProperties): ReturnType<typeof headersInput> & {
  Metadata: Record<string, string> | undefined
  Tagging: string | undefined
  StorageClass: StorageClass | undefined
} {
  return {
    ...headersInput(properties.headers ?? {}),
    Metadata: properties.metadata && { ...properties.metadata },
    Tagging: properties.tags && (encodeTags(properties.tags) || undefined),
    StorageClass: properties.storageClass as StorageClass | undefined,
  }
}

function headersInput(headers: ObjectHeaders): {
  ContentType: string | undefined
  CacheControl: string | undefined
  ContentDisposition: string | undefined
  ContentEncoding: string | undefined
  ContentLanguage: string | undefined
  Expires: Date | undefined
  WebsiteRedirectLocation: string | undefined
} {
  const expires = parseDate(headers.expires)
  return {
    ContentType: headers.contentType,
    CacheControl: headers.cacheControl,
    ContentDisposition: headers.contentDisposition,
    ContentEncoding: headers.contentEncoding,
    ContentLanguage: headers.contentLanguage,
    Expires: expires === undefined ? undefined : dateAt(expires),
    WebsiteRedirectLocation: headers.websiteRedirect,
  }
}

export function writeResult(
  client: SdkClient,
  asked: Asked,
  etag: string | undefined,
  output: Parameters<typeof encryptionOf>[0] & { readonly VersionId?: string | undefined },
): WriteResult {
  return {
    etag: etagOf(asked, etag),
    versionId: output.VersionId,
    encryption: encryptionOf(output),
    serverTime: client.serverTime,
  }
}

import { checkRange } from '../wire/told-range.ts'
import { Readable } from 'node:stream'
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3'
import type { StorageClass } from '@aws-sdk/client-s3'
import type { ObjectHead, Tags } from '#model/object.ts'
import { deletedKeys } from '../deletes/deleted-keys.ts'
import type { ToldOfKey } from '../deletes/deleted-keys.ts'
import {
  checksumsOf,
  encryptionOf,
  etagOf,
  headOf,
  keyOf,
  markerOf,
  summaryOf,
  versionOf,
} from './sdk-answers.ts'
import type { Checksums } from './sdk-answers.ts'
import type { SdkClient } from './sdk-client.ts'
import {
  checksumInput,
  conditionInput,
  copySourceInput,
  customerKeyInput,
  headersInput,
  md5Input,
  objectInput,
  placementInput,
  propertiesInput,
  quoted,
} from './sdk-inputs.ts'
import type {
  CopyObject,
  DeletedKey,
  DeleteObject,
  DeleteObjects,
  DeleteResult,
  GetObject,
  HeadObject,
  ListObjects,
  ListVersions,
  ObjectBody,
  ObjectId,
  ObjectPage,
  PutObject,
  VersionPage,
  WriteResult,
} from '../storage.ts'
import { decodeListed, encodeTags } from '../wire/encode.ts'
import { badAnswer } from '../wire/errors.ts'
import type { Asked } from '../wire/asked.ts'
import { isWordless } from '../wire/objects.ts'
import { conditionsOf, customerKeysOf } from '../wire/request-headers.ts'

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
    OptionalObjectAttributes: request.restoreStatus === true ? ['RestoreStatus'] : undefined,
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
    Delimiter: request.delimiter,
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
  const prefixes = (page.CommonPrefixes ?? []).map((row) => keyOf(asked, row.Prefix, page.EncodingType))
  if (page.IsTruncated !== true) return { versions, prefixes }
  if (!page.NextKeyMarker) throw badAnswer(asked, 'it is truncated and names no next key', 200)
  const keyMarker = page.EncodingType === 'url' ? decodeListed(page.NextKeyMarker) : page.NextKeyMarker
  return { versions, prefixes, next: { keyMarker, versionIdMarker: page.NextVersionIdMarker || undefined } }
}

/** As over the wire, a bare 400 is asked for its words. */
export async function headObject(
  client: SdkClient,
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

async function headOnce(client: SdkClient, request: HeadObject, signal?: AbortSignal): Promise<ObjectHead> {
  const { bucket, key, customerKey, part } = request
  const asked = { operation: 'HeadObject', bucket, key, customerKeys: { read: customerKey } }
  const command = new HeadObjectCommand({
    ...objectInput(request),
    ...customerKeyInput(customerKey),
    ChecksumMode: request.checksums === true ? 'ENABLED' : undefined,
    PartNumber: part,
  })
  const head = await client.run(asked, (s3, options) => s3.send(command, options), signal)
  return headOf(asked, head, client.serverTime, part === undefined ? 'object' : 'part')
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
    customerKeys: { read: request.customerKey },
  }
  const command = new GetObjectCommand({
    ...objectInput(request),
    ...customerKeyInput(request.customerKey),
    Range: request.range && `bytes=${request.range[0]}-${request.range[1]}`,
    IfMatch: quoted(request.ifMatch),
  })
  const { Body, ...head } = await client.run(asked, (s3, options) => s3.send(command, options), signal)
  if (!(Body instanceof Readable)) throw badAnswer(asked, 'there is no body', 200)
  Body.on('error', () => {})
  const status = head.ContentRange === undefined ? 200 : 206
  try {
    checkRange(asked, request.range, status, head.ContentRange)
  } catch (error) {
    Body.destroy()
    throw error
  }
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
  const asked = {
    operation: 'PutObject',
    bucket,
    key,
    conditions: conditionsOf(request),
    customerKeys: customerKeysOf(request),
  }
  const command = new PutObjectCommand({
    Bucket: bucket,
    Key: key,
    Body: body instanceof Uint8Array ? body : Readable.from(body, { objectMode: false }),
    ContentLength: size,
    ...checksumInput(request, client.habits.checksums),
    ...md5Input(request),
    ...propertiesInput(request),
    ...conditionInput(request),
  })
  const written = await client.run(asked, (s3, options) => s3.send(command, options), signal)
  return writeResult(client, asked, written.ETag, written, written)
}

export async function copyObject(
  client: SdkClient,
  request: CopyObject,
  signal?: AbortSignal,
): Promise<WriteResult> {
  const { bucket, key, source, replace, replaceTags, storageClass } = request
  const asked = {
    operation: 'CopyObject',
    bucket,
    key,
    conditions: conditionsOf(request, source),
    customerKeys: customerKeysOf(request, source),
  }
  const command = new CopyObjectCommand({
    Bucket: bucket,
    Key: key,
    ...copySourceInput(source),
    StorageClass: storageClass as StorageClass | undefined,
    ...(replace && {
      MetadataDirective: 'REPLACE' as const,
      ...headersInput(replace.headers),
      Metadata: { ...replace.metadata },
    }),
    ...(request.redirect !== undefined &&
      replace?.headers.websiteRedirect === undefined && { WebsiteRedirectLocation: request.redirect }),
    ...(replaceTags && { TaggingDirective: 'REPLACE' as const, Tagging: encodeTags(replaceTags) }),
    ...placementInput(request),
    ChecksumAlgorithm: request.checksum,
    ...(request.annotations === 'drop' && { AnnotationDirective: 'EXCLUDE' as const }),
    ...conditionInput(request),
  })
  const moves = request.size ?? Infinity
  const copied = await client.run(asked, (s3, options) => s3.send(command, options), signal, moves)
  const made = copied.CopyObjectResult ?? {}
  return {
    ...writeResult(client, asked, made.ETag, copied, made),
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

export async function deleteObjects(
  client: SdkClient,
  request: DeleteObjects,
  signal?: AbortSignal,
): Promise<readonly DeletedKey[]> {
  const { bucket, objects } = request
  const Objects = objects.map(({ key, ifMatch }) => ({ Key: key, ETag: quoted(ifMatch) }))
  const command = new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects } })
  const asked = { operation: 'DeleteObjects', bucket }
  const { Deleted, Errors } = await client.run(asked, (s3, options) => s3.send(command, options), signal)
  const told: ToldOfKey[] = [
    ...(Deleted ?? []).map(({ Key, DeleteMarker, DeleteMarkerVersionId }) => ({
      key: Key ?? '',
      is: 'deleted' as const,
      result: { deleteMarker: DeleteMarker === true, versionId: DeleteMarkerVersionId },
    })),
    ...(Errors ?? []).map(({ Key, Code, Message }) => ({
      key: Key ?? '',
      is: 'refused' as const,
      code: Code ?? '',
      message: Message ?? '',
    })),
  ]
  return deletedKeys(request, told)
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

export function writeResult(
  client: SdkClient,
  asked: Asked,
  etag: string | undefined,
  output: Parameters<typeof encryptionOf>[0] & { readonly VersionId?: string | undefined },
  summed: Checksums,
): WriteResult {
  return {
    etag: etagOf(asked, etag),
    versionId: output.VersionId,
    encryption: encryptionOf(output),
    checksums: checksumsOf(summed),
    checksumType: summed.ChecksumType,
    serverTime: client.serverTime,
  }
}

import { allUploads } from '../listing/all-uploads.ts'
import { Readable } from 'node:stream'
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3'
import { encryptionOf, keyOf, partOf } from './sdk-answers.ts'
import type { SdkClient } from './sdk-client.ts'
import {
  checksumInput,
  conditionInput,
  copySourceInput,
  customerKeyInput,
  propertiesInput,
} from './sdk-inputs.ts'
import { headObject, writeResult } from './sdk-objects.ts'
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
import { badAnswer } from '../wire/errors.ts'
import { conditionsOf, customerKeysOf } from '../wire/request-headers.ts'

export async function createUpload(
  client: SdkClient,
  request: CreateUpload,
  signal?: AbortSignal,
): Promise<{ uploadId: string }> {
  const { bucket, key } = request
  const customerKeys = customerKeysOf(request)
  const asked = { operation: 'CreateMultipartUpload', bucket, key, customerKeys }
  const command = new CreateMultipartUploadCommand({
    Bucket: request.bucket,
    Key: request.key,
    ...propertiesInput(request),
    ChecksumAlgorithm: request.checksum,
    ChecksumType: request.checksumType,
  })
  const { UploadId } = await client.run(asked, (s3, options) => s3.send(command, options), signal)
  if (!UploadId) throw badAnswer(asked, 'there is no UploadId', 200)
  return { uploadId: UploadId }
}

export async function uploadPart(
  client: SdkClient,
  request: UploadPart,
  signal?: AbortSignal,
): Promise<PartResult> {
  const { bucket, key, body, size, part, customerKey } = request
  const asked = { operation: 'UploadPart', bucket, key, customerKeys: { write: customerKey } }
  const command = new UploadPartCommand({
    ...uploadInput(request),
    PartNumber: part,
    Body: body instanceof Uint8Array ? body : Readable.from(body, { objectMode: false }),
    ContentLength: size,
    ...customerKeyInput(customerKey),
    ...checksumInput(request, client.habits.checksums),
  })
  const uploaded = await client.run(asked, (s3, options) => s3.send(command, options), signal)
  return { ...partOf(asked, uploaded), encryption: encryptionOf(uploaded) }
}

export async function uploadPartCopy(
  client: SdkClient,
  request: UploadPartCopy,
  signal?: AbortSignal,
): Promise<PartResult> {
  const { source, range, part, customerKey } = request
  const asked = {
    operation: 'UploadPartCopy',
    bucket: request.bucket,
    key: request.key,
    conditions: conditionsOf({}, source),
    customerKeys: { read: source.customerKey, write: customerKey },
  }
  const command = new UploadPartCopyCommand({
    ...uploadInput(request),
    PartNumber: part,
    ...copySourceInput(source),
    ...customerKeyInput(customerKey),
    CopySourceRange: range && `bytes=${range[0]}-${range[1]}`,
  })
  const moves = range ? range[1] - range[0] + 1 : Infinity
  const copied = await client.run(asked, (s3, options) => s3.send(command, options), signal, moves)
  return partOf(asked, copied.CopyPartResult ?? {})
}

export async function listParts(
  client: SdkClient,
  request: ListParts,
  signal?: AbortSignal,
): Promise<PartPage> {
  const { bucket, key, customerKey } = request
  const asked = { operation: 'ListParts', bucket, key, customerKeys: { write: customerKey } }
  const command = new ListPartsCommand({
    ...uploadInput(request),
    ...customerKeyInput(customerKey),
    MaxParts: 1000,
    PartNumberMarker: request.after === undefined ? undefined : String(request.after),
  })
  const page = await client.run(asked, (s3, options) => s3.send(command, options), signal)
  const parts = (page.Parts ?? []).map((row) => ({
    part: row.PartNumber ?? 0,
    ...partOf(asked, row),
    size: row.Size ?? 0,
  }))
  return page.IsTruncated === true ? { parts, next: Number(page.NextPartNumberMarker) } : { parts }
}

export function listUploads(
  client: SdkClient,
  place: { readonly bucket: string; readonly prefix: string },
  signal?: AbortSignal,
): Promise<UploadSummary[]> {
  return allUploads(place, (asked) => uploadsPage(client, asked, signal))
}

export async function uploadsPage(
  client: SdkClient,
  { bucket, prefix, next }: ListUploads,
  signal?: AbortSignal,
): Promise<UploadsPage> {
  const asked = { operation: 'ListMultipartUploads', bucket }
  const command = new ListMultipartUploadsCommand({
    Bucket: bucket,
    Prefix: prefix,
    ...(next && { KeyMarker: next.keyMarker, UploadIdMarker: next.uploadIdMarker }),
  })
  const page = await client.run(asked, (s3, options) => s3.send(command, options), signal)
  const uploads = (page.Uploads ?? []).map((row) => ({
    key: keyOf(asked, row.Key, undefined),
    uploadId: row.UploadId ?? '',
    initiatedAt: row.Initiated?.getTime() ?? 0,
    initiator: row.Initiator?.ID,
  }))
  if (!page.IsTruncated) return { uploads }
  return {
    uploads,
    next: { keyMarker: page.NextKeyMarker ?? '', uploadIdMarker: page.NextUploadIdMarker ?? '' },
  }
}

export async function completeUpload(
  client: SdkClient,
  request: CompleteUpload,
  signal?: AbortSignal,
): Promise<WriteResult> {
  const asked = {
    operation: 'CompleteMultipartUpload',
    bucket: request.bucket,
    key: request.key,
    conditions: conditionsOf(request),
    customerKeys: { write: request.customerKey },
  }
  const { checksum } = request
  const command = new CompleteMultipartUploadCommand({
    ...uploadInput(request),
    MultipartUpload: {
      Parts: request.parts.map(({ part, etag, checksums }) => ({
        PartNumber: part,
        ETag: `"${etag}"`,
        ...(checksum && { [`Checksum${checksum}`]: checksums?.[checksum] }),
      })),
    },
    ...customerKeyInput(request.customerKey),
    MpuObjectSize: request.size,
    ChecksumType: request.checksumType,
    ...(checksum && { [`Checksum${checksum}`]: request.checksumValue }),
    ...conditionInput(request),
  })
  const moves = request.size ?? Infinity
  const done = await client.run(asked, (s3, options) => s3.send(command, options), signal, moves)
  // Ceph 16 completes it and leaves the ETag empty.
  const etag = done.ETag || (await headObject(client, request, signal)).etag
  return writeResult(client, asked, etag, done, done)
}

export async function abortUpload(
  client: SdkClient,
  request: UploadRef,
  signal?: AbortSignal,
): Promise<void> {
  const asked = { operation: 'AbortMultipartUpload', bucket: request.bucket, key: request.key }
  const command = new AbortMultipartUploadCommand(uploadInput(request))
  await client.run(asked, (s3, options) => s3.send(command, options), signal)
}

function uploadInput(upload: UploadRef): { Bucket: string; Key: string; UploadId: string } {
  return { Bucket: upload.bucket, Key: upload.key, UploadId: upload.uploadId }
}

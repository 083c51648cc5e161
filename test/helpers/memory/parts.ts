import type { CustomerKey, PartResult, UploadRef } from '../../../main/engine/storage.ts'
import { sumOf } from './checksums.ts'
import type { Content } from './content.ts'
import { checkReadable, hidesDigest } from './encryption.ts'
import { s3Error } from './errors.ts'
import type { MemoryLine } from './line.ts'
import { hiddenEtag } from './objects.ts'
import type { MemoryS3, StoredUpload } from './server.ts'

export function findUpload(server: MemoryS3, operation: string, request: UploadRef): StoredUpload {
  const upload = server.uploads.get(request.uploadId)
  if (!upload || upload.bucket !== request.bucket || upload.key !== request.key) {
    throw s3Error(operation, 'NoSuchUpload')
  }
  return upload
}

export function keepPart(
  line: MemoryLine,
  operation: string,
  request: UploadRef & { part: number; customerKey?: CustomerKey | undefined },
  content: Content,
): PartResult {
  const upload = findUpload(line.server, operation, request)
  const { encryption = { kind: 'SSE-S3' } } = upload.properties
  checkReadable(operation, { encryption, keyMd5: upload.keyMd5 }, request.customerKey)
  const etag = hidesDigest(encryption) ? hiddenEtag(content.digest, line.server.newName('e')) : content.digest
  upload.parts.set(request.part, { etag, content })
  line.note(operation, request, { uploadId: request.uploadId, part: request.part, etag })
  const algorithm = line.server.habits.checksums ? upload.checksum?.checksum : undefined
  return algorithm
    ? { etag, checksums: { [algorithm]: sumOf(algorithm, content, line.server.realChecksum) } }
    : { etag }
}

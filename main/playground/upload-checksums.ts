import type { IncomingHttpHeaders } from 'node:http'
import type { Part, Upload } from './bucket.ts'
import {
  canCombine,
  checksumOf,
  combinedChecksum,
  compositeChecksum,
  DEFAULT_ALGORITHM,
  isChecksum,
  isComposite,
} from './checksums.ts'
import type { Checksum, ChecksumAlgorithm, ChecksumType, Digest, UploadChecksum } from './checksums.ts'
import { header } from './context.ts'
import { joinContents } from './content.ts'
import type { Content } from './content.ts'
import { S3Error } from './errors.ts'
import { algorithmFrom } from './object-checksums.ts'
import { sentChecksum, wrongChecksum } from './sent-checksum.ts'

/**
 * What CreateMultipartUpload asks for; undefined if it names none: the object then gets CRC64NVME.
 *
 * | algorithm      | type          | result                  |
 * |----------------|---------------|-------------------------|
 * | none           | none          | undefined               |
 * | none           | any           | InvalidRequest          |
 * | CRC32, CRC32C  | none          | COMPOSITE               |
 * | CRC32, CRC32C  | either        | as asked for            |
 * | CRC64NVME      | none          | FULL_OBJECT             |
 * | CRC64NVME      | COMPOSITE     | InvalidRequest          |
 * | SHA1, SHA256   | none          | COMPOSITE               |
 * | SHA1, SHA256   | FULL_OBJECT   | InvalidRequest          |
 *
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 * @throws S3Error InvalidRequest
 */
export function uploadChecksumFrom(headers: IncomingHttpHeaders): UploadChecksum | undefined {
  const algorithm = algorithmFrom(header(headers, 'x-amz-checksum-algorithm'))
  const type = typeFrom(headers)
  if (algorithm === undefined) {
    if (type === undefined) return undefined
    throw refused('The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.')
  }
  const possible = typesOf(algorithm)
  if (type !== undefined && !possible.includes(type)) {
    throw refused(
      `The ${type} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
    )
  }
  return { algorithm, type: type ?? possible[0] ?? 'COMPOSITE' }
}

/** The default first. */
function typesOf(algorithm: ChecksumAlgorithm): readonly ChecksumType[] {
  if (algorithm === 'CRC64NVME') return ['FULL_OBJECT']
  return canCombine(algorithm) ? ['COMPOSITE', 'FULL_OBJECT'] : ['COMPOSITE']
}

function typeFrom(headers: IncomingHttpHeaders): ChecksumType | undefined {
  const named = header(headers, 'x-amz-checksum-type')?.toUpperCase()
  if (named === undefined || named === 'COMPOSITE' || named === 'FULL_OBJECT') return named
  throw refused('Value for x-amz-checksum-type header is invalid.')
}

/**
 * The checksum of a part that is sent. Where the upload names an algorithm every part must come with one of it
 * (a synthetic body has none to send: its is computed); where it names none, one that was sent is kept.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html
 * @throws S3Error InvalidRequest
 */
export function sentPartChecksum(
  { checksum }: Upload,
  content: Content,
  sent: Digest | undefined,
): Digest | undefined {
  if (content.kind === 'synthetic')
    return computedPartChecksum(checksum?.algorithm ?? sent?.algorithm, content)
  if (checksum !== undefined && checksum.algorithm !== sent?.algorithm) {
    throw mismatch(checksum.algorithm, sent?.algorithm)
  }
  // Part by part as they come, so that Complete, which needs it, does not stop everybody else.
  if (checksum === undefined) checksumOf(DEFAULT_ALGORITHM, content)
  return sent
}

/** The checksum of a part that is copied: S3 computes it where the upload names an algorithm. */
export function copiedPartChecksum({ checksum }: Upload, content: Content): Digest | undefined {
  return computedPartChecksum(checksum?.algorithm, content)
}

function computedPartChecksum(
  algorithm: ChecksumAlgorithm | undefined,
  content: Content,
): Digest | undefined {
  return algorithm === undefined ? undefined : { algorithm, value: checksumOf(algorithm, content) }
}

function mismatch(expected: ChecksumAlgorithm, actual: ChecksumAlgorithm | undefined): S3Error {
  return refused(
    `Checksum Type mismatch occurred, expected checksum Type: ${expected.toLowerCase()}, actual checksum Type: ${actual?.toLowerCase() ?? 'null'}`,
  )
}

/** What CompleteMultipartUpload names of a part. */
export interface ClaimedPart {
  readonly partNumber: number
  /** Without quotes. */
  readonly etag: string
  readonly checksums: readonly Digest[]
}

/**
 * Holds a named part against the one that was uploaded. A composite checksum is made of the parts' that the
 * request names, so each must be there.
 * @throws S3Error InvalidPart, InvalidRequest, BadDigest
 */
export function requirePartChecksum(upload: Upload, claimed: ClaimedPart, part: Part): void {
  const { checksum } = upload
  const { checksums, partNumber, etag } = claimed
  const own = checksums.find(({ algorithm }) => algorithm === checksum?.algorithm)
  if (checksum?.type === 'COMPOSITE' && own === undefined) {
    const [other] = checksums
    const name = checksum.algorithm.toLowerCase()
    if (other === undefined) {
      throw refused(
        `The upload was created using a ${name} checksum. The complete request must include the checksum for each part. It was missing for part ${partNumber} in the request.`,
      )
    }
    throw new S3Error('BadDigest', {
      message: `The ${other.algorithm.toLowerCase()} you specified for part ${partNumber} did not match what we received.`,
    })
  }
  const wrong = checksums.find(
    ({ algorithm, value }) => algorithm !== part.checksum?.algorithm || value !== part.checksum.value,
  )
  if (wrong === undefined) return
  if (!isChecksum(wrong.algorithm, wrong.value)) {
    throw new S3Error('InvalidRequest', {
      message: `Value for Checksum${wrong.algorithm} of part ${partNumber} is invalid.`,
    })
  }
  throw new S3Error('InvalidPart', {
    elements: { UploadId: upload.uploadId, PartNumber: String(partNumber), ETag: etag },
  })
}

/** What an upload gets that names none. */
const DEFAULT_CHECKSUM: UploadChecksum = { algorithm: DEFAULT_ALGORITHM, type: 'FULL_OBJECT' }

/** The checksum of the whole, composite or of all bytes, from those of the parts. */
export function wholeChecksum({ checksum }: Upload, parts: readonly Part[]): Checksum {
  const { algorithm, type } = checksum ?? DEFAULT_CHECKSUM
  if (checksum === undefined) {
    // One synthetic stream put together again: thousands of parts would take a second.
    const content = joinContents(parts.map((part) => part.content))
    if (content.kind === 'synthetic') return { algorithm, type, value: checksumOf(algorithm, content) }
  }
  const measured = parts.map(({ content, checksum: own }) => ({
    value: own?.algorithm === algorithm ? own.value : checksumOf(algorithm, content),
    size: content.size,
  }))
  const value =
    type === 'FULL_OBJECT' && canCombine(algorithm)
      ? combinedChecksum(algorithm, measured)
      : compositeChecksum(algorithm, measured)
  return { algorithm, type, value }
}

/**
 * Holds the checksum of the whole that CompleteMultipartUpload sends against the computed one. S3 takes one of
 * the full object only together with x-amz-checksum-type.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
 * @throws S3Error InvalidRequest, BadDigest
 */
export function requireWholeChecksum(
  headers: IncomingHttpHeaders,
  { checksum }: Upload,
  whole: Checksum,
): void {
  const type = typeFrom(headers)
  if (type !== undefined && type !== (checksum?.type ?? whole.type)) {
    throw refused(
      `The upload was created using the ${checksum?.type ?? 'null'} checksum mode. The complete request must use the same checksum mode.`,
    )
  }
  const sent = sentChecksum(headers)
  if (sent === undefined) return
  const possible =
    whole.type === 'COMPOSITE'
      ? isComposite(sent.algorithm, sent.value) || isChecksum(sent.algorithm, sent.value)
      : isChecksum(sent.algorithm, sent.value)
  if (!possible) throw refused(`Value for ${sent.place} is invalid.`)
  const same = sent.algorithm === whole.algorithm && withoutCount(sent.value) === withoutCount(whole.value)
  if (!same || (whole.type === 'FULL_OBJECT' && checksum !== undefined && type === undefined)) {
    throw wrongChecksum(sent.algorithm)
  }
}

function withoutCount(value: string): string {
  return value.replace(/-\d+$/, '')
}

function refused(message: string): S3Error {
  return new S3Error('InvalidRequest', { message })
}

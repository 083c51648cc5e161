import type { ObjectVersion } from './bucket.ts'
import { header } from './context.ts'
import type { Context, S3Request } from './context.ts'
import { CHECKSUM_ALGORITHMS, checksumOf, DEFAULT_ALGORITHM, isTrue } from './checksums.ts'
import type { Checksum, ChecksumAlgorithm, Digest, UploadChecksum } from './checksums.ts'
import type { Content } from './content.ts'
import { S3Error } from './errors.ts'
import { algorithmNamed, checksumHeader } from './sent-checksum.ts'
import { element } from './xml.ts'

/**
 * The checksum of a content that is written in one piece: by the algorithm that the client sent one of, else
 * CRC64NVME. Synthetic contents have their own, not that of the empty body that describes them.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 */
export function writtenChecksum(content: Content, sent: Digest | undefined): Checksum {
  const algorithm = sent?.algorithm ?? DEFAULT_ALGORITHM
  const value =
    sent === undefined || content.kind === 'synthetic' ? checksumOf(algorithm, content) : sent.value
  return { algorithm, value, type: 'FULL_OBJECT' }
}

/** An object that keeps no checksum (seeded, or of an older journal) has the default's, computed when it is asked for. */
export function checksumOfVersion({ checksum, content }: ObjectVersion): Checksum {
  return checksum ?? writtenChecksum(content, undefined)
}

/** Algorithm and type, which cost nothing to tell. */
export function kindOfChecksum({ checksum }: ObjectVersion): UploadChecksum {
  return checksum ?? DEFAULT_KIND
}

const DEFAULT_KIND = { algorithm: DEFAULT_ALGORITHM, type: 'FULL_OBJECT' } as const

/**
 * The checksum of a copy, undefined for "as the source's" (which is not computed if it never was: a plain copy
 * reads no bytes, and its answer is silent of a checksum that nobody asked for yet).
 *
 * | x-amz-checksum-algorithm | source's checksum        | copy's                                   |
 * |--------------------------|--------------------------|------------------------------------------|
 * | none                     | of the full object       | the same                                 |
 * | none                     | of its parts             | of the full object, by the same algorithm |
 * | the same                 | of the full object       | the same                                 |
 * | another                  |                          | computed                                 |
 *
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 * @throws S3Error InvalidRequest for an algorithm that is not known
 */
export function copiedChecksum({ headers }: S3Request, source: ObjectVersion): Checksum | undefined {
  const { checksum, content } = source
  const named = algorithmFrom(header(headers, 'x-amz-checksum-algorithm'))
  if (named === undefined && checksum?.type !== 'COMPOSITE') return undefined
  const algorithm = named ?? checksum?.algorithm ?? DEFAULT_ALGORITHM
  if (checksum?.algorithm === algorithm && checksum.type === 'FULL_OBJECT') return undefined
  return { algorithm, value: checksumOf(algorithm, content), type: 'FULL_OBJECT' }
}

/** @throws S3Error InvalidRequest */
export function algorithmFrom(named: string | undefined): ChecksumAlgorithm | undefined {
  if (named === undefined) return undefined
  const algorithm = algorithmNamed(named)
  if (algorithm === undefined) {
    throw new S3Error('InvalidRequest', {
      message: `Checksum algorithm provided is unsupported. Please try again with any of the valid types: [${CHECKSUM_ALGORITHMS.join(', ')}]`,
    })
  }
  return algorithm
}

/** A checksum as headers. */
export function checksumHeaders({ algorithm, value, type }: Checksum): Record<string, string> {
  return { [checksumHeader(algorithm)]: value, 'x-amz-checksum-type': type }
}

/** A checksum as elements; one of a part has no type. */
export function checksumElements({ algorithm, value, type }: Digest & Partial<Checksum>): string {
  return element(`Checksum${algorithm}`, value) + element('ChecksumType', type)
}

/** Whether a read asks for checksums. */
export function wantsChecksum({ headers }: S3Request): boolean {
  return header(headers, 'x-amz-checksum-mode')?.toUpperCase() === 'ENABLED'
}

/** What a read reads: all of an object, one of its parts, or a range of its bytes. */
export type Extent = { readonly is: 'whole' | 'range' } | { readonly is: 'part'; readonly number: number }

/**
 * The headers of GET and HEAD with x-amz-checksum-mode: ENABLED: those of what is read, so none for a range. A
 * client holds the bytes against them, so a GET is silent of a checksum that is not theirs (see checksumOf).
 * With KMS the key is needed for them: https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
 */
export function readChecksumHeaders(
  { kms }: Context,
  request: S3Request,
  version: ObjectVersion,
  extent: Extent,
): Record<string, string> {
  if (!wantsChecksum(request)) return {}
  const { encryption, partChecksums, partSizes } = version
  if (encryption !== undefined && 'keyId' in encryption) kms.require(encryption.keyId, 'kms:Decrypt')
  if (extent.is === 'range') return {}
  const whole = checksumOfVersion(version)
  if (extent.is === 'part' && partSizes !== undefined) {
    const value = partChecksums?.[extent.number - 1]
    return value === undefined ? {} : { [checksumHeader(whole.algorithm)]: value }
  }
  if (request.operation === 'GetObject' && !isTrue(whole.algorithm, version.content)) return {}
  return checksumHeaders(whole)
}

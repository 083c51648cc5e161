import type { IncomingHttpHeaders } from 'node:http'
import { CHECKSUM_ALGORITHMS, checksumOfBytes, isChecksum } from './checksums.ts'
import type { ChecksumAlgorithm, Digest } from './checksums.ts'
import { S3Error } from './errors.ts'

/** Headers that carry a checksum of the body, or announce one; the others tell of checksums. */
const TELLING = new Set(['algorithm', 'mode', 'type'])
const PREFIX = 'x-amz-checksum-'

/** x-amz-checksum-crc32 and its kin. */
export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return PREFIX + algorithm.toLowerCase()
}

/** An algorithm by its name in a header, in any case; undefined for one that the playground does not know. */
export function algorithmNamed(name: string): ChecksumAlgorithm | undefined {
  return CHECKSUM_ALGORITHMS.find((each) => each === name.toUpperCase())
}

/** A digest as it was sent, and where. */
interface SentDigest extends Digest {
  /** For the message: `x-amz-checksum-crc32 header`. */
  readonly place: string
}

/**
 * The one checksum of the headers, and of the trailers of an aws-chunked body.
 *
 * | sent                                        | result                                    |
 * |---------------------------------------------|-------------------------------------------|
 * | none                                        | undefined                                 |
 * | two                                         | InvalidRequest                            |
 * | an algorithm that the playground has not    | NotImplemented                            |
 * | an algorithm announced, none sent           | InvalidRequest                            |
 * | a trailer announced, not sent               | MalformedTrailerError                     |
 * | one, where another was announced            | InvalidRequest                            |
 *
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 * @throws S3Error
 */
export function sentChecksum(
  headers: IncomingHttpHeaders,
  trailers: Readonly<Record<string, string>> = {},
): SentDigest | undefined {
  const sent = [...digestsIn(headers, 'header'), ...digestsIn(trailers, 'trailing header')]
  const [first, second] = sent
  if (second !== undefined) {
    throw refused('Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.')
  }
  requireTrailer(headers, trailers)
  requireAnnounced(headers, first)
  return first
}

function digestsIn(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  kind: string,
): SentDigest[] {
  const digests: SentDigest[] = []
  for (const name in headers) {
    if (!name.startsWith(PREFIX) || TELLING.has(name.slice(PREFIX.length))) continue
    const algorithm = algorithmNamed(name.slice(PREFIX.length))
    if (algorithm === undefined) throw new S3Error('NotImplemented', { elements: { Header: name } })
    digests.push({ algorithm, value: String(headers[name]).trim(), place: `${name} ${kind}` })
  }
  return digests
}

function requireTrailer(headers: IncomingHttpHeaders, trailers: Readonly<Record<string, string>>): void {
  const announced = headers['x-amz-trailer']
  if (typeof announced !== 'string' || announced === '') return
  const name = announced.trim().toLowerCase()
  if (!name.startsWith(PREFIX))
    throw refused('The value specified in the x-amz-trailer header is not supported')
  if (trailers[name] === undefined) throw new S3Error('MalformedTrailerError')
}

function requireAnnounced(headers: IncomingHttpHeaders, sent: SentDigest | undefined): void {
  const announced = headers['x-amz-sdk-checksum-algorithm']
  if (typeof announced !== 'string') return
  if (sent === undefined) {
    throw refused(
      'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
    )
  }
  if (algorithmNamed(announced) !== sent.algorithm) {
    throw refused('Value for x-amz-sdk-checksum-algorithm header is invalid.')
  }
}

/**
 * Holds a body against the checksum that was sent with it.
 * @throws S3Error InvalidRequest for what can be no checksum, BadDigest for one of other bytes
 */
export function requireChecksum(body: Buffer, sent: SentDigest): Digest {
  const { algorithm, value, place } = sent
  if (!isChecksum(algorithm, value)) throw refused(`Value for ${place} is invalid.`)
  if (checksumOfBytes(algorithm, body) !== value) throw wrongChecksum(algorithm)
  return { algorithm, value }
}

export function wrongChecksum(algorithm: ChecksumAlgorithm): S3Error {
  return new S3Error('BadDigest', {
    message: `The ${algorithm} you specified did not match the calculated checksum.`,
  })
}

function refused(message: string): S3Error {
  return new S3Error('InvalidRequest', { message })
}

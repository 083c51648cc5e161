import { createHash } from 'node:crypto'
import type { ChecksumAlgorithm } from '#model/properties.ts'
import { checksum as startChecksum, checksumOf } from '../compare/checksum.ts'
import type { Body } from './http.ts'
import type { HeaderList } from './sign.ts'

/** A body as it is sent, with what its request must say of it. */
export interface Payload {
  readonly body: Body
  /** Bytes on the wire. */
  readonly size: number
  /** x-amz-content-sha256, where it is not the body's hash. */
  readonly payload?: string
}

export interface ToSend {
  readonly body: Body
  readonly size: number
  readonly checksum?: ChecksumAlgorithm | undefined
}

/**
 * Adds the checksum that S3 is to compare, keep and tell. Of bytes at hand it goes before them, of a stream behind
 * it, as a trailer; a store that keeps no checksums mostly does not know trailers either (Ceph 16 answers 411), so
 * there (`trailers` false) a stream goes without.
 */
export function addChecksum(to: HeaderList, request: ToSend, trailers: boolean): Payload {
  const { body, size, checksum: algorithm } = request
  if (algorithm === undefined) return { body, size }
  if (body instanceof Uint8Array) {
    to.push('x-amz-sdk-checksum-algorithm', algorithm, headerOf(algorithm), checksumOf(algorithm, body))
    return { body, size }
  }
  if (!trailers) return { body, size }
  to.push('x-amz-sdk-checksum-algorithm', algorithm, 'x-amz-trailer', headerOf(algorithm))
  to.push('x-amz-decoded-content-length', String(size))
  const encoding = to.indexOf('content-encoding')
  if (encoding < 0) to.push('content-encoding', 'aws-chunked')
  else to[encoding + 1] = `${to[encoding + 1]},aws-chunked`
  return {
    body: chunked(body, algorithm),
    size: chunkedSize(size, algorithm),
    payload: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
  }
}

/** What S3 wants of every write under a lock where no checksum is sent. Source: PutObject, "Content-MD5". */
export function addMd5(to: HeaderList, body: Body): void {
  if (body instanceof Uint8Array) to.push('content-md5', createHash('md5').update(body).digest('base64'))
}

function headerOf(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`
}

/** Bytes of each chunk but the last: the length of the whole has to be known before it is sent. S3 wants 8 KiB at least. */
const CHUNK = 64 * 1024
/** Characters in base64. */
const LENGTHS = { CRC32: 8, CRC32C: 8, CRC64NVME: 12, SHA1: 28, SHA256: 44 } as const

/** Source: "Signature Calculations for … Transferring Payload in Multiple Chunks", with a trailer, unsigned. */
async function* chunked(
  body: AsyncIterable<Uint8Array>,
  algorithm: ChecksumAlgorithm,
): AsyncGenerator<Uint8Array> {
  const sum = startChecksum(algorithm)
  let held: Uint8Array[] = []
  let size = 0
  for await (const piece of body) {
    sum.update(piece)
    let rest = piece
    while (size + rest.length >= CHUNK) {
      const cut = CHUNK - size
      yield* frame([...held, rest.subarray(0, cut)], CHUNK)
      rest = rest.subarray(cut)
      held = []
      size = 0
    }
    if (rest.length > 0) held.push(rest)
    size += rest.length
  }
  if (size > 0) yield* frame(held, size)
  yield Buffer.from(`0\r\n${headerOf(algorithm)}:${sum.digest()}\r\n\r\n`)
}

function* frame(pieces: readonly Uint8Array[], size: number): Generator<Uint8Array> {
  yield Buffer.from(`${size.toString(16)}\r\n`)
  yield* pieces
  yield Buffer.from('\r\n')
}

function chunkedSize(size: number, algorithm: ChecksumAlgorithm): number {
  const framed = (bytes: number): number => (bytes === 0 ? 0 : bytes.toString(16).length + 2 + bytes + 2)
  const trailer = headerOf(algorithm).length + 1 + LENGTHS[algorithm] + 4
  return Math.floor(size / CHUNK) * framed(CHUNK) + framed(size % CHUNK) + 3 + trailer
}

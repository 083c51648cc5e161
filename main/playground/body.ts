import { hash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { Call } from './call.ts'
import type { Digest } from './checksums.ts'
import { S3Error } from './errors.ts'
import { requireChecksum, sentChecksum } from './sent-checksum.ts'
import { sha256 } from './signature.ts'
import type { Verified } from './signature.ts'

/** Bodies are held in memory: larger ones are for synthetic contents. */
const LARGEST_BODY = 512 * 1024 * 1024

/** A body, and the checksum that was sent with it. */
export interface Payload {
  readonly bytes: Buffer
  readonly checksum?: Digest
}

/** What the checksum headers of a request are about: its body, or the object that it puts together. */
export type ChecksumSubject = 'body' | 'object'

/**
 * The request's body, decoded, with its length, hash and checksums checked.
 * @throws S3Error when the body is not what the headers say
 */
export async function readBody(call: Call, verified: Verified, about: ChecksumSubject): Promise<Payload> {
  const { headers } = call
  const sent = await call.body(LARGEST_BODY)
  const { payload } = verified
  if (!payload.startsWith('STREAMING-')) {
    if (payload !== 'UNSIGNED-PAYLOAD' && payload !== sha256(sent)) {
      throw new S3Error('XAmzContentSHA256Mismatch', {
        elements: { ClientComputedContentSHA256: payload, S3ComputedContentSHA256: sha256(sent) },
      })
    }
    return checked(sent, headers, {}, about)
  }
  const { body, trailers } = decodeAwsChunked(sent, verified)
  const announced = headers['x-amz-decoded-content-length']
  if (announced === undefined) throw new S3Error('MissingContentLength')
  if (Number(announced) !== body.length) throw new S3Error('IncompleteBody')
  return checked(body, headers, trailers, about)
}

interface Decoded {
  readonly body: Buffer
  readonly trailers: Readonly<Record<string, string>>
}

/**
 * Takes the framing off an aws-chunked body and checks the chunks' signatures where it has them.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 */
function decodeAwsChunked(sent: Buffer, verified: Verified): Decoded {
  const signed = verified.payload.startsWith('STREAMING-AWS4-HMAC-SHA256-PAYLOAD')
  const chunks: Buffer[] = []
  let signature = verified.signature
  let position = 0
  for (;;) {
    const lineEnd = sent.indexOf('\r\n', position)
    const header = /^([0-9a-f]+)(?:;chunk-signature=([0-9a-f]{64}))?$/i.exec(
      lineEnd === -1 ? '' : sent.toString('latin1', position, lineEnd),
    )
    const [, hexSize, given] = header ?? []
    if (hexSize === undefined) throw new S3Error('IncompleteBody')
    const start = lineEnd + 2
    const size = parseInt(hexSize, 16)
    const chunk = sent.subarray(start, start + size)
    if (chunk.length !== size) throw new S3Error('IncompleteBody')
    if (signed) signature = checkChunk(chunk, given, signature, verified)
    if (size === 0) {
      return { body: Buffer.concat(chunks), trailers: readTrailers(sent, start, signed, signature, verified) }
    }
    chunks.push(chunk)
    position = start + size + 2
  }
}

function checkChunk(chunk: Buffer, given: string | undefined, previous: string, verified: Verified): string {
  const { dateTime, scope, signingKey } = verified
  const text = `AWS4-HMAC-SHA256-PAYLOAD\n${dateTime}\n${scope}\n${previous}\n${sha256('')}\n${sha256(chunk)}`
  const expected = signingKey.sign(text)
  if (given !== expected) throw new S3Error('SignatureDoesNotMatch', { elements: { StringToSign: text } })
  return expected
}

function readTrailers(
  sent: Buffer,
  start: number,
  signed: boolean,
  previous: string,
  { dateTime, scope, signingKey }: Verified,
): Record<string, string> {
  const trailers: Record<string, string> = {}
  let canonical = ''
  for (const line of sent.toString('latin1', start).split(/\r?\n/)) {
    const colon = line.indexOf(':')
    if (colon === -1) continue
    const name = line.slice(0, colon).trim().toLowerCase()
    trailers[name] = line.slice(colon + 1).trim()
    if (name !== 'x-amz-trailer-signature') canonical += `${name}:${trailers[name]}\n`
  }
  const given = trailers['x-amz-trailer-signature']
  if (signed && canonical !== '') {
    const text = `AWS4-HMAC-SHA256-TRAILER\n${dateTime}\n${scope}\n${previous}\n${sha256(canonical)}`
    if (given !== signingKey.sign(text)) throw new S3Error('SignatureDoesNotMatch')
  }
  return trailers
}

/**
 * Holds the body against Content-MD5 and the checksum sent with it.
 * @throws S3Error InvalidDigest, BadDigest, InvalidRequest
 */
function checked(
  bytes: Buffer,
  headers: IncomingHttpHeaders,
  trailers: Readonly<Record<string, string>>,
  about: ChecksumSubject,
): Payload {
  const md5 = headers['content-md5']
  if (md5 !== undefined) requireMd5(bytes, String(md5))
  const sent = about === 'object' ? undefined : sentChecksum(headers, trailers)
  return sent === undefined ? { bytes } : { bytes, checksum: requireChecksum(bytes, sent) }
}

function requireMd5(bytes: Buffer, given: string): void {
  if (Buffer.from(given, 'base64').length !== 16) {
    throw new S3Error('InvalidDigest', {
      message: 'The Content-MD5 you specified was invalid.',
      elements: { 'Content-MD5': given },
    })
  }
  const calculated = hash('md5', bytes, 'base64')
  if (given === calculated) return
  throw new S3Error('BadDigest', {
    message: 'The Content-MD5 you specified did not match what we received.',
    elements: { ExpectedDigest: given, CalculatedDigest: calculated },
  })
}

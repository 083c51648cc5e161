import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { SignatureV4 } from '@smithy/signature-v4'
import { createHash, createHmac } from 'node:crypto'
import type { Hash, Hmac } from 'node:crypto'
import { Readable } from 'node:stream'
import { crc32 } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inProcessPlayground, sdkClient } from '../helpers/playground.ts'
import type { TestPlayground } from '../helpers/playground.ts'
import { amzDate, hmac, RawS3, sha256 } from '../helpers/raw-s3.ts'
import type { RawAnswer, RawRequest } from '../helpers/raw-s3.ts'

let playground: TestPlayground
let raw: RawS3

beforeAll(async () => {
  playground = await inProcessPlayground()
  raw = new RawS3(playground)
  await raw.send({ method: 'PUT', path: '/signed' })
})

afterAll(async () => {
  raw.close()
  await playground.stop()
})

function codeOf({ status, text }: RawAnswer): string {
  return `${status} ${/<Code>(.*?)</.exec(text)?.[1] ?? ''}`.trim()
}

const PUT = { method: 'PUT', path: '/signed/k', body: 'hello' } as const

describe('a request', () => {
  test.each<[string, RawRequest, string]>([
    ['well signed', PUT, '200'],
    ['with its payload unsigned', { ...PUT, payload: 'UNSIGNED-PAYLOAD' }, '200'],
    ['with another secret', { ...PUT, secretAccessKey: 'wrong' }, '403 SignatureDoesNotMatch'],
    ['with another access key', { ...PUT, accessKeyId: 'NOBODY' }, '403 InvalidAccessKeyId'],
    ['14 minutes ahead', { ...PUT, skew: 14 * 60 }, '200'],
    ['16 minutes ahead', { ...PUT, skew: 16 * 60 }, '403 RequestTimeTooSkewed'],
    ['16 minutes late', { ...PUT, skew: -16 * 60 }, '403 RequestTimeTooSkewed'],
    ['with another body than it says', { ...PUT, payload: sha256('other') }, '400 XAmzContentSHA256Mismatch'],
    [
      'with a session token nobody gave',
      { ...PUT, headers: { 'x-amz-security-token': 't' } },
      '400 InvalidToken',
    ],
    ['with spaces in a header', { ...PUT, headers: { 'x-amz-meta-a': 'b c' } }, '200'],
    ['with an odd path', { ...PUT, path: '/signed/%C3%A4%20%2B%252F~' }, '200'],
    ['with a path that AWS would write otherwise', { ...PUT, path: "/signed/a!'()*b" }, '200'],
    ['with a wrong MD5', { ...PUT, headers: { 'content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==' } }, '400 BadDigest'],
    ['with a wrong CRC32', { ...PUT, headers: { 'x-amz-checksum-crc32': 'AAAAAA==' } }, '400 BadDigest'],
    ['for what is not there yet', { method: 'GET', path: '/signed/k?torrent=' }, '501 NotImplemented'],
  ])('%s', async (_, request, expected) => {
    expect(codeOf(await raw.send(request))).toBe(expected)
  })

  test('with no signature is denied', async () => {
    const answer = await raw.exchange('GET', '/signed/k', { host: raw.host })
    expect(codeOf(answer)).toBe('403 AccessDenied')
  })

  test('with a header added on the way is denied', async () => {
    const headers = raw.sign(PUT)
    const answer = await raw.exchange('PUT', '/signed/k', { ...headers, 'x-amz-meta-added': '1' }, 'hello')
    expect(codeOf(answer)).toBe('403 AccessDenied')
    expect(answer.text).toContain('<HeadersNotSigned>x-amz-meta-added</HeadersNotSigned>')
  })

  test('with another path than it was signed for does not match', async () => {
    const answer = await raw.exchange('PUT', '/signed/other', raw.sign(PUT), 'hello')
    expect(codeOf(answer)).toBe('403 SignatureDoesNotMatch')
  })

  test('answers name the server, the request and the time', async () => {
    const { headers } = await raw.send({ method: 'HEAD', path: '/signed/k' })
    expect(headers['server']).toBe('Decant-Playground')
    expect(headers['x-amz-request-id']).toMatch(/^[0-9A-F]{16}$/)
    expect(Number.isNaN(Date.parse(headers.date ?? ''))).toBe(false)
    expect(headers['content-length']).toBe('5')
  })
})

type SourceData = string | ArrayBuffer | ArrayBufferView

/** SHA-256, or HMAC-SHA256 under a secret, as the signer of the SDK wants it. */
class Sha256 {
  readonly #secret: SourceData | undefined
  #hash: Hash | Hmac

  constructor(secret?: SourceData) {
    this.#secret = secret
    this.#hash = newHash(secret)
  }

  update(data: string | Uint8Array): void {
    this.#hash.update(data)
  }

  reset(): void {
    this.#hash = newHash(this.#secret)
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest())
  }
}

function newHash(secret: SourceData | undefined): Hash | Hmac {
  if (secret === undefined) return createHash('sha256')
  if (typeof secret === 'string') return createHmac('sha256', secret)
  const bytes = ArrayBuffer.isView(secret)
    ? Buffer.from(secret.buffer, secret.byteOffset, secret.byteLength)
    : Buffer.from(secret)
  return createHmac('sha256', bytes)
}

async function presign(path: string, expiresIn: number, signingDate = new Date()): Promise<string> {
  const { accessKeyId, secretAccessKey } = playground
  const signer = new SignatureV4({
    service: 's3',
    region: 'us-east-1',
    credentials: { accessKeyId, secretAccessKey },
    sha256: Sha256,
    uriEscapePath: false,
  })
  const { hostname, port } = new URL(playground.endpoint)
  const signed = await signer.presign(
    {
      method: 'GET',
      protocol: 'http:',
      hostname,
      port: Number(port),
      path,
      query: {},
      headers: { host: `${hostname}:${port}`, 'X-Amz-Content-Sha256': 'UNSIGNED-PAYLOAD' },
    },
    { expiresIn, signingDate },
  )
  const query = Object.entries(signed.query ?? {}).map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`,
  )
  return `${playground.endpoint}${path}?${query.join('&')}`
}

describe('a presigned URL', () => {
  test('opens its object, and nothing else, until it expires', async () => {
    await raw.send(PUT)
    const url = await presign('/signed/k', 60)
    expect(await (await fetch(url)).text()).toBe('hello')
    const other = await fetch(url.replace('/signed/k', '/signed/other'))
    expect(await other.text()).toContain('SignatureDoesNotMatch')
    const expired = await fetch(await presign('/signed/k', 60, new Date(Date.now() - 120_000)))
    expect(expired.status).toBe(403)
    expect(await expired.text()).toContain('Request has expired')
    const tooLong = await fetch(
      await presign('/signed/k', 60).then((each) => each.replace('Expires=60', 'Expires=9999999')),
    )
    expect(await tooLong.text()).toContain('AuthorizationQueryParametersError')
  })
})

describe('a body of the AWS SDK', () => {
  test.each(['WHEN_SUPPORTED', 'WHEN_REQUIRED'] as const)(
    'arrives whole, as bytes and as a stream, with checksums %s',
    async (requestChecksumCalculation) => {
      const { endpoint, accessKeyId, secretAccessKey } = playground
      const s3 = new S3Client({
        endpoint,
        region: 'us-east-1',
        forcePathStyle: true,
        maxAttempts: 1,
        requestChecksumCalculation,
        credentials: { accessKeyId, secretAccessKey },
      })
      const body = Buffer.alloc(300_000, 'stream ')
      for (const Body of [body, Readable.from([body.subarray(0, 100_000), body.subarray(100_000)])]) {
        await s3.send(
          new PutObjectCommand({
            Bucket: 'signed',
            Key: 'streamed',
            Body,
            ContentLength: body.length,
            ContentEncoding: 'gzip',
          }),
        )
        const got = await s3.send(new GetObjectCommand({ Bucket: 'signed', Key: 'streamed' }))
        expect(got.ContentEncoding).toBe('gzip')
        expect(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(body)).toBe(true)
      }
      s3.destroy()
    },
  )
})

describe('an aws-chunked body', () => {
  const chunks = ['first chunk ', 'second chunk']
  const whole = chunks.join('')

  /** Frames the chunks, signing each as the protocol wants. */
  function signedChunks(seedSignature: string, dateTime: string, spoil = false): string {
    const scope = `${dateTime.slice(0, 8)}/us-east-1/s3/aws4_request`
    const key = raw.signingKey(playground.secretAccessKey, dateTime.slice(0, 8))
    let previous = seedSignature
    return [...chunks, '']
      .map((chunk) => {
        const text = ['AWS4-HMAC-SHA256-PAYLOAD', dateTime, scope, previous, sha256(''), sha256(chunk)].join(
          '\n',
        )
        previous = hmac(key, text).toString('hex')
        const sent = spoil ? chunk.replace('second', 'SECOND') : chunk
        return `${chunk.length.toString(16)};chunk-signature=${previous}\r\n${sent}\r\n`
      })
      .join('')
  }

  async function sendSigned(spoil: boolean): Promise<RawAnswer> {
    const headers = raw.sign({
      method: 'PUT',
      path: '/signed/chunked',
      payload: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
      headers: { 'content-encoding': 'aws-chunked', 'x-amz-decoded-content-length': String(whole.length) },
    })
    const signature = headers['authorization']?.split('Signature=')[1] ?? ''
    const body = signedChunks(signature, headers['x-amz-date'] ?? amzDate(0), spoil)
    return raw.exchange('PUT', '/signed/chunked', headers, body)
  }

  test('with signed chunks is taken, and refused when one was changed', async () => {
    expect(codeOf(await sendSigned(false))).toBe('200')
    const got = await raw.send({ method: 'GET', path: '/signed/chunked' })
    expect(got.text).toBe(whole)
    expect(got.headers['content-encoding']).toBeUndefined()
    expect(codeOf(await sendSigned(true))).toBe('403 SignatureDoesNotMatch')
  })

  test.each([
    [whole.length, crc32(whole), '200'],
    [whole.length, crc32('other'), '400 BadDigest'],
    [whole.length + 1, crc32(whole), '400 IncompleteBody'],
  ])('of %d bytes with the trailing checksum %d gives %s', async (length, sum, expected) => {
    const checksum = Buffer.alloc(4)
    checksum.writeUInt32BE(sum)
    const body =
      chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join('') +
      `0\r\nx-amz-checksum-crc32:${checksum.toString('base64')}\r\n\r\n`
    const answer = await raw.send({
      method: 'PUT',
      path: '/signed/trailer',
      payload: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      headers: {
        'content-encoding': 'aws-chunked',
        'x-amz-trailer': 'x-amz-checksum-crc32',
        'x-amz-decoded-content-length': String(length),
      },
      body,
    })
    expect(codeOf(answer)).toBe(expected)
  })
})

describe('credentials with a session token', () => {
  test('are asked for it', async () => {
    const credentials = { accessKeyId: 'TEMPORARY', secretAccessKey: 'secret', sessionToken: 'the token' }
    const other = await inProcessPlayground({ credentials })
    const s3 = new S3Client({
      endpoint: other.endpoint,
      region: 'us-east-1',
      forcePathStyle: true,
      maxAttempts: 1,
      credentials,
    })
    await s3.send(new CreateBucketCommand({ Bucket: 'with-token' }))
    const without = sdkClient(other)
    await expect(without.send(new CreateBucketCommand({ Bucket: 'without' }))).rejects.toMatchObject({
      name: 'InvalidToken',
    })
    s3.destroy()
    without.destroy()
    await other.stop()
  })
})

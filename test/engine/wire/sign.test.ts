import { createHash, createHmac } from 'node:crypto'
import { SignatureV4 } from '@smithy/signature-v4'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  copySource,
  decodeListed,
  encodePath,
  encodeQuery,
  encodeTags,
} from '../../../main/engine/wire/encode.ts'
import { EMPTY_PAYLOAD, headerBytes, headerText, Signer } from '../../../main/engine/wire/sign.ts'

const credentials = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
}

type Data = string | ArrayBuffer | ArrayBufferView
const asBytes = (data: Data): Uint8Array =>
  typeof data === 'string'
    ? Buffer.from(data)
    : ArrayBuffer.isView(data)
      ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
      : new Uint8Array(data)

class Sha256 {
  readonly #hash
  constructor(secret?: Data) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', asBytes(secret))
  }
  update(data: Data): void {
    this.#hash.update(asBytes(data))
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest())
  }
}

/** What the AWS SDK's own signer makes of the same request. */
async function smithy(request: Generated, at: number): Promise<string | undefined> {
  const signer = new SignatureV4({
    credentials: { ...credentials, ...(request.token !== undefined && { sessionToken: request.token }) },
    region: request.region,
    service: 's3',
    sha256: Sha256,
    uriEscapePath: false,
    applyChecksum: true,
  })
  const signed = await signer.sign(
    {
      method: request.method,
      protocol: 'https:',
      hostname: 'bucket.s3.example.test',
      path: encodePath(`/${request.key}`),
      query: Object.fromEntries(request.query),
      headers: {
        host: 'bucket.s3.example.test',
        'x-amz-content-sha256': EMPTY_PAYLOAD,
        ...Object.fromEntries(request.headers),
      },
    },
    { signingDate: new Date(at) },
  )
  return signed.headers['authorization']
}

interface Generated {
  readonly method: string
  readonly key: string
  readonly query: readonly [string, string][]
  readonly headers: readonly [string, string][]
  readonly region: string
  readonly token: string | undefined
}

const anyText = fc.string({ unit: 'grapheme', maxLength: 40 }).filter((text) => text.isWellFormed())
const headerValue = fc.stringMatching(/^[!-~]([ -~]{0,30}[!-~])?$/)
const request: fc.Arbitrary<Generated> = fc.record({
  method: fc.constantFrom('GET', 'PUT', 'HEAD', 'DELETE', 'POST'),
  key: anyText,
  query: fc.uniqueArray(fc.tuple(fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9-]{0,15}$/), anyText), {
    selector: ([name]) => name,
    maxLength: 6,
  }),
  headers: fc.uniqueArray(fc.tuple(fc.stringMatching(/^x-amz-(meta-)?[a-z][a-z0-9-]{0,12}$/), headerValue), {
    selector: ([name]) => name,
    maxLength: 8,
  }),
  region: fc.constantFrom('us-east-1', 'eu-central-2', 'default'),
  token: fc.option(fc.stringMatching(/^[A-Za-z0-9+/=]{10,60}$/), { nil: undefined }),
})

describe('the signature', () => {
  it('is the one of @smithy/signature-v4, for any request', async () => {
    const signer = new Signer()
    await fc.assert(
      fc.asyncProperty(request, fc.integer({ min: 1.5e12, max: 2e12 }), async (generated, at) => {
        const headers = ['host', 'bucket.s3.example.test', ...generated.headers.flat()]
        const toSign = {
          method: generated.method,
          path: encodePath(`/${generated.key}`),
          query: encodeQuery(generated.query),
          headers,
          payload: EMPTY_PAYLOAD,
        }
        const { token } = generated
        const keys = token === undefined ? credentials : { ...credentials, sessionToken: token }
        signer.sign(toSign, keys, generated.region, at)
        const ours = headers[headers.indexOf('authorization') + 1]
        expect(ours).toBe(await smithy(generated, at))
      }),
      { numRuns: 500 },
    )
  })

  it('changes with the secret key, the day and the Region, also with keys that are kept', () => {
    const signer = new Signer()
    const day = 86_400_000
    const signature = (secretAccessKey: string, region: string, at: number): string | undefined => {
      const headers = ['host', 'h']
      const toSign = { method: 'GET', path: '/', query: '', headers, payload: EMPTY_PAYLOAD }
      signer.sign(toSign, { ...credentials, secretAccessKey }, region, at)
      return headers.at(-1)
    }
    const base = signature('a', 'r', day)
    expect(signature('b', 'r', day)).not.toBe(base)
    expect(signature('a', 's', day)).not.toBe(base)
    expect(signature('a', 'r', 2 * day)).not.toBe(base)
    expect(signature('a', 'r', day)).toBe(base)
  })
})

describe('encoding', () => {
  it.each([
    ['plain/key-1_2.3~4', 'plain/key-1_2.3~4'],
    ['a b+c%2F', 'a%20b%2Bc%252F'],
    ["!*'()", '%21%2A%27%28%29'],
    ['ä/🧊', '%C3%A4/%F0%9F%A7%8A'],
    ['/../', '/../'],
  ])('a path: %j → %s', (path, encoded) => expect(encodePath(path)).toBe(encoded))

  it('a query is sorted by encoded name, then value', () => {
    const query = encodeQuery([
      ['b', '2'],
      ['a-b', '1'],
      ['a', '/ä'],
      ['versions', ''],
    ])
    expect(query).toBe('a=%2F%C3%A4&a-b=1&b=2&versions=')
  })

  it.each([
    ['a+b%2Bc%20d', 'a b+c d'],
    ['%C3%A4', 'ä'],
    ['100%', '100%'],
    ['plain', 'plain'],
  ])('what a listing encoded: %j → %j', (listed, key) => expect(decodeListed(listed)).toBe(key))

  it('a copy source, of a bucket, a version and an access point', () => {
    expect(copySource({ bucket: 'b', key: 'k ä?' })).toBe('b/k%20%C3%A4%3F')
    expect(copySource({ bucket: 'b', key: 'k', versionId: 'v+/1' })).toBe('b/k?versionId=v%2B%2F1')
    const arn = 'arn:aws:s3:us-west-2:1:accesspoint/p'
    expect(copySource({ bucket: arn, key: 'k' })).toBe(
      'arn%3Aaws%3As3%3Aus-west-2%3A1%3Aaccesspoint/p/object/k',
    )
  })

  it('tags and header bytes', () => {
    expect(encodeTags({ 'a b': 'c+d', e: '' })).toBe('a%20b=c%2Bd&e=')
    expect(headerText(headerBytes('grün 🧊'))).toBe('grün 🧊')
  })

  it('what a server sends comes back to it byte by byte, whatever it is', () => {
    expect(headerText('caf\u00e9')).toBe('caf\udce9')
    expect(headerBytes('caf\udce9 ü')).toBe('caf\u00e9 \u00c3\u00bc')
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 24 }), (given) => {
        const sent = Buffer.from(given).toString('latin1')
        expect(headerBytes(headerText(sent))).toBe(sent)
      }),
    )
    fc.assert(fc.property(anyText, (text) => headerText(headerBytes(text)) === text))
  })
})

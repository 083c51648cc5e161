import { createHash, createHmac } from 'node:crypto'
import { SignatureV4 } from '@smithy/signature-v4'
import { describe, expect, it } from 'vitest'
import { systemSeams } from '#model/seams.ts'
import { encodePath } from '../../../main/engine/wire/encode.ts'
import { presigned } from '../../../main/engine/wire/presign.ts'
import { inProcessPlayground } from '../../helpers/playground.ts'
import { openStorage } from '../../suites/storage/bench.ts'

const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret/of+nobody' }
const AT = Date.UTC(2026, 10, 21, 9, 30, 5)
const HOUR = 3600
const where = {
  credentials,
  region: 'eu-central-1',
  at: AT,
  origin: 'https://bucket.s3.eu-central-1.amazonaws.com',
  host: 'bucket.s3.eu-central-1.amazonaws.com',
}

class Sha256 {
  readonly #hash
  constructor(secret?: Uint8Array) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret)
  }
  update(data: string | Uint8Array): void {
    this.#hash.update(data)
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest())
  }
}

describe('a presigned link', () => {
  it.each([
    { key: 'a/b.txt', expires: HOUR },
    { key: "Gemälde/Öl + 100% (1)'s.tif", expires: 60, versionId: 'v+/=', sessionToken: 'token/+=' },
    { key: 'x', expires: 7 * 24 * HOUR, contentDisposition: 'attachment; filename="ä b.txt"' },
  ])('is the one that the AWS SDK would make of $key', async (asked) => {
    const { key, expires, versionId, contentDisposition, sessionToken } = asked
    const keys = { ...credentials, ...(sessionToken !== undefined && { sessionToken }) }
    const path = encodePath(`/${key}`)
    const ours = new URL(
      presigned(
        { bucket: 'bucket', key, expires, versionId, contentDisposition },
        { ...where, path, credentials: keys },
      ).url,
    )
    const signer = new SignatureV4({
      credentials: keys,
      region: where.region,
      service: 's3',
      sha256: Sha256 as never,
      uriEscapePath: false,
    })
    const query: Record<string, string> = {}
    if (versionId !== undefined) query['versionId'] = versionId
    if (contentDisposition !== undefined) query['response-content-disposition'] = contentDisposition
    const theirs = await signer.presign(
      {
        method: 'GET',
        protocol: 'https:',
        hostname: where.host,
        path,
        query,
        headers: { host: where.host, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
      },
      {
        signingDate: new Date(AT),
        expiresIn: expires,
        unsignableHeaders: new Set(['x-amz-content-sha256']),
        unhoistableHeaders: new Set(['x-amz-content-sha256']),
      },
    )
    const signature = theirs.query?.['X-Amz-Signature']
    expect(signature).toMatch(/^[0-9a-f]{64}$/)
    expect(ours.searchParams.get('X-Amz-Signature')).toBe(signature)
  })

  it.each([
    // [seconds asked for, the keys end after, how it ends, after how many seconds]
    [HOUR, undefined, undefined, 'time', HOUR],
    [HOUR, 'token', 2 * HOUR, 'time', HOUR],
    [3 * HOUR, 'token', 2 * HOUR, 'keys', 2 * HOUR],
    [HOUR, 'token', undefined, 'keys', HOUR],
  ] as const)('of %i s with keys %s that end after %s ends by %s', (expires, token, ends, by, after) => {
    const keys = {
      ...credentials,
      ...(token !== undefined && { sessionToken: token }),
      ...(ends !== undefined && { expiresAt: AT + ends * 1000 }),
    }
    const link = presigned({ bucket: 'b', key: 'k', expires }, { ...where, path: '/k', credentials: keys })
    expect([link.endsWith, link.until]).toEqual([by, AT + after * 1000])
  })

  it.each([0, 7 * 24 * HOUR + 1, 1.5])('of %d seconds is refused', (expires) => {
    expect(() => presigned({ bucket: 'b', key: 'k', expires }, { ...where, path: '/k' })).toThrow(/7 days/)
  })

  it('opens the object, under the name that it was given, and nothing else', async () => {
    const playground = await inProcessPlayground()
    const storage = openStorage('wire', playground)
    try {
      await playground.admin.seed({ bucket: 'linked', key: 'a b/ä.txt', text: 'hello' })
      const { url, until } = await storage.presign({
        ...{ bucket: 'linked', key: 'a b/ä.txt', expires: 60 },
        contentDisposition: 'attachment; filename="x.txt"',
      })
      expect(until).toBeGreaterThan(systemSeams.now())
      const answer = await fetch(url)
      expect(await answer.text()).toBe('hello')
      expect(answer.headers.get('content-disposition')).toBe('attachment; filename="x.txt"')
      expect((await fetch(url.replace('x.txt', 'y.txt'))).status).toBe(403)
      expect((await fetch(url, { method: 'DELETE' })).status).toBe(403)
    } finally {
      storage.close()
      await playground.stop()
    }
  })
})

import {
  CopyObjectCommand,
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { inProcessPlayground, sdkClient } from '../helpers/playground.ts'
import type { TestPlayground } from '../helpers/playground.ts'
import { RawS3 } from '../helpers/raw-s3.ts'

let playground: TestPlayground
let s3: ReturnType<typeof sdkClient>
let raw: RawS3

beforeAll(async () => {
  playground = await inProcessPlayground()
  s3 = sdkClient(playground)
  raw = new RawS3(playground)
  await s3.send(new CreateBucketCommand({ Bucket: 'faulty' }))
  await playground.admin.seed({ bucket: 'faulty', key: 'source', text: 'hello' })
})

afterEach(() => playground.admin.clearFaults())

afterAll(async () => {
  s3.destroy()
  raw.close()
  await playground.stop()
})

function copy(key: string) {
  return raw.send({
    method: 'PUT',
    path: `/faulty/${encodeURIComponent(key)}`,
    headers: { 'x-amz-copy-source': '/faulty/source' },
  })
}

/** Whether the copy took effect, by the log. */
async function isLogged(key: string): Promise<boolean> {
  return (await playground.admin.log()).some((entry) => entry.key === key && entry.op === 'CopyObject')
}

describe('a fault', () => {
  test.each([
    ['503', 'before', 503, 'SlowDown', false],
    ['503', 'after', 503, 'SlowDown', true],
    ['500', 'before', 500, 'InternalError', false],
    ['500', 'after', 500, 'InternalError', true],
    ['error-body-200', 'before', 200, 'InternalError', false],
    ['error-body-200', 'after', 200, 'InternalError', true],
  ] as const)('%s %s the effect', async (action, when, status, code, takesEffect) => {
    await playground.admin.faults({ op: 'CopyObject', do: action, when, times: 1 })
    const key = `${action}-${when}`
    const answer = await copy(key)
    expect(answer.status).toBe(status)
    expect(answer.text).toContain(`<Error><Code>${code}</Code>`)
    expect(await isLogged(key)).toBe(takesEffect)
    expect((await copy(`${key}-again`)).status).toBe(200)
  })

  test.each([
    ['before', false],
    ['after', true],
  ] as const)('reset %s the effect breaks the connection', async (when, takesEffect) => {
    await playground.admin.faults({ op: 'CopyObject', do: 'reset', when })
    await expect(copy(`reset-${when}`)).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect(await isLogged(`reset-${when}`)).toBe(takesEffect)
  })

  test('truncated-xml cuts a document in half, truncated-body breaks off half-way', async () => {
    await playground.admin.faults({ op: 'ListObjectsV2', do: 'truncated-xml' })
    const cut = await raw.send({ method: 'GET', path: '/faulty?list-type=2' })
    expect(cut.status).toBe(200)
    expect(cut.text).not.toContain('</ListBucketResult>')
    await playground.admin.faults({ op: 'GetObject', do: 'truncated-body' })
    await expect(raw.send({ method: 'GET', path: '/faulty/source' })).rejects.toThrow()
  })

  test('malformed-xml leaves a document whole but for its middle', async () => {
    for (const op of ['ListObjectsV2', 'CopyObject'] as const) {
      await playground.admin.faults({ op, do: 'malformed-xml', times: 1 })
    }
    const listed = await raw.send({ method: 'GET', path: '/faulty?list-type=2' })
    const copied = await copy('malformed')
    for (const { status, text, headers } of [listed, copied]) {
      expect([status, text.includes('<&'), text.endsWith('Result>')]).toEqual([200, true, true])
      expect(Number(headers['content-length'])).toBe(Buffer.byteLength(text))
    }
    expect(await isLogged('malformed')).toBe(true)
    expect((await copy('well-formed')).text).not.toContain('<&')
  })

  test('error-body-200 goes on for ever, if nothing limits it', async () => {
    await playground.admin.faults({ op: 'CopyObject', do: 'error-body-200' })
    for (let round = 0; round < 5; round += 1) {
      const { status, text } = await copy('never')
      expect([status, text.includes('<Error>')]).toEqual([200, true])
    }
    expect(await isLogged('never')).toBe(false)
  })

  test('expired-credentials says so', async () => {
    await playground.admin.faults({ op: 'CopyObject', do: 'expired-credentials', times: 1 })
    const { status, text } = await copy('expired')
    expect([status, /<Code>(.*?)</.exec(text)?.[1]]).toEqual([400, 'ExpiredToken'])
    expect((await copy('renewed')).status).toBe(200)
  })

  test.each([3600, -3600])('clock-skew of %d seconds refuses who signs by the real time', async (seconds) => {
    await playground.admin.faults({ do: 'clock-skew', seconds })
    const refused = await copy('skewed')
    expect([refused.status, /<Code>(.*?)</.exec(refused.text)?.[1]]).toEqual([403, 'RequestTimeTooSkewed'])
    const told = Date.parse(refused.headers.date ?? '') - Date.now()
    expect(Math.abs(told / 1000 - seconds)).toBeLessThan(10)
    const list = { method: 'GET', path: '/faulty?list-type=2' }
    expect((await raw.send({ ...list, skew: seconds })).status).toBe(200)
    const client = sdkClient(playground)
    const get = new GetObjectCommand({ Bucket: 'faulty', Key: 'source' })
    await expect(client.send(get)).rejects.toMatchObject({ name: 'RequestTimeTooSkewed' })
    // The SDK has learnt the server's time from the refusal.
    expect((await client.send(get)).$metadata.httpStatusCode).toBe(200)
    client.destroy()
  })

  test('clock-skew of less than 15 minutes is no matter', async () => {
    await playground.admin.faults({ do: 'clock-skew', seconds: 14 * 60 })
    expect((await copy('a-bit-off')).status).toBe(200)
  })

  test('hang holds a request until it is released', async () => {
    await playground.admin.faults({ op: 'CopyObject', keyPattern: '^held-', do: 'hang' })
    const held = [copy('held-1'), copy('held-2')]
    await expect.poll(async () => (await playground.admin.counters()).inFlight).toBe(2)
    expect((await copy('free')).status).toBe(200)
    expect(await isLogged('held-1')).toBe(false)
    expect(await playground.admin.release()).toBe(2)
    expect((await Promise.all(held)).map(({ status }) => status)).toEqual([200, 200])
    expect((await playground.admin.counters()).mostInFlight).toBeGreaterThanOrEqual(3)
  })

  test('hang after the effect holds the answer alone', async () => {
    await playground.admin.faults({ op: 'CopyObject', do: 'hang', when: 'after' })
    const held = copy('held-after')
    await expect.poll(() => isLogged('held-after')).toBe(true)
    await playground.admin.release()
    expect((await held).status).toBe(200)
  })

  test('strip-headers makes a server that ignores conditions', async () => {
    await playground.admin.faults({
      op: 'CopyObject',
      do: 'strip-headers',
      headers: ['x-amz-copy-source-if-match'],
    })
    const answer = await s3.send(
      new CopyObjectCommand({
        Bucket: 'faulty',
        Key: 'unconditional',
        CopySource: 'faulty/source',
        CopySourceIfMatch: '"x"',
      }),
    )
    expect(answer.CopyObjectResult?.ETag).toBeDefined()
  })

  test('error gives any error of S3', async () => {
    await playground.admin.faults({ op: 'GetObject', do: 'error', code: 'ExpiredToken' })
    const got = s3.send(new GetObjectCommand({ Bucket: 'faulty', Key: 'source' }))
    await expect(got).rejects.toMatchObject({ name: 'ExpiredToken' })
  })
})

describe('a rule', () => {
  async function statuses(count: number, prefix: string): Promise<number[]> {
    const found: number[] = []
    for (let index = 1; index <= count; index += 1) found.push((await copy(`${prefix}-${index}`)).status)
    return found
  }

  test.each([
    [{ nth: 3 }, [200, 200, 503, 200, 200, 200]],
    [{ every: 2 }, [200, 503, 200, 503, 200, 503]],
    [{ every: 2, times: 2 }, [200, 503, 200, 503, 200, 200]],
    [{ key: 'chosen-5' }, [200, 200, 200, 200, 503, 200]],
    [{ keyPattern: '-[12]$' }, [503, 503, 200, 200, 200, 200]],
    [{ bucket: 'other' }, [200, 200, 200, 200, 200, 200]],
    [{ op: ['PutObject', 'UploadPart'] as const }, [200, 200, 200, 200, 200, 200]],
  ])('chooses by %j', async (choice, expected) => {
    await playground.admin.faults({ ...choice, do: '503' })
    expect(await statuses(6, 'chosen')).toEqual(expected)
  })

  test('by probability does the same again with the same seed', async () => {
    const runs: number[][] = []
    for (const seed of [1, 1, 2]) {
      await playground.admin.clearFaults()
      await playground.admin.faults({ probability: 0.5, seed, do: '503' })
      runs.push(await statuses(30, 'likely'))
    }
    expect(runs[0]).toEqual(runs[1])
    expect(runs[0]).not.toEqual(runs[2])
    expect(new Set(runs[0])).toEqual(new Set([200, 503]))
  })

  test('of so many writes a second slows writes down, not reads', async () => {
    await playground.admin.faults({ writesPerSecond: 1 })
    const found = await Promise.all(Array.from({ length: 20 }, (_, index) => copy(`limited-${index}`)))
    expect(found.filter(({ status }) => status === 503).length).toBeGreaterThanOrEqual(10)
    expect(found.some(({ status }) => status === 200)).toBe(true)
    await s3.send(new ListObjectsV2Command({ Bucket: 'faulty' }))
  })

  test.each([
    [{ do: 'explode' }, 'rules[0].do must be one of'],
    [{}, 'rules[0].do must be given'],
    [{ do: '503', op: 'Fly' }, 'rules[0].op must be an operation, not "Fly"'],
    [{ do: '503', nth: 0 }, 'rules[0].nth must be a whole number from 1'],
    [{ do: '503', keyPattern: '(' }, 'rules[0].keyPattern must be a regular expression'],
    [{ do: 'error', code: 'Nope' }, 'rules[0].code must be an S3 error code, not "Nope"'],
    [{ do: 'clock-skew' }, 'rules[0].seconds must be given'],
    [{ do: 'clock-skew', seconds: 1e9 }, 'rules[0].seconds must be a whole number'],
    [{ do: '503', moon: 1 }, 'rules[0].moon is not known'],
  ])('%j is refused: %s', async (rule, message) => {
    await expect(playground.admin.faults(rule as { do: '503' })).rejects.toThrow(message)
  })
})

describe('offline', () => {
  test('refuses connections and breaks off those that are open, then goes on at the same port', async () => {
    expect((await copy('online')).status).toBe(200)
    await playground.admin.offline(true)
    const refused = { code: expect.stringMatching(/ECONNREFUSED|ECONNRESET/) as string }
    await expect(copy('offline')).rejects.toMatchObject(refused)
    await expect(copy('offline')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    expect((await playground.admin.counters()).connectionsOpen).toBe(0)
    await playground.admin.offline(false)
    expect((await copy('online again')).status).toBe(200)
    expect(await isLogged('offline')).toBe(false)
  })
})

describe('the admin endpoint', () => {
  test('counts requests, statuses and connections', async () => {
    await playground.admin.resetCounters()
    await s3.send(new PutObjectCommand({ Bucket: 'faulty', Key: 'counted', Body: 'x' }))
    await copy('counted')
    await raw.send({ method: 'GET', path: '/faulty/absent' })
    expect(await playground.admin.counters()).toMatchObject({
      requests: { PutObject: 1, CopyObject: 1, GetObject: 1 },
      statuses: { 200: 2, 404: 1 },
      mutations: 2,
      inFlight: 0,
    })
  })

  test('logs every mutation with what it changed', async () => {
    const before = (await playground.admin.log()).length
    await copy('lögged')
    const [entry, ...others] = await playground.admin.log(before)
    expect(others).toEqual([])
    expect(entry).toMatchObject({
      seq: before + 1,
      op: 'CopyObject',
      bucket: 'faulty',
      key: 'lögged',
      versionId: 'null',
      etag: '5d41402abc4b2a76b9719d911017c592',
      sourceBucket: 'faulty',
      sourceKey: 'source',
      sourceVersionId: 'null',
    })
  })

  test('compares places by contents and by attributes', async () => {
    const common = { count: 50, size: 10, seed: 3 } as const
    await playground.admin.seed({ bucket: 'left', prefix: 'a/', ...common, metadata: { m: '1' } })
    await playground.admin.seed({ bucket: 'right', prefix: 'b/', ...common, tags: { t: '1' } })
    const left = { bucket: 'left', prefix: 'a/' }
    const right = { bucket: 'right', prefix: 'b/' }
    expect(await playground.admin.compare(left, right, false)).toMatchObject({ equal: true, compared: 50 })
    expect(await playground.admin.compare(left, right)).toMatchObject({ equal: false, differentCount: 50 })
    await playground.admin.seed({ bucket: 'right', key: 'b/obj-00000007', text: 'other' })
    await playground.admin.seed({ bucket: 'right', key: 'b/extra', text: 'x' })
    await playground.admin.seed({ bucket: 'left', key: 'a/missing', text: 'x' })
    expect(await playground.admin.compare(left, right, false)).toMatchObject({
      equal: false,
      missing: ['missing'],
      extra: ['extra'],
      different: [{ key: 'obj-00000007', fields: ['size'] }],
    })
    await expect(playground.admin.compare({ bucket: 'none', prefix: '' }, right)).rejects.toThrow(
      'compare.a.bucket names no bucket: "none"',
    )
  })

  test.each([
    [{ bucket: 'X', count: 1 }, 'seed.bucket must be a bucket name, not "X"'],
    [{ bucket: 'ok-1' }, 'seed.count must be given'],
    [{ bucket: 'ok-1', count: -1 }, 'seed.count must be a whole number from 0'],
    [{ bucket: 'ok-1', count: 2, pattern: 'same' }, 'seed.pattern must have a field such as {n}, not "same"'],
    [{ bucket: 'ok-1', count: 2, sizes: { min: 5, max: 1 } }, 'seed.sizes.max must be'],
    [{ bucket: 'ok-1', key: 'k' }, 'seed.key needs either text or size'],
    [{ bucket: 'ok-1', key: 'k', text: 1 }, 'seed.text must be text, not 1'],
    [{ bucket: 'ok-1', count: 1, storageClass: 'SHELF' }, 'seed.storageClass must be one of'],
    [{ bucket: 'ok-1', count: 1, headers: { 'x-y': '1' } }, 'seed.headers may hold'],
    [{ bucket: 'ok-1', count: 1, colour: 'red' }, 'seed.colour is not known'],
  ])('refuses the seed %j: %s', async (seed, message) => {
    await expect(playground.admin.seed(seed as { bucket: string; count: number })).rejects.toThrow(message)
  })

  test('answers nobody without the secret', async () => {
    for (const secret of [undefined, 'wrong']) {
      const answer = await fetch(`${playground.adminEndpoint}/log`, {
        headers: secret === undefined ? {} : { 'x-decant-admin': secret },
      })
      expect(answer.status).toBe(403)
    }
  })
})

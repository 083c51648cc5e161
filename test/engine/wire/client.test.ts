import { afterEach, describe, expect, it } from 'vitest'
import { DecantError } from '#model/failure.ts'
import { systemSeams } from '#model/seams.ts'
import { closeAll, emptyList, KEYS, s3Error, startStub, wireTo } from './stub-server.ts'
import type { Stub } from './stub-server.ts'

let stub: Stub | undefined
afterEach(async () => {
  closeAll()
  await stub?.close()
})

const list = { bucket: 'b', prefix: '' }
const nothing = { objects: [], prefixes: [] }
const scopeOf = (authorization: string | undefined): string =>
  /Credential=[^/]+\/([^,]+)/.exec(authorization ?? '')?.[1] ?? ''

describe('what is put right and sent again, once', () => {
  it('the Region that a 400 names, and from then on', async () => {
    stub = await startStub((request, response) => {
      if (scopeOf(request.headers.authorization).includes('eu-central-1')) emptyList(response)
      else s3Error(response, 400, 'AuthorizationHeaderMalformed', '<Region>eu-central-1</Region>')
    })
    const storage = wireTo(`http://127.0.0.1:${stub.port}`)
    expect(await storage.listObjects(list)).toEqual(nothing)
    expect(await storage.listObjects(list)).toEqual(nothing)
    expect(stub.asked).toHaveLength(3)
    expect(storage.requests).toEqual({ ListObjectsV2: 3 })
  })

  it('the Region that a HEAD is redirected to', async () => {
    stub = await startStub((request, response) => {
      const right = scopeOf(request.headers.authorization).includes('eu-west-3')
      response.writeHead(right ? 200 : 301, { 'x-amz-bucket-region': 'eu-west-3' }).end()
    })
    const storage = wireTo(`http://127.0.0.1:${stub.port}`)
    expect(await storage.headBucket('b')).toEqual({ region: 'eu-west-3' })
  })

  it('a Region that is refused again is a failure of the job', async () => {
    stub = await startStub((_request, response) => {
      s3Error(response, 301, 'PermanentRedirect', '<Region>eu-central-1</Region>')
    })
    const storage = wireTo(`http://127.0.0.1:${stub.port}`)
    await expect(storage.listObjects(list)).rejects.toMatchObject({
      failure: { code: 'wrong-region', reach: 'job' },
    })
    expect(stub.asked).toHaveLength(2)
  })

  it('not to a Region that is no name', async () => {
    stub = await startStub((_request, response) => {
      s3Error(response, 400, 'AuthorizationHeaderMalformed', '<Region>evil.test/#</Region>')
    })
    const storage = wireTo(`http://127.0.0.1:${stub.port}`)
    await expect(storage.listObjects(list)).rejects.toMatchObject({ failure: { code: 'wrong-region' } })
    expect(stub.asked).toHaveLength(1)
  })

  it.each([
    ['20 minutes behind', -20 * 60_000],
    ['three hours ahead', 3 * 3_600_000],
  ])('a clock that is %s', async (_words, offset) => {
    stub = await startStub((request, response) => {
      const signed = String(request.headers['x-amz-date']).replace(
        /(....)(..)(..)T(..)(..)(..)Z/,
        '$1-$2-$3T$4:$5:$6Z',
      )
      if (Math.abs(Date.parse(signed) - Date.now()) > 15 * 60_000)
        s3Error(response, 403, 'RequestTimeTooSkewed')
      else emptyList(response)
    })
    const seams = { ...systemSeams, now: () => Date.now() + offset }
    const storage = wireTo(`http://127.0.0.1:${stub.port}`, { seams })
    expect(await storage.listObjects(list)).toEqual(nothing)
    expect(await storage.listObjects(list)).toEqual(nothing)
    expect(stub.asked).toHaveLength(3)
  })

  it('not a clock that is off by years', async () => {
    stub = await startStub((_request, response) => s3Error(response, 403, 'RequestTimeTooSkewed'))
    const seams = { ...systemSeams, now: () => Date.UTC(2001, 0) }
    const storage = wireTo(`http://127.0.0.1:${stub.port}`, { seams })
    await expect(storage.listObjects(list)).rejects.toMatchObject({
      failure: { code: 'clock-skew', reach: 'job' },
    })
    expect(stub.asked).toHaveLength(1)
  })

  it('credentials that have expired, where others can be had', async () => {
    stub = await startStub((request, response) => {
      if (request.headers['x-amz-security-token'] === 'new') emptyList(response)
      else s3Error(response, 400, 'ExpiredToken')
    })
    const tokens = ['old', 'new']
    const storage = wireTo(`http://127.0.0.1:${stub.port}`, {
      credentials: () => Promise.resolve({ ...KEYS, sessionToken: tokens.shift() ?? 'none left' }),
    })
    expect(await storage.listObjects(list)).toEqual(nothing)
    expect(tokens).toEqual([])
  })

  it('credentials that have expired, where a HEAD is refused without a word', async () => {
    stub = await startStub((request, response) => {
      const isNew = request.headers['x-amz-security-token'] === 'new'
      if (request.method === 'HEAD') response.writeHead(isNew ? 200 : 400).end()
      else if (isNew) emptyList(response)
      else s3Error(response, 400, 'ExpiredToken')
    })
    const tokens = ['old', 'new']
    const storage = wireTo(`http://127.0.0.1:${stub.port}`, {
      credentials: () => Promise.resolve({ ...KEYS, sessionToken: tokens.shift() ?? 'none left' }),
    })
    await Promise.all(Array.from({ length: 50 }, () => storage.headBucket('b')))
    expect(tokens).toEqual([])
    expect(storage.requests).toEqual({ HeadBucket: 100, ListBuckets: 1 })
  })

  it('a HEAD that is refused without a word for another reason is not taken for that', async () => {
    stub = await startStub((request, response) => {
      if (request.method === 'HEAD') response.writeHead(400).end()
      else s3Error(response, 403, 'AccessDenied')
    })
    const storage = wireTo(`http://127.0.0.1:${stub.port}`, {
      credentials: () => Promise.resolve({ ...KEYS, sessionToken: 'fine' }),
    })
    const all = Array.from({ length: 50 }, () => storage.headBucket('b'))
    const failures = await Promise.allSettled(all)
    expect(failures.every(({ status }) => status === 'rejected')).toBe(true)
    await expect(all[0]).rejects.toMatchObject({ failure: { code: 'invalid-request' } })
    expect(storage.requests).toEqual({ HeadBucket: 50, ListBuckets: 1 })
  })

  it('not credentials that stay the same', async () => {
    stub = await startStub((_request, response) => s3Error(response, 400, 'ExpiredToken'))
    const storage = wireTo(`http://127.0.0.1:${stub.port}`)
    await expect(storage.listObjects(list)).rejects.toMatchObject({
      failure: { code: 'credentials-expired', reach: 'job' },
    })
    expect(stub.asked).toHaveLength(1)
  })
})

describe('credentials', () => {
  it('are asked for once by many, and again shortly before they expire', async () => {
    stub = await startStub((_request, response) => emptyList(response))
    let now = Date.now()
    let asked = 0
    const storage = wireTo(`http://127.0.0.1:${stub.port}`, {
      seams: { ...systemSeams, now: () => now },
      credentials: () => Promise.resolve({ ...KEYS, expiresAt: now + 3_600_000 + asked++ }),
    })
    await Promise.all([1, 2, 3].map(() => storage.listObjects(list)))
    expect(asked).toBe(1)
    now += 3_500_000
    await storage.listObjects(list)
    expect(asked).toBe(2)
  })

  it('that cannot be had are a failure of the job, and asked for again', async () => {
    stub = await startStub((_request, response) => emptyList(response))
    let asked = 0
    const storage = wireTo(`http://127.0.0.1:${stub.port}`, {
      credentials: () =>
        asked++ === 0 ? Promise.reject(new Error('no profile "x"')) : Promise.resolve(KEYS),
    })
    const first = await storage.listObjects(list).catch((error: unknown) => error)
    expect(first).toBeInstanceOf(DecantError)
    expect(first).toMatchObject({ failure: { code: 'credentials-missing', reach: 'job' } })
    expect(String(first)).toContain('no profile "x"')
    expect(await storage.listObjects(list)).toEqual(nothing)
  })
})

describe('answers that are not S3', () => {
  it.each([
    ['an empty 200 to a copy', ''],
    ['an HTML page', '<html><body>Welcome to the hotel</body></html>'],
    [
      'a truncated listing without a token',
      '<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>',
    ],
    ['a row without a size', '<ListBucketResult><Contents><Key>k</Key></Contents></ListBucketResult>'],
    [
      'a size that is no number',
      '<ListBucketResult><Contents><Key>k</Key><Size>1e99</Size></Contents></ListBucketResult>',
    ],
  ])('%s is a bad answer, in this attempt', async (_what, text) => {
    stub = await startStub((_request, response) => response.writeHead(200).end(text))
    const storage = wireTo(`http://127.0.0.1:${stub.port}`)
    await expect(storage.listObjects(list)).rejects.toMatchObject({
      failure: { code: 'bad-answer', reach: 'attempt' },
    })
  })

  it('an answer without end is cut off', async () => {
    stub = await startStub((_request, response) => {
      response.writeHead(200)
      const chunk = Buffer.alloc(1 << 20, ' ')
      const more = (): void => {
        while (!response.destroyed && response.write(chunk));
        response.once('drain', more)
      }
      more()
    })
    const storage = wireTo(`http://127.0.0.1:${stub.port}`, { habits: { annotations: true } })
    await expect(storage.listObjects(list)).rejects.toMatchObject({ failure: { code: 'bad-answer' } })
    const annotation = storage.getAnnotation({ bucket: 'b', key: 'k', name: 'n' })
    await expect(annotation).rejects.toMatchObject({ failure: { code: 'bad-answer' } })
  })

  it('a stream that ends early fails with the words of who made it', async () => {
    stub = await startStub((request, response) => {
      request.resume().on('end', () => response.writeHead(200, { etag: '"e"' }).end())
    })
    const storage = wireTo(`http://127.0.0.1:${stub.port}`)
    const broken = async function* (): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(Buffer.from('half'))
      throw new DecantError({ code: 'source-changed', reach: 'item', message: 'the source changed' })
    }
    await expect(storage.putObject({ bucket: 'b', key: 'k', body: broken(), size: 8 })).rejects.toMatchObject(
      {
        failure: { code: 'source-changed' },
      },
    )
  })
})

it('long copies are kept alive by whitespace before their answer', async () => {
  stub = await startStub((_request, response) => {
    response.writeHead(200)
    response.write(' \n ')
    response.end('<CopyObjectResult><ETag>"e"</ETag></CopyObjectResult>')
  })
  const storage = wireTo(`http://127.0.0.1:${stub.port}`)
  const copied = await storage.copyObject({
    bucket: 'b',
    key: 'k',
    source: { bucket: 'a', key: 'k' },
    storageClass: 'STANDARD',
  })
  expect(copied.etag).toBe('e')
})

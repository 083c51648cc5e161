import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { once } from 'node:events'
import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inProcessPlayground, sdkClient } from '../helpers/playground.ts'
import type { TestPlayground } from '../helpers/playground.ts'
import { RawS3 } from '../helpers/raw-s3.ts'

let playground: TestPlayground
let s3: ReturnType<typeof sdkClient>

beforeAll(async () => {
  playground = await inProcessPlayground()
  s3 = sdkClient(playground)
  await s3.send(new CreateBucketCommand({ Bucket: 'plain' }))
})

afterAll(async () => {
  s3.destroy()
  await playground.stop()
})

describe('an object', () => {
  test('comes back as it was put, with its headers, metadata, tags and class', async () => {
    const put = await s3.send(
      new PutObjectCommand({
        Bucket: 'plain',
        Key: 'dir/ä +%2F🎨.txt',
        Body: 'hello',
        ContentType: 'text/plain',
        CacheControl: 'no-cache',
        ContentDisposition: 'inline',
        ContentEncoding: 'identity',
        ContentLanguage: 'de',
        Metadata: { owner: 'me' },
        Tagging: 'a=1&b=zwei',
        StorageClass: 'STANDARD_IA',
        WebsiteRedirectLocation: '/else',
      }),
    )
    expect(put.ETag).toBe('"5d41402abc4b2a76b9719d911017c592"')
    const got = await s3.send(new GetObjectCommand({ Bucket: 'plain', Key: 'dir/ä +%2F🎨.txt' }))
    expect(await got.Body?.transformToString()).toBe('hello')
    expect(got).toMatchObject({
      ETag: put.ETag,
      ContentLength: 5,
      ContentType: 'text/plain',
      CacheControl: 'no-cache',
      ContentDisposition: 'inline',
      ContentEncoding: 'identity',
      ContentLanguage: 'de',
      Metadata: { owner: 'me' },
      TagCount: 2,
      StorageClass: 'STANDARD_IA',
      WebsiteRedirectLocation: '/else',
    })
    const head = await s3.send(new HeadObjectCommand({ Bucket: 'plain', Key: 'dir/ä +%2F🎨.txt' }))
    expect(head).toMatchObject({ ETag: put.ETag, ContentLength: 5, Metadata: { owner: 'me' } })
    const listed = await s3.send(new ListObjectsV2Command({ Bucket: 'plain', Prefix: 'dir/' }))
    expect(listed.Contents).toMatchObject([
      { Key: 'dir/ä +%2F🎨.txt', Size: 5, ETag: put.ETag, StorageClass: 'STANDARD_IA' },
    ])
    const buckets = await s3.send(new ListBucketsCommand({}))
    expect(buckets.Buckets?.map(({ Name }) => Name)).toEqual(['plain'])
  })
})

describe('reading', () => {
  const etag = '"5d41402abc4b2a76b9719d911017c592"'
  const past = 'Wed, 01 Jan 2020 00:00:00 GMT'
  const future = 'Fri, 01 Jan 2100 00:00:00 GMT'

  test.each<[Record<string, string>, number, string]>([
    [{}, 200, 'hello'],
    [{ range: 'bytes=1-3' }, 206, 'ell'],
    [{ range: 'bytes=-2' }, 206, 'lo'],
    [{ range: 'bytes=9-' }, 416, 'InvalidRange'],
    [{ range: 'bytes=0-1,3-4' }, 200, 'hello'],
    [{ 'if-match': etag }, 200, 'hello'],
    [{ 'if-match': '"x"' }, 412, 'PreconditionFailed'],
    [{ 'if-none-match': etag }, 304, ''],
    [{ 'if-modified-since': future }, 304, ''],
    [{ 'if-modified-since': past }, 200, 'hello'],
    [{ 'if-unmodified-since': past }, 412, 'PreconditionFailed'],
  ])('with %j gives %d %s', async (headers, status, text) => {
    const raw = new RawS3(playground)
    await raw.send({ method: 'PUT', path: '/plain/read', body: 'hello' })
    const answer = await raw.send({ method: 'GET', path: '/plain/read', headers })
    expect(answer.status).toBe(status)
    if (status < 400) expect(answer.text).toBe(text)
    else expect(answer.text).toContain(`<Code>${text}</Code>`)
    if (status === 206) expect(answer.headers['content-range']).toMatch(/^bytes \d-\d\/5$/)
    const head = await raw.send({ method: 'HEAD', path: '/plain/read', headers })
    expect([head.status, head.text]).toEqual([status, ''])
    raw.close()
  })

  test('may name the headers of the answer', async () => {
    const raw = new RawS3(playground)
    await raw.send({ method: 'PUT', path: '/plain/named', body: 'hello' })
    const query =
      'response-content-disposition=attachment%3B%20filename%3D%22%C3%A4.txt%22&response-content-type=text%2Fcss'
    const { headers } = await raw.send({ method: 'GET', path: `/plain/named?${query}` })
    expect(headers['content-type']).toBe('text/css')
    expect(Buffer.from(headers['content-disposition'] ?? '', 'latin1').toString()).toBe(
      'attachment; filename="ä.txt"',
    )
    raw.close()
  })

  test('an archived object needs a restore, its HEAD does not', async () => {
    await s3.send(
      new PutObjectCommand({ Bucket: 'plain', Key: 'archived', Body: 'x', StorageClass: 'GLACIER' }),
    )
    await expect(s3.send(new GetObjectCommand({ Bucket: 'plain', Key: 'archived' }))).rejects.toMatchObject({
      name: 'InvalidObjectState',
    })
    const head = await s3.send(new HeadObjectCommand({ Bucket: 'plain', Key: 'archived' }))
    expect(head.StorageClass).toBe('GLACIER')
  })
})

describe('writing', () => {
  test.each([
    [{ IfNoneMatch: '*' }, 'PreconditionFailed'],
    [{ IfMatch: '"x"' }, 'PreconditionFailed'],
    [{ Key: 'absent', IfMatch: '"x"' }, 'NoSuchKey'],
    [{ Metadata: { large: 'x'.repeat(2044) } }, 'MetadataTooLarge'],
    [{ Key: 'k'.repeat(1025) }, 'KeyTooLongError'],
    [{ StorageClass: 'SHELF' as 'STANDARD' }, 'InvalidStorageClass'],
    [{ ACL: 'public-read' as const }, 'AccessControlListNotSupported'],
    [{ ObjectLockLegalHoldStatus: 'ON' as const }, 'InvalidRequest'],
    [{ SSECustomerAlgorithm: 'AES256' }, 'InvalidArgument'],
    [{ Tagging: 'a=1&a=2' }, 'InvalidTag'],
  ])('%j is %s, and changes nothing', async (input, code) => {
    await s3.send(new PutObjectCommand({ Bucket: 'plain', Key: 'stands', Body: 'first' }))
    const before = await playground.admin.counters()
    const put = s3.send(new PutObjectCommand({ Bucket: 'plain', Key: 'stands', Body: 'second', ...input }))
    await expect(put).rejects.toMatchObject({ name: code })
    expect((await playground.admin.counters()).mutations).toBe(before.mutations)
  })

  test('a synthetic body costs nothing and reads the same every time', async () => {
    const raw = new RawS3(playground)
    const size = 5 * 1024 ** 4
    const put = await raw.send({
      method: 'PUT',
      path: '/plain/huge',
      headers: { 'x-decant-synthetic': `${size};7` },
    })
    const head = await raw.send({ method: 'HEAD', path: '/plain/huge' })
    expect(head.headers).toMatchObject({ 'content-length': String(size), etag: put.headers.etag })
    const range = { method: 'GET', path: '/plain/huge', headers: { range: `bytes=${size - 100_000}-` } }
    const [one, other] = [await raw.send(range), await raw.send(range)]
    expect(one.body).toHaveLength(100_000)
    expect(one.body.equals(other.body)).toBe(true)
    for (const value of ['x', '1', '1;2;3', '-1;0', `${2 ** 60};1`]) {
      const refused = await raw.send({
        method: 'PUT',
        path: '/plain/x',
        headers: { 'x-decant-synthetic': value },
      })
      expect([value, refused.status]).toEqual([value, 400])
    }
    raw.close()
  })
})

describe('a client that goes away', () => {
  test.each([
    ['in the middle of a download', { method: 'GET', path: '/plain/away' }],
    ['in the middle of an upload', { method: 'PUT', path: '/plain/half', payload: 'UNSIGNED-PAYLOAD' }],
  ])('%s leaves nothing in flight and nothing written', async (_, told) => {
    await playground.admin.seed({ bucket: 'plain', key: 'away', size: 1024 ** 3 })
    const { mutations } = await playground.admin.counters()
    const raw = new RawS3(playground)
    const headers = {
      ...raw.sign(told),
      ...(told.method === 'PUT' ? { 'content-length': '1000000' } : undefined),
    }
    const { hostname, port } = new URL(playground.endpoint)
    const sent = request({ hostname, port, method: told.method, path: told.path, headers })
    sent.on('error', () => undefined)
    if (told.method === 'PUT') sent.write('only the beginning')
    else sent.on('response', (answer) => answer.once('data', () => sent.destroy()))
    sent.flushHeaders()
    if (told.method === 'PUT') {
      await expect.poll(async () => (await playground.admin.counters()).inFlight).toBe(1)
      sent.destroy()
    } else {
      sent.end()
      await once(sent, 'close')
    }
    await expect.poll(async () => (await playground.admin.counters()).inFlight).toBe(0)
    expect((await playground.admin.counters()).mutations).toBe(mutations)
    raw.close()
  })
})

import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectAnnotationCommand,
  GetObjectAnnotationCommand,
  HeadObjectCommand,
  ListObjectAnnotationsCommand,
  PutObjectAnnotationCommand,
  PutObjectCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3'
import type { PutObjectCommandInput } from '@aws-sdk/client-s3'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { inProcessPlayground, sdkClient } from '../helpers/playground.ts'
import type { TestPlayground } from '../helpers/playground.ts'
import { RawS3 } from '../helpers/raw-s3.ts'

let playground: TestPlayground
let s3: ReturnType<typeof sdkClient>
let raw: RawS3
let dir: string

const OBJECT = { Bucket: 'notes', Key: 'k' }

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'playground-notes-'))
  playground = await inProcessPlayground({ dir })
  s3 = sdkClient(playground)
  raw = new RawS3(playground)
  await s3.send(new CreateBucketCommand({ Bucket: 'notes' }))
})

afterAll(async () => {
  raw.close()
  s3.destroy()
  await playground.stop()
  rmSync(dir, { recursive: true, force: true })
})

beforeEach(() => put())

function put(input: Partial<PutObjectCommandInput> = {}) {
  return s3.send(new PutObjectCommand({ ...OBJECT, Body: 'hello', ...input }))
}

function annotate(AnnotationName: string, AnnotationPayload: string, input: object = {}) {
  return s3.send(new PutObjectAnnotationCommand({ ...OBJECT, AnnotationName, AnnotationPayload, ...input }))
}

async function read(AnnotationName: string, Key = 'k') {
  const answer = await s3.send(new GetObjectAnnotationCommand({ ...OBJECT, Key, AnnotationName }))
  return answer.AnnotationPayload?.transformToString()
}

async function names(input: object = {}) {
  const { Annotations } = await s3.send(new ListObjectAnnotationsCommand({ ...OBJECT, ...input }))
  return (Annotations ?? []).map(({ AnnotationName }) => AnnotationName)
}

describe('annotations', () => {
  test('are put, read, listed and deleted, and leave the object as it is', async () => {
    const before = await s3.send(new HeadObjectCommand(OBJECT))
    const made = await annotate('labels', '{"cat":"ä"}')
    expect(made).toMatchObject({
      AnnotationName: 'labels',
      ETag: `"${createHash('md5').update('{"cat":"ä"}').digest('hex')}"`,
      ChecksumType: 'FULL_OBJECT',
      ServerSideEncryption: 'AES256',
    })
    await annotate('labels', 'second')
    await annotate('__proto__', 'odd')
    expect([await read('labels'), await read('__proto__')]).toEqual(['second', 'odd'])
    const listed = await s3.send(new ListObjectAnnotationsCommand(OBJECT))
    expect(listed).toMatchObject({ AnnotationCount: 2, Key: 'k' })
    expect(listed.Annotations?.[1]).toMatchObject({ AnnotationName: 'labels', Size: 6 })
    const after = await s3.send(new HeadObjectCommand(OBJECT))
    expect([after.ETag, after.LastModified]).toEqual([before.ETag, before.LastModified])
    await s3.send(new DeleteObjectAnnotationCommand({ ...OBJECT, AnnotationName: 'labels' }))
    await s3.send(new DeleteObjectAnnotationCommand({ ...OBJECT, AnnotationName: 'labels' }))
    await expect(read('labels')).rejects.toMatchObject({ name: 'NoSuchAnnotation' })
    expect(await names()).toEqual(['__proto__'])
    await expect(read('constructor')).rejects.toMatchObject({ name: 'NoSuchAnnotation' })
  })

  test('come a page at a time, by name, and by prefix', async () => {
    for (const name of ['b2', 'a', 'b1', 'ä', 'z']) await annotate(name, 'x')
    const first = await s3.send(new ListObjectAnnotationsCommand({ ...OBJECT, MaxAnnotationResults: 3 }))
    expect(first.Annotations?.map(({ AnnotationName }) => AnnotationName)).toEqual(['a', 'b1', 'b2'])
    expect(await names({ ContinuationToken: first.NextContinuationToken })).toEqual(['z', 'ä'])
    expect(await names({ AnnotationPrefix: 'b' })).toEqual(['b1', 'b2'])
  })

  test.each([
    ['aws', 1, 1, {}, 'InvalidAnnotationName'],
    ['S3 labels', 1, 1, {}, 'InvalidAnnotationName'],
    ['n', 513, 1, {}, 'AnnotationNameTooLong'],
    ['n', 1, 1024 ** 2 + 1, {}, 'EntityTooLarge'],
    ['n', 1, 0, {}, 'InvalidRequest'],
    ['n', 1, 1, { ObjectIfMatch: '"other"' }, 'PreconditionFailed'],
    ['n', 1, 1, { ObjectIfMatch: '"5d41402abc4b2a76b9719d911017c592"' }, undefined],
    ['n', 1, 1, { Key: 'absent' }, 'NoSuchKey'],
    ['n', 512, 1024 ** 2, {}, undefined],
  ] as const)('called %s (%d times), of %d bytes, with %j: %s', async (name, times, size, input, code) => {
    const done = annotate(name.repeat(times), 'x'.repeat(size), input)
    if (code === undefined) await expect(done).resolves.toBeDefined()
    else await expect(done).rejects.toMatchObject({ name: code })
  })

  test('are text, and at most a thousand', async () => {
    const path = '/notes/k?annotation=&annotationName=bytes'
    const binary = await raw.send({ method: 'PUT', path, body: Buffer.from([0xff, 0xfe]) })
    expect([binary.status, binary.text.includes('UnsupportedMediaType')]).toEqual([415, true])
    for (let index = 0; index < 1000; index += 40) {
      const some = Array.from({ length: 40 }, (_, step) => annotate(`n${index + step}`, 'x'))
      await Promise.all(some)
    }
    await expect(annotate('one more', 'x')).rejects.toMatchObject({ name: 'AnnotationLimitExceeded' })
    await expect(annotate('n7', 'again')).resolves.toBeDefined()
  })

  test('are copied by a copy that does not exclude them, never by parts', async () => {
    await annotate('labels', 'cat')
    const copy = (Key: string, input: object = {}) =>
      s3.send(new CopyObjectCommand({ Bucket: 'notes', Key, CopySource: 'notes/k', ...input }))
    await copy('with')
    await copy('without', { AnnotationDirective: 'EXCLUDE' })
    expect([await read('labels', 'with'), await names({ Key: 'without' })]).toEqual(['cat', []])
    await expect(copy('other', { AnnotationDirective: 'SOME' })).rejects.toMatchObject({
      name: 'InvalidArgument',
    })
    // A copy has its own from then on.
    await annotate('labels', 'dog', { Key: 'with' })
    expect(await read('labels')).toBe('cat')
    const begun = { Bucket: 'notes', Key: 'parts' }
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand(begun))
    const part = { ...begun, UploadId, PartNumber: 1, CopySource: 'notes/k' }
    const { CopyPartResult } = await s3.send(new UploadPartCopyCommand(part))
    const Parts = [{ PartNumber: 1, ETag: CopyPartResult?.ETag }]
    await s3.send(new CompleteMultipartUploadCommand({ ...begun, UploadId, MultipartUpload: { Parts } }))
    expect(await names({ Key: 'parts' })).toEqual([])
    const { different } = await playground.admin.compare(
      { bucket: 'notes', prefix: 'k' },
      { bucket: 'notes', prefix: 'without' },
    )
    expect(different).toEqual([{ key: '', fields: ['annotation labels'] }])
  })

  test('lie under the encryption of their object, and are refused under SSE-C', async () => {
    await put({ ServerSideEncryption: 'aws:kms' })
    expect((await annotate('labels', 'x')).ServerSideEncryption).toBe('aws:kms')
    const bytes = Buffer.alloc(32, 'k')
    await put({
      SSECustomerAlgorithm: 'AES256',
      SSECustomerKey: bytes.toString('base64'),
      SSECustomerKeyMD5: createHash('md5').update(bytes).digest('base64'),
    })
    await expect(annotate('labels', 'x')).rejects.toMatchObject({ name: 'InvalidRequest' })
  })

  test('are in the journal', async () => {
    await annotate('kept', 'still here')
    await annotate('gone', 'x')
    await s3.send(new DeleteObjectAnnotationCommand({ ...OBJECT, AnnotationName: 'gone' }))
    expect((await playground.admin.log()).at(-1)).toMatchObject({
      op: 'DeleteObjectAnnotation',
      annotation: 'gone',
    })
    await playground.stop()
    s3.destroy()
    raw.close()
    playground = await inProcessPlayground({ dir })
    s3 = sdkClient(playground)
    raw = new RawS3(playground)
    expect([await names(), await read('kept')]).toEqual([['kept'], 'still here'])
  })
})

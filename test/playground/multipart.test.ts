import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3'
import type { CompletedPart } from '@aws-sdk/client-s3'
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inProcessPlayground, sdkClient } from '../helpers/playground.ts'
import type { TestPlayground } from '../helpers/playground.ts'

const MIB = 1024 ** 2
const GIB = 1024 ** 3

let playground: TestPlayground
let s3: ReturnType<typeof sdkClient>

beforeAll(async () => {
  playground = await inProcessPlayground()
  s3 = sdkClient(playground)
  await s3.send(new CreateBucketCommand({ Bucket: 'parts' }))
  await playground.admin.seed({ bucket: 'parts', key: 'big', size: 6 * GIB, seed: 11 })
})

afterAll(async () => {
  s3.destroy()
  await playground.stop()
})

async function begin(
  Key: string,
  input: object = {},
): Promise<{ Bucket: string; Key: string; UploadId: string }> {
  const { UploadId = '' } = await s3.send(
    new CreateMultipartUploadCommand({ Bucket: 'parts', Key, ...input }),
  )
  return { Bucket: 'parts', Key, UploadId }
}

type Begun = Awaited<ReturnType<typeof begin>>

async function uploadPart(upload: Begun, PartNumber: number, Body: Buffer): Promise<CompletedPart> {
  const { ETag } = await s3.send(new UploadPartCommand({ ...upload, PartNumber, Body }))
  return { PartNumber, ETag }
}

async function copyPart(
  upload: Begun,
  PartNumber: number,
  start: number,
  end: number,
): Promise<CompletedPart> {
  const { CopyPartResult } = await s3.send(
    new UploadPartCopyCommand({
      ...upload,
      PartNumber,
      CopySource: 'parts/big',
      CopySourceRange: `bytes=${start}-${end - 1}`,
    }),
  )
  return { PartNumber, ETag: CopyPartResult?.ETag }
}

function complete(upload: Begun, Parts: CompletedPart[], input: object = {}) {
  return s3.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts }, ...input }))
}

describe('a multipart upload', () => {
  test('of real bytes has the ETag of AWS, its properties and its parts', async () => {
    const bodies = [Buffer.alloc(5 * MIB, 'a'), Buffer.alloc(5 * MIB, 'b'), Buffer.from('end')]
    const upload = await begin('real', {
      ContentType: 'text/plain',
      Metadata: { owner: 'me' },
      Tagging: 'a=1',
      StorageClass: 'STANDARD_IA',
    })
    const parts: CompletedPart[] = []
    for (const [index, body] of bodies.entries()) parts.push(await uploadPart(upload, index + 1, body))
    const listed = await s3.send(new ListPartsCommand({ ...upload, MaxParts: 2 }))
    expect(listed).toMatchObject({ IsTruncated: true, NextPartNumberMarker: '2' })
    expect(listed.Parts?.map(({ Size }) => Size)).toEqual([5 * MIB, 5 * MIB])
    const { ETag } = await complete(upload, parts)
    const md5 = createHash('md5')
    for (const body of bodies) md5.update(createHash('md5').update(body).digest())
    expect(ETag).toBe(`"${md5.digest('hex')}-3"`)
    const head = await s3.send(new HeadObjectCommand({ Bucket: 'parts', Key: 'real', PartNumber: 2 }))
    expect(head).toMatchObject({
      ContentLength: 5 * MIB,
      PartsCount: 3,
      ContentType: 'text/plain',
      Metadata: { owner: 'me' },
      StorageClass: 'STANDARD_IA',
    })
    const range = await s3.send(
      new GetObjectCommand({ Bucket: 'parts', Key: 'real', Range: `bytes=${5 * MIB - 1}-${5 * MIB}` }),
    )
    expect(range.ContentRange).toBe(`bytes ${5 * MIB - 1}-${5 * MIB}/${10 * MIB + 3}`)
    expect(await range.Body?.transformToString()).toBe('ab')
    await expect(s3.send(new ListPartsCommand(upload))).rejects.toMatchObject({ name: 'NoSuchUpload' })
  })

  test('by copied ranges holds what its source holds', async () => {
    const upload = await begin('copied')
    const parts: CompletedPart[] = []
    for (let start = 0, number = 1; start < 6 * GIB; start += GIB, number += 1) {
      parts.push(await copyPart(upload, number, start, start + GIB))
    }
    const { ETag } = await complete(upload, parts, { MpuObjectSize: 6 * GIB })
    expect(ETag).toMatch(/^"[0-9a-f]{32}-6"$/)
    await playground.admin.seed({ bucket: 'parts', key: 'again/copied', size: 6 * GIB, seed: 11 })
    const { different } = await playground.admin.compare(
      { bucket: 'parts', prefix: 'again/' },
      { bucket: 'parts', prefix: '' },
    )
    expect(different).toEqual([])
  })

  test.each([
    ['out of order', [2, 1], undefined, 'InvalidPartOrder'],
    ['twice the same', [1, 1], undefined, 'InvalidPartOrder'],
    ['a part that is not there', [1, 3], undefined, 'InvalidPart'],
    ['another ETag', [1], '"0123"', 'InvalidPart'],
    ['none', [], undefined, 'MalformedXML'],
    ['a small part before the last', [1, 2], undefined, 'EntityTooSmall'],
  ])('refuses parts: %s', async (_, numbers, etag, code) => {
    const upload = await begin('refused')
    const sent = [
      await uploadPart(upload, 1, Buffer.from('small')),
      await uploadPart(upload, 2, Buffer.from('small')),
    ]
    const parts = numbers.map((PartNumber) => ({
      PartNumber,
      ETag: etag ?? sent[PartNumber - 1]?.ETag ?? '"absent"',
    }))
    await expect(complete(upload, parts)).rejects.toMatchObject({ name: code })
    await s3.send(new AbortMultipartUploadCommand(upload))
  })

  test('refuses wrong part numbers, ranges, sizes and conditions', async () => {
    const upload = await begin('limits')
    await expect(uploadPart(upload, 10_001, Buffer.from('x'))).rejects.toMatchObject({
      name: 'InvalidArgument',
    })
    await expect(copyPart(upload, 1, 0, 6 * GIB + 1)).rejects.toMatchObject({ name: 'InvalidArgument' })
    await expect(copyPart(upload, 1, 0, 5 * GIB + 1)).rejects.toMatchObject({ name: 'EntityTooLarge' })
    await expect(
      s3.send(
        new UploadPartCopyCommand({
          ...upload,
          PartNumber: 1,
          CopySource: 'parts/big',
          CopySourceIfMatch: '"x"',
        }),
      ),
    ).rejects.toMatchObject({ name: 'PreconditionFailed' })
    const part = await copyPart(upload, 10_000, 0, 10)
    await expect(complete(upload, [part], { MpuObjectSize: 11 })).rejects.toMatchObject({
      name: 'InvalidRequest',
    })
    await expect(complete(upload, [part], { IfMatch: '"x"' })).rejects.toMatchObject({ name: 'NoSuchKey' })
    await complete(upload, [part], { IfNoneMatch: '*' })
    const second = await begin('limits')
    const again = await copyPart(second, 1, 0, 10)
    await expect(complete(second, [again], { IfNoneMatch: '*' })).rejects.toMatchObject({
      name: 'PreconditionFailed',
    })
    await s3.send(new AbortMultipartUploadCommand(second))
    await expect(s3.send(new AbortMultipartUploadCommand(second))).rejects.toMatchObject({
      name: 'NoSuchUpload',
    })
  })

  test('is listed until it ends, by key and page by page', async () => {
    const keys = ['list/b', 'list/a', 'list/c/1', 'list/c/2', 'list/a']
    const uploads: Begun[] = []
    for (const key of keys) uploads.push(await begin(key))
    const found: string[] = []
    let markers: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } = {}
    for (;;) {
      const page = await s3.send(
        new ListMultipartUploadsCommand({ Bucket: 'parts', Prefix: 'list/', MaxUploads: 2, ...markers }),
      )
      found.push(...(page.Uploads ?? []).map(({ UploadId }) => UploadId ?? ''))
      if (page.IsTruncated !== true) break
      markers = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker }
    }
    expect([...found].sort()).toEqual(uploads.map(({ UploadId }) => UploadId).sort())
    const grouped = await s3.send(
      new ListMultipartUploadsCommand({ Bucket: 'parts', Prefix: 'list/', Delimiter: '/' }),
    )
    expect(grouped.Uploads?.map(({ Key }) => Key)).toEqual(['list/a', 'list/a', 'list/b'])
    expect(grouped.CommonPrefixes).toEqual([{ Prefix: 'list/c/' }])
    for (const upload of uploads) await s3.send(new AbortMultipartUploadCommand(upload))
  })
})

import { afterAll, beforeAll, expect, test } from 'vitest'
import { inProcessPlayground } from '../helpers/playground.ts'
import type { TestPlayground } from '../helpers/playground.ts'
import { RawS3 } from '../helpers/raw-s3.ts'
import type { RawRequest } from '../helpers/raw-s3.ts'

let playground: TestPlayground
let raw: RawS3

beforeAll(async () => {
  playground = await inProcessPlayground()
  raw = new RawS3(playground)
  await playground.admin.seed({ bucket: 'bounded', key: 'source', text: 'x' })
})

afterAll(async () => {
  raw.close()
  await playground.stop()
})

const tags = (count: number): string => Array.from({ length: count }, (_, index) => `k${index}=v`).join('&')

const WRITES: readonly [string, RawRequest][] = [
  ['PutObject', { method: 'PUT', path: '/bounded/k', body: 'x' }],
  [
    'CopyObject',
    {
      method: 'PUT',
      path: '/bounded/k',
      headers: {
        'x-amz-copy-source': '/bounded/source',
        'x-amz-metadata-directive': 'REPLACE',
        'x-amz-tagging-directive': 'REPLACE',
      },
    },
  ],
  ['CreateMultipartUpload', { method: 'POST', path: '/bounded/k?uploads=' }],
]

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const CASES: readonly [Readonly<Record<string, string>>, string][] = [
  [{ 'x-amz-storage-class': 'GLACIER_IR' }, '200'],
  [{ 'x-amz-storage-class': 'REDUCED_REDUNDANCY' }, '200'],
  [{ 'x-amz-storage-class': 'EXPRESS_ONEZONE' }, '400 InvalidStorageClass'],
  [{ 'x-amz-storage-class': 'OUTPOSTS' }, '400 InvalidStorageClass'],
  [{ 'x-amz-storage-class': 'glacier' }, '400 InvalidStorageClass'],
  [{ 'x-amz-tagging': tags(10) }, '200'],
  [{ 'x-amz-tagging': tags(11) }, '400 BadRequest'],
  [{ 'x-amz-meta-a': 'v'.repeat(2047) }, '200'],
  [{ 'x-amz-meta-a': 'v'.repeat(2048) }, '400 MetadataTooLarge'],
  [{ 'x-amz-meta-a': 'v'.repeat(1024), 'x-amz-meta-b': 'v'.repeat(1023) }, '400 MetadataTooLarge'],
]

const table = WRITES.flatMap(([name, request]) =>
  CASES.map(([headers, expected]) => {
    const [header = '', value = ''] = Object.entries(headers)[0] ?? []
    const shown = value.length > 30 ? `${value.length} bytes` : value
    return [
      name,
      header,
      shown,
      expected,
      { ...request, headers: { ...request.headers, ...headers } },
    ] as const
  }),
)

test.each(table)('%s with %s: %s answers %s', async (_name, _header, _value, expected, request) => {
  const { status, text } = await raw.send(request)
  expect(`${status} ${/<Code>(.*?)</.exec(text)?.[1] ?? ''}`.trim()).toBe(expected)
})

test.each([
  ['k'.repeat(1024), '200'],
  ['k'.repeat(1025), '400 KeyTooLongError'],
  ['%C3%A4'.repeat(512), '200'],
  [`${'%C3%A4'.repeat(512)}k`, '400 KeyTooLongError'],
])('a key %s answers %s', async (key, expected) => {
  for (const headers of [{}, { 'x-amz-copy-source': '/bounded/source' }]) {
    const { status, text } = await raw.send({ method: 'PUT', path: `/bounded/${key}`, headers })
    expect(`${status} ${/<Code>(.*?)</.exec(text)?.[1] ?? ''}`.trim()).toBe(expected)
  }
})

import { expect, test } from 'vitest'
import { ListTrails } from '../../main/engine/listing/list-trails.ts'
import type { ObjectSummary, VersionSummary } from '../../main/model/object.ts'
import { closeAll, startStub, wireTo } from './wire/stub-server.ts'

/** Endpoints whose lists lie. Each must come to an end, and an honest one must be let through. */

const at = (key: string): ObjectSummary => ({
  key,
  size: 1,
  etag: 'e',
  lastModified: 1,
  storageClass: 'STANDARD',
})

/** Pages that are asked for until one is refused; undefined where `most` were not enough. */
function pagesUntilRefused(
  page: (n: number) => {
    readonly keys?: readonly string[]
    readonly prefixes?: string[]
    readonly token?: string
  },
  { prefix = '', most = 30_000 }: { prefix?: string; most?: number } = {},
): { readonly pages: number; readonly why: string } | undefined {
  const trails = new ListTrails()
  let token: string | undefined
  for (let n = 0; n < most; n++) {
    const { keys = [], prefixes = [], token: next } = page(n)
    try {
      token = trails.objects(
        { bucket: 'b', prefix, token },
        { objects: keys.map(at), prefixes, token: next },
      ).token
    } catch (error) {
      return { pages: n + 1, why: (error as Error).message }
    }
    if (token === undefined) return undefined
  }
  return undefined
}

test.each([
  ['the same token again', () => ({ keys: [`k`], token: 'same' }), 3],
  [
    'the same token after honest pages',
    (n: number) => ({ keys: [`k${n}`], token: `t${Math.min(n, 50)}` }),
    60,
  ],
  ['tokens in a circle of 7', (n: number) => ({ token: `t${n % 7}` }), 40],
  ['tokens in a circle of 500', (n: number) => ({ token: `t${n % 500}` }), 2000],
  ['new tokens and the same page', (n: number) => ({ keys: ['a', 'b'], token: `t${n}` }), 3],
  ['new tokens and pages in a circle', (n: number) => ({ keys: [`k${n % 30}`], token: `t${n}` }), 120],
  ['new tokens and nothing, for ever', (n: number) => ({ token: `t${n}` }), 10_002],
  ['new tokens and the same folders', (n: number) => ({ prefixes: ['a/', 'b/'], token: `t${n}` }), 3],
])('%s: the list is cut off', (_what, page, most) => {
  const refused = pagesUntilRefused(page)
  expect(refused?.why).toContain('is not one of S3')
  expect(refused?.pages).toBeLessThanOrEqual(most)
})

test.each([
  ['a million keys', (n: number) => ({ keys: [`k${n}`], token: n < 1000 ? `t${n}` : undefined })],
  ['thousands of pages with nothing', (n: number) => ({ token: n < 9000 ? `t${n}` : undefined })],
  [
    'keys in no order',
    (n: number) => ({ keys: [`k${(n * 7919) % 1009}`], token: n < 1008 ? `t${n}` : undefined }),
  ],
  [
    'a folder that stands on two pages',
    (n: number) => ({ prefixes: ['a/'], token: n < 3 ? `t${n}` : undefined }),
  ],
] as const)('%s are let through', (_what, page) => {
  expect(pagesUntilRefused(page as Parameters<typeof pagesUntilRefused>[0], { most: 9_500 })).toBeUndefined()
})

test('names that were not asked for are refused', () => {
  const prefix = 'mine/'
  expect(pagesUntilRefused(() => ({ keys: ['mine/a', 'other/b'] }), { prefix })?.why).toContain('"other/b"')
  expect(pagesUntilRefused(() => ({ prefixes: ['../'] }), { prefix })?.why).toContain('"../"')
  expect(pagesUntilRefused(() => ({ keys: ['mine/', 'mine/a'] }), { prefix })).toBeUndefined()
})

test('a page that is asked for twice is no circle', () => {
  const trails = new ListTrails()
  const page = (n: number) => ({ objects: [at(`k${n}`)], prefixes: [], token: `t${n}` })
  for (const n of [0, 1, 1, 2, 2, 2, 3]) {
    const token = n === 0 ? undefined : `t${n - 1}`
    expect(trails.objects({ bucket: 'b', prefix: '', token }, page(n)).token).toBe(`t${n}`)
  }
})

test('versions, uploads and parts that go round are cut off too', () => {
  const trails = new ListTrails()
  const version: VersionSummary = { ...at('k'), versionId: 'v', isLatest: true, isDeleteMarker: false }
  const next = { keyMarker: 'k', versionIdMarker: 'v' }
  const ask = { bucket: 'b', prefix: '' }
  trails.versions(ask, { versions: [version], prefixes: [], next })
  expect(() => trails.versions({ ...ask, ...next }, { versions: [version], prefixes: [], next })).toThrow(
    'goes on',
  )
  const marker = { keyMarker: 'k', uploadIdMarker: 'u' }
  trails.uploads(ask, { uploads: [], next: marker })
  expect(() => trails.uploads({ ...ask, next: marker }, { uploads: [], next: marker })).toThrow('goes on')
  const parts = { bucket: 'b', key: 'k', uploadId: 'u', after: 7 }
  expect(trails.parts(parts, { parts: [], next: 8 }).next).toBe(8)
  expect(() => trails.parts(parts, { parts: [], next: 7 })).toThrow('after part 7')
})

test('over the wire, too: who goes through such a list gets a failure', async () => {
  const stub = await startStub((_request, response) => {
    response.writeHead(200)
    response.end(
      '<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>x</NextContinuationToken></ListBucketResult>',
    )
  })
  try {
    const storage = wireTo(`http://127.0.0.1:${stub.port}`)
    const page = await storage.listObjects({ bucket: 'b', prefix: '' })
    const next = storage.listObjects({ bucket: 'b', prefix: '', token: page.token })
    await expect(next).rejects.toMatchObject({ failure: { code: 'bad-answer' } })
  } finally {
    closeAll()
    await stub.close()
  }
})

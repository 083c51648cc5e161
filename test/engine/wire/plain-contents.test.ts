import { describe, expect, it } from 'vitest'
import { objectPage } from '../../../main/engine/wire/answers.ts'
import { plainContents, stretchOfContents } from '../../../main/engine/wire/plain-contents.ts'

/** What is read without a tree of elements is what the tree would tell, and anything unusual is left to the tree. */

const ASKED = { operation: 'ListObjectsV2', bucket: 'b' } as const
const HEAD =
  '<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>b</Name><EncodingType>url</EncodingType><IsTruncated>false</IsTruncated>'
const contents = (key: string, more = ''): string =>
  `<Contents><Key>${key}</Key><LastModified>2026-11-22T01:02:03.000Z</LastModified><ETag>&quot;e-${key.length}&quot;</ETag>${more}<Size>12</Size><StorageClass>STANDARD</StorageClass></Contents>`
const page = (body: string): string => `${HEAD}${body}</ListBucketResult>`

const read = (text: string): ReturnType<typeof objectPage> =>
  objectPage(ASKED, { status: 200, headers: {}, text } as Parameters<typeof objectPage>[1])
/** The same by the tree: what nobody knows is nothing plain. */
const byTree = (text: string): ReturnType<typeof objectPage> =>
  read(text.replaceAll('</Contents>', '<Other/></Contents>'))
const isPlain = (text: string): boolean => {
  const stretch = stretchOfContents(text)
  return stretch !== undefined && plainContents(text, stretch, true) !== undefined
}

describe('objects of a listing', () => {
  it.each([
    ['of S3', contents('a+b%2Bc') + contents('d', '<ChecksumAlgorithm>CRC64NVME</ChecksumAlgorithm>')],
    ['between prefixes', `<CommonPrefixes><Prefix>a/</Prefix></CommonPrefixes>${contents('b')}`],
    [
      'of Ceph',
      '<Contents><Key>k</Key><LastModified>2026-11-22T01:02:03.000Z</LastModified><ETag>&quot;0&quot;</ETag><Size>1</Size><StorageClass></StorageClass><Type>Normal</Type></Contents>',
    ],
    [
      'of MinIO, with quotes as they are',
      '<Contents><Key>k</Key><LastModified>2026-11-22T01:02:03Z</LastModified><ETag>"0"</ETag><Size>1</Size><Owner><ID></ID><DisplayName></DisplayName></Owner><StorageClass>GLACIER</StorageClass></Contents>',
    ],
    [
      'with a weak ETag',
      '<Contents><Key>k</Key><LastModified>2026-11-22T01:02:03Z</LastModified><ETag>W/&quot;0&quot;</ETag><Size>1</Size></Contents>',
    ],
  ])('%s', (_, body) => {
    expect(isPlain(page(body))).toBe(true)
    expect(read(page(body))).toEqual(byTree(page(body)))
    expect(read(page(body)).objects.length).toBeGreaterThan(0)
  })

  it.each([
    ['an entity in a key', contents('a&amp;b'), 'a&b'],
    ['whitespace between them', `${contents('a')}\n${contents('b')}`, 'a'],
    ['an element nobody knows', contents('a', '<New>1</New>'), 'a'],
  ])('%s goes to the tree', (_, body, key) => {
    expect(isPlain(page(body))).toBe(false)
    expect(read(page(body)).objects[0]?.key).toBe(key)
  })

  it('that stand within something else are none', () => {
    expect(read(page(`<Other>${contents('a')}</Other>`)).objects).toEqual([])
  })

  it.each([
    ['no size', contents('a').replace('<Size>12</Size>', ''), '<Contents> without <Size>'],
    ['no date', contents('a').replace('2026-11-22T01:02:03.000Z', 'now'), '<LastModified> is now'],
    ['cut off', contents('a') + contents('b').slice(0, -4), 'closes nothing'],
    ['a comment around them', `<!--${contents('a')}-->`, 'not a tag'],
  ])('with %s are a bad answer', (_, body, why) => {
    expect(() => read(page(body))).toThrow(why)
  })
})

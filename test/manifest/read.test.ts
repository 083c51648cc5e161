/** Manifests as they come: each format, each kind of nonsense, and what is left of a file that is cut off. */
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemSeams } from '#model/seams.ts'
import type { ManifestReach } from '../../main/manifest/bytes.ts'
import { inspectManifest } from '../../main/manifest/inspect.ts'
import { linesOf } from '../../main/manifest/lines.ts'
import { MANIFEST_START, openManifest } from '../../main/manifest/manifest.ts'
import type { BadRecord, ManifestPlace, NumberedRow } from '../../main/manifest/manifest.ts'
import { recordsOf } from '../../main/manifest/records.ts'
import { createPace } from '../../main/engine/pace/pace.ts'

let dir: string
beforeAll(() => void (dir = mkdtempSync(path.join(tmpdir(), 'decant-manifest-'))))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const reach: ManifestReach = {
  openStorage: () => Promise.reject(new Error('nothing is asked')),
  request: {
    seams: systemSeams,
    pace: createPace({ seams: systemSeams, ceiling: 1 }),
    signal: new AbortController().signal,
  },
}

let files = 0
function fileOf(content: string | Buffer, name = `m${++files}.csv`): string {
  const file = path.join(dir, name)
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, content)
  return file
}

interface Read {
  readonly rows: NumberedRow[]
  readonly bad: BadRecord[]
  readonly format: string
}

async function read(content: string | Buffer, from: ManifestPlace = MANIFEST_START): Promise<Read> {
  return readFile(fileOf(content), from)
}

async function readFile(file: string, from: ManifestPlace = MANIFEST_START): Promise<Read> {
  const manifest = await openManifest({ is: 'file', path: file }, reach)
  const rows: NumberedRow[] = []
  const bad: BadRecord[] = []
  try {
    for await (const page of manifest.pages(from, 3)) {
      rows.push(...page.rows)
      bad.push(...page.bad)
    }
  } finally {
    await manifest.close()
  }
  return { rows, bad, format: manifest.format }
}

const brief = ({ bucket, key, versionId }: NumberedRow): string =>
  [bucket, key, versionId].filter((one) => one !== undefined).join(' ')

describe('formats', () => {
  test.each<[string, string | Buffer, string, string[]]>([
    ['batch', 'b,a%2Cb\nb,ü\n', 'batch', ['b a,b', 'b ü']],
    ['batch with versions', 'b,k,v1\nb,k,\n', 'batch', ['b k v1', 'b k']],
    ['batch with a heading', 'Bucket,Key,VersionId\nb,k,v\n', 'batch', ['b k v']],
    ['a mark of UTF-8, and CRLF', '\ufeffb,k\r\nb,l\r\n', 'batch', ['b k', 'b l']],
    ['no end of the last line', 'b,k\nb,l', 'batch', ['b k', 'b l']],
    ['empty lines', '\n\nb,k\n\n', 'batch', ['b k']],
    ['gzip', gzipSync('b,k\nb,l\n'), 'batch', ['b k', 'b l']],
    ['two gzips in one', Buffer.concat([gzipSync('b,k\n'), gzipSync('b,l\n')]), 'batch', ['b k', 'b l']],
    ['quotes', '"b","k%20""x"""\n', 'batch', ['b k "x"']],
    ['a quote within', 'b,6" nail\n', 'batch', ['b 6" nail']],
    ['a plus sign is one', 'b,a+b\n', 'batch', ['b a+b']],
    ['nothing', '', 'batch', []],
    [
      'our report',
      'Bucket,Key,VersionId,TaskStatus,ErrorCode,HTTPStatusCode,ResultMessage\nb,a%20b,,failed,x,403,"No, ""sir"""\nb,c,,succeeded,,200,\n',
      'report',
      ['b a b'],
    ],
    [
      "S3's report",
      'b,a,v,succeeded,,200,Successful\nb,c,v,failed,403,AccessDenied,no\n',
      'report',
      ['b c v'],
    ],
    ['decant', 'key,bucket,version-id\na%b,b,\n"x,\ny",b,v\n', 'decant', ['b a%b', 'b x,\ny v']],
  ])('%s', async (_, content, format, rows) => {
    const found = await read(content)
    expect(found.rows.map(brief)).toEqual(rows)
    expect(found.bad).toEqual([])
    expect(found.format).toBe(format)
  })

  test('rows of our own say where they go, and what is set', async () => {
    const { rows } = await read(
      'bucket,key,target-bucket,target-key,content-type,tag:a,x-amz-meta-b,etag\nb,k,to,new/k,text/css,(none),,abc\nb,l,,,,,,\n',
    )
    expect(rows[0]).toMatchObject({
      ...{ line: 2, targetBucket: 'to', targetKey: 'new/k' },
      fields: { 'content-type': 'text/css', 'tag:a': null },
    })
    expect(rows[1]).toEqual({ line: 3, bucket: 'b', key: 'l', targetBucket: undefined, targetKey: undefined })
  })
})

describe('nonsense: the row is named, and the rest runs', () => {
  test.each<[string, string | Buffer, number, string]>([
    ['no key', 'b\n', 1, 'one column'],
    ['too many columns', 'b,k,v,x\n', 1, '4 columns'],
    ['an empty key', 'b,\n', 1, 'empty'],
    ['an empty bucket', ',k\n', 1, 'bucket is empty'],
    ['a key too long', `b,${'k'.repeat(1025)}\n`, 1, '1,024 bytes'],
    ['wrong encoding', 'b,100%\n', 1, '100%'],
    ['bytes that are no UTF-8', Buffer.from('b,\xff\n', 'latin1'), 1, 'not UTF-8'],
    ['encoded bytes that are no UTF-8', 'b,%ff\n', 1, 'not URL-encoded'],
    ['a NUL byte', 'b,a\0b\n', 1, 'NUL'],
    ['an encoded NUL', 'b,a%00b\n', 1, 'NUL'],
    ['quotes that do not end', '"b,k\n', 1, 'quotes do not end'],
    ['text behind quotes', '"b"x,k\n', 1, 'behind its quotes'],
    ['five megabytes', `b,${'k'.repeat(5_000_000)}\n`, 1, '5,000,003 bytes'],
  ])('%s', async (_, nonsense, line, reason) => {
    const found = await read(Buffer.concat([Buffer.from(nonsense), Buffer.from('b,good\n')]))
    expect(found.rows.map(brief)).toEqual(['b good'])
    expect(found.bad).toHaveLength(1)
    expect(found.bad[0]).toMatchObject({ line, reason: expect.stringContaining(reason) })
    expect(found.bad[0]!.row.length).toBeLessThanOrEqual(1000)
  })

  test('a gzip that ends too soon: what came is used, and the end is named', async () => {
    const content = Array.from(
      { length: 20_000 },
      (_, n) => `b,${createHash('md5').update(`${n}`).digest('hex')}\n`,
    )
    const packed = gzipSync(content.join(''))
    const { rows, bad } = await read(packed.subarray(0, packed.length / 2))
    expect(rows.length).toBeGreaterThan(5000)
    expect(bad.at(-1)?.reason).toContain('ends too soon')
  })

  test.each<[string, string | Buffer, string]>([
    ['ORC', 'ORC\x01\x02', 'Parquet'],
    ['UTF-16', Buffer.from([0xff, 0xfe, 98, 0]), 'UTF-8'],
    ['a workbook', 'PK\x03\x04', 'workbook'],
    ['JSON that is none', '{"a": ', 'begins like JSON'],
    ['other JSON', '{"a": 1}', 'manifest.json'],
    ['an inventory in Parquet', '{"fileFormat":"Parquet","fileSchema":"a","files":[]}', 'reads CSV'],
    ['an unknown column', 'bucket,key,content-tpye\n', 'none that Decant knows'],
  ])('%s is refused whole', async (_, content, sentence) => {
    await expect(read(content)).rejects.toThrow(sentence)
  })
})

test('an inventory: rows say what they saw, older versions their ids, delete markers are passed over', async () => {
  const data = gzipSync(
    [
      '"b","a+b%2Bc","v2","true","false","5","2026-01-02T03:04:05.678Z","abc","STANDARD_IA"',
      '"b","a","v1","false","false","6","2026-01-02T03:04:05.000Z","def","STANDARD"',
      '"b","gone","v3","true","true","","2026-01-02T03:04:05.000Z","",""',
      '"b","odd","v3","true","false","x","2026-01-02T03:04:05.000Z","abc","STANDARD"',
    ].join('\n'),
  )
  const json = (md5: string): string =>
    JSON.stringify({
      ...{ sourceBucket: 'b', destinationBucket: 'arn:aws:s3:::inv', fileFormat: 'CSV' },
      fileSchema:
        'Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size, LastModifiedDate, ETag, StorageClass',
      files: [{ key: 'b/inv/data/one.csv.gz', size: data.length, MD5checksum: md5 }],
    })
  fileOf(data, 'inv/data/one.csv.gz')
  const good = fileOf(json(createHash('md5').update(data).digest('hex')), 'inv/2026/manifest.json')
  const { rows, bad, format } = await readFile(good)
  expect(format).toBe('inventory')
  expect(rows).toMatchObject([
    {
      bucket: 'b',
      key: 'a b+c',
      seen: {
        size: 5,
        etag: 'abc',
        lastModified: Date.UTC(2026, 0, 2, 3, 4, 5),
        storageClass: 'STANDARD_IA',
      },
    },
    { key: 'a', versionId: 'v1', seen: { size: 6, state: 'noncurrent' } },
  ])
  expect(rows[0]?.versionId).toBeUndefined()
  expect(bad).toMatchObject([{ line: 4, reason: expect.stringMatching(/one\.csv\.gz: Size.*"x"/) }])
  const other = fileOf(json('0'.repeat(32)), 'inv/2027/manifest.json')
  await expect(readFile(other)).rejects.toThrow('its MD5 is')
})

test('a look through it counts', async () => {
  const at = { is: 'file' as const, path: fileOf('b,k\nc,k,v\nb,\nb,l\n') }
  expect(await inspectManifest(at, reach)).toMatchObject({
    ...{ format: 'batch', rows: 3, bad: 1, versions: true },
    buckets: [
      { bucket: 'b', rows: 2 },
      { bucket: 'c', rows: 1 },
    ],
    firstBad: [{ line: 3 }],
  })
})

test('whatever the bytes, and wherever they are cut: each line is told once, in order, and reading goes on anywhere', async () => {
  const bits = [
    'b,k\n',
    'b,%zz\n',
    'b,é\n',
    '"b","k',
    '","',
    '"',
    '""',
    ',',
    '\n',
    '\r\n',
    '\0',
    '\ufeff',
    'x',
  ]
  const text = fc.array(fc.constantFrom(...bits), { maxLength: 14 }).map((all) => all.join(''))
  await fc.assert(
    fc.asyncProperty(text, fc.integer({ min: 1, max: 7 }), fc.boolean(), async (content, cut, packed) => {
      const plain = Buffer.from(content)
      const bytes = packed ? gzipSync(plain) : plain
      async function* pieces(from: number, size: number): AsyncGenerator<Buffer> {
        for (let at = from; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
      }
      const all = async (from: { line: number; offset: number }, size: number) => {
        const found = []
        for await (const page of recordsOf(linesOf(pieces(packed ? 0 : from.offset, size), packed, from)))
          found.push(...page)
        return found
      }
      const whole = await all(MANIFEST_START, 1_000_000)
      expect(await all(MANIFEST_START, cut)).toEqual(whole)
      expect(whole.map(({ line }) => line)).toEqual(
        [...new Set(whole.map(({ line }) => line))].sort((a, b) => a - b),
      )
      for (const [at, { next }] of whole.entries()) expect(await all(next, cut)).toEqual(whole.slice(at + 1))
    }),
    { numRuns: 150, seed: 7 },
  )
})

/** Keys from a manifest on the command line: an inventory in a bucket, standard input, what failed once more. */
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { decantFor, jsonResult, type Decant } from '../helpers/decant.ts'
import { spawnPlayground, type PlaygroundProcess } from '../helpers/playground.ts'
import { RawS3 } from '../helpers/raw-s3.ts'

let dir: string
let playground: PlaygroundProcess
let decant: Decant
beforeEach(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'decant-cli-manifest-'))
  playground = await spawnPlayground()
  decant = decantFor(playground, path.join(dir, 'data'))
  await playground.admin.seed({ bucket: 'source', count: 40, prefix: 'in/', size: 10 })
  await playground.admin.seed({ bucket: 'destination', key: 'stays', text: 'here' })
})
afterEach(async () => {
  await playground.stop()
  rmSync(dir, { recursive: true, force: true })
})

const PATIENCE = { timeout: 90_000 }
const requests = async (): Promise<Record<string, number>> => (await playground.admin.counters()).requests

it(
  'an inventory in a bucket: its rows say what stands, so nothing is looked at at the source',
  PATIENCE,
  async () => {
    const s3 = new RawS3(playground)
    const listed = await s3.send({ method: 'GET', path: '/source?list-type=2&prefix=in%2F' })
    const found = [
      ...listed.text.matchAll(
        /<Key>(.*?)<\/Key><LastModified>(.*?)<\/LastModified><ETag>(?:&quot;|")(.*?)(?:&quot;|")<\/ETag>/g,
      ),
    ]
    expect(found).toHaveLength(40)
    const rows = found.map(
      ([, key, date, etag], n) =>
        // The last one was written since: its ETag is another one by now.
        `"source","${encodeURIComponent(key!)}","10","${date}","${n === 39 ? '0'.repeat(32) : etag}","STANDARD"`,
    )
    const data = gzipSync(rows.join('\n'))
    const json = {
      ...{ sourceBucket: 'source', destinationBucket: 'arn:aws:s3:::inventory', fileFormat: 'CSV' },
      fileSchema: 'Bucket, Key, Size, LastModifiedDate, ETag, StorageClass',
      files: [
        {
          key: 'source/all/data/1.csv.gz',
          size: data.length,
          MD5checksum: createHash('md5').update(data).digest('hex'),
        },
      ],
    }
    await s3.send({ method: 'PUT', path: '/inventory' })
    await s3.send({ method: 'PUT', path: '/inventory/source/all/data/1.csv.gz', body: data })
    const manifest = 's3://inventory/source/all/2026/manifest.json'
    await s3.send({
      method: 'PUT',
      path: '/inventory/source/all/2026/manifest.json',
      body: Buffer.from(JSON.stringify(json)),
    })
    await playground.admin.resetCounters()
    const { code, output } = await decant('copy', '--manifest', manifest, 's3://destination/out/', '--json')
    expect({ code, output }).toMatchObject({ code: 1 })
    expect(jsonResult(output)).toMatchObject({ tally: { items: 40, copied: 39, failed: 1 } })
    const { HeadObject: heads = 0 } = await requests()
    expect(heads).toBeLessThanOrEqual(4)
    const report = path.join(dir, 'report.csv')
    await decant('report', jsonResult(output).jobId, '--out', report)
    expect(readFileSync(report, 'utf8')).toMatch(/in%2F|in\/obj-\d+,,failed,/)
    expect(await decant('report', jsonResult(output).jobId, '--out', '-')).toMatchObject({
      code: 0,
      output: readFileSync(report, 'utf8'),
    })
    // What failed is a manifest again; looked at now, it goes.
    const left = path.join(dir, 'left.csv')
    expect(
      await decant('report', jsonResult(output).jobId, '--format', 'manifest', '--out', left),
    ).toMatchObject({ code: 0 })
    expect(readFileSync(left, 'utf8')).toMatch(/^source,in\/[^,]+\n$/)
    const again = await decant(
      'copy',
      '--manifest',
      left,
      '--look',
      'send',
      's3://destination/out/',
      '--json',
    )
    expect({ code: again.code, output: again.output }).toMatchObject({ code: 0 })
    const compared = await playground.admin.compare(
      { bucket: 'source', prefix: 'in/' },
      { bucket: 'destination', prefix: 'out/in/' },
    )
    expect(compared).toMatchObject({ equal: true, compared: 40 })
  },
)

it('what failed is tried again and left by its cause, and by no other', PATIENCE, async () => {
  const file = path.join(dir, 'm.csv')
  writeFileSync(file, 'source,in/obj-00000000\nsource,nobody\n')
  const failed = await decant('copy', '--manifest', file, 's3://destination/out/')
  expect(failed.output).toContain('1 failed (source-missing): nobody does not exist in source.')
  const id = /Job (\w+):/.exec(failed.output)?.[1] ?? ''
  for (const command of ['retry', 'leave']) {
    const mistyped = await decant(command, id, '--code', 'access-denied')
    expect(mistyped).toMatchObject({ code: 2 })
    expect(mistyped.output).toContain('--code: must be one of source-missing: nothing of this job failed by')
  }
  expect(await decant('retry', id, '--code', 'source-missing', '--quiet')).toMatchObject({ code: 1 })
  expect(await decant('leave', id, '--code', 'source-missing', '--quiet')).toMatchObject({ code: 0 })
})

it('a listing becomes a manifest, and a manifest a deletion that asks first', PATIENCE, async () => {
  const file = path.join(dir, 'm.csv')
  expect(await decant('manifest', 's3://source/in/', '--out', file)).toMatchObject({ code: 0 })
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
  expect(lines).toHaveLength(40)
  writeFileSync(file, `${lines.slice(0, 30).join('\n')}\nsource,\n`)
  const asked = await decant('delete', '--manifest', file)
  expect(asked).toMatchObject({ code: 2, output: expect.stringContaining('30 objects will be deleted') })
  const { code, output } = await decant('delete', '--manifest', file, '--yes', '--json')
  expect({ code, output }).toMatchObject({ code: 0 })
  expect(jsonResult(output).tally).toMatchObject({ items: 30, deleted: 30 })
  const bad = path.join(dir, 'data/manifests', `bad-${jsonResult(output).jobId}.csv`)
  expect(existsSync(bad) && readFileSync(bad, 'utf8')).toContain('31,')
  expect(output).toContain(`1 row of the manifest makes no sense and was left. Each is named in ${bad}.`)
})

it('what makes no sense is said before anything is done', PATIENCE, async () => {
  const file = path.join(dir, 'm.csv')
  writeFileSync(file, 'nonsense\n')
  expect(await decant('copy', '--manifest', file, 's3://destination/')).toMatchObject({
    code: 2,
    output: expect.stringMatching(/names no object.*Line 1: .*one column/),
  })
  expect(await decant('copy', '--look', 'send', 's3://source/in/', 's3://destination/')).toMatchObject({
    code: 2,
    output: expect.stringContaining('--look'),
  })
})

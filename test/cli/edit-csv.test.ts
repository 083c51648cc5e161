import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { GetObjectTaggingCommand, HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decantFor, jsonResult, type Decant } from '../helpers/decant.ts'
import { sdkClient, spawnPlayground, type PlaygroundProcess } from '../helpers/playground.ts'

/** An edit whose values stand in a CSV, from the export to what stands in the bucket afterwards. */
describe('decant edit --csv', () => {
  let dir: string
  let here: PlaygroundProcess
  let decant: Decant
  let s3: S3Client
  let csv: string
  const source = 's3://bucket/site/'
  beforeAll(async () => {
    dir = mkdtempSync(path.join(tmpdir(), 'decant-csv-'))
    here = await spawnPlayground()
    decant = decantFor(here, path.join(dir, 'data'))
    s3 = sdkClient(here)
    csv = path.join(dir, 'site.csv')
    const site = { bucket: 'bucket', prefix: 'site/', pattern: 'p{n:3}.html', count: 200, size: 5 }
    await here.admin.seed({ ...site, metadata: { team: 'sea' } })
    await here.admin.seed({
      bucket: 'bucket',
      key: 'site/ä, "b".txt',
      text: 'x',
      tags: { kind: 'page', empty: '' },
    })
  })
  afterAll(async () => {
    s3.destroy()
    await here.stop()
    rmSync(dir, { recursive: true, force: true })
  })

  const lines = (): string[] => readFileSync(csv, 'utf8').trimEnd().split('\n')
  const write = (all: readonly string[]): void => writeFileSync(csv, `${all.join('\n')}\n`)

  it('writes what stands, and says how many requests that took', async () => {
    const { code, output } = await decant('edit', source, '--export-csv', csv)
    expect(output).toContain('201 objects written')
    expect(output).toContain('203 requests (1 ListObjectsV2, 201 HeadObject, 1 GetObjectTagging)')
    expect(code).toBe(0)
    const [heading, first] = lines()
    expect(heading).toBe(
      'key,etag,size,last-modified,storage-class,content-type,x-amz-meta-team,tag:empty,tag:kind',
    )
    expect(first).toMatch(/^site\/p000\.html,[0-9a-f]{32},5,[^,]+Z,STANDARD,binary\/octet-stream,sea,,$/)
    expect(lines().at(-1)).toMatch(/^"site\/ä, ""b"".txt",[0-9a-f]{32},1,.*,,\(empty\),page$/)
  })

  it('is not told what to change while it writes', async () => {
    const { code, output } = await decant('edit', source, '--export-csv', csv, '--tag', 'a=b')
    expect(output).toContain('--export-csv: it changes nothing, so leave --tag out')
    expect(code).toBe(2)
  })

  it('changes nothing with what it wrote itself', async () => {
    const before = (await here.admin.log()).length
    const { code, output } = await decant('edit', source, '--csv', csv, '--json')
    expect(jsonResult(output)).toMatchObject({
      status: 'completed',
      tally: { items: 0, edited: 0 },
      requests: {},
    })
    expect(code).toBe(0)
    expect(await here.admin.log()).toHaveLength(before)
  })

  it('refuses a table that does not fit, before anything is written', async () => {
    const good = lines()
    const before = (await here.admin.log()).length
    write([...good, 'site/nobody,,,,,,,,', 'site/p001.html,0123,,,,,,,'])
    const misfit = await decant('edit', source, '--csv', csv)
    expect(misfit).toMatchObject({ code: 2 })
    expect(misfit.output).toContain('line 203: "site/nobody" is not in the grid.')
    expect(misfit.output).toContain('line 204: site/p001.html changed since it was exported')
    expect(misfit.output).toContain(`--csv: 2 lines of ${csv} cannot be applied; nothing was changed.`)

    write(['key,Content-Type', 'site/p000.html,text/html'])
    const heading = await decant('edit', source, '--csv', csv)
    expect(heading.output).toContain('"Content-Type" (content-type is meant?) is no field.')
    expect(heading.code).toBe(2)

    write(['key,expires', 'site/p000.html,never'])
    const invalid = await decant('edit', source, '--csv', csv)
    expect(invalid.output).toContain('site/p000.html: expires: Expires must be an HTTP date')
    expect(invalid.code).toBe(2)
    expect(await here.admin.log()).toHaveLength(before)
    expect(readdirSync(path.join(dir, 'data', 'grids'))).toEqual([])
    write(good)
  })

  it('gives each object what its line says, and leaves the rest', async () => {
    const [heading = '', ...rest] = lines()
    const changed = rest.map((line, index) =>
      index < 50 ? line.replace('binary/octet-stream,sea', 'text/html,(none)') : line,
    )
    write([`${heading},tag:new`, ...changed.map((line, index) => `${line},${index === 200 ? 'yes' : ''}`)])
    const planned = await decant('plan', 'edit', source, '--csv', csv, '--json')
    expect(planned.output).toContain('"items":51')
    const { code, output } = await decant('edit', source, '--csv', csv, '--json')
    expect(code).toBe(0)
    const result = jsonResult(output)
    expect(result.tally).toMatchObject({ items: 51, edited: 51, failed: 0 })
    // Those that the CSV does not change were neither read nor written by the job.
    expect(result.requests).toMatchObject({ HeadObject: 51, CopyObject: 50, PutObjectTagging: 1 })
    const head = await s3.send(new HeadObjectCommand({ Bucket: 'bucket', Key: 'site/p007.html' }))
    expect(head).toMatchObject({ ContentType: 'text/html', Metadata: {} })
    const other = await s3.send(new HeadObjectCommand({ Bucket: 'bucket', Key: 'site/p050.html' }))
    expect(other).toMatchObject({ ContentType: 'binary/octet-stream', Metadata: { team: 'sea' } })
    const tags = await s3.send(new GetObjectTaggingCommand({ Bucket: 'bucket', Key: 'site/ä, "b".txt' }))
    expect(Object.fromEntries(tags.TagSet!.map(({ Key, Value }) => [Key, Value]))).toEqual({
      kind: 'page',
      empty: '',
      new: 'yes',
    })
    expect(readdirSync(path.join(dir, 'data', 'grids'))).toEqual([])
  })
})

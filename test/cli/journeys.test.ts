import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import {
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  PutObjectTaggingCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { decantFor, jsonResult, type Decant } from '../helpers/decant.ts'
import { sdkClient, spawnPlayground, type PlaygroundProcess } from '../helpers/playground.ts'
import { until } from '../helpers/processes.ts'
import { RawS3 } from '../helpers/raw-s3.ts'

// What people do with a whole command line, each from its first word to what stands in the buckets afterwards.

let dir: string
let here: PlaygroundProcess
let decant: Decant
let s3: S3Client
beforeEach(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'decant-journeys-'))
  here = await spawnPlayground()
  decant = decantFor(here, path.join(dir, 'data'))
  s3 = sdkClient(here)
})
afterEach(async () => {
  s3.destroy()
  await here.stop()
  rmSync(dir, { recursive: true, force: true })
})

const put = (bucket: string, key: string, text: string, more: object = {}) =>
  s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: text, ...more }))

async function textOf(bucket: string, key: string): Promise<string> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }))
  return (await Body?.transformToString()) ?? ''
}

async function digestOf(bucket: string, key: string, client = s3): Promise<string> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }))
  return createHash('sha256')
    .update((await Body?.transformToByteArray()) ?? '')
    .digest('hex')
}

async function keysOf(bucket: string): Promise<string[]> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket }))
  return Contents.flatMap(({ Key }) => Key ?? [])
}

/** A job's rows as its JSON report has them. */
async function rowsOf(id: string): Promise<Record<string, unknown>[]> {
  const out = path.join(dir, `${id}.json`)
  expect(await decant('report', id, '--format', 'json', '--out', out)).toMatchObject({ code: 0 })
  return (JSON.parse(readFileSync(out, 'utf8')) as { items: Record<string, unknown>[] }).items
}

describe('versions', () => {
  interface Version {
    readonly id: string
    readonly text: string | undefined
  }
  /** Oldest first; a delete marker has no text. The SDK sorts markers apart from versions, so the answer is read as it is. */
  async function historyOf(bucket: string, key: string): Promise<Version[]> {
    const raw = new RawS3(here)
    const { text } = await raw.send({
      method: 'GET',
      path: `/${bucket}?prefix=${encodeURIComponent(key)}&versions=`,
    })
    raw.close()
    const rows = [...text.matchAll(/<(Version|DeleteMarker)>.*?<VersionId>(.*?)<\/VersionId>/gs)].reverse()
    return Promise.all(
      rows.map(async ([, kind, id = '']) => {
        if (kind === 'DeleteMarker') return { id, text: undefined }
        const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: id }))
        return { id, text: await Body?.transformToString() }
      }),
    )
  }

  it('a history of five versions and two delete markers is the same at the destination', async () => {
    for (const bucket of ['from', 'dest']) await here.admin.seed({ bucket, count: 0, versioning: 'Enabled' })
    for (const step of ['one', 'two', undefined, 'three', 'four', undefined, 'five']) {
      if (step === undefined) await s3.send(new DeleteObjectCommand({ Bucket: 'from', Key: 'a/x' }))
      else await put('from', 'a/x', step)
    }
    await put('from', 'a/gone', 'was here')
    await s3.send(new DeleteObjectCommand({ Bucket: 'from', Key: 'a/gone' }))
    const { code, output } = await decant(
      'copy',
      's3://from/a/',
      's3://dest/b/',
      '--versions',
      'all',
      '--json',
    )
    expect([code, output]).toEqual([0, expect.any(String)])
    const [source, copied] = [await historyOf('from', 'a/x'), await historyOf('dest', 'b/x')]
    expect(copied.map(({ text }) => text)).toEqual(source.map(({ text }) => text))
    expect(copied.map(({ text }) => text)).toEqual([
      'one',
      'two',
      undefined,
      'three',
      'four',
      undefined,
      'five',
    ])
    expect(await keysOf('dest')).toEqual(['b/x'])
    const rows = (await rowsOf(jsonResult(output).jobId)).filter(({ key }) => key === 'a/x')
    expect(rows.map(({ versionId }) => versionId)).toEqual(source.map(({ id }) => id))
    expect(rows.map(({ newVersionId }) => newVersionId)).toEqual(copied.map(({ id }) => id))
  })

  it('old versions are purged once somebody says yes to their number; what is locked stays, and is named', async () => {
    await here.admin.seed({ bucket: 'from', count: 0, versioning: 'Enabled', objectLock: true })
    const versions = async (): Promise<(string | undefined)[]> =>
      (await historyOf('from', 'a/x')).map(({ text }) => text)
    for (const text of ['one', 'two', 'three']) await put('from', 'a/x', text)
    await put('from', 'a/locked', 'held', { ObjectLockLegalHoldStatus: 'ON' })
    for (const key of ['a/x', 'a/locked'])
      await s3.send(new DeleteObjectCommand({ Bucket: 'from', Key: key }))
    await here.admin.advance(31 * 24 * 3600)
    await put('from', 'a/x', 'now')
    const purge = ['purge', 's3://from/a/', '--older-than', '30d', '--keep', '0', '--lone-markers']
    const plan = await decant('plan', ...purge)
    expect(plan.output).toContain('delete-version 6 objects (15 B)')
    const asked = await decant(...purge)
    expect([asked.code, asked.output]).toEqual([
      2,
      expect.stringContaining('6 old versions and delete markers'),
    ])
    expect(await versions()).toEqual(['one', 'two', 'three', undefined, 'now'])
    const done = await decant(...purge, '--yes', '--json')
    expect([done.code, jsonResult(done.output).tally]).toMatchObject([1, { deleted: 4, failed: 2 }])
    expect(await versions()).toEqual(['now'])
    expect((await historyOf('from', 'a/locked')).map(({ text }) => text)).toEqual(['held', undefined])
    const failed = (await rowsOf(jsonResult(done.output).jobId)).filter(({ state }) => state === 'failed')
    expect(failed.map(({ failure }) => failure)).toMatchObject([
      { message: expect.stringContaining('a/locked was not deleted: it is under a legal hold') as string },
      { message: expect.stringContaining('still under it, and would come back') as string },
    ])
  })

  it('a prefix is brought back to what it was, a key undeleted, a version restored, and nothing is lost', async () => {
    await here.admin.seed({ bucket: 'from', count: 0, versioning: 'Enabled' })
    const tagged = { Tagging: 'a=b', CacheControl: 'no-cache', Metadata: { who: 'then' } }
    await put('from', 'a/changed', 'then', tagged)
    await put('from', 'a/deleted', 'then')
    const { now } = await here.admin.advance(3600)
    await here.admin.advance(3600)
    await put('from', 'a/changed', 'now')
    await put('from', 'a/later', 'now')
    await s3.send(new DeleteObjectCommand({ Bucket: 'from', Key: 'a/deleted' }))
    const to = new Date(now * 1000).toISOString()
    const result = await decant('rewind', 's3://from/a/', '--to', to, '--delete-later', '--yes', '--json')
    expect([result.code, jsonResult(result.output).tally]).toMatchObject([
      0,
      { copied: 1, deleted: 2, failed: 0 },
    ])
    expect(await keysOf('from')).toEqual(['a/changed', 'a/deleted'])
    const head = await s3.send(new HeadObjectCommand({ Bucket: 'from', Key: 'a/changed' }))
    expect(head).toMatchObject({ CacheControl: 'no-cache', Metadata: { who: 'then' }, TagCount: 1 })
    const [row] = await rowsOf(jsonResult(result.output).jobId)
    const changed = await historyOf('from', 'a/changed')
    expect(changed.map(({ text }) => text)).toEqual(['then', 'now', 'then'])
    expect(row).toMatchObject({ from: { versionId: changed[0]?.id }, to: { versionId: changed[2]?.id } })
    expect(await decant('undelete', 's3://from/a/')).toMatchObject({ code: 0 })
    expect(await textOf('from', 'a/later')).toBe('now')
    const restored = await decant(
      'restore-version',
      's3://from/a/changed',
      '--version-id',
      changed[1]?.id ?? '',
    )
    expect(restored).toMatchObject({ code: 0 })
    expect((await historyOf('from', 'a/changed')).map(({ text }) => text)).toEqual([
      'then',
      'now',
      'then',
      'now',
    ])
  })

  it('what was current at a moment is copied as of that moment', async () => {
    await here.admin.seed({ bucket: 'from', count: 0, versioning: 'Enabled' })
    await here.admin.seed({ bucket: 'dest', count: 0 })
    await put('from', 'kept', 'old')
    await put('from', 'deleted', 'still there then')
    await here.admin.advance(3600)
    const { now } = await here.admin.clock()
    await here.admin.advance(3600)
    await put('from', 'kept', 'new')
    await put('from', 'later', 'not yet')
    await s3.send(new DeleteObjectCommand({ Bucket: 'from', Key: 'deleted' }))
    const at = new Date(now * 1000).toISOString()
    expect((await decant('copy', 's3://from/', 's3://dest/', '--versions', at)).code).toBe(0)
    expect(await keysOf('dest')).toEqual(['deleted', 'kept'])
    expect(await textOf('dest', 'kept')).toBe('old')
  })
})

describe('names', () => {
  beforeEach(async () => {
    for (const key of ['a', 'b', 'x', 'y', 'z'])
      await here.admin.seed({ bucket: 'box', key, text: `was ${key}` })
  })

  it('two objects swap their names', async () => {
    const rules = ['^a$=>~', '^b$=>a', '^~$=>b'].flatMap((rule) => ['--name-replace', rule])
    const options = ['--include', '{a,b}', '--conflict', 'overwrite']
    const { code, output } = await decant('move', 's3://box/', 's3://box/', ...rules, ...options)
    expect([code, output]).toEqual([0, expect.any(String)])
    expect(await textOf('box', 'a')).toBe('was b')
    expect(await textOf('box', 'b')).toBe('was a')
    expect(await keysOf('box')).toEqual(['a', 'b', 'x', 'y', 'z'])
  })

  it('three objects change places in a cycle', async () => {
    const rules = ['^x$=>~', '^y$=>x', '^z$=>y', '^~$=>z'].flatMap((rule) => ['--name-replace', rule])
    const options = ['--include', '[xyz]', '--conflict', 'overwrite']
    const { code, output } = await decant('move', 's3://box/', 's3://box/', ...rules, ...options)
    expect([code, output]).toEqual([0, expect.any(String)])
    const texts = await Promise.all(['x', 'y', 'z'].map((key) => textOf('box', key)))
    expect(texts).toEqual(['was y', 'was z', 'was x'])
    expect(await keysOf('box')).toEqual(['a', 'b', 'x', 'y', 'z'])
  })

  it('two objects that would have one name are found before anything is written', async () => {
    await here.admin.seed({ bucket: 'box', key: 'A', text: 'was A' })
    const args = ['copy', 's3://box/', 's3://box/low/', '--name-case', 'lower', '--include', '{a,A}']
    const { code, output } = await decant('plan', ...args)
    expect(code).toBe(1)
    expect(output).toMatch(/refuse .* a {2}→ {2}low\/a/)
  })
})

describe('many places', () => {
  it('one source goes to three destinations', async () => {
    await here.admin.seed({ bucket: 'from', count: 50, prefix: 'in/', size: 10 })
    for (const bucket of ['one', 'two', 'three']) await here.admin.seed({ bucket, count: 0 })
    const to = ['s3://one/', '--also-to', 's3://two/deep/', '--also-to', 's3://three/']
    const { code, output } = await decant('copy', 's3://from/in/', ...to, '--json')
    expect(code).toBe(0)
    expect(jsonResult(output)).toMatchObject({
      tally: { items: 150, copied: 150 },
      requests: { CopyObject: 150 },
    })
    for (const [bucket, prefix] of [
      ['one', ''],
      ['two', 'deep/'],
      ['three', ''],
    ] as const) {
      const compared = await here.admin.compare({ bucket: 'from', prefix: 'in/' }, { bucket, prefix })
      expect(compared).toMatchObject({ equal: true, compared: 50 })
    }
  })

  it('a mirror deletes what has no source, and only when somebody has said yes', async () => {
    await here.admin.seed({ bucket: 'from', count: 5, prefix: 'in/' })
    await here.admin.seed({ bucket: 'dest', key: 'out/extra', text: 'x' })
    await here.admin.seed({ bucket: 'dest', key: 'beside', text: 'x' })
    const args = ['copy', 's3://from/in/', 's3://dest/out/', '--mirror']
    const asked = await decant(...args)
    expect(asked.code).toBe(2)
    expect(asked.output).toContain('1 object at the destination would be deleted')
    expect(await keysOf('dest')).toEqual(['beside', 'out/extra'])
    expect((await decant(...args, '--yes')).code).toBe(0)
    const compared = await here.admin.compare(
      { bucket: 'from', prefix: 'in/' },
      { bucket: 'dest', prefix: 'out/' },
    )
    expect(compared).toMatchObject({ equal: true, compared: 5 })
    expect(await keysOf('dest')).toContain('beside')
  })
})

describe('which objects', () => {
  it('a filter by tag takes exactly those that have it', async () => {
    for (const [key, tags] of [
      ['a', { env: 'prod' }],
      ['b', { env: 'test' }],
      ['c', {}],
      ['d', { env: 'prod', team: 'web' }],
    ] as const)
      await here.admin.seed({ bucket: 'from', key, text: key, tags })
    await here.admin.seed({ bucket: 'dest', count: 0 })
    const { code, output } = await decant(
      'copy',
      's3://from/',
      's3://dest/',
      '--with-tag',
      'env=prod',
      '--json',
    )
    expect(code).toBe(0)
    expect(jsonResult(output).tally).toMatchObject({ copied: 2, filtered: 2 })
    expect(await keysOf('dest')).toEqual(['a', 'd'])
  })

  it('a rule gives some of them another class and a tag', async () => {
    for (const key of ['x.log', 'x.txt'])
      await here.admin.seed({ bucket: 'from', key, text: key, tags: { a: 'b' } })
    await here.admin.seed({ bucket: 'dest', count: 0 })
    const rule = '**.log => storage-class=GLACIER_IR; tag=kind=log'
    expect((await decant('copy', 's3://from/', 's3://dest/', '--rule', rule)).code).toBe(0)
    const head = (Key: string) => s3.send(new HeadObjectCommand({ Bucket: 'dest', Key }))
    expect(await head('x.log')).toMatchObject({ StorageClass: 'GLACIER_IR', TagCount: 2 })
    expect(await head('x.txt')).toMatchObject({ TagCount: 1 })
    expect((await head('x.txt')).StorageClass).toBeUndefined()
  })
})

describe('decant parity', () => {
  it('finds exactly the five planted differences, and names each', async () => {
    await here.admin.seed({ bucket: 'from', count: 40, size: 100, tags: { a: 'b' }, metadata: { m: '1' } })
    await here.admin.seed({ bucket: 'dest', count: 0 })
    expect((await decant('copy', 's3://from/', 's3://dest/')).code).toBe(0)
    const alike = await decant('parity', 's3://from/', 's3://dest/', '--compare', 'full', '--json')
    expect([alike.code, jsonResult(alike.output).tally]).toEqual([0, expect.objectContaining({ failed: 0 })])
    const [missing, bytes, header, tag] = await keysOf('dest')
    const before = (await here.admin.counters()).mutations
    await s3.send(new DeleteObjectCommand({ Bucket: 'dest', Key: missing }))
    await put('dest', 'extra', 'nobody sent it')
    const as = { Metadata: { m: '1' }, Tagging: 'a=b' }
    await put('dest', bytes ?? '', 'x'.repeat(100), as)
    const body = await s3.send(new GetObjectCommand({ Bucket: 'dest', Key: header }))
    await put('dest', header ?? '', '', {
      ...as,
      Body: await body.Body?.transformToByteArray(),
      ContentType: 'text/odd',
    })
    const tags = { TagSet: [{ Key: 'a', Value: 'c' }] }
    await s3.send(new PutObjectTaggingCommand({ Bucket: 'dest', Key: tag, Tagging: tags }))
    const planted = (await here.admin.counters()).mutations
    const found = await decant('parity', 's3://from/', 's3://dest/', '--compare', 'full', '--json')
    expect(found.code).toBe(1)
    const { jobId, tally } = jsonResult(found.output)
    expect(tally.failed).toBe(5)
    expect((await here.admin.counters()).mutations).toBe(planted)
    expect(planted).toBe(before + 5)
    const failed = (await rowsOf(jobId)).filter(({ state }) => state === 'failed')
    const byKey = new Map(failed.map((row) => [row['key'], JSON.stringify(row['failure'])]))
    expect([...byKey.keys()].sort()).toEqual([missing, bytes, header, tag, 'extra'].sort())
    expect(byKey.get(bytes ?? '')).toMatch(/ETag|content/)
    expect(byKey.get(header ?? '')).toMatch(/contentType|content-type/i)
    expect(byKey.get(tag ?? '')).toMatch(/tag/)
  })
})

describe('archives', () => {
  it('an archived object is restored and copied, across a restart, by the clock of the store', async () => {
    await here.admin.seed({ bucket: 'from', key: 'cold', text: 'frozen', storageClass: 'GLACIER' })
    await here.admin.seed({ bucket: 'from', key: 'warm', text: 'at hand' })
    await here.admin.seed({ bucket: 'dest', count: 0 })
    const args = [
      'copy',
      's3://from/',
      's3://dest/',
      '--restore',
      'Expedited:2',
      '--storage-class',
      'STANDARD',
    ]
    const waiting = decant.start(...args)
    await until('the other one is copied', async () => (await keysOf('dest')).includes('warm'))
    await until('it says that it waits', () =>
      waiting.output().includes('Waiting for objects to be restored'),
    )
    expect(await keysOf('dest')).toEqual(['warm'])
    waiting.child.kill('SIGKILL')
    await waiting.exit
    await here.admin.advance(120)
    const { code, output } = await decant('resume', '--all', '--json')
    expect([code, output]).toEqual([0, expect.any(String)])
    expect(await textOf('dest', 'cold')).toBe('frozen')
    expect((await here.admin.counters()).requests['RestoreObject']).toBe(1)
  })
})

describe('an edit by rules', () => {
  it('gives each object values of its own, and only where they are wanted', async () => {
    await here.admin.seed({ bucket: 'box', count: 0 })
    for (const key of ['2026/a.css', '2026/b.html', 'c.css']) await put('box', key, 'x')
    await put('box', 'd.css', 'x', { ContentType: 'text/plain' })
    const type = [
      '--type-from-extension',
      '--where-value',
      'application/octet-stream',
      '--where-key',
      '*.css',
    ]
    const args = ['s3://box/', ...type, '--from-key', 'tag:year=s/^(\\d{4})\\//$1/', '--json']
    const { code, output } = await decant('edit', ...args)
    expect([code, jsonResult(output).tally]).toEqual([0, expect.objectContaining({ items: 4, edited: 3 })])
    const types = await Promise.all(
      (await keysOf('box')).map(async (Key) => {
        const tags = await s3.send(new GetObjectTaggingCommand({ Bucket: 'box', Key }))
        const { ContentType } = await s3.send(new HeadObjectCommand({ Bucket: 'box', Key }))
        return `${Key} ${ContentType} ${tags.TagSet?.[0]?.Value ?? ''}`
      }),
    )
    expect(types).toEqual([
      '2026/a.css text/css 2026',
      '2026/b.html application/octet-stream 2026',
      'c.css text/css ',
      'd.css text/plain ',
    ])
  })
})

describe('encryption', () => {
  it('objects are encrypted where they are, without a copy where S3 can do that', async () => {
    await here.admin.seed({ bucket: 'box', count: 20, encryption: 'AES256' })
    await here.admin.seed({ bucket: 'box', key: 'plain', text: 'x', encryption: 'NONE' })
    const key = 'arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555'
    const args = ['s3://box/', '--sse', 'SSE-KMS', '--sse-kms-key-id', key]
    const { code, output } = await decant('edit', ...args, '--json')
    expect([code, output]).toEqual([0, expect.any(String)])
    const { tally, requests } = jsonResult(output)
    expect(tally).toMatchObject({ items: 21, edited: 21 })
    expect(requests).toMatchObject({ UpdateObjectEncryption: 20, CopyObject: 1 })
    for (const each of await keysOf('box')) {
      const head = await s3.send(new HeadObjectCommand({ Bucket: 'box', Key: each }))
      expect(head).toMatchObject({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: key })
    }
    const again = jsonResult((await decant('edit', ...args, '--json')).output)
    expect(again.tally).toMatchObject({ edited: 0, skipped: 21 })
  })

  it('a customer key on each side, another on both, and neither is written down anywhere', async () => {
    const [old, fresh] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)]
    await here.admin.seed({ bucket: 'from', count: 0 })
    await here.admin.seed({ bucket: 'dest', count: 0 })
    const under = (key: Buffer) => ({
      SSECustomerAlgorithm: 'AES256',
      SSECustomerKey: key.toString('base64'),
    })
    await put('from', 'secret', 'locked away', under(old))
    writeFileSync(path.join(dir, 'old.key'), old)
    writeFileSync(path.join(dir, 'new.key'), `${fresh.toString('base64')}\n`)
    const files = ['old', 'new'].flatMap((name) => [
      '--sse-c-key-file',
      `${name}=${path.join(dir, `${name}.key`)}`,
    ])
    const keys = ['--sse-c-source-key', 'old', '--sse', 'SSE-C', '--sse-c-key', 'new']
    const { code, output } = await decant('copy', 's3://from/', 's3://dest/', ...keys, ...files, '--json')
    expect([code, output]).toEqual([0, expect.any(String)])
    const read = await s3.send(new GetObjectCommand({ Bucket: 'dest', Key: 'secret', ...under(fresh) }))
    expect(await read.Body?.transformToString()).toBe('locked away')
    const wrong = s3.send(new GetObjectCommand({ Bucket: 'dest', Key: 'secret', ...under(old) }))
    await expect(wrong).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } })
    const rows = JSON.stringify(await rowsOf(jsonResult(output).jobId))
    for (const key of [old, fresh]) expect(rows + output).not.toContain(key.toString('base64'))
  })
})

describe('a relay between two servers', () => {
  it('goes on after a kill, no finished part sent twice, and everything is equal', async () => {
    const there = await spawnPlayground()
    const far = sdkClient(there)
    try {
      await here.admin.seed({
        bucket: 'from',
        count: 20,
        size: 256 * 1024,
        tags: { a: 'b' },
        metadata: { m: '1' },
      })
      await here.admin.seed({
        bucket: 'from',
        key: 'large',
        size: 48 * 1024 ** 2,
        headers: { 'content-type': 'x/y' },
      })
      await there.admin.seed({ bucket: 'dest', count: 0 })
      await there.admin.faults({ op: 'UploadPart', do: 'slow', ms: 300 })
      const profile = ({ accessKeyId, secretAccessKey }: PlaygroundProcess) =>
        `aws_access_key_id=${accessKeyId}\naws_secret_access_key=${secretAccessKey}\n`
      writeFileSync(path.join(dir, 'credentials'), `[here]\n${profile(here)}[there]\n${profile(there)}`)
      const relay = decantFor(here, path.join(dir, 'relay'), {
        AWS_ACCESS_KEY_ID: '',
        AWS_SECRET_ACCESS_KEY: '',
        AWS_SHARED_CREDENTIALS_FILE: path.join(dir, 'credentials'),
      })
      const far_ = ['--dest-endpoint-url', there.endpoint, '--dest-profile', 'there']
      const args = ['copy', 's3://from/', 's3://dest/', '--profile', 'here', ...far_]
      const running = relay.start(...args)
      await until(
        'three parts are there',
        async () => ((await there.admin.counters()).requests['UploadPart'] ?? 0) >= 3,
      )
      running.child.kill('SIGKILL')
      await running.exit
      await there.admin.clearFaults()
      const { code, output } = await relay('resume', '--all', '--json')
      expect([code, output]).toEqual([0, expect.any(String)])
      const { Contents = [] } = await far.send(new ListObjectsV2Command({ Bucket: 'dest' }))
      expect(Contents).toHaveLength(21)
      for (const { Key = '' } of Contents)
        expect(await digestOf('dest', Key, far)).toBe(await digestOf('from', Key))
      const log = await there.admin.log()
      const uploads = new Set(log.filter(({ op }) => op === 'CreateMultipartUpload').map(({ key }) => key))
      expect([...uploads]).toEqual(['large'])
      const parts = log
        .filter(({ op }) => op === 'UploadPart')
        .map((entry) => JSON.stringify([entry.uploadId, entry.partNumber]))
      expect(parts).toHaveLength(new Set(parts).size)
    } finally {
      far.destroy()
      await there.stop()
    }
  }, 300_000)
})

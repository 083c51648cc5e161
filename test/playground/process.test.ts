import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { inProcessPlayground, sdkClient, spawnPlayground } from '../helpers/playground.ts'
import type { TestPlayground } from '../helpers/playground.ts'

let dir: string

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'playground-'))
})

afterEach(() => {
  rmSync(dir, { recursive: true, force: true })
})

/** Everything that a client can see, as text. */
async function snapshot(playground: TestPlayground): Promise<string> {
  const s3 = sdkClient(playground)
  const seen: unknown[] = []
  const { Buckets = [] } = await s3.send(new ListBucketsCommand({}))
  for (const { Name: Bucket } of Buckets) {
    const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }))
    seen.push(Bucket, Versions, DeleteMarkers)
    for (const { Key, VersionId } of Versions) {
      const { $metadata, ...head } = await s3.send(new HeadObjectCommand({ Bucket, Key, VersionId }))
      seen.push($metadata.httpStatusCode, head)
    }
  }
  s3.destroy()
  return JSON.stringify(seen)
}

async function changeEverything(playground: TestPlayground): Promise<void> {
  const s3 = sdkClient(playground)
  const Bucket = 'kept'
  await s3.send(new CreateBucketCommand({ Bucket }))
  await s3.send(new PutObjectCommand({ Bucket, Key: 'before', Body: 'x' }))
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }))
  await s3.send(
    new PutObjectCommand({ Bucket, Key: 'ä 🎨', Body: 'ü', Metadata: { m: '1' }, Tagging: 'a=1' }),
  )
  await s3.send(new PutObjectCommand({ Bucket, Key: 'large', Body: Buffer.alloc(200_000, 'l') }))
  await playground.admin.seed({
    bucket: Bucket,
    count: 20,
    prefix: 's/',
    size: 7 * 1024 ** 2,
    tags: { t: '1' },
  })
  await s3.send(
    new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `kept/${encodeURIComponent('ä 🎨')}` }),
  )
  await s3.send(new DeleteObjectCommand({ Bucket, Key: 'before' }))
  const TagSet = [{ Key: 'b', Value: '2' }]
  await s3.send(new PutObjectTaggingCommand({ Bucket, Key: 'copy', Tagging: { TagSet } }))
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'parts' }))
  const upload = { Bucket, Key: 'parts', UploadId }
  const CopySource = 'kept/s/obj-00000001'
  const one = await s3.send(new UploadPartCopyCommand({ ...upload, PartNumber: 1, CopySource }))
  const two = await s3.send(new UploadPartCommand({ ...upload, PartNumber: 2, Body: 'end' }))
  const Parts = [
    { PartNumber: 1, ETag: one.CopyPartResult?.ETag },
    { PartNumber: 2, ETag: two.ETag },
  ]
  await s3.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }))
  s3.destroy()
}

describe('a playground with a directory', () => {
  test('is the same after a SIGKILL, at the same place and with the same keys', async () => {
    const first = await spawnPlayground({ dir })
    await changeEverything(first)
    const before = await snapshot(first)
    const log = await first.admin.log()
    await first.kill()
    const second = await spawnPlayground({ dir })
    expect(second.endpoint).toBe(first.endpoint)
    expect(second.secretAccessKey).toBe(first.secretAccessKey)
    expect(await snapshot(second)).toBe(before)
    expect(await second.admin.log()).toEqual(log)
    const s3 = sdkClient(second)
    const got = await s3.send(new GetObjectCommand({ Bucket: 'kept', Key: 'large' }))
    expect(await got.Body?.transformToString()).toBe('l'.repeat(200_000))
    s3.destroy()
    await second.stop()
    expect(statSync(join(dir, 'playground.json')).mode & 0o077).toBe(0)
    expect(statSync(join(dir, 'journal.jsonl')).mode & 0o077).toBe(0)
  })

  test('keeps every change that was answered when it is killed in mid-write', async () => {
    const playground = await spawnPlayground({ dir })
    await playground.admin.seed({ bucket: 'kept', key: 'source', text: 'x' })
    const s3 = sdkClient(playground)
    const answered: string[] = []
    let enough: () => void = () => undefined
    const isEnough = new Promise<void>((resolve) => (enough = resolve))
    const write = async (worker: number): Promise<void> => {
      for (let index = 0; ; index += 1) {
        const Key = `copy-${worker}-${index}`
        await s3.send(new CopyObjectCommand({ Bucket: 'kept', Key, CopySource: 'kept/source' }))
        if (answered.push(Key) === 300) enough()
      }
    }
    const writers = Promise.allSettled([1, 2, 3, 4, 5, 6, 7, 8].map(write))
    await isEnough
    await playground.kill()
    await writers
    s3.destroy()
    const again = await spawnPlayground({ dir })
    const logged = new Set((await again.admin.log()).map(({ key }) => key))
    expect(answered.filter((key) => !logged.has(key))).toEqual([])
    await again.stop()
  })

  test('drops a line that a crash cut off, and says so of one that is damaged', async () => {
    const first = await inProcessPlayground({ dir })
    await first.admin.seed({ bucket: 'kept', key: 'whole', text: 'x' })
    await first.stop()
    const journal = join(dir, 'journal.jsonl')
    const whole = readFileSync(journal, 'utf8')
    appendFileSync(journal, whole.slice(0, 40))
    const second = await inProcessPlayground({ dir })
    await second.admin.seed({ bucket: 'kept', key: 'next', text: 'y' })
    await second.stop()
    const third = await inProcessPlayground({ dir })
    expect((await third.admin.log()).map(({ key }) => key)).toEqual([undefined, 'whole', 'next'])
    await third.stop()
    writeFileSync(journal, `{"broken"\n${whole}`)
    await expect(inProcessPlayground({ dir })).rejects.toThrow(/^line 1 of the playground's journal/)
  })

  test('lets no second one in', async () => {
    const first = await inProcessPlayground({ dir })
    await expect(inProcessPlayground({ dir })).rejects.toThrow('a playground is already running in')
    await first.stop()
    const second = await inProcessPlayground({ dir })
    await second.stop()
  })

  test('takes another port if its own is taken, and none instead of one that was asked for', async () => {
    const first = await inProcessPlayground({ dir })
    await first.stop()
    const other = await inProcessPlayground({ port: Number(new URL(first.endpoint).port) })
    const second = await inProcessPlayground({ dir })
    expect(second.endpoint).not.toBe(first.endpoint)
    const port = Number(new URL(other.endpoint).port)
    await expect(inProcessPlayground({ port })).rejects.toThrow(`--port: ${port} is taken`)
    await Promise.all([other.stop(), second.stop()])
  })
})

describe('the first start', () => {
  test('finds the sample, once', async () => {
    for (let start = 0; start < 2; start += 1) {
      const playground = await spawnPlayground({ dir, sample: true })
      const s3 = sdkClient(playground)
      const { Buckets } = await s3.send(new ListBucketsCommand({}))
      expect(Buckets?.map(({ Name }) => Name)).toEqual([
        'acme-backups',
        'acme-lake-curated',
        'acme-web-assets',
        'kunst-archiv',
      ])
      const full = await s3.send(
        new HeadObjectCommand({ Bucket: 'acme-backups', Key: 'postgres/full/2026-11-15-full.tar.zst' }),
      )
      expect(full.ContentLength).toBeGreaterThan(5 * 1024 ** 3)
      const odd = await s3.send(new ListObjectsV2Command({ Bucket: 'kunst-archiv', Delimiter: '/' }))
      expect(odd.CommonPrefixes?.map(({ Prefix }) => Prefix)).toContain('売上/')
      const latest = await s3.send(
        new ListObjectVersionsCommand({ Bucket: 'acme-backups', Prefix: 'postgres/LATEST' }),
      )
      expect(latest.Versions).toHaveLength(2)
      s3.destroy()
      await playground.stop()
    }
  })

  test('takes a seed of its own from a file', async () => {
    const seed = join(dir, 'seed.json')
    writeFileSync(seed, JSON.stringify([{ bucket: 'mine', count: 3 }]))
    const playground = await spawnPlayground({ seed })
    expect((await playground.admin.log()).map(({ op }) => op)).toEqual(['CreateBucket', 'Seed'])
    await playground.stop()
  })
})

describe('the process', () => {
  test('stops when its parent is gone, also when it has not begun to listen yet', async () => {
    const source = fileURLToPath(new URL('../../main/playground/process.ts', import.meta.url))
    for (const isListening of [true, false]) {
      const child = fork(source, ['--empty'], {
        execArgv: [],
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      })
      const gone = once(child, 'exit')
      if (isListening) await once(child, 'message')
      child.disconnect()
      expect(await gone).toEqual([0, null])
    }
  })

  test.each([
    [['--port', 'x'], '--port must be a port, not "x"'],
    [['--colour'], "Unknown option '--colour'"],
    [['--seed', '/no/such/file'], 'no such file'],
  ])('refuses %j: %s', async (args, message) => {
    const source = fileURLToPath(new URL('../../main/playground/process.ts', import.meta.url))
    const child = fork(source, args, { execArgv: [], stdio: ['ignore', 'inherit', 'pipe', 'ipc'] })
    let said = ''
    child.stderr?.on('data', (text: Buffer) => (said += text.toString()))
    expect(await once(child, 'close')).toEqual([1, null])
    expect(said).toContain(message)
  })
})

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { openBench } from '../suites/storage/bench.ts'
import type { Endpoint } from '../suites/storage/bench.ts'
import { bytes, failsWith, inByteOrder, listAll } from '../suites/storage/case.ts'
import type { Bench } from '../suites/storage/case.ts'
import { ODD_KEYS } from '../suites/storage/object-cases.ts'
import { SMALL_MAX_PUT } from './ceph.ts'
import type { Tally } from './tally.ts'

const COMMAND = path.resolve(import.meta.dirname, '../../main/cli.ts')
const MIB = 1024 * 1024

/** A copy, a move and a copy by the over-5-GB path, as the command line does them. */
export async function checkCommands(at: Endpoint, tally: Tally): Promise<void> {
  console.log('\nThe command line')
  const bench = await openBench('wire', at)
  const directory = await mkdtemp(path.join(tmpdir(), 'decant-endpoint-'))
  const decant = (...args: string[]): Promise<Summary> => run(at, directory, args)
  try {
    await tally.check('decant copy: every odd key, with headers, metadata and class', () =>
      checkCopy(bench, decant),
    )
    await tally.check('decant move: verified, then deleted at the source', () => checkMove(bench, decant))
    await tally.check('decant copy by the over-5-GB path: in parts, with everything', () =>
      checkParts(bench, decant),
    )
    await tally.check('decant purge, rewind, undelete and restore-version', () =>
      checkVersions(bench, decant),
    )
  } finally {
    await rm(directory, { recursive: true, force: true })
    await bench.close()
  }
}

interface Summary {
  readonly outcome: string
  readonly tally: Readonly<Record<'items' | 'copied' | 'deleted' | 'failed', number>>
  readonly requests: Readonly<Record<string, number>>
}
type Decant = (...args: string[]) => Promise<Summary>

const HEADERS = { contentType: 'text/css', cacheControl: 'max-age=7' }
const METADATA = { made: 'by hand' }
/** The longest key would be too long below another prefix. */
const KEYS = ODD_KEYS.filter((key) => key.length < 1000)

async function checkCopy({ storage, bucket, free }: Bench, decant: Decant): Promise<void> {
  const target = free()
  await storage.createBucket(target)
  for (const key of KEYS) {
    await storage.putObject({ bucket, key: `c/${key}`, ...bytes(key), headers: HEADERS, metadata: METADATA })
  }
  const done = await decant('copy', `s3://${bucket}/c/`, `s3://${target}/to/`)
  assert.deepEqual([done.tally.copied, done.tally.failed], [KEYS.length, 0])
  const copied = inByteOrder(KEYS.map((key) => `to/${key}`))
  assert.deepEqual(await listAll(storage, target, ''), copied)
  for (const key of copied) {
    const head = await storage.headObject({ bucket: target, key })
    assert.equal(head.headers.contentType, HEADERS.contentType, key)
    assert.deepEqual({ ...head.metadata }, METADATA, key)
  }
}

async function checkMove({ storage, bucket }: Bench, decant: Decant): Promise<void> {
  const names = ['a', 'b ä', 'c+%']
  for (const name of names)
    await storage.putObject({ bucket, key: `m/${name}`, ...bytes(name), tags: { t: '1' } })
  const done = await decant('move', `s3://${bucket}/m/`, `s3://${bucket}/n/`)
  assert.equal(done.tally.failed, 0)
  assert.deepEqual(await listAll(storage, bucket, 'm/'), [])
  assert.deepEqual(await listAll(storage, bucket, 'n/'), inByteOrder(names.map((name) => `n/${name}`)))
  assert.deepEqual(await storage.getTags({ bucket, key: 'n/a' }), { t: '1' })
}

/** With DECANT_COPY_LIMIT a small object is "over 5 GB"; Ceph 20 with RGW_MAX_PUT refuses to CopyObject it at all. */
async function checkParts({ storage, bucket }: Bench, decant: Decant): Promise<void> {
  const source = { bucket, key: 'big/24 MiB' }
  const { uploadId } = await storage.createUpload({ ...source, headers: HEADERS, metadata: METADATA })
  const parts = []
  for (const part of [1, 2, 3]) {
    const body = Buffer.alloc(8 * MIB, `part ${part} `)
    const { etag } = await storage.uploadPart({ ...source, uploadId, part, body, size: body.length })
    parts.push({ part, etag })
  }
  await storage.completeUpload({ ...source, uploadId, parts })
  await storage.putTags({ ...source, tags: { kept: 'yes' } })
  const done = await decant('copy', `s3://${bucket}/big/`, `s3://${bucket}/big copy/`)
  assert.equal(done.tally.failed, 0)
  assert.equal(done.requests['CopyObject'] ?? 0, 0)
  assert.ok((done.requests['UploadPartCopy'] ?? 0) > 1)
  const target = { bucket, key: 'big copy/24 MiB' }
  const head = await storage.headObject(target)
  assert.equal(head.size, 24 * MIB)
  assert.equal(head.headers.contentType, HEADERS.contentType)
  assert.deepEqual({ ...head.metadata }, METADATA)
  assert.deepEqual(await storage.getTags(target), { kept: 'yes' })
  assert.deepEqual(await storage.listUploads({ bucket, prefix: '' }), [])
  await failsWith(storage.headObject({ bucket, key: 'big copy/nothing' }), 'no-such-key')
}

/** By dates and ids that the endpoint tells; nothing waits for the clock. */
async function checkVersions({ storage, versioned: bucket }: Bench, decant: Decant): Promise<void> {
  const [key, gone] = ['v/a ä', 'v/gone']
  const carried = { headers: HEADERS, metadata: METADATA, tags: { kept: 'yes' } }
  const history = async (of: string) => (await storage.listVersions({ bucket, prefix: of })).versions
  const sizes = async (of: string): Promise<(number | '-')[]> =>
    (await history(of)).map(({ size, isDeleteMarker }) => (isDeleteMarker ? '-' : size))
  await storage.putObject({ bucket, key: gone, ...bytes('here') })
  await storage.putObject({ bucket, key, ...bytes('one'), ...carried })
  const at = (await history(key))[0]?.lastModified ?? NaN
  // S3 keeps whole seconds: what is written in the same one is not later.
  do await storage.putObject({ bucket, key, ...bytes('one'), ...carried })
  while ((await history(key))[0]?.lastModified === at)
  await storage.putObject({ bucket, key, ...bytes('two!') })
  for (let n = 0; n < 2; n++) await storage.deleteObject({ bucket, key: gone })
  const from = `s3://${bucket}/v/`

  // Ceph 16 puts no second marker on top of one.
  const markers = (await sizes(gone)).filter((size) => size === '-').length
  assert.equal((await decant('undelete', from)).tally.deleted, markers)
  assert.deepEqual(await sizes(gone), [4])

  const rewound = await decant('rewind', from, '--to', new Date(at).toISOString())
  assert.deepEqual([rewound.tally.copied, rewound.tally.failed], [1, 0])
  const head = await storage.headObject({ bucket, key })
  assert.deepEqual(
    [head.size, { ...head.metadata }, head.headers.cacheControl],
    [3, METADATA, HEADERS.cacheControl],
  )
  assert.deepEqual(await storage.getTags({ bucket, key }), carried.tags)

  const second = (await history(key))[1]
  const restored = await decant(
    'restore-version',
    `s3://${bucket}/${key}`,
    // An id may begin with a dash.
    `--version-id=${second?.versionId ?? ''}`,
  )
  assert.deepEqual([restored.tally.copied, (await storage.headObject({ bucket, key })).size], [1, 4])

  await storage.deleteObject({ bucket, key: gone })
  const old = (await sizes('v/')).length - 2
  const purged = await decant('purge', from, '--keep', '0', '--lone-markers', '--yes')
  assert.deepEqual([purged.tally.deleted, purged.tally.failed], [old + 1, 0])
  assert.deepEqual([await sizes(key), await sizes(gone)], [[4], []])
}

/** Runs the real source in a process of its own; its last line is the summary. */
function run(at: Endpoint, directory: string, args: readonly string[]): Promise<Summary> {
  const all = [
    COMMAND,
    ...args,
    ...['--endpoint-url', at.endpoint, '--region', at.region ?? 'us-east-1', '--path-style'],
    ...['--data-dir', directory, '--json'],
  ]
  const env = {
    ...process.env,
    AWS_ACCESS_KEY_ID: at.accessKeyId,
    AWS_SECRET_ACCESS_KEY: at.secretAccessKey,
    DECANT_COPY_LIMIT: String(SMALL_MAX_PUT),
  }
  return new Promise((resolve, reject) => {
    execFile(process.execPath, all, { env, timeout: 120_000 }, (error, stdout, stderr) => {
      const last = stdout.trim().split('\n').at(-1) ?? ''
      if (error && !last.startsWith('{')) return reject(new Error(stderr.trim() || error.message))
      try {
        resolve(JSON.parse(last) as Summary)
      } catch {
        reject(new Error(`the last line is no summary: ${last}\n${stderr}`))
      }
    })
  })
}

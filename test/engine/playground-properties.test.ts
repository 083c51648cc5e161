import { createHash } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { fail, toFailure } from '#model/failure.ts'
import type { ObjectSummary } from '#model/object.ts'
import type { Properties } from '#model/properties.ts'
import { COPY_DEFAULTS, EDIT_DEFAULTS, MOVE_DEFAULTS } from '#model/properties.ts'
import { systemSeams } from '#model/seams.ts'
import { copyObject } from '../../main/engine/copy-object.ts'
import { copyParts } from '../../main/engine/copy-parts.ts'
import { deleteSource } from '../../main/engine/deletes/delete-source.ts'
import { createStorage } from '../../main/engine/open-storage.ts'
import { createPace } from '../../main/engine/pace/pace.ts'
import { relay } from '../../main/engine/relay.ts'
import type { CustomerKey, Storage } from '../../main/engine/storage.ts'
import type { CopyOutcome, CopyWork, WorkContext } from '../../main/engine/work.ts'
import type { TestPlayground } from '../helpers/playground.ts'
import { inProcessPlayground } from '../helpers/playground.ts'
import { MemoryJournal, MIB } from './world.ts'

const DAY = 86_400_000
const FROM = { bucket: 'source', prefix: '' }
const TO = { bucket: 'target', prefix: '' }
const KMS = 'arn:aws:kms:us-east-1:000000000001:key/11111111-2222-3333-4444-555555555555'

function keyOf(name: string): CustomerKey {
  const key = createHash('sha256').update(name).digest()
  return { key: key.toString('base64'), md5: createHash('md5').update(key).digest('base64') }
}
const RING: Readonly<Record<string, CustomerKey>> = { one: keyOf('one'), two: keyOf('two') }

let here: TestPlayground
let storage: Storage
let another: Storage

function open(playground: TestPlayground): Storage {
  const { endpoint, accessKeyId, secretAccessKey } = playground
  return createStorage({
    config: { endpoint, region: 'us-east-1', addressing: 'path', credentials: { kind: 'keys', accessKeyId } },
    credentials: () => Promise.resolve({ accessKeyId, secretAccessKey }),
    seams: systemSeams,
    environment: {},
  })
}

function contextOf(source: Storage, destination: Storage): WorkContext {
  return {
    source,
    destination,
    seams: systemSeams,
    pace: createPace({ seams: systemSeams, ceiling: 16 }),
    findKey: (name) =>
      Promise.resolve(RING[name] ?? fail('customer-key', 'item', `There is no key ${name}.`)),
    signal: new AbortController().signal,
  }
}

type Way = (work: CopyWork) => Promise<CopyOutcome>
const ways: { way: string; size: number; send: Way }[] = [
  { way: 'copyObject', size: 1000, send: (work) => copyObject(work, contextOf(storage, storage)) },
  {
    way: 'copyParts',
    size: 6 * MIB,
    send: (work) => copyParts(work, contextOf(storage, storage), new MemoryJournal()),
  },
  { way: 'relay', size: 1000, send: (work) => relay(work, contextOf(storage, another), new MemoryJournal()) },
  {
    way: 'relay by parts',
    size: 6 * MIB,
    send: (work) => relay(work, contextOf(storage, another), new MemoryJournal(), MIB),
  },
]

async function plan(more: Partial<CopyWork>): Promise<CopyWork> {
  const [object] = (await storage.listObjects({ bucket: 'source', prefix: '' })).objects as [ObjectSummary]
  const { key, size, etag, lastModified, storageClass } = object
  return {
    source: { bucket: 'source', key, customerKeys: [] },
    destination: { bucket: 'target', key },
    size,
    etag,
    lastModified,
    storageClass,
    expect: { is: 'absent' },
    properties: COPY_DEFAULTS,
    verify: 'full',
    partLayout: 'chosen',
    purpose: 'copy',
    ...more,
  }
}

const rules = { ownership: 'ObjectWriter', objectLock: true } as const

beforeAll(async () => {
  here = await inProcessPlayground()
  storage = open(here)
  another = open(here)
})
afterEach(async () => {
  await here.stop()
  here = await inProcessPlayground()
  storage.close()
  another.close()
  storage = open(here)
  another = open(here)
})
afterAll(async () => {
  storage.close()
  another.close()
  await here.stop()
})

async function seed(size: number): Promise<void> {
  // A first answer tells who the server is, as a job's listings do.
  await Promise.all([storage.listBuckets(), another.listBuckets()])
  await here.admin.seed({ ...rules, bucket: 'target', count: 0, size: 0 })
  await here.admin.seed({
    ...rules,
    bucket: 'source',
    key: 'a ü+%',
    size,
    headers: { 'content-type': 'text/css', 'cache-control': 'no-cache' },
    metadata: { owner: 'ada' },
    tags: { team: 'web' },
    storageClass: 'STANDARD_IA',
    acl: 'public-read',
    retention: { mode: 'GOVERNANCE', until: new Date(systemSeams.now() + DAY).toISOString() },
    legalHold: 'ON',
    encryption: 'aws:kms',
    kmsKey: KMS,
  })
}

describe('over HTTP, every property arrives the same way on every path', () => {
  test.each(ways)('$way: everything copied', async ({ size, send }) => {
    await seed(size)
    const body = new Uint8Array([1, 2, 3])
    await storage.putAnnotation({ bucket: 'source', key: 'a ü+%', name: 'summary', body })
    const outcome = await send(await plan({ properties: { ...EDIT_DEFAULTS, redirect: { policy: 'drop' } } }))
    expect(outcome.verified).toBe('full')
    expect(await here.admin.compare(FROM, TO)).toMatchObject({ equal: true, compared: 1 })
  })

  test.each(ways)('$way: everything set', async ({ size, send }) => {
    await seed(size)
    const until = Math.ceil(systemSeams.now() / 1000) * 1000 + DAY
    const properties: Properties = {
      headers: { policy: 'set', value: { contentType: 'a/b', expires: 'Thu, 01 Jan 2099 00:00:00 GMT' } },
      metadata: { policy: 'change', set: { k: 'ü' }, remove: ['owner'] },
      tags: { policy: 'change', set: { a: 'b c' }, remove: [] },
      annotations: { policy: 'drop' },
      acl: { policy: 'set', value: { kind: 'canned', acl: 'authenticated-read' } },
      retention: { policy: 'set', value: { mode: 'COMPLIANCE', until } },
      legalHold: { policy: 'set', value: 'OFF' },
      redirect: { policy: 'set', value: '/c' },
      storageClass: { policy: 'set', value: 'GLACIER_IR' },
      encryption: { policy: 'set', value: { kind: 'SSE-S3' } },
      checksum: { policy: 'set', value: 'SHA256' },
    }
    const work = await plan({ properties })
    await send(work)
    const head = await storage.headObject({ ...work.destination, checksums: true })
    expect(head).toMatchObject({
      headers: { contentType: 'a/b', websiteRedirect: '/c' },
      metadata: { k: 'ü' },
      storageClass: 'GLACIER_IR',
      encryption: { kind: 'SSE-S3' },
      retention: { mode: 'COMPLIANCE', until },
    })
    expect(Object.keys(head.checksums)).toEqual(['SHA256'])
    expect(await storage.getTags(work.destination)).toEqual({ team: 'web', a: 'b c' })
  })
})

describe('over HTTP, customer keys on both sides', () => {
  test.each(ways)('$way from one key to another, and the source is moved', async ({ size, send }) => {
    const key = RING['two'] ?? fail('internal', 'item', 'no key')
    for (const bucket of ['source', 'target']) await storage.createBucket(bucket)
    const encryption = { kind: 'SSE-C', key } as const
    const body = createHash('sha256').update('x').digest()
    if (size < MIB)
      await storage.putObject({ bucket: 'source', key: 'c', body, size: body.length, encryption })
    else
      await storage.putObject({ bucket: 'source', key: 'c', body: Buffer.alloc(size, 7), size, encryption })
    const work = await plan({
      source: { bucket: 'source', key: 'c', customerKeys: ['one', 'two'] },
      properties: { ...MOVE_DEFAULTS, encryption: { policy: 'set', value: { kind: 'SSE-C', key: 'one' } } },
      purpose: 'move',
    })
    const outcome = await send(work)
    const head = await storage.headObject({ ...work.destination, customerKey: RING['one'] })
    expect(head).toMatchObject({ encryption: { kind: 'SSE-C' }, size: work.size })
    const wrong = await storage.headObject({ ...work.destination, customerKey: key }).catch(toFailure)
    expect(wrong).toMatchObject({ code: 'customer-key' })
    await deleteSource(work, { ...outcome, head: undefined }, contextOf(storage, storage))
    expect((await storage.listObjects({ bucket: 'source', prefix: '' })).objects).toEqual([])
  })

  test.each(ways)(
    '$way under a KMS key that is disabled is refused, and leaves nothing',
    async ({ size, send }) => {
      for (const bucket of ['source', 'target']) await storage.createBucket(bucket)
      await here.admin.seed({ bucket: 'source', key: 'k', size })
      const arn = await here.admin.kmsKey({ key: KMS, state: 'Disabled' })
      const value = { kind: 'SSE-KMS', keyId: arn } as const
      const work = await plan({ properties: { ...COPY_DEFAULTS, encryption: { policy: 'set', value } } })
      const failure = await send(work).then(() => undefined, toFailure)
      expect(failure).toMatchObject({ code: 'not-possible', reach: 'item', property: 'encryption' })
      expect((await storage.listObjects({ bucket: 'target', prefix: '' })).objects).toEqual([])
      expect(await storage.listUploads({ bucket: 'target', prefix: '' })).toEqual([])
    },
  )
})

test('over HTTP, a move finds the redirect that its copy lost', async () => {
  for (const bucket of ['source', 'target']) await storage.createBucket(bucket)
  const headers = { contentType: 'text/html', websiteRedirect: '/b' }
  await storage.putObject({ bucket: 'source', key: 'r', body: new Uint8Array([1]), size: 1, headers })
  const work = await plan({ properties: MOVE_DEFAULTS, purpose: 'move', verify: 'head' })
  const context = contextOf(storage, storage)
  const { mended } = await deleteSource(work, await copyObject(work, context), context)
  expect(mended).toBeDefined()
  expect((await storage.headObject(work.destination)).headers).toMatchObject(headers)
})

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Failure } from '#model/failure.ts'
import { toFailure } from '#model/failure.ts'
import type { ObjectSummary } from '#model/object.ts'
import { systemSeams } from '#model/seams.ts'
import { COPY_DEFAULTS } from '#model/properties.ts'
import { copyObject } from '../../main/engine/copy-object.ts'
import { copyParts } from '../../main/engine/copy-parts.ts'
import { deleteSource } from '../../main/engine/deletes/delete-source.ts'
import { createStorage } from '../../main/engine/open-storage.ts'
import { createPace } from '../../main/engine/pace/pace.ts'
import { relay } from '../../main/engine/relay.ts'
import type { Storage } from '../../main/engine/storage.ts'
import type { CopyWork, WorkContext } from '../../main/engine/work.ts'
import type { TestPlayground } from '../helpers/playground.ts'
import { inProcessPlayground } from '../helpers/playground.ts'
import { MemoryJournal, MIB } from './world.ts'
import { noKeys } from '../helpers/specs.ts'

const PROPERTIES = {
  bucket: 'source',
  headers: { 'content-type': 'text/css', 'cache-control': 'no-cache', 'content-language': 'de' },
  metadata: { owner: 'ada', 'odd-name': 'x y' },
  tags: { team: 'web', tier: '1' },
  storageClass: 'STANDARD_IA',
}
const FROM = { bucket: 'source', prefix: '' }
const TO = { bucket: 'target', prefix: '' }

let here: TestPlayground
let storage: Storage
let context: WorkContext

function open(playground: TestPlayground): Storage {
  const { endpoint, accessKeyId, secretAccessKey } = playground
  return createStorage({
    config: {
      endpoint,
      region: 'us-east-1',
      addressing: 'path',
      credentials: { kind: 'keys', accessKeyId },
    },
    credentials: () => Promise.resolve({ accessKeyId, secretAccessKey }),
    seams: systemSeams,
    environment: {},
  })
}

function contextOf(source: Storage, destination: Storage): WorkContext {
  const pace = createPace({ seams: systemSeams, ceiling: 16 })
  return {
    source,
    destination,
    seams: systemSeams,
    pace,
    findKey: noKeys,
    signal: new AbortController().signal,
  }
}

async function plan(more: Partial<CopyWork> = {}): Promise<CopyWork> {
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
    verify: 'auto',
    partLayout: 'chosen',
    purpose: 'copy',
    ...more,
  }
}

async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  return promise.then(
    () => {
      throw new Error('it did not fail')
    },
    (error: unknown) => toFailure(error),
  )
}

beforeAll(async () => {
  here = await inProcessPlayground()
  storage = open(here)
  context = contextOf(storage, storage)
  for (const bucket of ['source', 'target']) await storage.createBucket(bucket)
})
afterEach(async () => {
  await here.admin.clearFaults()
  for (const bucket of ['source', 'target']) {
    for (const { key } of (await storage.listObjects({ bucket, prefix: '' })).objects) {
      await storage.deleteObject({ bucket, key })
    }
  }
})
afterAll(async () => {
  storage.close()
  await here.stop()
})

/** The same code over real HTTP, against a server that compares what arrived. */
describe('one object’s work against the playground', () => {
  const seed = (size: number): Promise<number> => here.admin.seed({ ...PROPERTIES, key: 'a ü+%', size })

  test.each(['answer', 'head', 'full'] as const)('copyObject, verified by %s', async (verify) => {
    await seed(1000)
    const outcome = await copyObject(await plan({ verify }), context)
    expect(outcome.verified).toBe(verify)
    expect(await here.admin.compare(FROM, TO)).toMatchObject({ equal: true, compared: 1 })
  })

  test('copyParts', async () => {
    await seed(23 * MIB + 7)
    await copyParts(await plan({ verify: 'full' }), context, new MemoryJournal())
    expect(await here.admin.compare(FROM, TO)).toMatchObject({ equal: true, compared: 1 })
    expect(await storage.listUploads({ bucket: 'target', prefix: '' })).toEqual([])
  })

  test.each([
    { name: 'whole', size: 100_000 },
    { name: 'empty', size: 0 },
    { name: 'by parts', size: 11 * MIB },
  ])('relay to another store, $name', async ({ size }) => {
    await seed(size)
    const there = await inProcessPlayground()
    const other = open(there)
    try {
      await other.createBucket('target')
      await relay(await plan({ verify: 'full' }), contextOf(storage, other), new MemoryJournal(), MIB)
      const { key } = await plan().then((work) => work.destination)
      // Back again, so that one server has both to compare.
      const [object] = (await other.listObjects({ bucket: 'target', prefix: '' })).objects as [ObjectSummary]
      const back = await plan({ ...object, source: { bucket: 'target', key, customerKeys: [] } })
      await relay(back, contextOf(other, storage), new MemoryJournal(), MIB)
      expect(await here.admin.compare(FROM, TO)).toMatchObject({ equal: true, compared: 1 })
    } finally {
      other.close()
      await there.stop()
    }
  })

  test('a move: the copy, then the delete', async () => {
    await seed(1000)
    const work = await plan({ verify: 'head' })
    await deleteSource(work, await copyObject(work, context), context)
    expect((await storage.listObjects({ bucket: 'source', prefix: '' })).objects).toEqual([])
    expect((await storage.listObjects({ bucket: 'target', prefix: '' })).objects).toHaveLength(1)
  })

  test.each(['503', '500', 'reset', 'error-body-200', 'truncated-xml'] as const)(
    'CopyObject met by %s after its effect is done once',
    async (fault) => {
      await seed(10)
      const work = await plan()
      const before = (await here.admin.log()).length
      await here.admin.faults({ op: 'CopyObject', nth: 1, when: 'after', do: fault })
      expect(await copyObject(work, context)).toMatchObject({ settled: true })
      expect((await here.admin.log()).length - before).toBe(1)
    },
  )

  test.each([
    {
      name: 'the destination exists',
      fill: { bucket: 'target', key: 'a ü+%', text: 'x' },
      code: 'destination-exists',
    },
    {
      name: 'the source changed',
      fill: { bucket: 'source', key: 'a ü+%', text: 'x' },
      code: 'source-changed',
    },
  ])('$name: $code', async ({ fill, code }) => {
    await seed(10)
    const work = await plan()
    await here.admin.seed(fill)
    expect(await failureOf(copyObject(work, context))).toMatchObject({ code, reach: 'item' })
  })
})

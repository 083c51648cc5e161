import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { COPY_DEFAULTS } from '#model/properties.ts'
import { systemSeams } from '#model/seams.ts'
import { copyParts } from '../../main/engine/copy-parts.ts'
import { createStorage } from '../../main/engine/open-storage.ts'
import { createPace } from '../../main/engine/pace/pace.ts'
import { relay } from '../../main/engine/relay.ts'
import type { Storage } from '../../main/engine/storage.ts'
import type { CopyWork, WorkContext } from '../../main/engine/work.ts'
import type { TestPlayground } from '../helpers/playground.ts'
import { inProcessPlayground } from '../helpers/playground.ts'
import { noKeys } from '../helpers/specs.ts'
import { MemoryJournal, MIB } from './world.ts'

let playground: TestPlayground
let storage: Storage
let context: WorkContext

beforeAll(async () => {
  playground = await inProcessPlayground()
  const { endpoint, accessKeyId, secretAccessKey, admin } = playground
  await admin.seed({ bucket: 'seeds', count: 0 })
  await admin.seed({ bucket: 'target', count: 0 })
  const credentials = { kind: 'keys', accessKeyId } as const
  storage = createStorage({
    config: { endpoint, region: 'us-east-1', addressing: 'path', credentials },
    credentials: () => Promise.resolve({ accessKeyId, secretAccessKey }),
    seams: systemSeams,
    environment: {},
  })
  await storage.listBuckets()
  context = {
    source: storage,
    destination: storage,
    seams: systemSeams,
    pace: createPace({ seams: systemSeams, ceiling: 16 }),
    findKey: noKeys,
    signal: new AbortController().signal,
  }
})
afterAll(async () => {
  storage.close()
  await playground.stop()
})

/** An object of `seeds` in parts of these MiB, as a listing has it. */
async function upload(key: string, mib: readonly number[]): Promise<CopyWork> {
  const place = { bucket: 'seeds', key }
  const { uploadId } = await storage.createUpload(place)
  const parts = []
  for (const [at, each] of mib.entries()) {
    const part = at + 1
    const size = each * MIB
    const body = Buffer.alloc(size, `part ${part}`)
    const { etag } = await storage.uploadPart({ ...place, uploadId, part, body, size })
    parts.push({ part, etag })
  }
  await storage.completeUpload({ ...place, uploadId, parts })
  const { size, etag, lastModified, storageClass } = await storage.headObject(place)
  return {
    source: { ...place, customerKeys: [] },
    destination: { bucket: 'target', key },
    ...{ size, etag, lastModified, storageClass },
    expect: { is: 'anything' },
    properties: COPY_DEFAULTS,
    verify: 'full',
    partLayout: 'same',
    purpose: 'copy',
  }
}

describe('the parts of the source, told by a real server', () => {
  test.each([
    { how: 'copy', mib: [6, 6, 6, 1], carry: copyParts },
    { how: 'copy', mib: [5, 6, 7, 8], carry: copyParts },
    { how: 'relay', mib: [6, 6, 2], carry: relay },
    { how: 'relay', mib: [5, 7, 6], carry: relay },
  ])('$how in parts of $mib MiB: the ETag stays', async ({ how, mib, carry }) => {
    const work = await upload(`${how} ${mib.join(' ')}`, mib)
    const outcome = await carry(work, context, new MemoryJournal())
    expect(outcome).toMatchObject({ etag: work.etag, verified: 'full' })
    expect((await storage.headObject(work.destination)).etag).toBe(work.etag)
  })
})

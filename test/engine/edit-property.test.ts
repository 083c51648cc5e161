import { afterAll, beforeAll, describe, test } from 'vitest'
import { systemSeams } from '#model/seams.ts'
import { createStorage } from '../../main/engine/open-storage.ts'
import type { Storage } from '../../main/engine/storage.ts'
import type { TestPlayground } from '../helpers/playground.ts'
import { inProcessPlayground } from '../helpers/playground.ts'
import { checkEditLaw } from './edit-law.ts'
import { MIB } from './world.ts'

const BUCKET = 'edited'
let playground: TestPlayground
let storage: Storage

beforeAll(async () => {
  playground = await inProcessPlayground()
  const { endpoint, accessKeyId, secretAccessKey, admin } = playground
  await admin.seed({ bucket: BUCKET, count: 0, objectLock: true, ownership: 'ObjectWriter' })
  await admin.seed({ bucket: 'seeds', key: 'small', size: 10 })
  await admin.seed({ bucket: 'seeds', key: 'big', size: 11 * MIB })
  storage = createStorage({
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
  await storage.listBuckets()
})
afterAll(async () => {
  storage.close()
  await playground.stop()
})

describe('an edit of any object', () => {
  test.each(['answer', 'full'] as const)(
    'at %s: what it names is as asked, all else is as it was, and what it remembered brings it back',
    async (verify) => {
      const seeds = { bucket: 'seeds', small: 'small', big: 'big' }
      await checkEditLaw({ storage, bucket: BUCKET, seeds, gaps: {}, runs: 50, verify })
    },
  )
})

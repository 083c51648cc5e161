import { expect, test } from 'vitest'
import { counted } from '../../main/engine/counted.ts'
import { MemoryStorage } from '../helpers/memory-storage.ts'
import { MemoryS3 } from '../helpers/memory/server.ts'
import { virtualSeams } from '../helpers/virtual-seams.ts'

test('two users of one storage are counted apart, by the names that the storage itself counts by', async () => {
  const storage = new MemoryStorage(new MemoryS3({ seams: virtualSeams(1), latency: 0 }))
  const [one, other] = [counted(storage), counted(storage)]
  await one.createBucket('a')
  await one.putObject({ bucket: 'a', key: 'k', body: new Uint8Array(3), size: 3 })
  await other.listObjects({ bucket: 'a', prefix: '' })
  await expect(other.headObject({ bucket: 'a', key: 'none' })).rejects.toThrow()
  await other.getTags({ bucket: 'a', key: 'k' })
  await one.bucketTraits('a')

  const traits = ['GetBucketVersioning', 'GetObjectLockConfiguration', 'GetBucketOwnershipControls']
  const each = [...traits, 'GetBucketEncryption'].map((name) => [name, 1])
  expect(one.requests).toEqual({ CreateBucket: 1, PutObject: 1, ...Object.fromEntries(each) })
  expect(other.requests).toEqual({ ListObjectsV2: 1, HeadObject: 1, GetObjectTagging: 1 })
  expect(storage.requests).toEqual({ ...one.requests, ...other.requests })
})

test('what the storage learns is seen through every face of it', () => {
  const storage = new MemoryStorage(new MemoryS3({ seams: virtualSeams(1), latency: 0 }))
  const face = counted(storage)
  storage.serverTime = 1234
  expect(face.serverTime).toBe(1234)
  expect(face.habits).toBe(storage.habits)
})

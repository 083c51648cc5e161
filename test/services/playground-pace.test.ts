import { afterAll, expect, test } from 'vitest'
import { pacePlayground } from '../../main/services/playground-pace.ts'
import { inProcessPlayground } from '../helpers/playground.ts'
import { RawS3 } from '../helpers/raw-s3.ts'

const playground = await inProcessPlayground()
const s3 = new RawS3(playground)
afterAll(async () => {
  s3.close()
  await playground.stop()
})
const host = { openPlayground: async () => playground }

const copy = () =>
  s3
    .send({ method: 'PUT', path: '/bucket/to', headers: { 'x-amz-copy-source': '/bucket/from' } })
    .then(() => 'the copy')
const looks = async () => {
  for (let n = 0; n < 5; n++) await s3.send({ method: 'HEAD', path: '/bucket/from' })
  return 'five looks'
}

test('a slow playground answers a copy after what was asked later, and is its old self again', async () => {
  await playground.admin.seed({ bucket: 'bucket', key: 'from', text: 'x' })
  await pacePlayground(host, 'slow')
  const slow = copy()
  expect(await Promise.race([slow, looks()])).toBe('five looks')
  await pacePlayground(host, 'own')
  const own = copy()
  expect(await Promise.race([slow, own])).toBe('the copy')
  await slow
})

import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { LOCAL_CONNECTION } from '#model/local.ts'
import { systemSeams } from '#model/seams.ts'
import { abortUploads } from '../../main/scan/abort-uploads.ts'
import { Scans } from '../../main/scan/scans.ts'
import { MemoryS3 } from '../helpers/memory/server.ts'
import { MemoryStorage } from '../helpers/memory-storage.ts'

const dir = mkdtempSync(path.join(tmpdir(), 'decant-scans-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

it('uploads are found over pages and aborted, but for those that a job goes on with; nothing is left of a scan', async () => {
  const server = new MemoryS3({ seams: systemSeams })
  server.makeBucket('b')
  const storage = new MemoryStorage(server)
  for (const key of ['a', 'b', 'c', 'd', 'e']) await storage.createUpload({ bucket: 'b', key })
  const scans = new Scans({
    ...{ dir, seams: systemSeams, openStorage: () => Promise.resolve(storage) },
    changed: () => {},
    removed: () => {},
  })
  const place = { connection: LOCAL_CONNECTION, bucket: 'b', prefix: '' }
  const { id } = await scans.start({ of: 'uploads' }, place)
  await expect.poll(() => scans.snapshot(id)?.state.is).toBe('done')
  expect(scans.snapshot(id)).toMatchObject({ found: { items: 5 }, sized: 5 })
  const usedBy = ({ key }: { key: string }) => (key === 'c' ? 'Copy c' : undefined)
  const { signal } = new AbortController()
  const done = await abortUploads(scans.find(id), { olderThanDays: 0 }, usedBy, signal)
  expect(done).toMatchObject({ aborted: { items: 4 }, used: [{ key: 'c', job: 'Copy c' }], failed: 0 })
  expect((await storage.listUploads({ bucket: 'b', prefix: '' })).map(({ key }) => key)).toEqual(['c'])
  await scans.close(id)
  expect(existsSync(path.join(dir, 'scans')) ? readdirSync(path.join(dir, 'scans')) : []).toEqual([])
})

import { expect } from 'vitest'
import { TAKE_ALL } from '#model/filter.ts'
import type { ScanOf, ScanSnapshot } from '#model/scan.ts'
import { BUCKETS } from './stage.ts'
import type { Cases } from './stage.ts'

export const BUCKET_CASES: Cases<'buckets' | 'scans' | 'uploads'> = {
  'buckets.list': async ({ client, connection }) => {
    const buckets = await client.call('buckets.list', { connection })
    expect(buckets.map(({ name }) => name).sort()).toEqual([...BUCKETS].sort())
  },
  'buckets.properties': async ({ client, connection }) => {
    expect(await client.call('buckets.properties', { connection, bucket: 'source' })).toMatchObject({
      versioning: 'off',
    })
  },
  'buckets.create': async ({ client, connection }) => {
    const made = {
      connection,
      bucket: 'made-here',
      versioning: true,
      encryption: { kind: 'SSE-S3' },
    } as const
    await client.call('buckets.create', made)
    const part = { connection, bucket: 'made-here', part: 'versioning' } as const
    expect((await client.call('buckets.part', part)).found).toEqual({ is: 'known', value: 'enabled' })
    await expect(client.call('buckets.create', made)).rejects.toMatchObject({
      failure: { code: 'destination-exists', property: 'bucket' },
    })
    await expect(client.call('buckets.create', { ...made, bucket: 'Made' })).rejects.toMatchObject({
      failure: { code: 'bad-input', message: 'bucket: must be in lower case, not "Made"' },
    })
  },
  'buckets.delete': async ({ client, connection }) => {
    const gone = { connection, bucket: 'made-here', confirm: 'made-her' }
    await expect(client.call('buckets.delete', gone)).rejects.toMatchObject({
      failure: { code: 'bad-input', property: 'confirm' },
    })
    await client.call('buckets.delete', { ...gone, confirm: 'made-here' })
    const full = { connection, bucket: 'source', confirm: 'source' }
    await expect(client.call('buckets.delete', full)).rejects.toMatchObject({
      failure: { code: 'not-possible', message: expect.stringContaining('empty it first') as string },
    })
  },
  'buckets.holds': async ({ client, connection }) => {
    const holds = { objects: 'current', uploads: 0, moreUploads: false }
    expect(await client.call('buckets.holds', { connection, bucket: 'source' })).toEqual(holds)
  },
  'buckets.part': async ({ client, connection }) => {
    const at = { connection, bucket: 'source' }
    expect(await client.call('buckets.part', { ...at, part: 'policy' })).toEqual({
      part: 'policy',
      found: { is: 'none' },
    })
    expect(await client.call('buckets.part', { ...at, part: 'ownership' })).toEqual({
      part: 'ownership',
      found: { is: 'known', value: 'BucketOwnerEnforced' },
    })
  },
  'buckets.change': async ({ client, connection }) => {
    const at = { connection, bucket: 'source' }
    await client.call('buckets.change', { ...at, change: { part: 'tags', to: { team: 'web' } } })
    expect((await client.call('buckets.part', { ...at, part: 'tags' })).found).toEqual({
      is: 'known',
      value: { team: 'web' },
    })
  },
  'scans.start': async (stage) => {
    const { client, connection } = stage
    const place = { connection, bucket: 'kept', prefix: '' }
    const changed = new Promise<ScanSnapshot>((resolve) => {
      const off = client.on('scans.changed', ({ scans }) => {
        const done = scans.find(({ state }) => state.is === 'done')
        if (done === undefined) return
        off()
        resolve(done)
      })
    })
    const { id } = await client.call('scans.start', { ...place, what: { of: 'usage', versions: true } })
    const done = await changed
    expect(done).toMatchObject({ id, listed: { items: 1001 }, requests: { ListObjectVersions: 2 } })
    expect(done.usage?.deleteMarkers).toBe(1)
    const what: ScanOf = {
      of: 'search',
      filter: { ...TAKE_ALL, include: [{ kind: 'glob', glob: '*ä*' }] },
    }
    stage.scan = (await client.call('scans.start', { ...place, bucket: 'source', what })).id
  },
  'scans.get': async ({ client, scan: id }) => {
    await expect
      .poll(async () => (await client.call('scans.get', { id })).state.is, { timeout: 10_000 })
      .toBe('done')
    expect(await client.call('scans.get', { id })).toMatchObject({
      listed: { items: 20 },
      found: { items: 1 },
    })
  },
  'scans.rows': async ({ client, scan: id }) => {
    const page = await client.call('scans.rows', { id, offset: 0, limit: 10 })
    expect(page).toMatchObject({ total: 1, rows: [{ is: 'object', n: 0, object: { key: 'in/ä +.txt' } }] })
  },
  'scans.stop': async ({ client, scan: id }) => {
    expect((await client.call('scans.stop', { id })).state.is).toBe('done')
  },
  'scans.close': async ({ client, scan: id }) => {
    await client.call('scans.close', { id })
    await expect(client.call('scans.get', { id })).rejects.toMatchObject({
      failure: { code: 'bad-input', property: 'id' },
    })
  },
  'uploads.abort': async ({ client, connection, playground }) => {
    const place = { connection, bucket: 'destination', prefix: '' }
    await playground.admin.seed({
      ...{ bucket: 'destination', key: 'big', size: 9_000_000 },
      unfinishedSince: '2026-01-01T00:00:00Z',
    })
    const { id } = await client.call('scans.start', { ...place, what: { of: 'uploads' } })
    await expect
      .poll(async () => (await client.call('scans.get', { id })).state.is, { timeout: 10_000 })
      .toBe('done')
    expect(await client.call('scans.rows', { id, offset: 0, limit: 5 })).toMatchObject({
      rows: [{ upload: { key: 'big', state: 'there', parts: { items: 2, bytes: 9_000_000 } } }],
    })
    expect(await client.call('uploads.abort', { id, which: { olderThanDays: 7 } })).toMatchObject({
      aborted: { items: 1, bytes: 9_000_000 },
      used: [],
      failed: 0,
    })
    expect(await client.call('buckets.holds', { connection, bucket: 'destination' })).toMatchObject({
      uploads: 0,
    })
  },
}

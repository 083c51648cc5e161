import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createClient, type Client } from '#contract/client.ts'
import type { FieldRule } from '#model/field-rules.ts'
import { EDIT_DEFAULTS } from '#model/properties.ts'
import { systemSeams } from '#model/seams.ts'
import { PLAIN_SOURCE, type EditSpec } from '#model/spec.ts'
import { createStorage } from '../../main/engine/open-storage.ts'
import { openCore, type Core } from '../../main/services/open-core.ts'
import { hostDouble } from '../helpers/host-double.ts'
import { inProcessPlayground, type TestPlayground } from '../helpers/playground.ts'

/** From the grid to what stands in the bucket: what was shown is what is planned, and what is planned is what is sent. */
describe('an edit job from a grid', () => {
  let dir: string
  let playground: TestPlayground
  let core: Core
  let client: Client
  let connection: string
  beforeAll(async () => {
    dir = mkdtempSync(path.join(tmpdir(), 'decant-grid-job-'))
    playground = await inProcessPlayground()
    await playground.admin.seed({
      bucket: 'bucket',
      prefix: 'a/',
      count: 400,
      pattern: '{n:3}.html',
      size: 3,
    })
    await playground.admin.seed({ bucket: 'bucket', prefix: 'a/', count: 600, pattern: '{n:3}.txt', size: 3 })
    core = await openCore({
      options: { dataDir: dir, host: 'cli', version: '0' },
      host: hostDouble().port,
      seams: systemSeams,
      createStorage,
      env: {},
    })
    client = createClient(core.transport)
    const { endpoint, accessKeyId, secretAccessKey } = playground
    const saved = await client.call('connections.save', {
      connection: {
        ...{ name: 'Grid', provider: 'other', color: 1, readOnly: false, endpoint, region: 'us-east-1' },
        ...{ addressing: 'path', credentials: { kind: 'keys', accessKeyId } },
      },
      secret: { accessKeyId, secretAccessKey },
    })
    connection = saved.id
  })
  afterAll(async () => {
    await core.close()
    await playground.stop()
    rmSync(dir, { recursive: true, force: true })
  })

  const RULES: FieldRule[] = [{ field: 'content-type', where: {}, action: { do: 'type-from-extension' } }]

  async function open(): Promise<string> {
    const select = [{ kind: 'prefix' as const, prefix: 'a/' }]
    const { id } = await client.call('grids.open', { connection, bucket: 'bucket', select, base: 'a/' })
    await expect.poll(() => client.call('grids.get', { id })).toMatchObject({ listing: false, rows: 1000 })
    await client.call('grids.ahead', { id, on: true })
    await expect
      .poll(() => client.call('grids.get', { id }), { timeout: 30_000 })
      .toMatchObject({ known: 1000 })
    return id
  }

  const specOf = (id: string, fieldRules: FieldRule[] = RULES): EditSpec => {
    const { endpoint, accessKeyId } = playground
    const credentials = { kind: 'keys', accessKeyId } as const
    const config = { endpoint, region: 'us-east-1', addressing: 'path', credentials } as const
    const ref = { id: connection, name: 'Grid', config }
    const select = [{ kind: 'prefix' as const, prefix: 'a/' }]
    return {
      ...{
        v: 1,
        kind: 'edit',
        verify: 'auto',
        properties: EDIT_DEFAULTS,
        rules: [],
        archived: { do: 'refuse' },
      },
      sources: [{ ...PLAIN_SOURCE, connection: ref, bucket: 'bucket', select, base: 'a/' }],
      ...{ fieldRules, changes: { from: 'grid', id } },
    }
  }

  it('is refused while a value would be, with the count', async () => {
    const id = await open()
    await client.call('grids.edit', { id, at: { rows: [1, 2] }, field: 'tag:a', value: 'x&y' })
    await expect(client.call('jobs.create', { spec: specOf(id, []), draft: true })).rejects.toMatchObject({
      failure: {
        ...{ code: 'bad-input', property: 'changes.id' },
        message: '2 cells have values that S3 would refuse, in 2 objects: mend them first.',
      },
    })
    await client.call('grids.undo', { id })
    await client.call('grids.close', { id })
    expect(readdirSync(path.join(dir, 'grids'))).toEqual([])
  })

  it('does what the grid shows, with the requests that it takes, and nothing else', async () => {
    const id = await open()
    await client.call('grids.setRules', { id, rules: RULES })
    await client.call('grids.edit', { id, at: { rows: [1] }, field: 'content-type', value: 'text/plain' })
    await client.call('grids.edit', {
      id,
      at: { view: 'all', from: 990, to: 999 },
      field: 'tag:by',
      value: 'hand',
    })
    await expect
      .poll(() => client.call('grids.get', { id }))
      .toMatchObject({
        counting: false,
        changedRows: 1000,
        changedCells: 1010,
        cellsByRule: [999],
        cellsByHand: 11,
      })

    const draft = await client.call('jobs.create', { spec: specOf(id), draft: true })
    const planned = await core.jobs.settled(draft.id, 'idle')
    expect(planned).toMatchObject({
      status: { is: 'ready' },
      tally: { planned: { rewrite: { items: 1000 } } },
    })
    expect(await client.call('grids.get', { id })).toMatchObject({ planned: true })
    const late = { id, at: { rows: [5] }, field: 'expires', value: null }
    await expect(client.call('grids.edit', late)).rejects.toMatchObject({ failure: { code: 'bad-input' } })
    // A plan that nobody started gives the grid back.
    await client.call('jobs.remove', { id: draft.id })
    expect(await client.call('grids.edit', late)).toMatchObject({ planned: false })

    await playground.admin.resetCounters()
    const { id: job } = await client.call('jobs.create', { spec: specOf(id), draft: false })
    // It goes when the job has its whole plan.
    await client.call('grids.close', { id })
    expect(await client.call('grids.list', {})).toEqual([])
    const done = await core.jobs.settled(job, 'finished')
    expect(done).toMatchObject({
      status: { is: 'completed' },
      tally: { edited: { items: 1000 }, failed: { items: 0 } },
    })
    const { requests } = await client.call('jobs.get', { id: job })
    expect(requests['CopyObject']).toBe(1000)
    expect(readdirSync(path.join(dir, 'grids'))).toEqual([])

    const after = await open()
    const { rows } = await client.call('grids.rows', { id: after, view: 'all', offset: 0, limit: 500 })
    expect(rows.map(({ before }) => before['content-type'])).toEqual([
      'text/plain',
      ...rows.slice(1).map(({ key }) => (key.endsWith('.html') ? 'text/html' : 'text/plain')),
    ])
    const end = await client.call('grids.rows', { id: after, view: 'all', offset: 985, limit: 15 })
    expect(end.rows.map(({ before }) => before['tag:by'])).toEqual([
      ...Array.from({ length: 5 }, () => undefined),
      ...Array.from({ length: 10 }, () => 'hand'),
    ])
    await client.call('grids.close', { id: after })
  })
})

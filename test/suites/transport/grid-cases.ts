import { expect } from 'vitest'
import type { Cases } from './stage.ts'

export const GRID_CASES: Cases<'grids'> = {
  'grids.open': async (stage) => {
    const { client, connection } = stage
    const changed = new Promise<string | undefined>((resolve) => {
      const off = client.on('grids.changed', ({ grids }) => {
        if (grids[0]?.listing !== false) return
        off()
        resolve(grids[0].id)
      })
    })
    const select = [{ kind: 'prefix', prefix: 'in/' }] as const
    const opened = await client.call('grids.open', {
      ...{ connection, bucket: 'source', base: 'in/', select: [...select] },
    })
    expect(opened).toMatchObject({ connection, bucket: 'source', base: 'in/', planned: false })
    stage.grid = opened.id
    expect(await changed).toBe(opened.id)
  },
  'grids.list': async ({ client, grid }) => {
    expect(await client.call('grids.list', {})).toMatchObject([{ id: grid, rows: 20 }])
  },
  'grids.get': async ({ client, grid: id }) => {
    expect(await client.call('grids.get', { id })).toMatchObject({ id, rows: 20, known: 0 })
    await expect(client.call('grids.get', { id: 'none' })).rejects.toMatchObject({
      failure: { code: 'bad-input', property: 'id' },
    })
  },
  'grids.rows': async ({ client, grid: id }) => {
    const window = { id, view: 'all', offset: 19, limit: 10 } as const
    const page = await client.call('grids.rows', window)
    expect(page).toMatchObject({ total: 20, rows: [{ n: 20, key: 'in/ä +.txt', state: 'unknown' }] })
    await expect
      .poll(async () => (await client.call('grids.rows', window)).rows[0])
      .toMatchObject({ state: 'known', before: { 'x-amz-meta-who': 'suite', 'tag:a': 'b' }, cells: [] })
    // Only what was looked at was read.
    const { requests } = await client.call('grids.get', { id })
    expect(requests).toEqual({ ListObjectsV2: 1, HeadObject: 1, GetObjectTagging: 1 })
  },
  'grids.setRules': async ({ client, grid: id }) => {
    const rules = [
      { field: 'cache-control', action: { do: 'set', value: 'no-cache' } },
      { field: 'tag:a', where: { value: { is: 'present' } }, action: { do: 'remove' } },
    ] as const
    expect(await client.call('grids.setRules', { id, rules: [...rules] })).toMatchObject({ canUndo: true })
    await expect
      .poll(() => client.call('grids.get', { id }))
      .toMatchObject({ counting: false, cellsByRule: [1, 1], changedRows: 1 })
  },
  'grids.edit': async ({ client, grid: id }) => {
    const edit = { id, at: { view: 'all', from: 0, to: 19 }, field: 'expires', value: 'never' } as const
    expect(await client.call('grids.edit', edit)).toMatchObject({ cellsByHand: 20, invalidCells: 20 })
    const back = { id, at: { rows: [1, 20] }, field: 'expires' }
    expect(await client.call('grids.edit', back)).toMatchObject({ cellsByHand: 18, invalidRows: 18 })
    await expect(client.call('grids.edit', { ...back, field: 'Expires' })).rejects.toMatchObject({
      failure: { code: 'bad-input', property: 'field' },
    })
  },
  'grids.paste': async ({ client, grid: id }) => {
    const paste = {
      id,
      view: 'all',
      from: 18,
      fields: ['tag:b', 'tag:c'],
      text: 'one\ttwo\nthree\nfour',
    } as const
    const pasted = await client.call('grids.paste', { ...paste, fields: [...paste.fields] })
    expect(pasted).toMatchObject({ cells: 3, rows: 2, failed: 1, problems: [{ line: 3 }] })
  },
  'grids.import': async ({ client, grid: id }) => {
    const first = { id, text: 'key,cache-control\nin/', first: true, last: false }
    expect(await client.call('grids.import', first)).toBeUndefined()
    const last = { id, text: 'ä +.txt,private\nno,no\n', first: false, last: true }
    expect(await client.call('grids.import', last)).toMatchObject({ cells: 1, rows: 1, failed: 1 })
    await expect(
      client.call('grids.import', { ...first, text: 'key,Expires\n', last: true }),
    ).rejects.toMatchObject({
      failure: {
        code: 'bad-input',
        message: expect.stringContaining('"Expires" (expires is meant?)') as string,
      },
    })
  },
  'grids.export': async ({ client, grid: id, opened }) => {
    const delivered = await client.call('grids.export', { id, view: 'changed' })
    const lines = (await opened.readDelivered(delivered)).trim().split('\n')
    expect(lines[0]).toBe(
      'key,etag,size,last-modified,storage-class,content-type,cache-control,expires,x-amz-meta-who,tag:a,tag:b,tag:c',
    )
    expect(lines.at(-1)).toMatch(
      /^in\/ä \+\.txt,[0-9a-f]{32},4,[^,]*,STANDARD,[^,]*,private,,suite,\(none\),three,$/,
    )
  },
  'grids.ahead': async ({ client, grid: id }) => {
    expect(await client.call('grids.ahead', { id, on: true })).toMatchObject({ ahead: true })
    await expect
      .poll(() => client.call('grids.get', { id }))
      .toMatchObject({ known: 20, cellsByRule: [19, 1] })
    expect(await client.call('grids.ahead', { id, on: false })).toMatchObject({ ahead: false })
  },
  'grids.undo': async ({ client, grid: id }) => {
    expect(await client.call('grids.undo', { id })).toMatchObject({ cellsByRule: [20, 1], canRedo: true })
  },
  'grids.redo': async ({ client, grid: id }) => {
    expect(await client.call('grids.redo', { id })).toMatchObject({ cellsByRule: [19, 1], canRedo: false })
    await expect(client.call('grids.redo', { id })).rejects.toMatchObject({ failure: { code: 'bad-input' } })
  },
  'grids.close': async ({ client, grid: id }) => {
    await client.call('grids.close', { id })
    expect(await client.call('grids.list', {})).toEqual([])
  },
}

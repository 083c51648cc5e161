import path from 'node:path'
import { expect } from 'vitest'
import { jobThat, spec } from './stage.ts'
import type { Cases } from './stage.ts'

export const MANIFEST_CASES: Cases<'manifests'> = {
  'manifests.keep': async (stage) => {
    const keep = (text: string, last: boolean) =>
      stage.client.call('manifests.keep', { id: 'suite', name: 'a manifest.csv', text, last })
    expect(await keep('source,in/000', false)).toBeUndefined()
    const at = await keep('00\nsource,in/%zz\nsource,in/00001\n', true)
    expect(at).toMatchObject({ is: 'file', path: expect.stringContaining('manifests') })
    stage.manifest = at!
  },
  'manifests.inspect': async (stage) => {
    const { client, manifest, opened } = stage
    expect(await client.call('manifests.inspect', { at: manifest })).toMatchObject({
      ...{ format: 'batch', rows: 2, bad: 1, versions: false },
      buckets: [{ bucket: 'source', rows: 2 }],
      firstBad: [{ line: 2, reason: expect.stringContaining('%zz') }],
    })
    const file = path.join(import.meta.dirname, 'suite.ts')
    const elsewhere = client.call('manifests.inspect', { at: { is: 'file', path: file } })
    if (opened.caller === 'person') await elsewhere
    else await expect(elsewhere).rejects.toThrow('neither dropped here nor chosen')
    const keys = { at: manifest, format: 'batch', look: 'plan' } as const
    const job = await client.call('jobs.create', {
      spec: { ...spec(stage, 'by/'), manifest: keys },
      draft: true,
    })
    const { snapshot } = await jobThat(stage, job.id, ({ status }) => status.is === 'ready').then(() =>
      client.call('jobs.get', { id: job.id }),
    )
    expect(snapshot.tally.listed.items).toBe(2)
    const bad = await opened.readDelivered(await client.call('jobs.badRows', { id: job.id }))
    expect(bad).toMatch(/^Line,Reason,Row\r\n2,".*%zz/)
    await client.call('jobs.remove', { id: job.id })
  },
  'manifests.make': async ({ client, connection, opened }) => {
    const select = [{ kind: 'prefix' as const, prefix: 'in/' }]
    const file = await client.call('manifests.make', { connection, bucket: 'source', select })
    const lines = (await opened.readDelivered(file)).trimEnd().split('\n')
    expect(lines).toHaveLength(20)
    expect(lines[0]).toMatch(/^source,in\/[^,]+$/)
  },
}

import { expect } from 'vitest'
import { LOCAL_CONNECTION } from '#model/local.ts'
import type { PourSpec } from '#model/spec.ts'
import { specOf } from '../../helpers/specs.ts'
import { jobThat, spec } from './stage.ts'
import type { Cases } from './stage.ts'

export const JOB_CASES: Cases<'jobs'> = {
  'jobs.list': async ({ client }) => {
    expect(await client.call('jobs.list', {})).toEqual([])
  },
  'jobs.get': async ({ client }) => {
    await expect(client.call('jobs.get', { id: 'nobody' })).rejects.toMatchObject({
      failure: { code: 'bad-input' },
    })
  },
  'jobs.create': async (stage) => {
    const made = await stage.client.call('jobs.create', { spec: spec(stage, 'out/'), draft: true })
    stage.draft = made.id
    const planned = await jobThat(stage, made.id, ({ status }) => status.is === 'ready')
    expect(planned.tally.planned.copy.items).toBe(20)
    const whole = spec(stage, '')
    const folder = { ...whole.destinations[0], connection: LOCAL_CONNECTION, bucket: import.meta.dirname }
    const down: PourSpec = { ...whole, destinations: [folder] }
    const asked = stage.client.call('jobs.create', { spec: down, draft: true })
    // A window wrote anywhere otherwise; whoever comes through the owner's door is the person.
    if (stage.opened.caller === 'person') {
      await stage.client.call('jobs.remove', { id: (await asked).id })
    } else {
      const message = expect.stringContaining('neither dropped here nor chosen') as string
      await expect(asked).rejects.toMatchObject({ failure: { code: 'bad-input', message } })
    }
  },
  'jobs.start': async (stage) => {
    const changed = new Promise<void>((resolve) =>
      stage.client.on('jobs.changed', ({ jobs }) => {
        if (jobs.some(({ id, status }) => id === stage.draft && status.is === 'completed')) resolve()
      }),
    )
    stage.job = (await stage.client.call('jobs.start', { id: stage.draft, when: 'now' })).id
    await changed
    const done = await jobThat(stage, stage.job, ({ status }) => status.is === 'completed')
    expect(done.tally.copied.items).toBe(20)
    const equal = await stage.playground.admin.compare(
      { bucket: 'source', prefix: 'in/' },
      { bucket: 'destination', prefix: 'out/' },
    )
    expect(equal).toMatchObject({ equal: true, compared: 20 })
  },
  'jobs.keep': async (stage) => {
    const { id } = await stage.client.call('jobs.create', { spec: spec(stage, 'kept/'), draft: true })
    expect(await stage.client.call('jobs.keep', { id })).toMatchObject({ id, draft: false })
    stage.draft = id
    await jobThat(stage, id, ({ status }) => status.is === 'ready')
    expect((await stage.client.call('jobs.get', { id })).freshness).toMatchObject({ changed: 0, added: 0 })
  },
  'jobs.refresh': async (stage) => {
    const { client, playground, draft: id } = stage
    await playground.admin.seed({ bucket: 'destination', key: 'kept/ä +.txt', text: 'since' })
    expect((await client.call('jobs.refresh', { id })).status).toEqual({ is: 'planning' })
    const looked = await jobThat(stage, id, ({ status }) => status.is === 'ready')
    expect(looked.tally.skipped.exists.items).toBe(1)
    expect((await client.call('jobs.get', { id })).freshness).toMatchObject({ changed: 1, added: 0, gone: 0 })
  },
  'jobs.answer': async (stage) => {
    const { client, draft: id } = stage
    const query = { taken: true as const, text: 'Ä +' }
    const { items } = await client.call('jobs.items', { id, ...query, offset: 0, limit: 1 })
    expect(items).toMatchObject([{ key: 'in/ä +.txt', anew: 'changed', skipReason: 'exists' }])
    await client.call('jobs.answer', { id, which: { query }, answer: 'overwrite' })
    const answered = await jobThat(stage, id, ({ status }) => status.is === 'ready')
    expect(answered.tally).toMatchObject({ conflicts: 1, planned: { copy: { items: 20 } } })
    await client.call('jobs.remove', { id })
  },
  'jobs.pause': async (stage) => {
    await stage.playground.admin.faults({ op: 'CopyObject', do: 'hang', when: 'before' })
    const { id } = await stage.client.call('jobs.create', { spec: spec(stage, 'slow/'), draft: false })
    stage.draft = id
    await jobThat(stage, id, ({ status }) => status.is === 'running')
    await stage.client.call('jobs.pause', { id })
    await stage.playground.admin.clearFaults()
    await stage.playground.admin.release()
    const paused = await jobThat(stage, id, ({ status }) => status.is === 'paused')
    expect(paused.status).toMatchObject({ is: 'paused', reason: 'user' })
  },
  'jobs.resume': async (stage) => {
    await stage.client.call('jobs.resume', { id: stage.draft })
    await jobThat(stage, stage.draft, ({ status }) => status.is === 'completed')
  },
  'jobs.cancel': async (stage) => {
    const { id } = await stage.client.call('jobs.create', { spec: spec(stage, 'never/'), draft: true })
    await jobThat(stage, id, ({ status }) => status.is === 'ready')
    await stage.client.call('jobs.cancel', { id })
    await jobThat(stage, id, ({ status }) => status.is === 'cancelled')
    stage.draft = id
  },
  'jobs.remove': async (stage) => {
    const { client, draft: id } = stage
    await client.call('jobs.remove', { id })
    expect((await client.call('jobs.list', {})).map((job) => job.id)).not.toContain(id)
  },
  'jobs.retry': async (stage) => {
    const { client, playground } = stage
    await playground.admin.faults({
      op: 'CopyObject',
      key: 'sad/ä +.txt',
      do: 'error',
      code: 'AccessDenied',
    })
    const { id } = await client.call('jobs.create', { spec: spec(stage, 'sad/'), draft: false })
    const sad = await jobThat(stage, id, ({ status }) => status.is === 'completed')
    expect(sad.tally.failed.items).toBe(1)
    await playground.admin.clearFaults()
    const [group] = await client.call('jobs.failures', { id })
    expect(group).toMatchObject({ code: 'access-denied', items: 1, exampleKey: 'in/ä +.txt' })
    await client.call('jobs.retry', { id, code: 'access-denied', s3Code: 'AccessDenied CopyObject' })
    await jobThat(stage, id, ({ status, tally }) => status.is === 'completed' && tally.failed.items === 0)
  },
  'jobs.leave': async (stage) => {
    const { client, playground } = stage
    await playground.admin.faults({
      ...{ op: 'CopyObject', key: 'left/ä +.txt', do: 'error', code: 'AccessDenied' },
    })
    const { id } = await client.call('jobs.create', { spec: spec(stage, 'left/'), draft: false })
    await jobThat(stage, id, ({ status, tally }) => status.is === 'completed' && tally.failed.items === 1)
    await playground.admin.clearFaults()
    const left = await client.call('jobs.leave', { id, code: 'access-denied' })
    expect(left.tally).toMatchObject({ failed: { items: 0 }, skipped: { left: { items: 1 } } })
  },
  'jobs.rights': async (stage) => {
    const { client } = stage
    const { snapshot } = await client.call('jobs.get', { id: stage.job })
    const { missing, denies, needed } = await client.call('jobs.rights', { id: snapshot.id })
    expect({ missing, denies }).toEqual({ missing: [], denies: 'none' })
    expect(JSON.parse(needed)).toMatchObject({ Version: '2012-10-17' })
  },
  'jobs.move': async (stage) => {
    const { client, playground } = stage
    const { jobsAtOnce } = await client.call('settings.get', {})
    await client.call('settings.update', { jobsAtOnce: 1 })
    await playground.admin.faults({ op: 'CopyObject', do: 'hang', when: 'before' })
    const create = async (): Promise<string> =>
      (await client.call('jobs.create', { spec: spec(stage, 'queued/'), draft: false })).id
    const running = await create()
    await jobThat(stage, running, ({ status }) => status.is === 'running')
    const [one, two] = [await create(), await create()]
    await jobThat(stage, two, ({ queuePlace }) => queuePlace === 2)
    expect(await client.call('jobs.move', { id: two, before: one })).toMatchObject({ queuePlace: 1 })
    await expect(client.call('jobs.move', { id: one, before: running })).rejects.toMatchObject({
      failure: { code: 'bad-input', property: 'before' },
    })
    for (const id of [one, two, running]) await client.call('jobs.cancel', { id })
    await playground.admin.clearFaults()
    await playground.admin.release()
    await jobThat(stage, running, ({ status }) => status.is === 'cancelled')
    await client.call('settings.update', { jobsAtOnce })
  },
  'jobs.priority': async (stage) => {
    const { id } = await stage.client.call('jobs.create', { spec: spec(stage, 'rank/'), draft: true })
    stage.draft = id
    expect(await stage.client.call('jobs.priority', { id, priority: 75 })).toMatchObject({ priority: 75 })
  },
  'jobs.schedule': async (stage) => {
    const { client, draft: id } = stage
    const at = Date.now() + 86_400_000
    expect(await client.call('jobs.schedule', { id, at })).toMatchObject({
      ...{ draft: false, priority: 75, startAt: at },
      status: { is: 'paused', reason: 'schedule' },
    })
    await client.call('jobs.schedule', { id, at: null })
    await jobThat(stage, id, ({ status }) => status.is === 'completed')
  },
  'jobs.budget': async (stage) => {
    const { client } = stage
    const { id } = await client.call('jobs.create', { spec: spec(stage, 'dear/'), draft: true })
    await jobThat(stage, id, ({ status }) => status.is === 'ready')
    await client.call('jobs.budget', { id, budget: { requests: 3 } })
    await expect(client.call('jobs.budget', { id, budget: { usd: 1 } })).rejects.toMatchObject({
      failure: { code: 'bad-input', property: 'budget.usd' },
    })
    await client.call('jobs.start', { id, when: 'now' })
    await jobThat(stage, id, ({ status }) => status.is === 'paused' && status.reason === 'budget')
    await expect(client.call('jobs.resume', { id })).rejects.toMatchObject({ failure: { code: 'budget' } })
    await client.call('jobs.budget', { id, budget: null })
    await client.call('jobs.resume', { id })
    await jobThat(stage, id, ({ status }) => status.is === 'completed')
  },
  'jobs.undo': async (stage) => {
    const { client } = stage
    const copy = await client.call('jobs.create', { spec: spec(stage, 'undone/'), draft: false })
    await jobThat(stage, copy.id, ({ status }) => status.is === 'completed')
    const back = await client.call('jobs.undo', { id: copy.id, draft: false })
    await jobThat(
      stage,
      back.id,
      ({ status, tally }) => status.is === 'completed' && tally.deleted.items === 20,
    )
    await expect(client.call('jobs.undo', { id: back.id, draft: true })).rejects.toMatchObject({
      failure: { code: 'not-possible', property: 'of' },
    })
    const { sources } = spec(stage, 'unused/')
    const headers = { policy: 'change', set: { cacheControl: 'no-store' } } as const
    const select = [{ kind: 'object', key: 'in/ä +.txt' }] as const
    const edit = specOf<'edit'>({
      ...{ v: 1, kind: 'edit', sources: [{ ...sources[0], select: [...select] }], verify: 'auto' },
      properties: { headers },
    })
    const { id } = await client.call('jobs.create', { spec: edit, draft: false })
    await jobThat(stage, id, ({ status, tally }) => status.is === 'completed' && tally.edited.items === 1)
    expect((await client.call('jobs.get', { id })).undo).toEqual({ is: 'yes' })
    const undo = await client.call('jobs.undo', { id, draft: false })
    expect(undo).toMatchObject({ kind: 'undo', title: 'Undo the edit of in/ä +.txt in source' })
    await jobThat(
      stage,
      undo.id,
      ({ status, tally }) => status.is === 'completed' && tally.edited.items === 1,
    )
    const { items } = await client.call('jobs.items', { id: undo.id, filter: 'done', offset: 0, limit: 10 })
    expect(items).toMatchObject([{ key: 'in/ä +.txt', changed: ['headers'] }])
  },
  'jobs.items': async ({ client, job: id }) => {
    const page = await client.call('jobs.items', { id, filter: 'done', offset: 15, limit: 10 })
    expect(page.total).toBe(20)
    expect(page.items).toHaveLength(5)
  },
  'jobs.failures': async ({ client, job: id }) => {
    expect(await client.call('jobs.failures', { id })).toEqual([])
  },
  'jobs.report': async ({ client, job: id, opened }) => {
    const delivered = await client.call('jobs.report', { id, format: 'csv' })
    const lines = (await opened.readDelivered(delivered)).trim().split('\n')
    expect(lines[0]).toContain('Bucket,Key,VersionId,TaskStatus,ErrorCode,HTTPStatusCode,ResultMessage')
    expect(lines).toHaveLength(21)
  },
  'jobs.plan': async ({ client, job: id, opened }) => {
    const delivered = await client.call('jobs.plan', { id, query: { text: 'ä +' } })
    const lines = (await opened.readDelivered(delivered)).trim().split('\n')
    expect(lines).toHaveLength(2)
    expect(lines[0]).toContain('seq,action,skip-reason,source-bucket,key,version-id,destination-bucket')
    expect(lines[1]).toContain('copy,,source,in/ä +.txt,,destination,out/ä +.txt,')
  },
  'jobs.manifest': async ({ client, job: id, opened }) => {
    const file = await client.call('jobs.manifest', { id, query: { filter: 'done' } })
    const lines = (await opened.readDelivered(file)).trimEnd().split('\n')
    expect(lines).toHaveLength(20)
    expect(lines[0]).toMatch(/^source,in\/[^,]+$/)
    const none = client.call('jobs.manifest', { id, query: { filter: 'failed' } })
    await expect(none).rejects.toThrow('no such object')
  },
  'jobs.badRows': async ({ client, job: id }) => {
    await expect(client.call('jobs.badRows', { id })).rejects.toThrow('no row of its manifest')
  },
  'jobs.record': async ({ client, job: id, opened }) => {
    const delivered = await client.call('jobs.record', { id })
    expect(delivered.kind).not.toBe('cancelled')
    expect((await opened.readDelivered(delivered)).length).toBeGreaterThan(100)
  },
  'jobs.importRecord': async ({ client }) => {
    await expect(
      client.call('jobs.importRecord', { id: 'one', text: '{"decantRecord":9}\n', last: true }),
    ).rejects.toThrow('written by a newer Decant')
  },
  'jobs.command': async ({ client, job: id }) => {
    const { lines, loses } = await client.call('jobs.command', { id })
    expect(lines.join(' ')).toMatch(/aws s3 cp s3:\/\/source\//)
    expect(loses).not.toEqual([])
  },
  'jobs.wake': async ({ client }) => {
    await client.call('jobs.wake', {})
  },
  'jobs.file': async (stage) => {
    const file = await stage.client.call('jobs.file', { id: stage.job })
    expect(file).toEqual(spec(stage, 'out/'))
  },
}

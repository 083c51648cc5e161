import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { DecantError } from '#model/failure.ts'
import type { JobDetail } from '#model/job.ts'
import type { WebhookEvent } from '#model/webhook-event.ts'
import type { CallWebhook } from '../../main/jobs/report/aftermath.ts'
import type { Jobs } from '../../main/jobs/api.ts'
import { CONNECTION, makeWorld, pour } from './world.ts'
import type { World } from './world.ts'

let world: World
beforeEach(() => {
  world = makeWorld()
  world.s3.makeBucket('reports')
})
afterEach(() => world.end())

const TO = { connection: CONNECTION, bucket: 'reports', prefix: 'decant/', requesterPays: false }
const REPORT = { formats: ['csv', 'html'], to: TO } as const
const ordered = () => pour('copy', { report: { formats: ['csv', 'html'], to: TO } })

/** Runs time, ours and the files', until that holds of the job. */
async function until(jobs: Jobs, id: string, holds: (detail: JobDetail) => boolean): Promise<JobDetail> {
  for (let looks = 0; looks < 2000; looks++) {
    const detail = jobs.get(id)
    if (holds(detail)) return detail
    await new Promise((resolve) => setImmediate(resolve))
    await world.seams.advance(1000)
  }
  throw new Error(`It never came: ${JSON.stringify(jobs.get(id).delivery)}`)
}

const isDelivered = ({ delivery }: JobDetail): boolean => delivery?.is === 'delivered'
const puts = () =>
  world.s3.log.filter(({ operation, bucket }) => operation === 'PutObject' && bucket === 'reports')

async function run(jobs: Jobs, spec = ordered()): Promise<string> {
  const { id } = jobs.create(spec, { draft: false })
  await world.settle(jobs, id, 'finished')
  return id
}

test('the report lies where it was ordered to, of its type, and is the one that is written; once', async () => {
  world.s3.giveMany('from', 'a/', 20)
  const jobs = await world.open()
  const id = await run(jobs)
  const { delivery, log } = await until(jobs, id, isDelivered)
  const files = REPORT.formats.map((format) => `decant/decant-report-${id}.${format}`)
  expect(delivery).toMatchObject({ files: files.map((key) => `s3://reports/${key}`) })
  expect(log.at(-1)?.text).toContain('The report was delivered')
  expect(world.s3.bucket('reports').keys()).toEqual(files)
  expect(puts()).toHaveLength(2)
  const path = join(world.dir, 'again.csv')
  await jobs.writeReport(id, 'csv', path)
  const stored = world.s3.bucket('reports').current(files[0] ?? '')
  expect(stored?.content.size).toBe(readFileSync(path).length)
  expect(stored?.headers).toMatchObject({ contentType: 'text/csv; charset=utf-8' })
  expect(stored?.summed).toBeDefined()
  expect(readdirSync(join(world.dir, 'reports'))).toEqual([])
  await jobs.close()
})

test('a cancelled job has its report, too; one that is tried again has a new one at its end', async () => {
  world.s3.giveMany('from', 'a/', 5)
  world.s3.faults.add({ kind: 'AccessDenied', when: 'before', operation: 'CopyObject', key: 'z/00003' })
  const jobs = await world.open()
  const id = await run(jobs)
  await until(jobs, id, isDelivered)
  world.s3.faults.clear()
  jobs.retry(id)
  await world.settle(jobs, id, 'finished')
  await until(jobs, id, isDelivered)
  expect(puts()).toHaveLength(4)
  expect(world.s3.bucket('reports').keys()).toHaveLength(2)
  const { id: cancelled } = jobs.create(ordered(), { draft: false })
  jobs.cancel(cancelled)
  await until(jobs, cancelled, isDelivered)
  await jobs.close()
})

test('what may pass is tried again; what may not is a note, and never the failure of the job', async () => {
  world.s3.giveMany('from', 'a/', 5)
  const jobs = await world.open()
  const { id } = jobs.create(ordered(), { draft: false })
  await world.settle(jobs, id, 'finished')
  world.s3.offline = true
  await until(jobs, id, ({ delivery }) => delivery?.is === 'due' && delivery.failure !== undefined)
  world.s3.offline = false
  await until(jobs, id, isDelivered)
  world.s3.faults.add({ kind: 'AccessDenied', when: 'before', operation: 'PutObject' })
  const refused = await run(jobs)
  const { notes, delivery, snapshot } = await until(
    jobs,
    refused,
    (detail) => detail.delivery?.is === 'failed',
  )
  expect(snapshot.status).toEqual({ is: 'completed' })
  expect(delivery).toMatchObject({ failure: { code: 'access-denied' } })
  expect(notes.join()).toContain('The report could not be delivered.')
  await jobs.close()
})

test('what a process that ended did not deliver, the next one does, once; drafts owe nothing', async () => {
  world.s3.giveMany('from', 'a/', 5)
  const jobs = await world.open()
  world.s3.faults.add({ kind: 'connection', when: 'before', operation: 'PutObject' })
  const { id } = jobs.create(ordered(), { draft: false })
  await world.settle(jobs, id, 'finished')
  await jobs.close()
  world.s3.faults.clear()
  expect(puts()).toHaveLength(0)
  const next = await world.open()
  expect(next.get(id).delivery).toEqual({ is: 'due' })
  await until(next, id, isDelivered)
  expect(puts()).toHaveLength(2)
  const draft = next.create(ordered(), { draft: true })
  await world.settle(next, draft.id)
  expect(next.get(draft.id).delivery).toBeUndefined()
  await next.close()
  const last = await world.open()
  await world.seams.advance(60_000)
  expect(last.get(id).delivery).toMatchObject({ is: 'delivered' })
  expect(puts()).toHaveLength(2)
  await last.close()
})

test('a webhook hears of the end, and of a pause that needs a person; no key is in it', async () => {
  world.s3.giveMany('from', 'a/secret-', 5)
  world.s3.faults.add({
    kind: 'AccessDenied',
    when: 'before',
    operation: 'CopyObject',
    key: 'z/secret-00003',
  })
  const heard: { name: string; event: WebhookEvent }[] = []
  const callWebhook: CallWebhook = async (name, event) => void heard.push({ name, event })
  const jobs = await world.open({ callWebhook })
  const id = await run(jobs, pour('copy', { webhook: 'team', report: { formats: ['csv'], to: TO } }))
  const { told } = await until(jobs, id, (detail) => detail.told?.is === 'told')
  expect(told).toMatchObject({ is: 'told' })
  expect(heard).toHaveLength(1)
  expect(heard[0]).toMatchObject({
    name: 'team',
    event: {
      v: 1,
      event: 'job.ended',
      job: {
        id,
        status: 'completed',
        outcome: 'completed-with-failures',
        items: { listed: 5, done: 4, failed: 1, skipped: 0 },
        causes: [{ code: 'access-denied', s3Code: 'AccessDenied CopyObject', items: 1 }],
        reports: [`s3://reports/decant/decant-report-${id}.csv`],
      },
    },
  })
  expect(JSON.stringify(heard)).not.toContain('secret-')
  world.s3.faults.add({ kind: 'ExpiredToken', when: 'before', operation: 'CopyObject' })
  const { id: paused } = jobs.create(pour('copy', { webhook: 'team' }), { draft: false })
  await world.settle(jobs, paused)
  expect(heard.at(-1)?.event).toMatchObject({
    event: 'job.paused',
    job: { id: paused, status: 'paused', reason: 'credentials', outcome: 'unfinished' },
  })
  jobs.pause(paused)
  expect(heard).toHaveLength(2)
  await jobs.close()
})

test('a webhook that hangs holds up neither the end of its job nor the close, and is told at the next start', async () => {
  world.s3.giveMany('from', 'a/', 5)
  const hangs: CallWebhook = (_name, _event, signal) =>
    new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('stopped'))))
  const jobs = await world.open({ callWebhook: hangs })
  const id = await run(jobs, pour('copy', { webhook: 'team' }))
  expect(jobs.get(id).told).toEqual({ is: 'due' })
  await jobs.close()
  let told = 0
  const next = await world.open({ callWebhook: async () => void told++ })
  await until(next, id, (detail) => detail.told?.is === 'told')
  await next.close()
  expect(told).toBe(1)
  const refuses: CallWebhook = () =>
    Promise.reject(
      new DecantError({ code: 'bad-answer', reach: 'item', message: 'hooks.test answered 500.' }),
    )
  const last = await world.open({ callWebhook: refuses })
  const failed = await run(last, pour('copy', { webhook: 'team', conflict: 'skip' }))
  const detail = await until(last, failed, ({ told: now }) => now?.is === 'failed')
  expect(detail.snapshot.status).toEqual({ is: 'completed' })
  expect(
    detail.log.some(({ text, failure }) => text.includes('team') && failure?.message.includes('500')),
  ).toBe(true)
  await last.close()
})

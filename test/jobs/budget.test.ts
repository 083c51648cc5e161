import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { ConnectionRef } from '#model/connection.ts'
import type { Budget } from '#model/orders.ts'
import type { Prices } from '#model/price-file.ts'
import { systemSeams } from '#model/seams.ts'
import { jobSpec } from '#model/spec.ts'
import type { JobSpec } from '#model/spec.ts'
import type { Storage } from '../../main/engine/storage.ts'
import type { Jobs } from '../../main/jobs/api.ts'
import { openJobsWith } from '../../main/jobs/jobs.ts'
import { inProcessPlayground } from '../helpers/playground.ts'
import type { TestPlayground } from '../helpers/playground.ts'
import { noKeys } from '../helpers/specs.ts'
import { turnedQueue } from '../sim/queue.ts'
import { openStorage } from '../suites/storage/bench.ts'

/** A cent a copy, a tenth of one for all that reads, and a dollar a GiB that is copied from one Region to the other. */
const PRICES: Prices = {
  source: 'own',
  file: {
    v: 1,
    date: '2026-01-01',
    stores: [
      {
        name: 'Here',
        hosts: ['127.0.0.1', 'localhost'],
        fallback: 'any',
        minimums: {},
        regions: {
          any: {
            transfer: { region: 1, internet: 1 },
            classes: { STANDARD: { month: 0, write: 10, read: 1, retrieval: 0 } },
            operations: { ListObjectsV2: 0, HeadBucket: 0 },
          },
        },
      },
    ],
  },
}

let playground: TestPlayground
let storage: Storage
let connection: ConnectionRef
beforeAll(async () => {
  playground = await inProcessPlayground()
  storage = openStorage('wire', playground)
  const { endpoint, accessKeyId } = playground
  const credentials = { kind: 'keys', accessKeyId } as const
  connection = {
    id: 'here',
    name: 'Here',
    config: { endpoint, region: 'us-east-1', addressing: 'path', credentials },
  }
})
afterAll(async () => {
  storage.close()
  await playground.stop()
})

let dir: string
let bucket: string
let buckets = 0
let jobs: Jobs | undefined
beforeEach(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'decant-budget-'))
  bucket = `bucket-${++buckets}`
  await playground.admin.seed({ bucket, prefix: 'a/', count: 60, size: 1024 ** 2 })
  await playground.admin.seed({ bucket: `${bucket}-to`, count: 0 })
  await playground.admin.resetCounters()
})
afterEach(async () => {
  await jobs?.close()
  rmSync(dir, { recursive: true, force: true })
})

async function open(prices: Prices | undefined = PRICES): Promise<Jobs> {
  const options = { dir, seams: systemSeams, openStorage: () => Promise.resolve(storage), findKey: noKeys }
  jobs = await openJobsWith({ ...options, jobsAtOnce: 1, prices: prices && (() => prices) }, turnedQueue)
  return jobs
}

function spec(budget: Budget | undefined, kind: 'copy' | 'move' = 'copy', to = 'us-east-1'): JobSpec {
  const there = { ...connection, config: { ...connection.config, region: to } }
  return jobSpec.parse({
    ...{ v: 1, kind, conflict: 'overwrite', verify: 'answer', budget },
    sources: [{ connection, bucket, select: [{ kind: 'prefix', prefix: 'a/' }], base: 'a/' }],
    destinations: [{ connection: there, bucket: `${bucket}-to`, prefix: 'z/' }],
  })
}

const counted = async (): Promise<number> => {
  const { requests } = await playground.admin.counters()
  return Object.values(requests).reduce((sum, count) => sum + count, 0)
}

test.each(['copy', 'move'] as const)(
  'a %s stops before it sends more than its requests, and goes on with more',
  async (kind) => {
    const all = await open()
    const { id } = all.create(spec({ requests: 20 }, kind), { draft: false })
    const paused = await all.settled(id, 'idle')
    expect(paused.status).toMatchObject({ is: 'paused', reason: 'budget' })
    expect(await counted()).toBe(20)
    expect(all.get(id).budget).toEqual({ requests: 20 })
    expect(all.get(id).log.map(({ text }) => text)).toContain('Paused: the budget is used up.')
    expect(() => all.resume(id)).toThrow(/its budget of 20 requests is used up.*Raise its budget first/)
    all.setBudget(id, { requests: 31 })
    all.resume(id)
    expect((await all.settled(id, 'idle')).status).toMatchObject({ is: 'paused', reason: 'budget' })
    expect(await counted()).toBe(31)
    all.setBudget(id, null)
    all.resume(id)
    const done = await all.settled(id, 'finished')
    expect(done).toMatchObject({ status: { is: 'completed' }, tally: { failed: { items: 0 } } })
    expect(kind === 'copy' ? done.tally.copied.items : done.tally.moved.items).toBe(60)
  },
)

test('it is a pause after a restart, too', async () => {
  const all = await open()
  const { id } = all.create(spec({ requests: 20 }), { draft: false })
  await all.settled(id, 'idle')
  await all.close()
  const again = await open()
  expect(again.get(id)).toMatchObject({
    snapshot: { status: { is: 'paused', reason: 'budget' } },
    budget: { requests: 20 },
  })
  expect(await counted()).toBe(20)
  expect(() => again.resume(id)).toThrow(/used up/)
})

test('money counts copies and what is carried from Region to Region', async () => {
  const all = await open()
  // 60 copies of a MiB: a cent and 1/1024 dollar each.
  const { id } = all.create(spec({ usd: 0.25 }, 'copy', 'eu-west-1'), { draft: true })
  await all.settled(id, 'idle')
  const { estimate } = all.get(id)
  expect(estimate.cost).toMatchObject({ is: 'known', how: 'exact', pricesOf: '2026-01-01', source: 'own' })
  expect(estimate.cost).toHaveProperty('usd', expect.closeTo(0.6 + 60 / 1024, 6))
  all.start(id, 'now')
  const paused = await all.settled(id, 'idle')
  expect(paused.status).toMatchObject({ is: 'paused', reason: 'budget' })
  const { spentUsd = NaN } = all.get(id)
  expect(spentUsd).toBeLessThanOrEqual(0.25)
  expect(spentUsd).toBeGreaterThan(0.2)
  expect(paused.tally.copied.items).toBe(Math.floor(0.25 / (0.01 + 1 / 1024)))
  all.setBudget(id, { usd: 1 })
  all.resume(id)
  expect(await all.settled(id, 'finished')).toMatchObject({ status: { is: 'completed' } })
  // A look, a tenth of a cent, at each of the 38 that may have been sent before.
  expect(all.get(id).spentUsd).toBeCloseTo(0.6 + 60 / 1024 + 0.038, 4)
})

test.each(['503', '500'] as const)(
  'what S3 answers by a %s counts as sent, and costs nothing',
  async (answer) => {
    const all = await open()
    await playground.admin.faults({ op: 'CopyObject', do: answer, times: 40 })
    // 60 copies, a cent each: with the refused ones it would be a dollar.
    const { id } = all.create(spec({ usd: 0.75 }), { draft: false })
    expect(await all.settled(id, 'idle')).toMatchObject({
      status: { is: 'completed' },
      tally: { copied: { items: 60 } },
    })
    const { spentUsd, requests } = all.get(id)
    expect(requests['CopyObject']).toBe(100)
    const looks = requests['HeadObject'] ?? 0
    expect(spentUsd).toBeCloseTo(0.6 + looks * 0.001, 4)
    await all.close()
    expect((await open()).get(id).spentUsd).toBeCloseTo(0.6 + looks * 0.001, 4)
  },
)

test('a limit of money where nobody knows the prices is refused, naming it', async () => {
  const all = await open({ ...PRICES, file: { ...PRICES.file, stores: [] } })
  expect(() => all.create(spec({ usd: 5 }), { draft: false })).toThrow(
    /^budget\.usd: must be left out.*not 5$/,
  )
  const { id } = all.create(spec({ requests: 1000 }), { draft: true })
  await all.settled(id, 'idle')
  expect(() => all.setBudget(id, { usd: 5 })).toThrow(/budget\.usd/)
  expect(all.get(id)).toMatchObject({ budget: { requests: 1000 }, estimate: { cost: { is: 'unknown' } } })
  expect(all.get(id).spentUsd).toBeUndefined()
})

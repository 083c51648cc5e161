import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Client } from '#contract/client.ts'
import type { JobSnapshot, JobStatus } from '#model/job.ts'
import { LOCAL_CONNECTION } from '#model/local.ts'
import { keepExchange, needOf, type Upkeep } from '../../main/serve/exchange-upkeep.ts'
import { openExchange, type Exchange } from '../../main/serve/exchange.ts'

type Told = Parameters<Parameters<Client['on']>[1]>[0]
const HOUR = 3_600_000

function job(
  id: string,
  places: { from?: string; to?: string },
  over: Partial<JobSnapshot> = {},
): JobSnapshot {
  const label = (bucket = 'b') => ({
    connection: '',
    connectionId: bucket === 'b' ? 'store' : LOCAL_CONNECTION.id,
    bucket,
    prefix: '',
  })
  return {
    id,
    sources: [label(places.from)],
    destinations: [label(places.to)],
    status: { is: 'running' },
    draft: false,
    tally: { failed: { items: 0, bytes: 0 } },
    ...over,
  } as unknown as JobSnapshot
}
const failures = (items: number) =>
  ({ tally: { failed: { items, bytes: 0 } } }) as unknown as Partial<JobSnapshot>

describe('a folder of the exchange', () => {
  const completed: JobStatus = { is: 'completed' }
  it.each<[string, JobSnapshot[], 'sources' | 'destinations', ReturnType<typeof needOf>]>([
    ['no job', [], 'sources', 'unknown'],
    ['a job of another folder', [job('1', { from: '/x/ab' })], 'sources', 'unknown'],
    ['a draft', [job('1', { from: '/x/a' }, { draft: true, status: { is: 'ready' } })], 'sources', 'needed'],
    ['a job under way', [job('1', { from: '/x/a/deep' })], 'sources', 'needed'],
    ['one that is done', [job('1', { from: '/x/a' }, { status: completed })], 'sources', 'done'],
    [
      'one with failures',
      [job('1', { from: '/x/a' }, { status: completed, ...failures(3) })],
      'sources',
      'needed',
    ],
    [
      'one that was cancelled',
      [job('1', { from: '/x/a' }, { status: { is: 'cancelled' }, ...failures(3) })],
      'sources',
      'done',
    ],
    [
      'one that is done, beside one that is not',
      [job('1', { from: '/x/a' }, { status: completed }), job('2', { from: '/x/a' })],
      'sources',
      'needed',
    ],
    ['a download that is done', [job('1', { to: '/x/a' }, { status: completed })], 'destinations', 'kept'],
    ['a download under way', [job('1', { to: '/x/a' })], 'destinations', 'needed'],
  ])('named by %s', (_what, jobs, as, need) => {
    expect(needOf('/x/a', jobs, as)).toBe(need)
  })
})

describe('the upkeep of the exchange', () => {
  let dir: string
  let exchange: Exchange
  let upkeep: Upkeep
  let now = HOUR
  let jobs: JobSnapshot[]
  const listeners = new Map<string, (told: Told) => void>()

  async function start(): Promise<void> {
    const client = {
      call: async () => jobs,
      on(topic: string, listener: (told: Told) => void) {
        listeners.set(topic, listener)
        return () => void listeners.delete(topic)
      },
    } as unknown as Client
    upkeep = keepExchange(exchange, client, { now: () => now, after: () => () => {} })
    await upkeep.sweep()
  }
  const tell = async (changed: JobSnapshot[], removed: string[] = []): Promise<void> => {
    listeners.get('jobs.changed')?.({ jobs: changed, removed } as Told)
    await upkeep.sweep()
  }

  beforeEach(() => {
    now = HOUR
    jobs = []
    dir = mkdtempSync(path.join(tmpdir(), 'decant-upkeep-'))
    exchange = openExchange(dir, [], () => now)
  })
  afterEach(async () => {
    await upkeep.stop()
    rmSync(dir, { recursive: true, force: true })
  })

  it('takes away at the start what no job needs, and nothing else', async () => {
    const kept = path.join(exchange.uploads, 'kept')
    const orphans = [path.join(exchange.uploads, 'gone'), path.join(exchange.downloads, 'gone')]
    for (const folder of [kept, ...orphans]) {
      mkdirSync(folder)
      writeFileSync(path.join(folder, 'a'), '')
    }
    jobs = [job('1', { from: kept })]
    await start()
    await expect.poll(() => orphans.filter(existsSync)).toEqual([])
    expect(readdirSync(kept)).toEqual(['a'])
  })

  it('keeps what is being sent, and what its job needs; both go when they are done', async () => {
    await start()
    const { folder } = await exchange.begin({ files: 1, bytes: 1 })
    await tell([])
    expect(existsSync(folder)).toBe(true)
    await tell([job('draft', { from: folder }, { draft: true })])
    now += HOUR
    // The sheet plans anew: the old draft is gone before the new one is there.
    await tell([], ['draft'])
    expect(existsSync(folder)).toBe(true)
    await tell([job('1', { from: folder })])
    now += HOUR
    await tell([job('1', { from: folder }, { status: { is: 'completed' }, ...failures(1) })])
    expect(existsSync(folder)).toBe(true)
    await tell([job('1', { from: folder }, { status: { is: 'completed' } })])
    expect(existsSync(folder)).toBe(false)
  })

  it('gives up a transfer that nobody goes on with', async () => {
    await start()
    const { folder } = await exchange.begin({ files: 1, bytes: 1 })
    now += HOUR
    await upkeep.sweep()
    expect(existsSync(folder)).toBe(false)
  })

  it('keeps a download until it was fetched, or its job is gone', async () => {
    await start()
    const [first, second] = [await exchange.newDownload(), await exchange.newDownload()]
    const done = { status: { is: 'completed' } } as const
    await tell([job('1', { to: first }, done), job('2', { to: second }, done)])
    now += HOUR
    await upkeep.sweep()
    expect([first, second].every(existsSync)).toBe(true)
    upkeep.fetched(first)
    now += HOUR
    await upkeep.sweep()
    expect(existsSync(first)).toBe(false)
    await tell([], ['2'])
    now += HOUR
    await upkeep.sweep()
    expect(existsSync(second)).toBe(false)
  })
})

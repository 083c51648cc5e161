import { afterEach, describe, expect, it } from 'vitest'
import type { JobFile, PourSpec } from '#model/spec.ts'
import type { Jobs } from '../../main/jobs/api.ts'
import { CONNECTION, makeWorld, pour } from './world.ts'
import type { World } from './world.ts'

let world: World
afterEach(() => world.end())

function spread(by: number): void {
  // Each request takes its own time, so that jobs meet at every step.
  Object.assign(world.s3, { latency: () => 1 + Math.floor(world.seams.random() * by) })
}

const to = (bucket: string, prefix: string): PourSpec['destinations'] => [
  { connection: CONNECTION, bucket, prefix, requesterPays: false },
]
const from = (bucket: string, prefix: string): JobFile['sources'] => [
  {
    connection: CONNECTION,
    bucket,
    select: [{ kind: 'prefix' as const, prefix }],
    base: prefix,
  },
]

function digests(bucket: string, prefix = ''): Map<string, string> {
  const found = new Map<string, string>()
  for (const key of world.s3.keys(bucket))
    if (key.startsWith(prefix))
      found.set(key.slice(prefix.length), world.s3.current(bucket, key)?.content.digest ?? '')
  return found
}

async function finish(jobs: Jobs, ids: readonly string[]): Promise<void> {
  for (const id of ids) await world.settle(jobs, id, 'finished')
}

/** Every content that was there is somewhere still. */
function nothingLost(before: ReadonlyMap<string, string>): string[] {
  const all = new Set([...world.s3.buckets.keys()].flatMap((bucket) => [...digests(bucket).values()]))
  return [...before].filter(([, digest]) => !all.has(digest)).map(([key]) => key)
}

const SEEDS = Array.from({ length: 25 }, (_, n) => n + 1)

describe.each([
  ['a copy and a move of the same objects', [pour('copy'), pour('move', { destinations: to('to', 'y/') })]],
  ['two moves to two places', [pour('move'), pour('move', { destinations: to('to', 'y/') })]],
  ['two moves to one place', [pour('move'), pour('move')]],
  [
    'a move there and one back',
    [pour('move'), pour('move', { sources: from('to', 'z/'), destinations: to('from', 'a/') })],
  ],
] as const)('%s', (_name, specs) => {
  it('loses nothing, and what counts as moved is there', async () => {
    const wrong: string[] = []
    for (const seed of SEEDS) {
      world?.end()
      world = makeWorld(seed)
      world.s3.giveMany('from', 'a/', 8)
      for (let n = 0; n < 8; n += 2) world.s3.give('to', `z/0000${n}`, { seed: `a/0000${n}` })
      const before = digests('from', 'a/')
      spread(30)
      const jobs = await world.open()
      const ids = specs.map((spec) => jobs.create(spec, { draft: false }).id)
      await finish(jobs, ids)
      const lost = nothingLost(before)
      if (lost.length > 0) wrong.push(`seed ${seed}: lost ${lost.join(', ')}`)
      for (const id of ids) {
        const { items } = jobs.items(id, 'failed', 0, 99)
        for (const { key, failure } of items) {
          const is = failure?.code ?? ''
          if (
            ![
              'source-missing',
              'source-changed',
              'destination-changed',
              'destination-exists',
              'delete-refused',
            ].includes(is)
          )
            wrong.push(`seed ${seed}: ${key} ${is} ${failure?.message}`)
        }
      }
      await world.seams.finish(jobs.close())
    }
    expect(wrong).toEqual([])
  })
})

describe('a bucket is deleted amid a move', () => {
  /** At the nth request of a kind; `anew`: and made again, empty, with no versions. */
  async function without(bucket: string, operation: string, nth: number, anew: boolean) {
    world?.end()
    world = makeWorld(nth)
    world.s3.makeBucket('to', 'enabled')
    world.s3.giveMany('from', 'a/', 40)
    spread(20)
    let [copies, sources]: ReadonlyMap<string, string>[] = []
    const act = (): void => {
      copies = digests('to', 'z/')
      sources = digests('from', 'a/')
      world.s3.buckets.delete(bucket)
      if (anew) world.s3.makeBucket(bucket)
    }
    world.s3.faults.add({ kind: 'nothing', when: 'before', operation, nth, act })
    const jobs = await world.open()
    const { id } = jobs.create(pour('move', { concurrency: 4 }), { draft: false })
    const { status, tally } = await world.settle(jobs, id, 'finished')
    await world.seams.finish(jobs.close())
    return { status, tally, copies: copies ?? new Map(), sources: sources ?? new Map() }
  }
  const cases = ['CopyObject', 'HeadObject'].flatMap((operation) =>
    [1, 3, 9].map((nth) => [operation, nth] as const),
  )

  it.each(cases)('the destination at %s %i, for good: the job has failed, and says so', async (...at) => {
    const { status, sources } = await without('to', ...at, false)
    expect(status).toMatchObject({ is: 'failed', failure: { code: 'no-such-bucket' } })
    // A copy that was seen to stand may let its source go within the same moment; nothing else does.
    expect(sources.size - digests('from', 'a/').size).toBeLessThanOrEqual(4)
  })

  it.each(cases)(
    'the destination at %s %i, and made anew: what is gone failed, and has its source',
    async (...at) => {
      const { status, tally, copies, sources } = await without('to', ...at, true)
      expect(status.is).toBe('completed')
      const left = digests('from', 'a/')
      expect(left.size).toBe(tally.failed.items)
      // Whatever was copied before and goes on its way finds its copy gone.
      for (const key of digests('to', 'z/').keys()) expect(left.has(key) && !copies.has(key)).toBe(false)
      expect(sources.size).toBeGreaterThan(0)
    },
  )

  it.each([1, 3, 9])('the source at DeleteObject %i: all copies stand', async (nth) => {
    for (const anew of [false, true]) {
      const { status } = await without('from', 'DeleteObject', nth, anew)
      expect(digests('to', 'z/').size).toBe(40)
      expect(status.is).toBe(anew ? 'completed' : 'failed')
    }
  })
})

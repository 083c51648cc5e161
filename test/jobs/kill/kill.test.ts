import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { expectOnce, FROM, holding, openBench, TO } from './bench.ts'
import type { Bench } from './bench.ts'
import { jsonResult } from '../../helpers/decant.ts'

const GIB = 1024 ** 3
/** `decant` is asked for so many requests in flight; those that are held take a place each. */
const CONCURRENCY = ['--concurrency', '64', '--json']

let bench: Bench
beforeEach(async () => {
  bench = await openBench()
})
afterEach(() => bench.end())

/** Milliseconds; a busy machine starts each of the processes slowly. */
const PATIENCE = { timeout: 120_000 }

describe('SIGKILL of the real process, and resume', PATIENCE, () => {
  it('while planning: the listing goes on after its last whole page', async () => {
    await bench.seed({ count: 5000, pattern: 'obj-{n:4}' })
    await bench.playground.admin.faults({ op: 'ListObjectsV2', bucket: 'source', nth: 3, do: 'hang' })
    const running = bench.decant.start('copy', FROM, TO, ...CONCURRENCY)
    await bench.held(1, { CopyObject: 2000 })
    const result = await bench.killAndResume(running)
    await bench.isWhole(result, 5000)
    expectOnce(await bench.mutations('CopyObject'), 5000)
    // Pages 1 and 2 of the source were not listed again: 5 pages there, and at most as many at the destination.
    expect(result.requests['ListObjectsV2']).toBeLessThanOrEqual(10)
  })

  it('while sending, before and after the effect: what was in flight is settled, nothing is sent twice', async () => {
    await bench.seed({ count: 400, pattern: 'obj-{n:4}' })
    await bench.playground.admin.faults(
      holding('CopyObject', '3', 'before'),
      holding('CopyObject', '7', 'after'),
    )
    const running = bench.decant.start('copy', FROM, TO, ...CONCURRENCY)
    await bench.held(64, { CopyObject: 100 })
    const before = await bench.mutations('CopyObject')
    await bench.isWhole(await bench.killAndResume(running), 400)
    expectOnce(await bench.mutations('CopyObject'), 400)
    expect([...before.keys()].some((key) => key.endsWith('7'))).toBe(true)
    expect([...before.keys()].some((key) => key.endsWith('3'))).toBe(false)
  })

  it.each(['before', 'after'] as const)(
    'in the midst of a multipart copy, %s the effect of its parts: no finished part is sent again',
    async (when) => {
      await bench.seed({ count: 1, size: 6 * GIB, pattern: 'large', tags: { a: 'b' }, metadata: { c: 'd' } })
      await bench.playground.admin.faults({ op: 'UploadPartCopy', every: 3, do: 'hang', when })
      const running = bench.decant.start('copy', FROM, TO, ...CONCURRENCY)
      await bench.held(10, { UploadPartCopy: 22 })
      await bench.isWhole(await bench.killAndResume(running), 1)
      expectOnce(await bench.mutations('UploadPartCopy'), 32)
      expectOnce(await bench.mutations('CreateMultipartUpload'), 1)
      expectOnce(await bench.mutations('CompleteMultipartUpload'), 1)
      expect(await bench.mutations('AbortMultipartUpload')).toEqual(new Map())
    },
  )

  it.each([
    {
      held: 'the HEAD of the source',
      rule: { ...holding('HeadObject', '37', 'before'), bucket: 'source' },
      inFlight: 40,
      until: { CopyObject: 200 },
    },
    // Of many keys, and nothing else of the job goes on then but copies.
    {
      held: 'the deletes, before their effect',
      rule: { op: 'DeleteObjects', nth: 2, do: 'hang', when: 'before' } as const,
      inFlight: 1,
      until: { DeleteObjects: 1 },
    },
    {
      held: 'the deletes, after their effect',
      rule: { op: 'DeleteObjects', nth: 2, do: 'hang', when: 'after' } as const,
      inFlight: 1,
      until: { DeleteObjects: 1 },
    },
  ])(
    'between copy and delete of a move, at $held: copied once, deleted once',
    async ({ rule, inFlight, until }) => {
      await bench.seed({ count: 200, pattern: 'obj-{n:4}' })
      await bench.playground.admin.faults(rule)
      const running = bench.decant.start('move', FROM, TO, ...CONCURRENCY)
      await bench.held(inFlight, until)
      await bench.isWhole(await bench.killAndResume(running), 200)
      expectOnce(await bench.mutations('CopyObject'), 200)
      expectOnce(await bench.mutations('DeleteObject'), 200)
      const nothing = { bucket: 'destination', prefix: 'nothing/' }
      const left = await bench.playground.admin.compare({ bucket: 'source', prefix: 'in/' }, nothing)
      expect(left.missingCount).toBe(0)
    },
  )

  it('in a purge, before and after the effect: each old version goes once, and no current one', async () => {
    await seedTwice()
    await bench.playground.admin.faults(
      holding('DeleteObject', '3', 'before'),
      holding('DeleteObject', '7', 'after'),
    )
    const purge = ['purge', FROM, '--keep', '0', '--yes']
    const running = bench.decant.start(...purge, ...CONCURRENCY)
    await bench.held(40, { DeleteObject: 160 })
    const result = await bench.killAndResume(running)
    expect(result.tally).toMatchObject({ items: 200, deleted: 200, failed: 0 })
    expectOnce(await bench.mutations('DeleteObject'), 200)
    expect(await comparedWith('second')).toMatchObject({ equal: true, compared: 200 })
    expect(jsonResult((await bench.decant(...purge, '--json')).output).tally).toMatchObject({ items: 0 })
  })

  it('in a rewind, before and after the effect: each key is brought back once, and nothing is lost', async () => {
    const between = await seedTwice()
    await bench.playground.admin.faults(
      holding('CopyObject', '3', 'before'),
      holding('CopyObject', '7', 'after'),
    )
    const running = bench.decant.start('rewind', FROM, '--to', between, ...CONCURRENCY)
    await bench.held(40, { CopyObject: 160 })
    const result = await bench.killAndResume(running)
    expect(result.tally).toMatchObject({ items: 200, copied: 200, failed: 0 })
    expectOnce(await bench.mutations('CopyObject'), 200)
    expect(await bench.mutations('DeleteObject')).toEqual(new Map())
    expect(await comparedWith('witness')).toMatchObject({ equal: true, compared: 200 })
  })

  /** Two versions of each of 200 keys; `witness` and `second` have them by themselves. @returns a moment between */
  async function seedTwice(): Promise<string> {
    const { admin } = bench.playground
    const common = { count: 200, prefix: 'in/', pattern: 'obj-{n:4}' }
    await admin.seed({ ...common, bucket: 'source', versioning: 'Enabled', seed: 1, tags: { a: 'b' } })
    await admin.seed({ ...common, bucket: 'witness', seed: 1, tags: { a: 'b' } })
    const { now } = await admin.advance(60)
    await admin.advance(60)
    for (const bucket of ['source', 'second']) await admin.seed({ ...common, bucket, seed: 2, size: 2048 })
    return new Date(now * 1000).toISOString()
  }

  const comparedWith = (bucket: string) =>
    bench.playground.admin.compare({ bucket, prefix: 'in/' }, { bucket: 'source', prefix: 'in/' })
})

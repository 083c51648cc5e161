import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { expectOnce, FROM, holding, openBench, TO } from './bench.ts'
import type { Bench } from './bench.ts'
import { jsonResult } from '../../helpers/decant.ts'

const ITEMS = 200
const CONCURRENCY = ['--concurrency', '64', '--json']

let bench: Bench
beforeEach(async () => {
  bench = await openBench()
})
afterEach(() => bench.end())

const compare = () =>
  bench.playground.admin.compare({ bucket: 'source', prefix: 'in/' }, { bucket: 'witness', prefix: 'in/' })

/** Milliseconds; a busy machine starts each of the processes slowly. */
const PATIENCE = { timeout: 120_000 }

describe('SIGKILL amid an edit and amid its undo, and resume', PATIENCE, () => {
  it.each([
    { versions: 'no versions', by: 'CopyObject', tally: { edited: ITEMS, deleted: 0 } },
    { versions: 'versions', versioning: 'Enabled', by: 'DeleteObject', tally: { edited: 0, deleted: ITEMS } },
  ] as const)('in a bucket that keeps $versions: all is as before', async ({ by, tally, ...bucket }) => {
    const { admin } = bench.playground
    const versioning = 'versioning' in bucket ? { versioning: bucket.versioning } : {}
    await bench.seed({
      ...{ count: ITEMS, pattern: 'obj-{n:4}', metadata: { by: 'hand' }, tags: { colour: 'red' } },
      ...{ headers: { 'content-type': 'text/plain', 'cache-control': 'no-cache' }, ...versioning },
    })
    await admin.faults(holding('CopyObject', '3', 'before'), holding('CopyObject', '7', 'after'))
    const change = ['--set', 'content-type=text/css', '--remove', 'cache-control', '--tag', 'colour=blue']
    const editing = bench.decant.start('edit', FROM, ...change, '--set-meta', 'by=job', ...CONCURRENCY)
    await bench.held(40, { CopyObject: 160 })
    const edited = await bench.killAndResume(editing)
    expect(edited).toMatchObject({ outcome: 'done', tally: { edited: ITEMS, failed: 0 } })
    expect(await compare()).toMatchObject({ differentCount: ITEMS })

    await admin.resetCounters()
    await admin.faults(holding(by, '3', 'before'), holding(by, '7', 'after'))
    const undoing = bench.decant.start('undo', edited.jobId, '--json')
    await bench.held(40, { [by]: 160 })
    const undone = await bench.killAndResume(undoing)
    expect(undone).toMatchObject({ outcome: 'done', tally: { ...tally, items: ITEMS, failed: 0 } })
    expect(await compare()).toMatchObject({ equal: true, compared: ITEMS })
    const written = await bench.mutations(by)
    if (by === 'DeleteObject') expectOnce(written, ITEMS)
    else expect([...written].filter(([, times]) => times !== 2)).toEqual([])
  })
})

describe('SIGKILL amid the undo of a move, and resume', PATIENCE, () => {
  it.each([
    // Bound to ETags, so that they go together; versions go one by one, by their ids.
    {
      versions: 'no versions',
      rules: [{ op: 'DeleteObjects', nth: 2, do: 'hang', when: 'after' }],
      inFlight: 1,
      until: { DeleteObjects: 1 },
    },
    {
      versions: 'versions',
      versioning: 'Enabled',
      rules: [holding('DeleteObject', '3', 'before'), holding('DeleteObject', '7', 'after')],
      inFlight: 40,
      until: { DeleteObject: 160 },
    },
  ] as const)(
    'from a bucket that keeps $versions: every object is back, and no copy is left',
    async (bucket) => {
      const { admin } = bench.playground
      const versioning = 'versioning' in bucket ? { versioning: bucket.versioning } : {}
      await bench.seed({ count: ITEMS, pattern: 'obj-{n:4}', tags: { colour: 'red' }, ...versioning })
      const { output } = await bench.decant('move', FROM, TO, ...CONCURRENCY)
      const { jobId } = jsonResult(output)
      await admin.faults(...bucket.rules)
      const undoing = bench.decant.start('undo', jobId, '--json')
      await bench.held(bucket.inFlight, bucket.until)
      const undone = await bench.killAndResume(undoing)
      expect(undone).toMatchObject({ outcome: 'done', tally: { items: ITEMS, failed: 0 } })
      expect(await compare()).toMatchObject({ equal: true, compared: ITEMS })
      const empty = { bucket: 'destination', prefix: 'out/' }
      expect(await admin.compare(empty, { bucket: 'destination', prefix: 'none/' })).toMatchObject({
        compared: 0,
      })
    },
  )
})

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { jsonResult } from '../../helpers/decant.ts'
import { until } from '../../helpers/processes.ts'
import { RawS3 } from '../../helpers/raw-s3.ts'
import { expectOnce, FROM, holding, openBench, TO } from './bench.ts'
import type { Bench } from './bench.ts'

const CONCURRENCY = ['--concurrency', '64', '--json']
const HOUR = 3600

let bench: Bench
beforeEach(async () => {
  bench = await openBench()
})
afterEach(() => bench.end())

/** Milliseconds; a busy machine starts each of the processes slowly. */
const PATIENCE = { timeout: 120_000 }

/** What stands of a key, newest first: ETags, and `marker`. */
async function versions(s3: RawS3, bucket: string, key: string): Promise<string[]> {
  const { text } = await s3.send({
    method: 'GET',
    path: `/${bucket}?prefix=${encodeURIComponent(key)}&versions=`,
  })
  const rows = text.match(/<(Version|DeleteMarker)>.*?<\/\1>/gs) ?? []
  return rows
    .filter((row) => row.includes(`<Key>${key}</Key>`))
    .map((row) => /<ETag>(.*?)<\/ETag>/.exec(row)?.[1] ?? 'marker')
}

/** What `decant jobs` says of the one job, while another process works on it. */
async function state(): Promise<string> {
  const { status, reason } = jsonResult((await bench.decant('jobs', '--json')).output) as {
    status: string
    reason?: string
  }
  return reason === undefined ? status : `${status} ${reason}`
}

describe('SIGKILL of the real process amid work in steps, and resume', PATIENCE, () => {
  it('in the middle of a history: its order is kept, and no version is written twice', async () => {
    const { admin } = bench.playground
    const s3 = new RawS3(bench.playground)
    const keys = Array.from({ length: 10 }, (_, n) => `k${n}`)
    await admin.seed({ bucket: 'target', count: 0, versioning: 'Enabled' })
    for (const key of keys) {
      // Equal contents among them: what is in doubt is told from an older one by its place alone.
      for (const text of ['one', 'two', null, 'one', 'one', null, 'three']) {
        if (text === null) await s3.send({ method: 'DELETE', path: `/history/in/${key}` })
        else await admin.seed({ bucket: 'history', key: `in/${key}`, text, versioning: 'Enabled' })
      }
    }
    await admin.faults(
      { op: 'CopyObject', keyPattern: 'k3$', nth: 4, do: 'hang', when: 'after' },
      { op: 'CopyObject', keyPattern: 'k5$', nth: 2, do: 'hang', when: 'before' },
      { op: 'DeleteObject', bucket: 'target', keyPattern: 'k7$', nth: 2, do: 'hang', when: 'after' },
    )
    const args = ['s3://history/in/', 's3://target/out/', '--versions', 'all', ...CONCURRENCY]
    const running = bench.decant.start('copy', ...args)
    await bench.held(3, { CopyObject: 7 * 5 + 3 + 1 + 4 })
    const result = await bench.killAndResume(running)
    expect(result).toMatchObject({ status: 'completed', outcome: 'done', tally: { items: 70, failed: 0 } })
    for (const key of keys) {
      expect(await versions(s3, 'target', `out/${key}`)).toEqual(await versions(s3, 'history', `in/${key}`))
    }
    s3.close()
  })

  it('between the copy of a version and its delete in a move: nothing is lost, nothing is left', async () => {
    const { admin } = bench.playground
    const s3 = new RawS3(bench.playground)
    await admin.seed({ bucket: 'target', count: 0, versioning: 'Enabled' })
    for (let n = 0; n < 10; n++) {
      for (const text of ['one', 'two', 'two']) {
        await admin.seed({ bucket: 'history', key: `in/k${n}`, text, versioning: 'Enabled' })
      }
    }
    const wanted = await versions(s3, 'history', 'in/k3')
    await admin.faults(
      { op: 'DeleteObject', keyPattern: 'k3$', nth: 2, do: 'hang', when: 'before' },
      { op: 'DeleteObject', keyPattern: 'k4$', nth: 2, do: 'hang', when: 'after' },
    )
    const args = ['s3://history/in/', 's3://target/out/', '--versions', 'all', ...CONCURRENCY]
    const running = bench.decant.start('move', ...args)
    await bench.held(2, { CopyObject: 8 * 3 + 2 * 2 })
    const result = await bench.killAndResume(running)
    expect(result).toMatchObject({ status: 'completed', outcome: 'done', tally: { items: 30, failed: 0 } })
    for (let n = 0; n < 10; n++) {
      expect(await versions(s3, 'target', `out/k${n}`)).toEqual(wanted)
      expect(await versions(s3, 'history', `in/k${n}`)).toEqual([])
    }
    s3.close()
  })

  it('of an edit, before and after the effect: each object is written once, and as asked for', async () => {
    await bench.seed({ count: 200, pattern: 'obj-{n:4}', metadata: { by: 'hand' } })
    await bench.playground.admin.faults(
      holding('CopyObject', '3', 'before'),
      holding('CopyObject', '7', 'after'),
    )
    const running = bench.decant.start('edit', FROM, '--set', 'cache-control=no-cache', ...CONCURRENCY)
    await bench.held(40, { CopyObject: 160 })
    const result = await bench.killAndResume(running)
    expect(result).toMatchObject({ status: 'completed', outcome: 'done', tally: { items: 200, failed: 0 } })
    expectOnce(await bench.mutations('CopyObject'), 200)
    const s3 = new RawS3(bench.playground)
    for (const key of ['obj-0003', 'obj-0007', 'obj-0100']) {
      const { headers } = await s3.send({ method: 'HEAD', path: `/source/in/${key}` })
      expect(headers).toMatchObject({ 'cache-control': 'no-cache', 'x-amz-meta-by': 'hand' })
    }
    s3.close()
  })

  it('while the archive is asked: it waits on without asking twice, and copies what has come', async () => {
    const { admin } = bench.playground
    await admin.seed({
      bucket: 'source',
      prefix: 'in/',
      count: 30,
      pattern: 'cold-{n:2}',
      storageClass: 'GLACIER',
    })
    await admin.seed({ bucket: 'source', prefix: 'in/', count: 10, pattern: 'warm-{n:2}' })
    await admin.faults(holding('RestoreObject', '5', 'before'), holding('RestoreObject', '7', 'after'))
    const args = ['--restore', 'Standard:2', '--storage-class', 'STANDARD', ...CONCURRENCY]
    const running = bench.decant.start('copy', FROM, TO, ...args)
    await bench.held(3, { RestoreObject: 13, CopyObject: 10 })
    await running.kill()
    await admin.clearFaults()
    await admin.release()
    const waiting = bench.decant.start('resume', '--all', '--json')
    await until('it waits for the archive', async () => (await state()) === 'paused restore')
    await waiting.kill()
    expectOnce(await bench.mutations('RestoreObject'), 30)
    expectOnce(await bench.mutations('CopyObject'), 10)
    await admin.advance(6 * HOUR)
    const { code, output } = await bench.decant('resume', '--all', '--json')
    expect({ code, output }).toMatchObject({ code: 0 })
    expect(jsonResult(output)).toMatchObject({
      status: 'completed',
      tally: { items: 40, copied: 40, failed: 0 },
    })
    expectOnce(await bench.mutations('CopyObject'), 40)
    expectOnce(await bench.mutations('RestoreObject'), 30)
  })
})

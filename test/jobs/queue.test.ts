import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { betterQueue } from '../../main/jobs/queue/queue.ts'
import type { JobQueue } from '../../main/jobs/queue/queue.ts'
import { openStore } from '../../main/jobs/store/store.ts'
import type { Store } from '../../main/jobs/store/store.ts'
import { until } from '../helpers/processes.ts'

let dir: string
let store: Store
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'decant-queue-'))
  store = openStore(dir, 'write')
})
afterEach(() => {
  store.close()
  rmSync(dir, { recursive: true, force: true })
})

/** A queue whose jobs end when the test says so. */
function heldQueue(
  concurrency: number,
  {
    perEndpoint = Infinity,
    priorities = {},
  }: { perEndpoint?: number; priorities?: Record<string, number> } = {},
): {
  queue: JobQueue
  started: string[]
  finish: (id: string) => void
} {
  const started: string[] = []
  const held = new Map<string, () => void>()
  let locks = 0
  const queue = betterQueue({
    table: store.queue,
    concurrency,
    perEndpoint,
    priorityOf: (id) => priorities[id] ?? 50,
    // `s3-2` goes through `s3`.
    endpointsOf: (id) => [id.split('-')[0] ?? ''],
    excludes: (id, other) => id.endsWith('against') && other.endsWith('for'),
    lockId: () => `lock${(locks += 1)}`,
    work: (id) => {
      started.push(id)
      return new Promise((resolve) => held.set(id, resolve))
    },
    lost: (id) => started.push(`lost ${id}`),
  })
  return { queue, started, finish: (id) => held.get(id)?.() }
}

const toHave = (started: string[], ...ids: string[]): Promise<void> =>
  until(ids.join(), () => started.join() === ids.join())

test('one that must not work beside another has its turn when that one has ended', async () => {
  const { queue, started, finish } = heldQueue(3)
  for (const id of ['for', 'against', 'c']) queue.add(id, false)
  await toHave(started, 'for', 'c')
  finish('for')
  await toHave(started, 'for', 'c', 'against')
})

test('as many run at once as are allowed, the others in their order', async () => {
  const { queue, started, finish } = heldQueue(2)
  for (const id of ['a', 'b', 'c', 'd']) queue.add(id, false)
  await toHave(started, 'a', 'b')
  finish('a')
  await toHave(started, 'a', 'b', 'c')
  finish('b')
  await toHave(started, 'a', 'b', 'c', 'd')
  queue.close()
})

test('first means before all that wait', async () => {
  const { queue, started, finish } = heldQueue(1)
  queue.add('a', false)
  await toHave(started, 'a')
  queue.add('b', false)
  queue.add('c', true)
  finish('a')
  await toHave(started, 'a', 'c')
  queue.close()
})

test('a job that is added while it runs is run once more, after it', async () => {
  const { queue, started, finish } = heldQueue(3)
  queue.add('a', false)
  await toHave(started, 'a')
  queue.add('a', false)
  finish('a')
  await toHave(started, 'a', 'a')
  queue.close()
})

test('a removed job never starts', async () => {
  const { queue, started, finish } = heldQueue(1)
  for (const id of ['a', 'b', 'c']) queue.add(id, false)
  await toHave(started, 'a')
  queue.remove('b')
  finish('a')
  await toHave(started, 'a', 'c')
  queue.close()
})

test('more may run from now on', async () => {
  const { queue, started } = heldQueue(1)
  for (const id of ['a', 'b', 'c']) queue.add(id, false)
  await toHave(started, 'a')
  queue.setConcurrency(3)
  await toHave(started, 'a', 'b', 'c')
  queue.close()
})

test('what a killed process had taken comes first at the next start, and no more at once than allowed', async () => {
  for (const id of ['a', 'b', 'c']) store.queue.put({ id, first: false, priority: 50 })
  store.queue.take('b', 'of a dead process')
  store.queue.take('c', 'of a dead process')
  const { queue, started, finish } = heldQueue(1)
  await toHave(started, 'b')
  finish('b')
  await toHave(started, 'b', 'c')
  finish('c')
  await toHave(started, 'b', 'c', 'a')
  queue.close()
})

test('higher priority goes first, among equals the order in which they came', async () => {
  const { queue, started, finish } = heldQueue(1, { priorities: { c: 75, d: 75, e: 25 } })
  queue.add('a', false)
  await toHave(started, 'a')
  for (const id of ['e', 'b', 'c', 'd']) queue.add(id, false)
  for (const [at, id] of ['a', 'c', 'd', 'b', 'e'].entries()) {
    await until(id, () => started[at] === id)
    finish(id)
  }
  queue.close()
})

test('the line may be arranged anew while it waits', async () => {
  const { queue, started, finish } = heldQueue(1)
  for (const id of ['a', 'b', 'c']) queue.add(id, false)
  await toHave(started, 'a')
  const line = [
    { id: 'c', priority: 50 },
    { id: 'b', priority: 50 },
  ]
  store.transaction(() => store.queue.arrange(line))
  expect(store.queue.waiting()).toEqual(line)
  queue.look()
  finish('a')
  await toHave(started, 'a', 'c')
  queue.close()
})

test('of one endpoint no more run than are allowed; those of others overtake, and nobody waits for ever', async () => {
  const { queue, started, finish } = heldQueue(3, { perEndpoint: 1 })
  for (const id of ['s3-1', 's3-2', 'ceph-1', 'ceph-2', 'minio-1']) queue.add(id, false)
  await toHave(started, 's3-1', 'ceph-1', 'minio-1')
  finish('minio-1')
  finish('s3-1')
  await toHave(started, 's3-1', 'ceph-1', 'minio-1', 's3-2')
  queue.setPerEndpoint(2)
  await toHave(started, 's3-1', 'ceph-1', 'minio-1', 's3-2', 'ceph-2')
  queue.close()
})

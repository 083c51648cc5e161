import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'vitest'
import { betterQueue } from '../../main/jobs/queue.ts'
import type { JobQueue } from '../../main/jobs/queue.ts'
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
function heldQueue(concurrency: number): {
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
  await until('both wait', () => store.queue.list().length === 3)
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
  await until('all are in', () => store.queue.list().length === 3)
  queue.remove('b')
  finish('a')
  await toHave(started, 'a', 'c')
  queue.close()
})

test('more may run from now on', async () => {
  const { queue, started } = heldQueue(1)
  for (const id of ['a', 'b', 'c']) queue.add(id, false)
  await toHave(started, 'a')
  await until('all are in', () => store.queue.list().length === 3)
  queue.setConcurrency(3)
  await toHave(started, 'a', 'b', 'c')
  queue.close()
})

test('what a killed process had taken comes first at the next start, and no more at once than allowed', async () => {
  for (const id of ['a', 'b', 'c']) store.queue.put({ id, first: false })
  store.queue.take(2, 'of a dead process')
  const { queue, started, finish } = heldQueue(1)
  await toHave(started, 'a')
  finish('a')
  await toHave(started, 'a', 'b')
  finish('b')
  await toHave(started, 'a', 'b', 'c')
  queue.close()
})

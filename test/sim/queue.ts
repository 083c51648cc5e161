import type { JobQueue, QueueOptions } from '../../main/jobs/queue.ts'

/** The queue without better-queue's own timers: a seed turns it, as it turns everything else. */
export function turnedQueue({ table, concurrency, lockId, work }: QueueOptions): JobQueue {
  const running = new Set<string>()
  const again = new Map<string, boolean>()
  let most = concurrency
  let closed = false
  table.unlockAll()

  const start = async (id: string, lock: string): Promise<void> => {
    await work(id)
    running.delete(id)
    if (closed) return
    table.release(lock)
    const first = again.get(id)
    again.delete(id)
    if (first !== undefined) table.put({ id, first })
    take()
  }
  const take = (): void => {
    while (!closed && running.size < most) {
      const lock = lockId()
      table.take(1, lock)
      const [id] = table.locked(lock)
      if (id === undefined) return
      running.add(id)
      void start(id, lock)
    }
  }
  queueMicrotask(take)

  return {
    add: (id, first) => {
      if (running.has(id)) again.set(id, first)
      else table.put({ id, first })
      queueMicrotask(take)
    },
    remove: (id) => {
      again.delete(id)
      if (!running.has(id)) table.remove(id)
    },
    setConcurrency: (count) => {
      most = count
      take()
    },
    close: () => {
      closed = true
    },
  }
}

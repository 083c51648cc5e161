import { toFailure } from '#model/failure.ts'
import { nextInLine } from '../../main/jobs/queue/line.ts'
import type { JobQueue, QueueOptions } from '../../main/jobs/queue/queue.ts'

/** The queue without better-queue's own timers: a seed turns it, as it turns everything else. */
export function turnedQueue(options: QueueOptions): JobQueue {
  const { table, lockId, work, priorityOf, endpointsOf, excludes } = options
  const running = new Set<string>()
  const again = new Map<string, boolean>()
  let most = options.concurrency
  let { perEndpoint } = options
  let closed = false
  table.unlockAll()

  const start = async (id: string, lock: string): Promise<void> => {
    await work(id)
    running.delete(id)
    if (closed) return
    try {
      table.release(lock)
    } catch {
      // As with the real one: taken back when the job is put again.
    }
    const first = again.get(id)
    again.delete(id)
    if (first !== undefined) put(id, first)
    take()
  }
  const put = (id: string, first: boolean): void => {
    try {
      table.put({ id, first, priority: priorityOf(id) })
    } catch (error) {
      options.lost(id, toFailure(error))
    }
  }
  const take = (): void => {
    while (!closed && running.size < most) {
      const id = nextInLine(table.waiting(), running, endpointsOf, perEndpoint, excludes)
      if (id === undefined) return
      const lock = lockId()
      try {
        table.take(id, lock)
      } catch (error) {
        return options.lost(id, toFailure(error))
      }
      running.add(id)
      void start(id, lock)
    }
  }
  queueMicrotask(take)

  return {
    add: (id, first) => {
      if (running.has(id)) again.set(id, first)
      else put(id, first)
      queueMicrotask(take)
    },
    remove: (id) => {
      again.delete(id)
      if (!running.has(id)) table.remove(id)
      queueMicrotask(take)
    },
    look: () => queueMicrotask(take),
    setConcurrency: (count) => {
      most = count
      take()
    },
    setPerEndpoint: (count) => {
      perEndpoint = count
      take()
    },
    close: () => {
      closed = true
    },
  }
}

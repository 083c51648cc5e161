import BetterQueue from 'better-queue'
import type { QueueTable, QueueTask } from './store/queue.ts'
import { toFailure } from '#model/failure.ts'
import type { Failure } from '#model/failure.ts'

/** Which jobs run, and in what order: as many at once as are allowed, the others wait. */
export interface JobQueue {
  /** `first`: before all that wait. A job that runs at present is taken up again after it. */
  add(id: string, first: boolean): void
  /** A waiting job waits no more; a running one goes on. */
  remove(id: string): void
  setConcurrency(count: number): void
  /** Starts nothing more. What runs keeps its place for the next start. */
  close(): void
}

export interface QueueOptions {
  readonly table: QueueTable
  readonly concurrency: number
  readonly lockId: () => string
  /** Runs a job to its end or its pause. Never rejects. */
  readonly work: (id: string) => Promise<void>
  /** The job could not be put in the queue. */
  readonly lost: (id: string, failure: Failure) => void
}

export type MakeQueue = (options: QueueOptions) => JobQueue

/**
 * better-queue over the journal's own file. Its pitfalls are met here: retries are the run's business (`maxRetries: 1`),
 * locks of a killed process are taken back before it connects, a stored backlog is fetched on while one task runs,
 * and an id is never pushed while it runs, or it would run twice.
 */
export function betterQueue({ table, concurrency, lockId, work, lost }: QueueOptions): JobQueue {
  const running = new Set<string>()
  const again = new Map<string, boolean>()
  let closed = false
  table.unlockAll()
  const queue = new BetterQueue<QueueTask>(
    (task: QueueTask, done: (error?: unknown) => void) => {
      running.add(task.id)
      void work(task.id).finally(() => done())
    },
    {
      concurrent: concurrency,
      maxRetries: 1,
      store: storeOver(table, lockId, () => closed, released) as never,
    },
  )
  queue.on('task_started', () => void queue.resume())

  function released(ids: readonly string[]): void {
    for (const id of ids) {
      running.delete(id)
      const first = again.get(id)
      again.delete(id)
      if (first !== undefined && !closed) push(id, first)
    }
  }

  function push(id: string, first: boolean): void {
    queue.push({ id, first }).on('failed', () => {
      if (!running.has(id)) lost(id, toFailure(new Error('the queue did not take the job')))
    })
  }

  return {
    add: (id, first) => {
      if (running.has(id)) again.set(id, first)
      else push(id, first)
    },
    remove: (id) => {
      again.delete(id)
      // A row that cannot be removed harms nobody: a job whose turn comes is run only if it still waits.
      if (!running.has(id)) quietly(() => table.remove(id))
    },
    setConcurrency: (count) => {
      // better-queue reads it at every turn; its types do not say so.
      Object.assign(queue, { concurrent: count })
      queue.resume()
    },
    close: () => {
      closed = true
      queue.pause()
    },
  }
}

type Done<Result = void> = (error?: unknown, result?: Result) => void

/** The methods by which better-queue speaks to a store. Every failure goes to the callback: a throw stops the queue. */
function storeOver(
  table: QueueTable,
  lockId: () => string,
  isClosed: () => boolean,
  released: (ids: readonly string[]) => void,
): object {
  const held = new Map<string, readonly string[]>()
  const toTask = (id: string): QueueTask => ({ id, first: false })
  const taken = (count: number): string => {
    const lock = lockId()
    if (!isClosed()) table.take(count, lock)
    return lock
  }
  return {
    connect: (done: Done<number>) => answer(done, () => table.list().length),
    getTask: (id: string, done: Done<QueueTask | undefined>) =>
      answer(done, () => (!isClosed() && table.has(id) ? toTask(id) : undefined)),
    putTask: (_id: string, task: QueueTask, _priority: unknown, done: Done) =>
      answer(done, () => table.put(task)),
    deleteTask: (id: string, done: Done) => answer(done, () => table.remove(id)),
    takeFirstN: (count: number, done: Done<string>) => answer(done, () => taken(count)),
    takeLastN: (count: number, done: Done<string>) => answer(done, () => taken(count)),
    getLock: (lock: string, done: Done<Record<string, QueueTask>>) =>
      answer(done, () => {
        const ids = isClosed() ? [] : table.locked(lock)
        held.set(lock, ids)
        return Object.fromEntries(ids.map((id) => [id, toTask(id)]))
      }),
    getRunningTasks: (done: Done<object>) => answer(done, () => ({})),
    releaseLock: (lock: string, done: Done) => {
      const ids = held.get(lock) ?? []
      held.delete(lock)
      if (isClosed()) return done()
      // better-queue would ask for ever. A lock that outlives a full disk is taken back when its job is put again, or
      // at the next start.
      quietly(() => table.release(lock))
      done()
      released(ids)
    },
  }
}

function quietly(write: () => void): void {
  try {
    write()
  } catch {
    // The callers say why that is all right.
  }
}

function answer<Result>(done: Done<Result>, work: () => Result): void {
  let result: Result
  try {
    result = work()
  } catch (error) {
    return done(error)
  }
  done(null, result)
}

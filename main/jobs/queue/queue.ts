import BetterQueue from 'better-queue'
import { nextInLine } from './line.ts'
import type { QueueTable } from '../store/queue.ts'
import { toFailure } from '#model/failure.ts'
import type { Failure } from '#model/failure.ts'

/**
 * Which jobs run, and in what order: as many at once as are allowed, altogether and of each endpoint; the others wait in
 * the table, where whoever reorders them writes, and then calls `look`.
 */
export interface JobQueue {
  /** `first`: before all that wait. A job that runs at present is taken up again after it. */
  add(id: string, first: boolean): void
  /** A waiting job waits no more; a running one goes on. */
  remove(id: string): void
  /** The line is another: somebody's turn may have come. */
  look(): void
  setConcurrency(count: number): void
  setPerEndpoint(count: number): void
  /** Starts nothing more. What runs keeps its place for the next start. */
  close(): void
}

export interface QueueOptions {
  readonly table: QueueTable
  readonly concurrency: number
  /** Of the jobs that go through one endpoint, so many run at once. */
  readonly perEndpoint: number
  readonly priorityOf: (id: string) => number
  readonly endpointsOf: (id: string) => readonly string[]
  /** Whether the two must not work at the same time. */
  readonly excludes: (id: string, other: string) => boolean
  readonly lockId: () => string
  /** Runs a job to its end or its pause. Never rejects. */
  readonly work: (id: string) => Promise<void>
  /** The job could not be put in the queue, or not taken from it. */
  readonly lost: (id: string, failure: Failure) => void
}

export type MakeQueue = (options: QueueOptions) => JobQueue

/**
 * better-queue over the journal's own file. The table says who waits; better-queue is only told that there is somebody,
 * and asks whose turn it is. Its pitfalls are met here: retries are the run's business (`maxRetries: 1`), locks of a
 * killed process are taken back before it connects, a stored backlog is fetched on while one task runs, it does not
 * look again by itself where nobody's turn had come, and an id is never pushed while it runs, or it would run twice.
 */
export function betterQueue(options: QueueOptions): JobQueue {
  const { table, concurrency, lockId, work, lost } = options
  const running = new Set<string>()
  const again = new Map<string, boolean>()
  let perEndpoint = options.perEndpoint
  let closed = false
  table.unlockAll()
  const next = (): string | undefined =>
    closed
      ? undefined
      : nextInLine(table.waiting(), running, options.endpointsOf, perEndpoint, options.excludes)
  const queue = new BetterQueue<{ id: string }>(
    (task: { id: string }, done: (error?: unknown) => void) => {
      void work(task.id).finally(() => done())
    },
    {
      concurrent: concurrency,
      maxRetries: 1,
      store: storeOver({
        table,
        lockId,
        next,
        isClosed: () => closed,
        taken: (id) => running.add(id),
        lost,
        released,
      }) as never,
    },
  )
  queue.on('task_started', () => void queue.resume())

  const look = (): void => {
    if (!closed) queue.resume()
  }

  function released(id: string): void {
    running.delete(id)
    const first = again.get(id)
    again.delete(id)
    if (first !== undefined && !closed) push(id, first)
  }

  function push(id: string, first: boolean): void {
    try {
      table.put({ id, first, priority: options.priorityOf(id) })
    } catch (error) {
      return lost(id, toFailure(error))
    }
    queue.push({ id })
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
      look()
    },
    look,
    setConcurrency: (count) => {
      // better-queue reads it at every turn; its types do not say so.
      Object.assign(queue, { concurrent: count })
      look()
    },
    setPerEndpoint: (count) => {
      perEndpoint = count
      look()
    },
    close: () => {
      closed = true
      queue.pause()
    },
  }
}

type Done<Result = void> = (error?: unknown, result?: Result) => void

interface StoreParts {
  readonly table: QueueTable
  readonly lockId: () => string
  /** Whose turn it is. */
  readonly next: () => string | undefined
  readonly isClosed: () => boolean
  readonly taken: (id: string) => void
  readonly lost: QueueOptions['lost']
  readonly released: (id: string) => void
}

/**
 * The methods by which better-queue speaks to a store. Every failure goes to the callback: a throw stops the queue. What
 * it pushes is in the table already, and counts as new to it each time: a task too many in its count costs a look, one
 * too few would leave a job waiting.
 */
function storeOver({ table, lockId, next, isClosed, taken, lost, released }: StoreParts): object {
  const held = new Map<string, string>()
  const take = (): string => {
    const lock = lockId()
    const id = next()
    if (id === undefined) return lock
    try {
      table.take(id, lock)
    } catch (error) {
      lost(id, toFailure(error))
      return lock
    }
    held.set(lock, id)
    taken(id)
    return lock
  }
  const nothing = (_: unknown, done: Done): void => done()
  return {
    connect: (done: Done<number>) => answer(done, () => table.waiting().length),
    getTask: nothing,
    putTask: (_id: string, _task: unknown, _priority: unknown, done: Done) => done(),
    deleteTask: nothing,
    takeFirstN: (_count: number, done: Done<string>) => answer(done, take),
    takeLastN: (_count: number, done: Done<string>) => answer(done, take),
    getLock: (lock: string, done: Done<Record<string, { id: string }>>) => {
      const id = held.get(lock)
      done(null, id === undefined ? {} : { [id]: { id } })
    },
    getRunningTasks: (done: Done<object>) => done(null, {}),
    releaseLock: (lock: string, done: Done) => {
      const id = held.get(lock)
      held.delete(lock)
      if (isClosed() || id === undefined) return done()
      // better-queue would ask for ever. A lock that outlives a full disk is taken back when its job is put again, or
      // at the next start.
      quietly(() => table.release(lock))
      done()
      released(id)
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

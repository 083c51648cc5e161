import { movedTo, placeInLine, priorityAt } from './line.ts'
import type { JobRecord } from '../record.ts'
import type { QueueTable } from '../store/queue.ts'
import { fail } from '#model/failure.ts'
import { PRIORITIES } from '#model/orders.ts'
import type { Seams } from '#model/seams.ts'

export function priorityOf(record: Pick<JobRecord, 'more'> | undefined): number {
  return record?.more.priority ?? PRIORITIES.normal
}

/** The jobs that wait, in their order, and what a person changes about it. What it changes of a record, it does not save. */
export class Line {
  readonly #table: QueueTable
  readonly #placeChanged: (id: string) => void
  #told: ReadonlyMap<string, number> = new Map()
  #cancel: (() => void) | undefined

  constructor(table: QueueTable, seams: Seams, placeChanged: (id: string) => void) {
    this.#table = table
    this.#placeChanged = placeChanged
    table.onChange(() => (this.#cancel ??= seams.after(0, () => this.#tell())))
  }

  /** From 1. */
  placeOf(id: string): number | undefined {
    return placeInLine(this.#table.waiting(), id)
  }

  /** Gives it the priority that it needs to stand before all. */
  raiseToFirst(record: JobRecord): void {
    const others = this.#table.waiting().filter(({ id }) => id !== record.id)
    record.more.priority = priorityAt(others, others[0]?.id ?? null, priorityOf(record))
  }

  /** Right before `before`, or at the end, with the priority that it needs to stand there. */
  move(record: JobRecord, before: string | null): void {
    const line = this.#table.waiting()
    if (before === record.id) return
    if (before !== null && placeInLine(line, before) === undefined) {
      const message = `before: the job ${JSON.stringify(before)} does not wait in the queue.`
      fail('bad-input', 'item', message, { property: 'before' })
    }
    const moved = movedTo(line, record.id, before, priorityOf(record))
    this.#table.arrange(moved)
    record.more.priority = moved.find(({ id }) => id === record.id)?.priority
  }

  setPriority(record: JobRecord, priority: number): void {
    record.more.priority = priority
    this.#table.setPriority(record.id, priority)
  }

  close(): void {
    this.#cancel?.()
    this.#table.onChange(() => {})
  }

  #tell(): void {
    this.#cancel = undefined
    const before = this.#told
    this.#told = new Map(this.#table.waiting().map(({ id }, at) => [id, at]))
    for (const [id, at] of this.#told) if (before.get(id) !== at) this.#placeChanged(id)
    for (const id of before.keys()) if (!this.#told.has(id)) this.#placeChanged(id)
  }
}

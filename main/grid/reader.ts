import { fieldNeeds } from '#model/apply-field-rules.ts'
import { DecantError, toFailure } from '#model/failure.ts'
import type { Failure } from '#model/failure.ts'
import type { Seams } from '#model/seams.ts'
import type { RequestContext } from '../engine/pace/retry.ts'
import type { Storage } from '../engine/storage.ts'
import { applyRead } from './apply-read.ts'
import type { Rules } from './apply-read.ts'
import { isToRead } from './evaluate.ts'
import { readRow } from './read-row.ts'
import type { Row, RowRead } from './row.ts'
import type { GridStore } from './store.ts'

/** Objects that are read at once. */
const AT_ONCE = 48
/** Rows that are looked through for unread ones at a time. */
const SPAN = 500
/** What was read is written when so much of it is there, or after so many milliseconds. */
const BATCH = 96
const PATIENCE = 40

export interface ReadRows {
  readonly store: GridStore
  readonly bucket: string
  readonly open: () => Promise<Storage>
  readonly request: RequestContext
  readonly seams: Seams
  readonly rules: Rules
  readonly changed: () => void
  /** Something that reaches all of them: nothing more is read until it is asked for again. */
  readonly stopped: (failure: Failure) => void
}

type Wanted = Pick<Row, 'n' | 'key' | 'versionId'>

/**
 * Reads rows: those of the window that was asked for last, then, where that is wanted, all others from the first on. A
 * new window takes the place of the one before it: what of that was not sent yet is not sent.
 */
export class Reader {
  readonly #with: ReadRows
  #window: Wanted[] = []
  #ahead: { at: number; found: Wanted[] } | undefined
  /** From their first request until they are written. */
  readonly #underWay = new Set<number>()
  #inFlight = 0
  #read: RowRead[] = []
  #cancelFlush: (() => void) | undefined
  #idle: (() => void)[] = []

  constructor(options: ReadRows) {
    this.#with = options
  }

  /** The window that is looked at now; only its unread rows. */
  want(rows: readonly Wanted[]): void {
    this.#window = [...rows].reverse()
    this.#pump()
  }

  get isAhead(): boolean {
    return this.#ahead !== undefined
  }

  /** Rows that cannot be read are tried once more, too. */
  ahead(on: boolean): void {
    this.#ahead = on ? { at: 0, found: [] } : undefined
    this.#pump()
  }

  /** More rows were listed, or rules ask for more. */
  wake(): void {
    this.#pump()
  }

  stop(): void {
    this.#window = []
    this.#ahead = undefined
  }

  /** Resolves when nothing is under way any more, and everything that was read is written. */
  async idle(): Promise<void> {
    if (this.#inFlight > 0) await new Promise<void>((resolve) => this.#idle.push(resolve))
    this.#flush()
  }

  #pump(): void {
    while (this.#inFlight < AT_ONCE && !this.#with.request.signal.aborted) {
      const next = this.#next()
      if (next === undefined) return
      this.#underWay.add(next.n)
      this.#inFlight++
      void this.#one(next)
    }
  }

  #next(): Wanted | undefined {
    for (let row = this.#window.pop(); row !== undefined; row = this.#window.pop()) {
      if (!this.#underWay.has(row.n)) return row
    }
    return this.#nextAhead()
  }

  #nextAhead(): Wanted | undefined {
    const ahead = this.#ahead
    if (ahead === undefined) return undefined
    const { store, rules } = this.#with
    for (;;) {
      const row = ahead.found.pop()
      if (row !== undefined && !this.#underWay.has(row.n)) return row
      if (row !== undefined) continue
      if (ahead.at >= store.state.tally.rows) return undefined
      const span = store.rows.after('all', ahead.at, SPAN)
      ahead.at = span.at(-1)?.n ?? ahead.at
      const unread = span.filter((one) => one.state === 'unreadable' || isToRead(rules(), one))
      ahead.found = unread.reverse()
      if (unread.length === 0) return this.#lookOn()
    }
  }

  /** A span without any: the next one is looked through after everything else had its turn. */
  #lookOn(): undefined {
    if (this.#inFlight === 0) this.#with.seams.after(0, () => this.#pump())
    return undefined
  }

  async #one(row: Wanted): Promise<void> {
    const { bucket, open, request, rules } = this.#with
    try {
      const storage = await open()
      const { content } = fieldNeeds(rules(), undefined, row.key)
      this.#read.push(await readRow(storage, request, bucket, row, { content }))
      if (this.#read.length >= BATCH) this.#flush()
      else this.#cancelFlush ??= this.#with.seams.after(PATIENCE, () => this.#flush())
    } catch (error) {
      this.#underWay.delete(row.n)
      this.#failed(error)
    }
    this.#inFlight--
    this.#pump()
    if (this.#inFlight > 0) return
    for (const resolve of this.#idle.splice(0)) resolve()
  }

  #failed(error: unknown): void {
    if (this.#with.request.signal.aborted) return
    this.stop()
    if (!(error instanceof DecantError)) console.error('reading rows of a grid failed:', error)
    this.#with.stopped(toFailure(error))
  }

  #flush(): void {
    this.#cancelFlush?.()
    this.#cancelFlush = undefined
    if (this.#read.length === 0) return
    const { store, rules, changed, stopped } = this.#with
    const read = this.#read.splice(0)
    for (const { n } of read) this.#underWay.delete(n)
    try {
      store.change((counter) => {
        for (const one of read) applyRead(store, counter, rules(), one)
        return { result: undefined }
      })
    } catch (error) {
      this.stop()
      return stopped(toFailure(error))
    }
    changed()
  }
}

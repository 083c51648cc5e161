import { compileFieldRules } from '#model/apply-field-rules.ts'
import type { CompiledRules } from '#model/apply-field-rules.ts'
import { toFailure } from '#model/failure.ts'
import type { Failure } from '#model/failure.ts'
import type { FieldRule } from '#model/field-rules.ts'
import type { FieldName } from '#model/field.ts'
import type { GridImport, GridRow, GridSnapshot, GridView } from '#model/grid.ts'
import type { Seams } from '#model/seams.ts'
import { counted } from '../engine/counted.ts'
import { createPace } from '../engine/pace/pace.ts'
import { mayBeOffline } from '../engine/pace/retry.ts'
import type { RequestContext } from '../engine/pace/retry.ts'
import type { OpenStorage, Storage } from '../engine/storage.ts'
import { writeCsv } from './csv-out.ts'
import { Edits, withCell } from './edits.ts'
import { evaluate, isToRead } from './evaluate.ts'
import type { GridOf } from './grid-file.ts'
import { listGrid } from './listing.ts'
import { planRows } from './plan-rows.ts'
import type { PlanRow } from './plan-rows.ts'
import { Reader } from './reader.ts'
import { recountAll } from './recount.ts'
import { rowEdits } from './row-edits.ts'
import type { RowsOf } from './row-edits.ts'
import { Tables } from './tables.ts'
import type { Row } from './row.ts'
import type { GridStore } from './store.ts'

/** Requests of one grid in flight at most. */
const CEILING = 64
/** Milliseconds in which nothing is read again after something that reaches all rows. */
const HOLD = 3000
/** And after which it is tried again by itself, where the endpoint may have been away. */
const RETRY = 10_000

export interface GridOptions {
  readonly id: string
  readonly of: GridOf
  readonly store: GridStore
  readonly seams: Seams
  readonly openStorage: OpenStorage
  readonly changed: (id: string) => void
}

/** One open grid: its file, and what is under way for it. */
export class Grid {
  readonly id: string
  readonly of: GridOf
  readonly store: GridStore
  readonly #seams: Seams
  readonly #changed: () => void
  readonly #openStorage: OpenStorage
  readonly #stop = new AbortController()
  readonly #request: RequestContext
  readonly reader: Reader
  readonly edits: Edits
  readonly tables: Tables
  #storage: Promise<Storage> | undefined
  #requests: Readonly<Record<string, number>> = {}
  #compiled: CompiledRules
  #revision: number
  #listing: Promise<void> | undefined
  #recount: Promise<void> | undefined
  #heldUntil = -Infinity
  #cancelRetry: (() => void) | undefined

  constructor({ id, of, store, seams, openStorage, changed }: GridOptions) {
    this.id = id
    this.of = of
    this.store = store
    this.#seams = seams
    this.#openStorage = openStorage
    this.#compiled = compileFieldRules(store.state.rules)
    // Counts from the clock, so that a restart never hands out a revision that was there before.
    this.#revision = seams.now()
    this.#changed = () => {
      this.#revision++
      changed(id)
    }
    this.#request = { seams, pace: createPace({ seams, ceiling: CEILING }), signal: this.#stop.signal }
    this.reader = new Reader({
      ...{ store, seams, bucket: of.bucket, request: this.#request, rules: () => this.#compiled },
      open: () => this.#open(),
      changed: this.#changed,
      stopped: (failure) => this.#failed(failure),
    })
    const own = { store, seams, signal: this.#stop.signal, rules: () => this.#compiled }
    this.edits = new Edits({
      ...own,
      changed: this.#changed,
      rulesChanged: () => this.#rulesChanged(),
    })
    this.tables = new Tables({ ...own, edits: this.edits })
    if (store.state.recount !== undefined) this.#startRecount()
  }

  #rulesChanged(): void {
    this.#compiled = compileFieldRules(this.store.state.rules)
    // New rules may ask for more of each row.
    if (this.store.state.ahead) this.reader.ahead(true)
    this.#startRecount()
    this.#changed()
  }

  #startRecount(): void {
    const { store } = this
    const own = { store, seams: this.#seams, signal: this.#stop.signal, rules: () => this.#compiled }
    this.#recount ??= recountAll({ ...own, changed: this.#changed })
      .then(() => 'done' as const)
      .catch((error: unknown) => {
        if (!this.#stop.signal.aborted) this.#failed(toFailure(error))
        return 'failed' as const
      })
      .then((end) => {
        this.#recount = undefined
        // Rules that changed between its last row and now.
        if (end === 'done' && store.state.recount !== undefined) this.#startRecount()
      })
  }

  /** Resolves when all rows are counted under the rules that hold now. */
  async counted(): Promise<void> {
    while (this.#recount !== undefined) await this.#recount
  }

  /** Reads all rows, seen or not, or stops doing so. */
  ahead(on: boolean): GridSnapshot {
    if (on !== this.store.state.ahead) this.store.set({ ahead: on })
    if (on) this.goOn()
    this.reader.ahead(on)
    this.#changed()
    return this.snapshot()
  }

  setRules(rules: readonly FieldRule[]): Promise<GridSnapshot> {
    return this.edits.inTurn(async () => {
      this.edits.rulesTo(rules)
      return this.snapshot()
    })
  }

  edit(at: RowsOf, field: FieldName, value: string | null | undefined): Promise<GridSnapshot> {
    return this.edits.inTurn(async () => {
      const edits = rowEdits(this.store, at, ({ hand }) => withCell(hand, field, value))
      await this.edits.rows(edits)
      return this.snapshot()
    })
  }

  paste(view: GridView, from: number, fields: readonly FieldName[], text: string): Promise<GridImport> {
    return this.edits.inTurn(() => this.tables.paste(view, from, fields, text))
  }

  import(text: string, first: boolean, last: boolean): Promise<GridImport | undefined> {
    return this.edits.inTurn(() => this.tables.import(text, first, last))
  }

  undo(): Promise<GridSnapshot> {
    return this.edits.inTurn(async () => {
      await this.edits.undo()
      return this.snapshot()
    })
  }

  redo(): Promise<GridSnapshot> {
    return this.edits.inTurn(async () => {
      await this.edits.redo()
      return this.snapshot()
    })
  }

  /** What a plan takes of it, once all is counted. */
  async planRows(
    after: string | undefined,
    limit: number,
    wanted: 'all' | readonly FieldRule[],
  ): Promise<PlanRow[]> {
    await this.edits.idle()
    await this.counted()
    return planRows(this.store, this.#seams, after, limit, wanted)
  }

  /** A job reads from it, and it takes no more edits. */
  keep(jobId: string): void {
    const { keptBy } = this.store.state
    if (keptBy.includes(jobId)) return
    this.store.set({ keptBy: [...keptBy, jobId] })
    this.#changed()
  }

  /** `planned`: the job has all of it. Gives whether somebody else still reads from it. */
  release(jobId: string, because: 'planned' | 'dropped'): 'kept' | 'free' {
    const { state } = this.store
    const keptBy = state.keptBy.filter((id) => id !== jobId)
    const planned = state.planned || because === 'planned'
    if (keptBy.length !== state.keptBy.length || planned !== state.planned) {
      this.store.set({ keptBy, planned })
      this.#changed()
    }
    return keptBy.length > 0 ? 'kept' : 'free'
  }

  writeCsv(view: GridView, path: string): Promise<void> {
    return writeCsv(this.store, this.#compiled, view, path)
  }

  get rules(): CompiledRules {
    return this.#compiled
  }

  /** Somebody looks at it: what stopped goes on, unless it stopped just now. */
  wake(): void {
    if (this.#seams.now() >= this.#heldUntil) this.goOn()
  }

  /** A listing that stopped goes on, and so does reading ahead. */
  goOn(): void {
    const { cursor, ahead, failure } = this.store.state
    if (this.#stop.signal.aborted) return
    this.#heldUntil = -Infinity
    if (failure !== undefined) {
      this.store.set({ failure: undefined })
      this.#changed()
    }
    if (cursor !== undefined && this.#listing === undefined) {
      this.#listing = this.#list().finally(() => (this.#listing = undefined))
    }
    if (ahead && !this.reader.isAhead) this.reader.ahead(true)
  }

  async #list(): Promise<void> {
    try {
      const storage = await this.#open()
      await listGrid({
        ...{ of: this.of, store: this.store, storage, request: this.#request },
        rules: () => this.#compiled,
        changed: () => {
          this.reader.wake()
          this.#changed()
        },
      })
    } catch (error) {
      if (!this.#stop.signal.aborted) this.#failed(toFailure(error))
    }
  }

  #failed(failure: Failure): void {
    this.#heldUntil = this.#seams.now() + HOLD
    // An endpoint that is away is often back soon, and then nobody should have to ask.
    if (mayBeOffline(failure)) this.#cancelRetry ??= this.#seams.after(RETRY, () => this.#retry())
    // The next try begins with whatever keys there are then.
    this.#storage = undefined
    try {
      this.store.set({ failure })
    } catch {
      // A file that cannot be written says so at the next call.
    }
    this.#changed()
  }

  #retry(): void {
    this.#cancelRetry = undefined
    this.goOn()
  }

  #open(): Promise<Storage> {
    const { connection, owner, requesterPays } = this.of
    this.#storage ??= this.#openStorage(connection, { owner, requesterPays }).then((storage) => {
      const face = counted(storage)
      this.#keepRequests()
      this.#requests = face.requests
      return face
    })
    return this.#storage
  }

  /** Those of a storage that is given up, or of a process that ends. */
  #keepRequests(): void {
    const requests = this.requests()
    this.#requests = {}
    this.store.set({ requests })
  }

  requests(): Record<string, number> {
    const total: Record<string, number> = { ...this.store.state.requests }
    for (const [operation, count] of Object.entries(this.#requests)) {
      total[operation] = (total[operation] ?? 0) + count
    }
    return total
  }

  /** A window of a view. What of it is not known yet is read, before everything else. */
  window(view: GridView, offset: number, limit: number): { rows: GridRow[]; total: number } {
    const { store } = this
    if (store.state.failure !== undefined) this.wake()
    const numbers = store.at(view, offset, limit)
    const found = numbers.flatMap((n) => store.rows.byNumber(n) ?? [])
    const unread = found.filter((row) => isToRead(this.#compiled, row))
    if (unread.length > 0 && this.#seams.now() >= this.#heldUntil) this.reader.want(unread)
    return { rows: found.map((row) => this.#show(row)), total: store.total(view) }
  }

  #show(row: Row): GridRow {
    const { n, key, size, lastModified, state, failure } = row
    const { before, cells } = evaluate(this.#compiled, row)
    return { n, key, size, lastModified, state, ...(failure && { failure }), before, cells }
  }

  snapshot(): GridSnapshot {
    const { state } = this.store
    const { tally } = state
    const { connection, bucket, base, createdAt } = this.of
    return {
      ...{ id: this.id, revision: this.#revision, connection: connection.id, bucket, base, createdAt },
      listing: state.cursor !== undefined && state.failure === undefined,
      ...(state.failure && { failure: state.failure }),
      rows: tally.rows,
      known: tally.known,
      unreadable: tally.unreadable,
      ahead: state.ahead,
      requests: this.requests(),
      rules: state.rules,
      cellsByRule: state.rules.map((_rule, index) => tally.cellsByRule[index] ?? 0),
      cellsByHand: tally.cellsByHand,
      invalidCells: tally.invalidCells,
      changedCells: tally.changedCells,
      changedRows: tally.changedRows,
      invalidRows: tally.invalidRows,
      counting: state.recount !== undefined,
      fields: this.store.fields(),
      planned: state.planned || state.keptBy.length > 0,
      canUndo: this.edits.canUndo,
      canRedo: this.edits.canRedo,
    }
  }

  /** Stops what is under way, and lets go of the file. */
  async close(): Promise<void> {
    this.#stop.abort()
    this.#cancelRetry?.()
    this.reader.stop()
    await this.#listing
    await this.#recount
    await this.edits.idle()
    await this.reader.idle()
    try {
      this.#keepRequests()
    } catch {
      // A file that cannot be written: how much was asked is lost with it.
    }
    this.store.close()
  }
}

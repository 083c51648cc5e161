import type { CompiledRules } from '#model/apply-field-rules.ts'
import { fail } from '#model/failure.ts'
import type { FieldRule } from '#model/field-rules.ts'
import type { FieldName, FieldValues } from '#model/field.ts'
import type { Seams } from '#model/seams.ts'
import { recountRow } from './apply-read.ts'
import type { Counter } from './counter.ts'
import { inSlices, isSpent } from './pass.ts'
import type { Row } from './row.ts'
import { openSteps } from './steps.ts'
import type { StepsTable } from './steps.ts'
import type { GridStore } from './store.ts'

/** Rows of a step that are read at a time. */
const PAGE = 100

/** A row, and the cells by hand that it shall have. */
export interface RowEdit {
  readonly row: Row
  readonly hand: FieldValues
}

export interface EditGrid {
  readonly store: GridStore
  readonly seams: Seams
  readonly rules: () => CompiledRules
  /** The rules of the state are others now, and rows are to be counted anew. */
  readonly rulesChanged: () => void
  readonly signal: AbortSignal
  readonly changed: () => void
}

/**
 * Every edit of a grid, one after another, each a step that can be undone. One of many rows is done in slices: a kill in
 * between takes it back at the next start, or finishes what was being undone.
 */
export class Edits {
  readonly #with: EditGrid
  readonly #steps: StepsTable
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: EditGrid) {
    this.#with = options
    this.#steps = openSteps(options.store.db)
    if (options.store.state.underWay !== undefined) void this.inTurn(() => this.#recover())
  }

  get canUndo(): boolean {
    return this.#steps.find(this.#with.store.state.step) !== undefined
  }

  get canRedo(): boolean {
    return this.#steps.find(this.#with.store.state.step + 1) !== undefined
  }

  /** After everything that was asked for before. */
  inTurn<Result>(act: () => Promise<Result>): Promise<Result> {
    const done = this.#turn.then(act)
    this.#turn = done.catch(() => {})
    return done
  }

  /** Resolves when nothing is being edited. */
  async idle(): Promise<void> {
    await this.#turn
  }

  /** Throws where no more edits are taken. */
  check(): void {
    const { planned, keptBy } = this.#with.store.state
    if (!planned && keptBy.length === 0) return
    const message = 'An edit job was planned from this grid: it takes no more edits.'
    fail('bad-input', 'item', message, { property: 'id' })
  }

  /** Does one step. `edits` are taken as they come, a slice at a time. Gives what was changed. */
  async rows(edits: Iterator<RowEdit>): Promise<{ rows: number }> {
    this.check()
    const { store, seams, signal, changed } = this.#with
    const step = store.state.step + 1
    let rows = 0
    // What cannot be done again any more must be gone before its number is given to another step.
    store.db.transaction(() => this.#steps.cutBehind(step - 1))
    await this.#forget(step)
    store.change(() => {
      this.#steps.add(step, undefined)
      return { state: { underWay: { step, what: 'edit', upto: 0, then: step - 1 } }, result: undefined }
    })
    const slice = (): 'more' | 'done' => {
      const done = this.#editSlice(step, edits)
      rows += done.rows
      if (done.rows > 0) changed()
      return done.is
    }
    try {
      await inSlices(seams, slice, signal)
    } catch (error) {
      // When the process ends, the next start does it.
      if (!signal.aborted) await this.#recover()
      throw error
    }
    store.change(() => {
      if (rows === 0) this.#steps.drop(step)
      else this.#steps.setRows(step, rows)
      return { state: { underWay: undefined, step: rows === 0 ? step - 1 : step }, result: undefined }
    })
    await this.#forget(step)
    changed()
    return { rows }
  }

  #editSlice(step: number, edits: Iterator<RowEdit>): { is: 'more' | 'done'; rows: number } {
    const { store, seams } = this.#with
    const began = seams.now()
    return store.change<{ is: 'more' | 'done'; rows: number }>((counter) => {
      let rows = 0
      for (let edit = edits.next(); ; edit = edits.next()) {
        if (edit.done) return { result: { is: 'done', rows } }
        const { row, hand } = edit.value
        if (!isSame(row.hand, hand)) {
          this.#steps.addRow(step, row.n, row.hand)
          this.#setHand(counter, row, hand)
          rows++
        }
        if (isSpent(seams, began)) return { result: { is: 'more', rows } }
      }
    })
  }

  #setHand(counter: Counter, row: Row, hand: FieldValues): void {
    const { store, rules } = this.#with
    store.rows.setHand(row.n, hand)
    recountRow(store, counter, rules(), { ...row, hand })
  }

  /** One step. */
  rulesTo(rules: readonly FieldRule[]): void {
    this.check()
    const { store } = this.#with
    const { state } = store
    if (JSON.stringify(state.rules) === JSON.stringify(rules)) return
    const step = state.step + 1
    store.change((counter) => {
      this.#steps.cutBehind(state.step)
      this.#steps.add(step, state.rules)
      return { state: { ...this.#otherRules(counter, rules), step }, result: undefined }
    })
    this.#with.rulesChanged()
  }

  /** All rows are counted anew, and until then no cell is known to be a rule's. */
  #otherRules(counter: Counter, rules: readonly FieldRule[]) {
    const { epoch } = this.#with.store.state
    counter.tally.cellsByRule = []
    const { rows } = counter.tally
    return { rules, epoch: epoch + 1, recount: rows === 0 ? undefined : { at: 0, to: rows } }
  }

  async undo(): Promise<void> {
    this.check()
    const { step } = this.#with.store.state
    if (!this.canUndo) fail('bad-input', 'item', 'There is nothing to undo.')
    await this.#swap(step, step - 1)
  }

  async redo(): Promise<void> {
    this.check()
    const { step } = this.#with.store.state
    if (!this.canRedo) fail('bad-input', 'item', 'There is nothing to do again.')
    await this.#swap(step + 1, step + 1)
  }

  async #swap(step: number, then: number): Promise<void> {
    const { store, rulesChanged } = this.#with
    const rules = this.#steps.find(step)?.rules
    if (rules === undefined) {
      store.set({ underWay: { step, what: 'swap', upto: 0, then } })
      return this.#swapRows()
    }
    store.change((counter) => {
      this.#steps.setRules(step, store.state.rules)
      return { state: { ...this.#otherRules(counter, rules), step: then }, result: undefined }
    })
    rulesChanged()
  }

  /** Goes on with the exchange that is under way, to its end. */
  async #swapRows(): Promise<void> {
    const { store, seams, signal, changed } = this.#with
    const slice = (): 'more' | 'done' => {
      const is = store.change((counter) => this.#swapSlice(counter))
      changed()
      return is
    }
    await inSlices(seams, slice, signal)
  }

  #swapSlice(counter: Counter) {
    const { store, seams } = this.#with
    const { underWay, step: last } = store.state
    if (underWay === undefined) return { result: 'done' as const }
    const began = seams.now()
    const { step, then } = underWay
    let { upto } = underWay
    while (!isSpent(seams, began)) {
      const page = this.#steps.rowsAfter(step, upto, PAGE)
      for (const { n, hand } of page) {
        const row = store.rows.byNumber(n)
        if (row !== undefined) {
          this.#steps.exchange(step, n, row.hand)
          this.#setHand(counter, row, hand)
        }
        upto = n
        if (isSpent(seams, began)) break
      }
      if (page.length === 0) {
        // An edit that was taken back is no step.
        if (underWay.what === 'edit') this.#steps.drop(step)
        return { state: { underWay: undefined, step: then }, result: 'done' as const }
      }
    }
    return { state: { underWay: { ...underWay, upto }, step: last }, result: 'more' as const }
  }

  /** What a kill interrupted: an edit is taken back, anything else is finished. */
  async #recover(): Promise<void> {
    const { store } = this.#with
    const { underWay } = store.state
    if (underWay === undefined) return
    await this.#swapRows()
    await this.#forget(store.state.step)
  }

  async #forget(last: number): Promise<void> {
    const { store, seams, signal } = this.#with
    const slice = (): 'more' | 'done' =>
      store.db.transaction(() => this.#steps.forgetSome(last)) ? 'more' : 'done'
    await inSlices(seams, slice, signal)
  }
}

/** Whether both hold the same cells. */
export function isSame(one: FieldValues, other: FieldValues): boolean {
  const names = Object.keys(one)
  if (names.length !== Object.keys(other).length) return false
  return names.every((name) => name in other && one[name] === other[name])
}

/** Cells by hand with one of them set, or given back to the rules. */
export function withCell(hand: FieldValues, field: FieldName, value: string | null | undefined): FieldValues {
  if (value !== undefined) return { ...hand, [field]: value }
  const { [field]: _, ...rest } = hand
  return rest
}

import type { FieldName } from '#model/field.ts'
import type { Row, RowCount } from './row.ts'
import type { Tally } from './state.ts'

/** Positions that one row of `blocks` counts. */
export const BLOCK = 1024

/** What one transaction changes of what is counted. Each row takes its old count away and adds its new one. */
export class Counter {
  readonly tally: Tally
  readonly #epoch: number
  readonly blocks = new Map<number, { changed: number; invalid: number }>()
  readonly fields = new Map<FieldName, number>()

  constructor(tally: Tally, epoch: number) {
    this.tally = { ...tally, cellsByRule: [...tally.cellsByRule] }
    this.#epoch = epoch
  }

  /** `old.epoch` another one: its cells by rule were counted for rules that are gone. */
  recount({ n, count: old, epoch }: Pick<Row, 'n' | 'count' | 'epoch'>, count: RowCount): void {
    const { tally } = this
    tally.changedCells += count.cells - old.cells
    tally.invalidCells += count.invalid - old.invalid
    tally.cellsByHand += count.byHand - old.byHand
    const changed = sign(count.cells) - sign(old.cells)
    const invalid = sign(count.invalid) - sign(old.invalid)
    tally.changedRows += changed
    tally.invalidRows += invalid
    if (changed !== 0 || invalid !== 0) this.#block(n, changed, invalid)
    if (epoch === this.#epoch) this.#rules(old.byRule, -1)
    this.#rules(count.byRule, 1)
    for (const field of old.gets) this.field(field, -1)
    for (const field of count.gets) this.field(field, 1)
  }

  field(field: FieldName, rows: number): void {
    this.fields.set(field, (this.fields.get(field) ?? 0) + rows)
  }

  #block(n: number, changed: number, invalid: number): void {
    const b = Math.floor(n / BLOCK)
    const block = this.blocks.get(b) ?? { changed: 0, invalid: 0 }
    this.blocks.set(b, { changed: block.changed + changed, invalid: block.invalid + invalid })
  }

  #rules(byRule: RowCount['byRule'], sign: 1 | -1): void {
    const { cellsByRule } = this.tally
    for (const rule in byRule) {
      const at = Number(rule)
      cellsByRule[at] = (cellsByRule[at] ?? 0) + sign * (byRule[rule] ?? 0)
    }
  }
}

function sign(count: number): number {
  return count > 0 ? 1 : 0
}

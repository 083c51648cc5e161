import type { FieldRule } from '#model/field-rules.ts'
import type { FieldValues } from '#model/field.ts'
import { fieldRules } from '#model/field-rules.ts'
import type { Database } from '../sqlite/sqlite.ts'
import { handText, parseHand } from './rows.ts'

/** What can be undone: so many steps, and so many rows of all of them together. */
const STEPS = 200
const ROWS = 2_000_000
/** Rows of an old step that are forgotten at a time. */
const FORGOTTEN = 5000

/**
 * The log that undo goes by. A step is either other rules, or rows with the cells that they had before it; undoing
 * exchanges what is logged for what stands, and so does doing it again.
 */
export interface StepsTable {
  /** `rules`: those before the step; undefined where it changes rows. */
  add(id: number, rules: readonly FieldRule[] | undefined): void
  addRow(id: number, n: number, hand: FieldValues): void
  setRows(id: number, rows: number): void
  setRules(id: number, rules: readonly FieldRule[]): void
  /** Undefined: there is no such step. `rules`: undefined for one that changed rows. */
  find(id: number): { readonly rules: readonly FieldRule[] | undefined } | undefined
  /** Its rows behind `after`, and what is logged of them. */
  rowsAfter(id: number, after: number, limit: number): { n: number; hand: FieldValues }[]
  exchange(id: number, n: number, hand: FieldValues): void
  /** Forgets a part of a step that can never be undone or done again; false: there is none. `last`: the last done one. */
  forgetSome(last: number): boolean
  /** Takes a step that was not finished off the log. */
  drop(id: number): void
  /** Steps behind this one will not be done again. */
  cutBehind(last: number): void
}

export function openSteps(db: Database): StepsTable {
  const add = db.prepare('INSERT OR REPLACE INTO steps (id, rules, rows) VALUES (?, ?, 0)')
  const addRow = db.prepare('INSERT OR IGNORE INTO changes (step, n, hand) VALUES (?, ?, ?)')
  const setRows = db.prepare('UPDATE steps SET rows = ? WHERE id = ?')
  const setRules = db.prepare('UPDATE steps SET rules = ? WHERE id = ?')
  const find = db.prepare('SELECT rules FROM steps WHERE id = ?')
  const rowsAfter = db.prepare('SELECT n, hand FROM changes WHERE step = ? AND n > ? ORDER BY n LIMIT ?')
  const exchange = db.prepare('UPDATE changes SET hand = ? WHERE step = ? AND n = ?')
  const oldest = db.prepare('SELECT MIN(id), COUNT(*), SUM(rows) FROM steps')
  const drop = db.prepare('DELETE FROM steps WHERE id = ?')
  const cut = db.prepare('DELETE FROM steps WHERE id > ?')
  const stray = db.prepare(
    'DELETE FROM changes WHERE step = ?1 AND n IN (SELECT n FROM changes WHERE step = ?1 LIMIT ?2)',
  )
  const nextLogged = db.prepare('SELECT MIN(step) FROM changes WHERE step > ?')
  /** From step to step of the index: a scan would pass over each of their rows. */
  const strayStep = (): number | undefined => {
    for (let step = 0; ;) {
      const next = nextLogged.get(step)?.[0]
      if (next == null) return undefined
      step = Number(next)
      if (find.get(step) === undefined) return step
    }
  }
  const forgetOldest = (last: number): void => {
    const [id, steps, rows] = (oldest.get() ?? []).map(Number)
    if (id === undefined || steps === undefined || rows === undefined || id >= last) return
    if (steps > STEPS || rows > ROWS) drop.run(id)
  }
  return {
    add: (id, rules) => void add.run(id, rules === undefined ? null : JSON.stringify(rules)),
    addRow: (id, n, hand) => void addRow.run(id, n, handText(hand)),
    setRows: (id, rows) => void setRows.run(rows, id),
    setRules: (id, rules) => void setRules.run(JSON.stringify(rules), id),
    find: (id) => {
      const row = find.get(id)
      return row && { rules: row[0] == null ? undefined : fieldRules.parse(JSON.parse(String(row[0]))) }
    },
    rowsAfter: (id, after, limit) =>
      rowsAfter.all(id, after, limit).map(([n, hand]) => ({ n: Number(n), hand: parseHand(hand) })),
    exchange: (id, n, hand) => void exchange.run(handText(hand), id, n),
    forgetSome: (last) => {
      forgetOldest(last)
      const step = strayStep()
      if (step === undefined) return false
      stray.run(step, FORGOTTEN)
      return true
    },
    drop: (id) => void drop.run(id),
    cutBehind: (last) => void cut.run(last),
  }
}

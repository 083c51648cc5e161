import { fieldsOf } from '#model/apply-field-rules.ts'
import type { CompiledRules } from '#model/apply-field-rules.ts'
import type { Counter } from './counter.ts'
import { countOf, evaluate, subjectOf } from './evaluate.ts'
import type { Row, RowRead } from './row.ts'
import type { GridStore } from './store.ts'

/** The grid's rules as they are at present. */
export type Rules = () => CompiledRules

/** Writes what was read of a row, and counts it anew. Within a transaction of the store. */
export function applyRead(store: GridStore, counter: Counter, rules: CompiledRules, read: RowRead): void {
  const { rows } = store
  const old = rows.byNumber(read.n)
  if (old === undefined) return
  if (read.is === 'unreadable') {
    rows.setState(read.n, 'unreadable', read.failure)
    countState(counter, old.state, 'unreadable')
    // What was known of it may not hold any more.
    const row: Row = { ...old, state: 'unreadable', failure: read.failure }
    countFields(counter, old, row)
    recountRow(store, counter, rules, row)
    return
  }
  const { listed, stands } = read
  const row: Row = { ...old, ...listed, key: old.key, versionId: old.versionId, state: 'known', stands }
  rows.setListed(read.n, listed)
  rows.setStands(read.n, stands)
  rows.setState(read.n, 'known', undefined)
  countState(counter, old.state, 'known')
  countFields(counter, old, row)
  recountRow(store, counter, rules, row)
}

/** Counts a row, of which the store still has the old count, and writes its new one where it is another. */
export function recountRow(store: GridStore, counter: Counter, rules: CompiledRules, row: Row): void {
  const count = countOf(evaluate(rules, row))
  if (count.cells === 0 && row.count.cells === 0) return
  counter.recount(row, count)
  store.rows.setCount(row.n, count, store.state.epoch)
}

function countState({ tally }: Counter, from: Row['state'], to: Row['state']): void {
  if (from !== 'unknown') tally[from]--
  if (to !== 'unknown') tally[to]++
}

function countFields(counter: Counter, old: Row, row: Row): void {
  const before = subjectOf(old)
  const after = subjectOf(row)
  for (const field in before && fieldsOf(before)) counter.field(field, -1)
  for (const field in after && fieldsOf(after)) counter.field(field, 1)
}

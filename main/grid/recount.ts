import type { CompiledRules } from '#model/apply-field-rules.ts'
import type { Seams } from '#model/seams.ts'
import { recountRow } from './apply-read.ts'
import { inSlices, isSpent } from './pass.ts'
import type { GridStore } from './store.ts'

/** Rows that are read at a time. */
const PAGE = 50

export interface Recount {
  readonly store: GridStore
  readonly seams: Seams
  readonly rules: () => CompiledRules
  readonly signal: AbortSignal
  readonly changed: () => void
}

/** Counts all rows that were counted under other rules, in slices; rules that change meanwhile begin it anew. */
export async function recountAll({ store, seams, rules, signal, changed }: Recount): Promise<void> {
  const slice = (): 'more' | 'done' =>
    store.change((counter) => {
      const { recount } = store.state
      if (recount === undefined) return { result: 'done' }
      const began = seams.now()
      let { at } = recount
      while (!isSpent(seams, began)) {
        const page = store.rows.after('all', at, PAGE)
        for (const row of page) {
          at = row.n
          recountRow(store, counter, rules(), row)
          if (isSpent(seams, began)) break
        }
        if (page.length === 0 || at >= recount.to) return { state: { recount: undefined }, result: 'done' }
      }
      return { state: { recount: { ...recount, at } }, result: 'more' }
    })
  await inSlices(
    seams,
    () => {
      const is = slice()
      changed()
      return is
    },
    signal,
  )
}

import { costLines } from './cost-lines.ts'
import type { Costing } from './cost-lines.ts'
import type { Tally } from './job.ts'
import type { Count } from './plan.ts'

/** What a job costs as it goes, by the prices of its plan. US dollars. */
export interface Money {
  /** A request of that operation, on the average of the plan. */
  rate(operation: string): number
  /** What a byte takes besides requests: retrieval, transfer and their kin, on the average of the plan. */
  readonly perByte: number
  /** The requests of an item, likewise. */
  readonly perItem: number
  /** `bytes`: of the items that are done. `unaccounted`: requests that a killed process may have sent; taken as the dearest. */
  spent(requests: Readonly<Record<string, number>>, bytes: number, unaccounted: number): number
}

/** Undefined where nobody knows the prices. */
export function moneyOf(costing: Costing): Money | undefined {
  const { priced, rate, besides, lines } = costLines(costing)
  if (!priced) return undefined
  const known = new Map<string, number>()
  const rateOf = (operation: string): number => {
    const found = known.get(operation)
    if (found !== undefined) return found
    const made = rate(operation)
    known.set(operation, made)
    return made
  }
  const dearest = Math.max(...Object.keys(costing.requests).map(rateOf), rateOf('ListObjectsV2'))
  const { bytes, items } = costing.quantities
  const perByte = bytes > 0 ? besides / bytes : 0
  const all = lines.reduce((sum, { usd }) => sum + usd, 0)
  return {
    rate: rateOf,
    perByte,
    perItem: items > 0 ? (all - besides) / items : 0,
    spent: (requests, done, unaccounted) => {
      let usd = unaccounted * dearest + done * perByte
      for (const operation in requests) usd += (requests[operation] ?? 0) * rateOf(operation)
      return usd
    },
  }
}

/** Bytes of the items that are carried out already. */
export function bytesDone({ copied, moved, deleted, edited, restoring }: Tally): number {
  const all: readonly Count[] = [copied, moved, deleted, edited, restoring]
  return all.reduce((sum, { bytes }) => sum + bytes, 0)
}

import type { ItemView } from '#model/plan.ts'
import { hasDestinations } from '#model/spec.ts'
import type { SheetSpec } from './sheet-spec.ts'

/** A key before and after the rules for names, both below the place that is poured. */
export interface NamePreview {
  readonly from: string
  readonly to: string
  /** Why it can have no such name. */
  readonly wrong?: string | undefined
}

/** What the rules make of the first objects of the plan, each once. */
export function namesPreview(spec: SheetSpec, items: readonly ItemView[]): NamePreview[] {
  if (!hasDestinations(spec)) return []
  const seen = new Map<string, NamePreview>()
  for (const item of items) {
    const base = spec.sources[item.source]?.base ?? ''
    const prefix = spec.destinations[item.destination]?.prefix ?? ''
    const from = item.key.slice(base.length)
    if (item.destinationKey === undefined || seen.has(from)) continue
    seen.set(from, { from, to: item.destinationKey.slice(prefix.length), wrong: item.failure?.message })
  }
  return [...seen.values()]
}

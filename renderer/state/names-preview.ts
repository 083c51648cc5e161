import { compileNames } from '#model/apply-names.ts'
import { nameRule, type NameRule } from '#model/names.ts'
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

/**
 * What the rules make of the first objects of the plan, each once: at once by the rules themselves, and as the plan
 * has it (with its dates, and what it refuses) as soon as it is the plan of these rules.
 */
export function namesPreview(
  spec: SheetSpec,
  items: readonly ItemView[],
  plan: 'current' | 'earlier',
): NamePreview[] {
  if (!hasDestinations(spec) || spec.names.length === 0) return []
  if (!spec.names.every((rule) => nameRule.safeParse(rule).success)) return []
  const nameOf = compileNames(spec.names.map(withoutDates))
  const seen = new Map<string, NamePreview>()
  for (const item of items) {
    const rest = item.key.slice(spec.sources[item.source]?.base.length ?? 0)
    if (seen.has(rest)) continue
    const prefix = spec.destinations[item.destination]?.prefix ?? ''
    const planned = plan === 'current' ? item.destinationKey?.slice(prefix.length) : undefined
    const to = planned ?? nameOf?.({ rest, lastModified: 0 }) ?? rest
    seen.set(rest, { from: rest, to, wrong: plan === 'current' ? item.failure?.message : undefined })
  }
  return [...seen.values()]
}

/** The window does not know the dates of objects before they are planned: it shows the tokens in their place. */
function withoutDates(rule: NameRule): NameRule {
  if (rule.rule !== 'template') return rule
  return { ...rule, text: rule.text.replace(/\{(yyyy|mm|dd|hh|min|ss)\}/g, '{{$1}') }
}

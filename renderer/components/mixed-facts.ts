import { formatCount } from '../format/count.ts'
import type { Fact } from './fact.ts'

/**
 * The lines of several objects as one:
 *
 * | a name is on | with            | is shown as                    |
 * |--------------|-----------------|--------------------------------|
 * | all          | one value       | that                           |
 * | some         | one value       | that, and on how many          |
 * | all or some  | several values  | mixed, how many, and on how many |
 */
export function mixedFacts(objects: readonly (readonly Fact[])[]): Fact[] {
  const byName = new Map<string, Fact[]>()
  for (const facts of objects) {
    for (const fact of facts) {
      const known = byName.get(fact.name)
      if (known === undefined) byName.set(fact.name, [fact])
      else known.push(fact)
    }
  }
  return [...byName.values()].flatMap((facts) => {
    const [first] = facts
    if (first === undefined) return []
    const values = new Set(facts.map(({ raw, value }) => raw ?? value))
    const on =
      facts.length < objects.length
        ? `${formatCount(facts.length)} of ${formatCount(objects.length)}`
        : undefined
    if (values.size === 1) return [{ ...first, on }]
    const { name, field } = first
    return [{ name, field, on, value: undefined, values: values.size }]
  })
}

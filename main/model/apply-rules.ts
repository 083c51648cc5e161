import type { Properties, SomeProperties } from './properties.ts'

/** The bits of the rules that matched, in the order of the spec: what a plan's item remembers. */
export function ruleMask(matched: readonly boolean[]): number {
  return matched.reduce((mask, isMatched, index) => (isMatched ? mask | (1 << index) : mask), 0)
}

/**
 * What is done with the properties of an object that matched the rules in `mask`, as a function of that mask; each
 * answer is made once. Property by property, whole: a later rule over an earlier one, any rule over the job's own.
 *
 * | job          | rule 1          | rule 2      | matched | result          |
 * |--------------|-----------------|-------------|---------|-----------------|
 * | class copy   | class GLACIER   |             | 1       | class GLACIER   |
 * | class copy   | class GLACIER   | class IA    | 1, 2    | class IA        |
 * | tags copy    | tags change k=v | class IA    | 1, 2    | tags change k=v, class IA |
 * | tags drop    | tags change k=v | tags copy   | 1, 2    | tags copy       |
 */
export function rulesApplied(
  own: Properties,
  rules: readonly { readonly properties: SomeProperties }[],
): (mask: number) => Properties {
  const known = new Map<number, Properties>([[0, own]])
  return (mask) => {
    const before = known.get(mask)
    if (before) return before
    const properties = rules.reduce<Properties>(
      (all, rule, index) => ((mask & (1 << index)) === 0 ? all : withSome(all, rule.properties)),
      own,
    )
    known.set(mask, properties)
    return properties
  }
}

/** These in place of what all say of them. */
export function withSome(all: Properties, some: SomeProperties): Properties {
  // Those that are named and undefined say nothing.
  const given = Object.entries(some).filter(([, policy]) => policy !== undefined)
  return { ...all, ...(Object.fromEntries(given) as Partial<Properties>) }
}

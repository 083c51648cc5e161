import type { PropertyName } from '#model/properties.ts'
import type { PourSpec } from '#model/spec.ts'

/** What an object carries along when it is moved back: a move that changes it leaves nobody who knows what it was. */
const CARRIED = ['headers', 'metadata', 'tags', 'annotations', 'redirect'] as const satisfies PropertyName[]

const WORDS: Readonly<Record<(typeof CARRIED)[number], string>> = {
  headers: 'headers',
  metadata: 'metadata',
  tags: 'tags',
  annotations: 'annotations',
  redirect: 'redirects',
}

/**
 * In words, which properties of a moved object come back as the move left them, where its source is gone.
 *
 * | property                                        | the job, or one of its rules | comes back           |
 * |-------------------------------------------------|------------------------------|----------------------|
 * | headers, metadata, tags, annotations, redirect  | copies it                    | as it was            |
 * | the same                                        | sets, changes or drops it    | as the move left it  |
 * | storage class                                   | any                          | as it was: the plan has it |
 * | what a move leaves behind unless it is asked to | any                          | as any new object's  |
 */
export function changedByMove({ properties, rules }: Pick<PourSpec, 'properties' | 'rules'>): string[] {
  return CARRIED.filter((name) =>
    [properties, ...rules.map((rule) => rule.properties)].some((given) => {
      const policy = given[name]?.policy
      return policy !== undefined && policy !== 'copy'
    }),
  ).map((name) => WORDS[name])
}

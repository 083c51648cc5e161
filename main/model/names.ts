import { z } from 'zod'
import { NAME_TOKENS, unknownTokens } from './name-template.ts'
import { regularExpression } from './filter.ts'

/**
 * Rules for names at the destination, applied in order to what is left of a key once the source's `base` is cut off;
 * the destination's prefix is put in front of what comes out.
 */
export const nameRule = z.discriminatedUnion('rule', [
  /** A prefix of the rest of the key swapped for another. Keys without it stay as they are. */
  z.strictObject({ rule: z.literal('prefix'), from: z.string().max(1024), to: z.string().max(1024) }),
  /** `find` with the flags `u` and, for `every`, `g`; `with` may name groups: $1, $<name>, $&. */
  z.strictObject({
    rule: z.literal('replace'),
    find: regularExpression(),
    with: z.string().max(1024),
    every: z.boolean().default(true),
  }),
  z.strictObject({ rule: z.literal('case'), to: z.enum(['lower', 'upper']) }),
  /** Slashes become `separator`; an empty one keeps the name alone. A slash at the end stays. */
  z.strictObject({
    rule: z.literal('flatten'),
    separator: z.string().max(32).refine(noSlash, 'must not hold a slash'),
  }),
  /**
   * A new name from parts of the old: {key} {dir} {name} {stem} {ext}, and of the last modification in UTC
   * {yyyy} {mm} {dd} {hh} {min} {ss}. {dir} ends with its slash, {ext} begins with its dot. `{{` is a brace.
   */
  z.strictObject({
    rule: z.literal('template'),
    text: z
      .string()
      .min(1)
      .max(1024)
      .refine(
        (text) => unknownTokens(text).length === 0,
        `must hold no other tokens than {${NAME_TOKENS.join('} {')}}`,
      ),
  }),
])
export type NameRule = z.infer<typeof nameRule>

function noSlash(text: string): boolean {
  return !text.includes('/')
}

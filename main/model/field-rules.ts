import { z } from 'zod'
import { fieldNameText } from './field.ts'
import { keyPattern, regularExpression } from './filter.ts'

/**
 * Rules that give each object values of its own: from its key, from another field, from its first bytes. They run from
 * the first to the last, each over what the one before it left; a cell that was edited by hand wins over all of them.
 * `applyFieldRules` (apply-field-rules.ts) says what they make of one object.
 */

const text = z.string().max(8192)

/** What must hold before a rule writes; nothing given: always. */
const where = z.strictObject({
  /** Of the object's key. */
  key: keyPattern.optional(),
  /** Of the field that the rule writes, as it stands when the rule's turn comes. */
  value: z
    .discriminatedUnion('is', [
      z.strictObject({ is: z.literal('missing') }),
      z.strictObject({ is: z.literal('present') }),
      z.strictObject({ is: z.literal('equal'), to: text }),
      z.strictObject({ is: z.literal('matching'), regex: regularExpression() }),
    ])
    .optional(),
})

/** `$1`, `$<name>` and `$$` as in JavaScript. */
const replacement = text

const fieldAction = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('set'), value: text }),
  z.strictObject({ do: z.literal('remove') }),
  /** Metadata and tags only: the value goes to another name of the same kind; one that stands there is written over. */
  z.strictObject({ do: z.literal('rename'), to: fieldNameText }),
  /** All that the expression finds in the value; nothing where the field is missing. */
  z.strictObject({ do: z.literal('replace'), find: regularExpression(), with: replacement }),
  /** The value of another field; nothing where that is missing. */
  z.strictObject({ do: z.literal('from-field'), field: fieldNameText }),
  /** The expression's first match in the key, put into `with`; nothing where it does not match. */
  z.strictObject({ do: z.literal('from-key'), find: regularExpression(), with: replacement }),
  /** Of content-type only. Nothing where the extension is not known. */
  z.strictObject({ do: z.literal('type-from-extension') }),
  /** Of content-type only: one ranged GET more an object. Nothing where the bytes tell nothing. */
  z.strictObject({ do: z.literal('type-from-content') }),
  /** When the object was last modified, and so many days later; `http` as in Expires, `iso` as in ISO 8601 (UTC). */
  z.strictObject({
    do: z.literal('from-modified'),
    format: z.enum(['http', 'iso']),
    addDays: z.int().min(-36_500).max(36_500).default(0),
  }),
])
export type FieldAction = z.infer<typeof fieldAction>

export const fieldRule = z
  .strictObject({ field: fieldNameText, where: where.default({}), action: fieldAction })
  .superRefine(({ field, action }, context) => {
    const refuse = (message: string): void => context.addIssue({ code: 'custom', path: ['action'], message })
    if (
      (action.do === 'type-from-extension' || action.do === 'type-from-content') &&
      field !== 'content-type'
    )
      refuse('gives a content type: the field must be content-type')
    if (action.do !== 'rename') return
    const kind = (name: string): string => /^(x-amz-meta-|tag:)/.exec(name)?.[0] ?? ''
    if (kind(field) === '' || kind(field) !== kind(action.to))
      refuse('renames metadata to metadata and tags to tags only')
  })
export type FieldRule = z.infer<typeof fieldRule>

export const fieldRules = z.array(fieldRule).max(100)

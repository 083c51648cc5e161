import { z } from 'zod'
import { regexProblem } from './bounded-regex.ts'

/**
 * Which objects of a selection are meant. Everything that is given must hold; a filter that gives nothing takes all.
 * `tags`, `metadata` and `encryption` are in no listing: they cost a request an object, and the plan says so.
 */

/**
 * `glob`: `*` within a name, `**` over slashes, `?`, `[abc]`, `{a,b}`; over the whole key, but one without a slash is
 * over the name alone, so that `*.log` means every log. `regex`: JavaScript's, anywhere in the key.
 */
export const keyPattern = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('glob'), glob: z.string().min(1).max(1024) }),
  z.strictObject({ kind: z.literal('regex'), regex: regularExpression() }),
])
export type KeyPattern = z.infer<typeof keyPattern>

/** A regular expression that compiles, with the `u` flag, and whose time has a bound. */
export function regularExpression() {
  return z
    .string()
    .min(1)
    .max(1024)
    .refine((source) => regexProblem(source) === undefined, {
      error: ({ input }) => `must be a regular expression: ${regexProblem(String(input)) ?? ''}`,
    })
}

/** Has a tag, or a piece of metadata, of this name; with `value`, of exactly this value. */
const named = z.strictObject({ name: z.string().min(1).max(256), value: z.string().max(2048).optional() })

export const VERSION_STATES = ['current', 'noncurrent', 'delete-marker'] as const
export const ENCRYPTION_KINDS = ['none', 'SSE-S3', 'SSE-KMS', 'DSSE-KMS', 'SSE-C'] as const

export const filter = z.strictObject({
  /** Matches one of them; empty: every key. */
  include: z.array(keyPattern).max(100).default([]),
  /** Matches none of them. */
  exclude: z.array(keyPattern).max(100).default([]),
  /** Bytes, both ends in. */
  minSize: z.int().min(0).optional(),
  maxSize: z.int().min(0).optional(),
  /** Last modified at or after, and before; milliseconds since the epoch. */
  modifiedFrom: z.int().optional(),
  modifiedBefore: z.int().optional(),
  /** As the server names them. */
  storageClasses: z.array(z.string().min(1).max(64)).max(32).default([]),
  encryption: z.array(z.enum(ENCRYPTION_KINDS)).max(5).default([]),
  /** All of them. */
  tags: z.array(named).max(10).default([]),
  /** All of them; names in lower case. */
  metadata: z.array(named).max(50).default([]),
  /** Only where versions are taken; empty: all that are taken. */
  versions: z.array(z.enum(VERSION_STATES)).max(3).default([]),
})
export type Filter = z.infer<typeof filter>

export const TAKE_ALL: Filter = filter.parse({})

import { z } from 'zod'
import { HEADER_NAMES, metadataName, tagKey } from './properties.ts'
import type { HeaderName } from './properties.ts'

/**
 * One value that an object carries, by the name that people know it by: a column of the metadata grid and of its CSV,
 * and what a field rule reads and writes.
 *
 * | name                | is                                             |
 * |---------------------|------------------------------------------------|
 * | `content-type`, …   | one of the six system headers                  |
 * | `website-redirect`  | x-amz-website-redirect-location                |
 * | `storage-class`     | the class, as S3 names it                      |
 * | `x-amz-meta-NAME`   | user metadata; NAME in lower case, as S3 keeps |
 * | `tag:KEY`           | a tag                                          |
 */
export type Field =
  | { readonly in: 'header'; readonly name: HeaderName }
  | { readonly in: 'redirect' }
  | { readonly in: 'class' }
  | { readonly in: 'metadata'; readonly name: string }
  | { readonly in: 'tag'; readonly name: string }

/** A field's name, as in the table above. */
export type FieldName = string

/** Values by field name; null: to be taken away. */
export type FieldValues = Readonly<Record<FieldName, string | null>>

export const HEADER_FIELDS = {
  contentType: 'content-type',
  cacheControl: 'cache-control',
  contentDisposition: 'content-disposition',
  contentEncoding: 'content-encoding',
  contentLanguage: 'content-language',
  expires: 'expires',
} as const satisfies Readonly<Record<HeaderName, string>>

const METADATA = 'x-amz-meta-'
const TAG = 'tag:'

const FIXED: ReadonlyMap<string, Field> = new Map<string, Field>([
  ...HEADER_NAMES.map((name) => [HEADER_FIELDS[name], { in: 'header', name }] as const),
  ['website-redirect', { in: 'redirect' }],
  ['storage-class', { in: 'class' }],
])

/** Undefined for a name that is no field's: not one of the table, or one that S3 refuses. */
export function parseField(name: FieldName): Field | undefined {
  const fixed = FIXED.get(name)
  if (fixed) return fixed
  if (name.startsWith(METADATA)) {
    const parsed = metadataName.safeParse(name.slice(METADATA.length))
    return parsed.success ? { in: 'metadata', name: parsed.data } : undefined
  }
  if (!name.startsWith(TAG)) return undefined
  const parsed = tagKey.safeParse(name.slice(TAG.length))
  return parsed.success ? { in: 'tag', name: parsed.data } : undefined
}

export const fieldNameText = z
  .string()
  .max(512)
  .refine(
    (name) => parseField(name) !== undefined,
    'must be a field: a header such as content-type, website-redirect, storage-class, x-amz-meta-NAME in lower case, or tag:KEY',
  )

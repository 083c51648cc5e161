import { HEADER_FIELDS } from '#model/field.ts'
import type { FieldName } from '#model/field.ts'

const HEADERS: readonly FieldName[] = [...Object.values(HEADER_FIELDS), 'website-redirect']

/** Fields as columns of a CSV: the headers in S3's order, metadata and tags by their names. */
export function inColumns(fields: readonly FieldName[]): FieldName[] {
  return [...fields].sort((one, other) => rank(one) - rank(other) || (one < other ? -1 : 1))
}

function rank(field: FieldName): number {
  const at = HEADERS.indexOf(field)
  if (at >= 0) return at
  return field.startsWith('tag:') ? HEADERS.length + 1 : HEADERS.length
}

import type { FieldName, FieldValues } from '#model/field.ts'
import { fieldProblems } from '#model/field-problems.ts'
import type { GridRow } from '#model/grid.ts'

/** Why S3 would refuse what is typed into a field of an object, with all else that would be written; undefined else. */
export function valueTrouble(row: GridRow, field: FieldName, value: string): string | undefined {
  if (value === '') return undefined
  return tagsTrouble(row, { [field]: value }).get(field)
}

/** The same of several fields at once: too many tags, too much metadata. */
export function tagsTrouble(row: GridRow, values: FieldValues): ReadonlyMap<FieldName, string> {
  const others = row.cells.filter(({ field }) => !Object.hasOwn(values, field))
  const cells = [...others, ...Object.entries(values).map(([field, value]) => ({ field, value }))]
  const found = fieldProblems(row.before, cells)
  return new Map([...found].map(([field, { problem }]) => [field, problem]))
}

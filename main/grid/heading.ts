import { fail } from '#model/failure.ts'
import { suggestFieldName } from '#model/field-problems.ts'
import { parseField } from '#model/field.ts'
import type { FieldName } from '#model/field.ts'

/** What stands in a column. `told`: what a grid's own export says of an object, and nobody can set. */
export type Column =
  | { readonly is: 'key' }
  | { readonly is: 'etag' }
  | { readonly is: 'told' }
  | { readonly is: 'field'; readonly field: FieldName }

const TOLD: ReadonlySet<string> = new Set(['size', 'last-modified'])

/** The columns of a CSV, by its first line. Throws `bad-input` that names all of them that are none. */
export function readHeading(cells: readonly string[]): Column[] {
  const columns = cells.map(columnOf)
  const unknown = cells.filter((_name, index) => columns[index] === undefined)
  if (unknown.length > 0) refuse(unknownColumns(unknown))
  const seen = new Set<string>()
  for (const name of cells) {
    if (seen.has(name)) refuse(`The column ${JSON.stringify(name)} is there twice.`)
    seen.add(name)
  }
  if (!seen.has('key')) {
    refuse(
      'There is no column key. The first line must be key and the names of fields, as Export CSV writes it.',
    )
  }
  return columns as Column[]
}

function columnOf(name: string): Column | undefined {
  if (name === 'key' || name === 'etag') return { is: name }
  if (TOLD.has(name)) return { is: 'told' }
  return parseField(name) === undefined ? undefined : { is: 'field', field: name }
}

function unknownColumns(names: readonly string[]): string {
  const told = names.map((name) => {
    const lower = name.trim().toLowerCase()
    const meant =
      columnOf(lower)?.is === 'field' || columnOf(lower) === undefined ? suggestFieldName(name) : lower
    return meant === undefined ? JSON.stringify(name) : `${JSON.stringify(name)} (${meant} is meant?)`
  })
  const list = told.join(', ')
  const capitals = names.some((name) => /^x-amz-meta-/i.test(name) && name !== name.toLowerCase())
  const why = capitals ? ' S3 keeps the names of metadata in lower case.' : ''
  return names.length === 1 ? `${list} is no field.${why}` : `These columns are no fields: ${list}.${why}`
}

function refuse(message: string): never {
  return fail('bad-input', 'item', `text: ${message}`, { property: 'text' })
}

import { HEADER_FIELDS, type FieldName } from '#model/field.ts'
import type { FieldRule } from '#model/field-rules.ts'
import type { GridSnapshot } from '#model/grid.ts'

/** What a column of the grid shows: the key, one field, or all tags together. */
export type ColumnId = 'key' | 'tags' | FieldName

export interface Column {
  readonly id: FieldName | 'tags'
  readonly label: string
  /** In pixels. */
  readonly width: number
}

/** The fields that have a name of their own, in the order of their columns. */
export const FIXED_FIELDS: readonly FieldName[] = [
  ...Object.values(HEADER_FIELDS),
  'website-redirect',
  'storage-class',
]

const LABELS: Readonly<Record<FieldName, string>> = {
  'content-type': 'Content-Type',
  'cache-control': 'Cache-Control',
  'content-disposition': 'Content-Disposition',
  'content-encoding': 'Content-Encoding',
  'content-language': 'Content-Language',
  expires: 'Expires',
  'website-redirect': 'Website redirect',
  'storage-class': 'Storage class',
}

const WIDTHS: Readonly<Record<string, number>> = {
  'content-type': 180,
  'cache-control': 224,
  'content-disposition': 200,
  expires: 200,
  'website-redirect': 180,
  tags: 224,
}

/** Columns that nobody chose are at most so many; the menu of columns has the rest. */
const MOST_BY_ITSELF = 12
const ALWAYS: readonly FieldName[] = ['content-type', 'cache-control']

export function fieldLabel(field: FieldName): string {
  return LABELS[field] ?? (isTag(field) ? `tag ${field.slice('tag:'.length)}` : field)
}

export function columnLabel(id: ColumnId): string {
  return id === 'key' ? 'Key' : id === 'tags' ? 'Tags' : fieldLabel(id)
}

export function isTag(field: FieldName): boolean {
  return field.startsWith('tag:')
}

/** Every field that a rule may write. */
function written(rules: readonly FieldRule[]): FieldName[] {
  return rules.flatMap(({ field, action }) => (action.do === 'rename' ? [field, action.to] : [field]))
}

/**
 * The columns, from left to right: headers in their order, metadata by name, all tags in one column at the end.
 *
 * | a field                                     | has a column            |
 * |---------------------------------------------|-------------------------|
 * | was shown or hidden by hand                 | as was said             |
 * | is Content-Type or Cache-Control            | yes                     |
 * | is written by a rule                        | yes                     |
 * | is the storage class                        | no: every object has it |
 * | was seen among the rows                     | yes, the most frequent  |
 */
export function chooseColumns(
  fields: GridSnapshot['fields'],
  rules: readonly FieldRule[],
  chosen: Readonly<Record<string, boolean>>,
): Column[] {
  const known = [...fields].sort((a, b) => b.rows - a.rows).map(({ field }) => field)
  const shown = new Set([...ALWAYS, ...written(rules)].filter((field) => !isTag(field)))
  for (const field of known)
    if (!isTag(field) && field !== 'storage-class' && shown.size < MOST_BY_ITSELF) shown.add(field)
  for (const [id, wanted] of Object.entries(chosen)) {
    if (wanted && id !== 'tags') shown.add(id)
    else shown.delete(id)
  }
  const metadata = [...shown].filter((field) => !FIXED_FIELDS.includes(field)).sort(byName)
  const ids = [...FIXED_FIELDS.filter((field) => shown.has(field)), ...metadata]
  if (chosen['tags'] !== false) ids.push('tags')
  return ids.map((id) => ({ id, label: columnLabel(id), width: widthOf(id) }))
}

const { compare: byName } = new Intl.Collator('en', { numeric: true })

function widthOf(id: string): number {
  return WIDTHS[id] ?? Math.min(240, Math.max(114, columnLabel(id).length * 7.5 + 32))
}

/** Where a column begins, in pixels after the key's. */
export function columnOffsets(columns: readonly Column[]): number[] {
  const offsets = [0]
  for (const { width } of columns) offsets.push((offsets.at(-1) ?? 0) + width)
  return offsets
}

/** Which columns are in sight, `from` in, `to` out, of what is scrolled by `left` and has `room` pixels. */
export function columnsInSight(
  offsets: readonly number[],
  left: number,
  room: number,
): readonly [from: number, to: number] {
  const count = offsets.length - 1
  let from = 0
  while (from < count && (offsets[from + 1] ?? 0) <= left) from++
  let to = from
  while (to < count && (offsets[to] ?? 0) < left + room) to++
  return [from, to]
}

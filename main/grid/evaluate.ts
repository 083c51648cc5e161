import { applyFieldRules, fieldNeeds, fieldsOf } from '#model/apply-field-rules.ts'
import type { CompiledRules, FieldCell, FieldSubject } from '#model/apply-field-rules.ts'
import { fieldProblems } from '#model/field-problems.ts'
import type { FieldName } from '#model/field.ts'
import type { GridCell } from '#model/grid.ts'
import type { Row, RowCount } from './row.ts'

/** What a row shows. */
export interface Evaluated {
  readonly before: Readonly<Record<FieldName, string>>
  readonly cells: readonly GridCell[]
}

const NOTHING: Readonly<Record<FieldName, string>> = {}

/**
 * What rules and cells edited by hand make of a row.
 *
 * | row                | before            | cells                                             |
 * |--------------------|-------------------|---------------------------------------------------|
 * | known              | what it carries   | those that differ from it, by rule and by hand    |
 * | unknown, unreadable| none              | those by hand, as they are: nothing to compare    |
 */
export function evaluate(rules: CompiledRules, row: Row): Evaluated {
  const subject = subjectOf(row)
  const before = subject === undefined ? NOTHING : fieldsOf(subject)
  const cells = subject === undefined ? byHand(row) : applyFieldRules(rules, subject, row.hand)
  if (cells.length === 0) return { before, cells: [] }
  const problems = fieldProblems(before, cells)
  return { before, cells: cells.map((cell) => ({ ...cell, ...problems.get(cell.field) })) }
}

function byHand({ hand }: Row): FieldCell[] {
  return Object.entries(hand).map(([field, value]) => ({ field, value, by: 'hand' }))
}

/** Undefined: it was not read, so that nobody can tell what rules make of it. */
export function subjectOf({ key, lastModified, storageClass, state, stands }: Row): FieldSubject | undefined {
  if (state !== 'known' || stands === undefined) return undefined
  const { headers, metadata, tags, sniffed } = stands
  return { key, lastModified, storageClass, headers, metadata, tags, sniffedType: sniffed ?? undefined }
}

export function countOf({ before, cells }: Evaluated): RowCount {
  const byRule: Record<string, number> = {}
  let byHand = 0
  let invalid = 0
  const gets: FieldName[] = []
  for (const { field, value, by, problem } of cells) {
    if (by === 'hand') byHand++
    else byRule[by] = (byRule[by] ?? 0) + 1
    if (problem !== undefined) invalid++
    if (value !== null && before[field] === undefined) gets.push(field)
  }
  return { cells: cells.length, invalid, byHand, byRule, gets }
}

/** Whether something of it is still to be read: it was not seen, or a rule asks for its first bytes. */
export function isToRead(rules: CompiledRules, row: Row): boolean {
  if (row.state === 'unknown') return true
  if (row.state === 'unreadable') return false
  return row.stands?.sniffed === undefined && fieldNeeds(rules, row.hand, row.key).content
}

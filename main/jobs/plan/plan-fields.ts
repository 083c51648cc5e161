import type { GridPlanRow } from './grid-rows.ts'
import { differing, fieldNeeds, fieldsOf, writtenFields } from '#model/apply-field-rules.ts'
import type { CompiledRules } from '#model/apply-field-rules.ts'
import type { Failure } from '#model/failure.ts'
import { fieldProblems } from '#model/field-problems.ts'
import { propertiesWithFields } from '#model/field-properties.ts'
import { parseField } from '#model/field.ts'
import type { FieldName, FieldValues } from '#model/field.ts'
import type { Properties, PropertyName } from '#model/properties.ts'

/** What field rules and cells edited by hand mean for the plan, where nobody has looked at the object. */

const NOTHING: ReadonlySet<PropertyName> = new Set()

/** The properties that rules and cells may change of the object with this key. */
export function writtenTo(
  { rules }: CompiledRules,
  key: string,
  cells: FieldValues = {},
): ReadonlySet<PropertyName> {
  const fields: FieldName[] = Object.keys(cells)
  for (const { rule, isFor } of rules) if (isFor(key)) fields.push(rule.field)
  if (fields.length === 0) return NOTHING
  return new Set(fields.flatMap((name) => propertyOf(name) ?? []))
}

function propertyOf(name: FieldName): PropertyName | undefined {
  const field = parseField(name)
  switch (field?.in) {
    case 'header':
      return 'headers'
    case 'redirect':
      return 'redirect'
    case 'class':
      return 'storageClass'
    case 'metadata':
      return 'metadata'
    case 'tag':
      return 'tags'
    case undefined:
      return undefined
  }
}

/** What the plan knows of the edit of one row; `known`: exactly this will be asked of it. */
export type RowEdit =
  | { readonly is: 'nothing' }
  | { readonly is: 'known'; readonly properties: Properties }
  | { readonly is: 'unknown'; readonly written: ReadonlySet<PropertyName> }
  | { readonly is: 'invalid'; readonly failure: Failure }

/**
 * | the row                                       | rules and cells make  | the job asks for properties | edit    |
 * |-----------------------------------------------|-----------------------|-----------------------------|---------|
 * | known, with all that the rules read           | a value S3 refuses    | any                         | invalid |
 * | the same                                      | some other values     | any                         | known   |
 * | the same                                      | what stands there     | some                        | known   |
 * | the same                                      | what stands there     | none                        | nothing |
 * | not known, or without what the rules read     | perhaps something     | any                         | unknown |
 * | the same                                      | nothing, by their keys| some                        | known   |
 * | the same                                      | nothing, by their keys| none                        | nothing |
 */
export function editOfRow(row: GridPlanRow, compiled: CompiledRules, properties: Properties): RowEdit {
  const asksForMore = Object.values(properties).some(({ policy }) => policy !== 'copy')
  const rest: RowEdit = asksForMore ? { is: 'known', properties } : { is: 'nothing' }
  const { key, cells: byHand, stands } = row
  const needs = fieldNeeds(compiled, byHand, key)
  const isEnough =
    (!needs.tags || stands?.tags !== undefined) && (!needs.content || stands?.sniffedType !== undefined)
  if (stands === undefined || !isEnough) {
    const written = writtenTo(compiled, key, byHand)
    return written.size === 0 ? rest : { is: 'unknown', written }
  }
  const { lastModified, storageClass } = row
  const subject = { key, lastModified, storageClass, ...stands }
  const before = fieldsOf(subject)
  const written = writtenFields(compiled, subject, byHand)
  const cells = new Set(differing(before, written))
  const [problem] = fieldProblems(before, [...cells])
  if (problem) return { is: 'invalid', failure: invalid(...problem) }
  // What stands as it was written has to be said only where the job's properties say otherwise.
  const said = written.filter((cell) => cells.has(cell) || isAsked(properties, cell.field))
  return said.length === 0 ? rest : { is: 'known', properties: propertiesWithFields(properties, said) }
}

function isAsked(properties: Properties, field: FieldName): boolean {
  const name = propertyOf(field)
  return name !== undefined && properties[name].policy !== 'copy'
}

function invalid(field: FieldName, { problem }: { readonly problem: string }): Failure {
  return { code: 'bad-input', reach: 'item', property: field, message: `${field}: ${problem}` }
}

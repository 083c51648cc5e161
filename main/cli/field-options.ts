import { fieldProblems, suggestFieldName } from '#model/field-problems.ts'
import type { FieldAction, FieldRule } from '#model/field-rules.ts'
import type { FieldName } from '#model/field.ts'
import { parseField } from '#model/field.ts'
import type { KeyPattern } from '#model/filter.ts'
import type { OptionInOrder, Options } from './arguments.ts'
import { text } from './arguments.ts'
import { headerField } from './property-options.ts'
import { arrow, pair, substitution, wholeNumber } from './values.ts'
import { UsageError } from './usage.ts'

/** What the options say of an edit's fields. */
export interface FieldOptions {
  readonly rules: readonly FieldRule[]
  /** The options without those that became rules. */
  readonly others: Options
}

/** Setters and removers that are rules beside other rules, unless the policy for all of their kind is said as well. */
const PLAIN: Readonly<
  Record<string, { readonly whole: string; readonly field: (name: string) => FieldName }>
> = {
  set: { whole: 'headers', field: (name) => headerField(name, 'set') },
  remove: { whole: 'headers', field: (name) => headerField(name, 'remove') },
  'set-meta': { whole: 'metadata', field: (name) => `x-amz-meta-${name.toLowerCase()}` },
  'remove-meta': { whole: 'metadata', field: (name) => `x-amz-meta-${name.toLowerCase()}` },
  tag: { whole: 'tags', field: (name) => `tag:${name}` },
  untag: { whole: 'tags', field: (name) => `tag:${name}` },
}
const RULES = [
  ...['replace', 'rename', 'copy-field', 'from-key', 'from-modified'],
  ...['type-from-extension', 'type-from-content'],
]
const WHERE = ['where-key', 'where-value']

/**
 * The rules that give each object values of its own, in the order in which they stand on the line. Pure.
 *
 * | on the line                                        | rule                                                   |
 * |----------------------------------------------------|--------------------------------------------------------|
 * | --replace FIELD=s/RE/TEXT/                         | replace                                                |
 * | --rename 'FIELD=>FIELD', --copy-field 'FIELD=>FIELD' | rename the first; from-field, written to the second  |
 * | --from-key FIELD=s/RE/TEXT/                        | from-key                                               |
 * | --from-modified FIELD=DAYS                         | from-modified                                          |
 * | --type-from-extension, --type-from-content         | these, of content-type                                 |
 * | --where-key, --where-value                         | the condition of the rule before it                    |
 * | --set, --remove, --set-meta, … beside one of these | set, remove                                            |
 * | the same alone, or with --headers copy or drop     | no rule: a property of all objects                     |
 */
export function fieldOptions(options: Options, inOrder: readonly OptionInOrder[]): FieldOptions {
  if (!inOrder.some(({ name }) => RULES.includes(name) || WHERE.includes(name)))
    return { rules: [], others: options }
  const rules: FieldRule[] = []
  const others = { ...options }
  // Where the option before a condition is no rule, the condition belongs to nothing.
  let isRule = false
  for (const { name, value } of inOrder) {
    if (WHERE.includes(name)) {
      const last = rules.pop()
      if (!isRule || !last) throw new UsageError(`--${name}: must follow the rule that it is for`)
      rules.push(withCondition(last, name, value))
      continue
    }
    const rule = ruleOf(name, value, options)
    isRule = rule !== undefined
    if (!rule) continue
    rules.push(rule)
    Reflect.deleteProperty(others, name)
  }
  return { rules, others }
}

function ruleOf(name: string, value: string, options: Options): FieldRule | undefined {
  const plain = PLAIN[name]
  if (plain && text(options, plain.whole) === undefined) return plainRule(name, value, plain.field)
  switch (name) {
    case 'replace':
    case 'from-key': {
      const [field, expression] = pair(name, value)
      const { find, with: replacement } = substitution(name, expression)
      return rule(fieldOf(name, field), { do: name, find, with: replacement })
    }
    case 'rename':
    case 'copy-field': {
      const [from, to] = arrow(name, value).map((field) => fieldOf(name, field)) as [FieldName, FieldName]
      if (name === 'copy-field') return rule(to, { do: 'from-field', field: from })
      return rule(from, { do: 'rename', to })
    }
    case 'from-modified': {
      const [field, days] = pair(name, value)
      const target = fieldOf(name, field)
      const addDays = wholeNumber(name, days, 0, 36_500)
      return rule(target, { do: name, format: target === 'expires' ? 'http' : 'iso', addDays })
    }
    case 'type-from-extension':
    case 'type-from-content':
      return rule('content-type', { do: name })
    default:
      return undefined
  }
}

function plainRule(option: string, given: string, fieldOf: (name: string) => FieldName): FieldRule {
  if (option.startsWith('remove') || option === 'untag') return rule(fieldOf(given), { do: 'remove' })
  const [name, value] = pair(option, given)
  const field = fieldOf(name)
  const problem = fieldProblems({}, [{ field, value }]).get(field)
  if (problem) {
    const fix = problem.fix === undefined ? '' : `; "${problem.fix}" would do`
    throw new UsageError(`--${option} ${given}: ${problem.problem.replace(/\.$/, '')}${fix}`)
  }
  return rule(field, { do: 'set', value })
}

function rule(field: FieldName, action: FieldAction): FieldRule {
  return { field, where: {}, action }
}

function fieldOf(option: string, given: string): FieldName {
  const name = given.trim()
  if (parseField(name)) return name
  const meant = suggestFieldName(name)
  const hint = meant === undefined ? '' : `; ${meant} perhaps`
  throw new UsageError(
    `--${option}: must name a field (content-type, cache-control, …, website-redirect, storage-class, x-amz-meta-NAME, tag:KEY), not "${given}"${hint}`,
  )
}

function withCondition(to: FieldRule, name: string, given: string): FieldRule {
  const key = name === 'where-key'
  if (key ? to.where.key : to.where.value)
    throw new UsageError(`--${name}: is said twice of the same rule, the second time as "${given}"`)
  if (key) return { ...to, where: { ...to.where, key: keyPattern(given) } }
  return { ...to, where: { ...to.where, value: valueCondition(given) } }
}

/** `GLOB`, or `/RE/`. */
function keyPattern(given: string): KeyPattern {
  const regex = betweenSlashes('where-key', given)
  return regex === undefined ? { kind: 'glob', glob: given } : { kind: 'regex', regex }
}

/** `missing`, `present`, `/RE/`, or the value itself; `=missing` is the value "missing". */
function valueCondition(given: string): NonNullable<FieldRule['where']['value']> {
  if (given === 'missing' || given === 'present') return { is: given }
  const regex = betweenSlashes('where-value', given)
  if (regex !== undefined) return { is: 'matching', regex }
  return { is: 'equal', to: given.replace(/^=/, '') }
}

function betweenSlashes(option: string, given: string): string | undefined {
  const regex = /^\/(.+)\/$/s.exec(given)?.[1]?.replaceAll('\\/', '/')
  if (regex === undefined) return undefined
  // The same words for the same mistake.
  return substitution(option, `/${regex.replaceAll('/', '\\/')}//`).find
}

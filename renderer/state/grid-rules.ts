import { regexProblem } from '#model/bounded-regex.ts'
import { parseField, type FieldName } from '#model/field.ts'
import { fieldRule, type FieldAction, type FieldRule } from '#model/field-rules.ts'
import { fieldLabel, isTag } from './grid-columns.ts'

/** A rule as one types it: it may be half of one yet. */
export interface RuleDraft {
  /** Stays the same while it is moved and changed. */
  readonly id: number
  readonly rule: FieldRule
}

const METADATA = 'x-amz-meta-'

/** A field by its kind: headers, redirect and class have fixed names, the others are typed. */
export function fieldKind(field: FieldName): 'fixed' | 'metadata' | 'tag' {
  return field.startsWith(METADATA) ? 'metadata' : isTag(field) ? 'tag' : 'fixed'
}

/** The typed part of a field's name. */
export function typedName(field: FieldName): string {
  const kind = fieldKind(field)
  return kind === 'metadata'
    ? field.slice(METADATA.length)
    : kind === 'tag'
      ? field.slice('tag:'.length)
      : field
}

/** S3 keeps metadata names in lower case, so that is how they are taken. */
export function typedField(kind: 'metadata' | 'tag', name: string): FieldName {
  return kind === 'metadata' ? `${METADATA}${name.toLowerCase()}` : `tag:${name}`
}

export type RuleStart =
  | 'set'
  | 'metadata'
  | 'tag'
  | 'extension'
  | 'content'
  | 'field'
  | 'key'
  | 'modified'
  | 'rename'
  | 'remove'
  | 'replace'

/** A rule as it begins; what writes at once only where one sees at once what it does. */
export function startRule(start: RuleStart, wanted?: FieldName): FieldRule {
  const field = wanted ?? 'cache-control'
  const rule = (name: FieldName, action: FieldAction, where: FieldRule['where'] = {}): FieldRule => ({
    field: name,
    where,
    action,
  })
  const typed = fieldKind(field) === 'fixed' ? METADATA : field
  switch (start) {
    case 'set':
      return rule(field, { do: 'set', value: '' })
    case 'metadata':
      return rule(METADATA, { do: 'set', value: '' })
    case 'tag':
      return rule('tag:', { do: 'set', value: '' })
    case 'extension':
      return rule(
        'content-type',
        { do: 'type-from-extension' },
        { value: { is: 'equal', to: 'binary/octet-stream' } },
      )
    case 'content':
      return rule(
        'content-type',
        { do: 'type-from-content' },
        { value: { is: 'equal', to: 'binary/octet-stream' } },
      )
    case 'field':
      return rule(field, { do: 'from-field', field: METADATA })
    case 'key':
      return rule(typed, { do: 'from-key', find: '([^/]+)$', with: '$1' })
    case 'modified':
      return rule(field === 'cache-control' ? 'expires' : field, {
        do: 'from-modified',
        format: 'http',
        addDays: 365,
      })
    case 'rename':
      return rule(typed, { do: 'rename', to: isTag(typed) ? 'tag:' : METADATA })
    case 'remove':
      return rule(wanted ?? METADATA, { do: 'remove' })
    case 'replace':
      return rule(field, { do: 'replace', find: '', with: '' })
  }
}

/** What is wrong with a rule, by the part that says it; empty where it can run. */
export interface RuleTrouble {
  readonly field?: string
  /** Not wrong, but not there yet. */
  readonly missing?: string
  readonly action?: string
  readonly key?: string
  readonly value?: string
}

/**
 * | part                 | refused                                             |
 * |----------------------|-----------------------------------------------------|
 * | a name               | not one that S3 takes                               |
 * | a regular expression | does not compile                                    |
 * | a value, a name      | not typed yet: missing, and the rule waits          |
 */
export function ruleTrouble({ field, where, action }: FieldRule): RuleTrouble {
  const name = nameTrouble(field)
  if (name !== undefined) return name
  if (where.key !== undefined) {
    const pattern = where.key.kind === 'regex' ? where.key.regex : where.key.glob
    if (pattern === '') return { missing: 'Type what the key has to match.' }
    if (where.key.kind === 'regex' && !compiles(pattern)) return { key: NOT_REGEX }
  }
  if (where.value?.is === 'matching') {
    if (where.value.regex === '') return { missing: 'Type what the value has to match.' }
    if (!compiles(where.value.regex)) return { value: NOT_REGEX }
  }
  const own = actionTrouble(action)
  if (own !== undefined) return own
  const parsed = fieldRule.safeParse({ field, where, action })
  return parsed.success ? {} : { action: `It ${parsed.error.issues[0]?.message ?? 'is not a rule'}.` }
}

const NOT_REGEX = 'Not a regular expression.'

function actionTrouble(action: FieldAction): RuleTrouble | undefined {
  switch (action.do) {
    case 'set':
      return action.value === '' ? { missing: 'Type a value.' } : undefined
    case 'rename':
      return nameTrouble(action.to, 'action')
    case 'from-field':
      return nameTrouble(action.field, 'action')
    case 'replace':
    case 'from-key':
      if (action.find === '') return { missing: 'Type what to find.' }
      return compiles(action.find) ? undefined : { action: NOT_REGEX }
    case 'from-modified':
      return Number.isInteger(action.addDays) && Math.abs(action.addDays) <= 36_500
        ? undefined
        : { action: 'A whole number of days, at most 36,500.' }
    default:
      return undefined
  }
}

function nameTrouble(field: FieldName, part: 'field' | 'action' = 'field'): RuleTrouble | undefined {
  if (typedName(field) === '') return { missing: 'Type a name.' }
  if (parseField(field) !== undefined) return undefined
  const tag = typedName(field)
  const sentence =
    fieldKind(field) === 'tag'
      ? /^aws:/i.test(tag)
        ? 'aws: belongs to AWS itself.'
        : 'At most 128 characters.'
      : 'No spaces or signs like : / ( ).'
  return part === 'field' ? { field: sentence } : { action: sentence }
}

function compiles(source: string): boolean {
  return regexProblem(source) === undefined
}

/** It can run. */
export function isWhole(rule: FieldRule): boolean {
  return Object.keys(ruleTrouble(rule)).length === 0
}

/** A rule in words: for the plan, and for whoever does not see the line. */
export function sayRule({ field, where, action }: FieldRule): string {
  const label = isTag(field) ? `the tag ${typedName(field)}` : fieldLabel(field)
  const does = {
    set: () => (action.do === 'set' ? `Set ${label} to ${action.value}` : ''),
    remove: () => `Remove ${label}`,
    rename: () => (action.do === 'rename' ? `Rename ${label} to ${typedName(action.to)}` : ''),
    replace: () =>
      action.do === 'replace' ? `Replace ${action.find} by ${action.with || 'nothing'} in ${label}` : '',
    'from-field': () => (action.do === 'from-field' ? `Set ${label} from ${fieldLabel(action.field)}` : ''),
    'from-key': () => `Set ${label} from the key`,
    'type-from-extension': () => `Set ${label} from the key’s extension`,
    'type-from-content': () => `Set ${label} from the first bytes`,
    'from-modified': () => `Set ${label} from the date modified`,
  }[action.do]()
  return `${does}${sayWhere(where)}`
}

function sayWhere({ key, value }: FieldRule['where']): string {
  const parts: string[] = []
  if (value?.is === 'missing') parts.push('it is not set')
  if (value?.is === 'present') parts.push('it is set')
  if (value?.is === 'equal') parts.push(`it is ${value.to}`)
  if (value?.is === 'matching') parts.push(`it matches ${value.regex}`)
  if (key?.kind === 'regex') parts.push(`the key matches ${key.regex}`)
  if (key?.kind === 'glob') parts.push(`the key is like ${key.glob}`)
  return parts.length === 0 ? '' : `, where ${parts.join(' and ')}`
}

/** The list with one rule put elsewhere. */
export function moveRule<T>(rules: readonly T[], from: number, to: number): T[] {
  const moved = [...rules]
  const [rule] = moved.splice(from, 1)
  if (rule !== undefined) moved.splice(to, 0, rule)
  return moved
}

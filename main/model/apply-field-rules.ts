import { boundedRegex } from './bounded-regex.ts'
import { GIVEN_CONTENT_TYPES, isSameMediaType, typeOfExtension } from './content-type.ts'
import { httpDate, isoDate } from './dates.ts'
import type { FieldAction, FieldRule } from './field-rules.ts'
import type { FieldName, FieldValues } from './field.ts'
import { HEADER_FIELDS } from './field.ts'
import { compilePattern } from './match-filter.ts'
import type { ObjectHeaders, Tags } from './object.ts'
import { HEADER_NAMES } from './properties.ts'

/** What field rules see of one object. */
export interface FieldSubject {
  readonly key: string
  /** Milliseconds since the epoch. */
  readonly lastModified: number
  readonly storageClass: string
  readonly headers: ObjectHeaders
  /** Names without `x-amz-meta-`. */
  readonly metadata: Readonly<Record<string, string>>
  /** Absent: not read, as `fieldNeeds` asked for none. */
  readonly tags?: Tags | undefined
  /** What its first bytes say that it is; absent: not read, or they tell nothing. */
  readonly sniffedType?: string | undefined
}

/** A value that would be written over what stands; null: it is taken away. */
export interface FieldCell {
  readonly field: FieldName
  readonly value: string | null
  /** The rule that wrote it last, from 0. */
  readonly by: number | 'hand'
}

/** What stands there, without what is not set. */
export function fieldsOf(subject: FieldSubject): Record<FieldName, string> {
  const { headers, metadata, tags } = subject
  const fields: Record<FieldName, string> = {}
  for (const name of HEADER_NAMES) {
    const value = headers[name]
    if (value) fields[HEADER_FIELDS[name]] = value
  }
  if (headers.websiteRedirect) fields['website-redirect'] = headers.websiteRedirect
  if (subject.storageClass !== '') fields['storage-class'] = subject.storageClass
  for (const name in metadata) fields[`x-amz-meta-${name}`] = metadata[name] ?? ''
  for (const key in tags) fields[`tag:${key}`] = tags[key] ?? ''
  return fields
}

type Fields = Record<FieldName, string | null | undefined>

interface CompiledRule {
  readonly rule: FieldRule
  readonly isFor: (key: string) => boolean
  /** Of the value that stands when its turn comes. */
  readonly isMet: (value: string | undefined) => boolean
  /** The value to write; null: to take away; undefined: to leave. */
  readonly value: (
    subject: FieldSubject,
    fields: Fields,
    stands: string | undefined,
  ) => string | null | undefined
}

export interface CompiledRules {
  readonly rules: readonly CompiledRule[]
}

/** Patterns compiled once, for a hundred thousand objects. */
export function compileFieldRules(rules: readonly FieldRule[]): CompiledRules {
  return {
    rules: rules.map((rule) => ({
      rule,
      isFor: rule.where.key ? compilePattern(rule.where.key) : always,
      isMet: condition(rule.where.value),
      value: valueOf(rule.action),
    })),
  }
}

function always(): boolean {
  return true
}

/**
 * | `where.value` | holds for a field that                       |
 * |---------------|----------------------------------------------|
 * | none          | is there or not                              |
 * | missing       | is not there                                 |
 * | present       | is there, also empty                         |
 * | equal         | is there, and has exactly this value         |
 * | matching      | is there, and the expression finds something |
 */
function condition(where: FieldRule['where']['value']): CompiledRule['isMet'] {
  if (!where) return always
  switch (where.is) {
    case 'missing':
      return (value) => value === undefined
    case 'present':
      return (value) => value !== undefined
    case 'equal':
      return (value) => value === where.to
    case 'matching': {
      const regex = boundedRegex(where.regex, 'u')
      return (value) => value !== undefined && regex.test(value)
    }
  }
}

/**
 * | action              | gives                                           | leaves the field as it is where          |
 * |---------------------|-------------------------------------------------|------------------------------------------|
 * | set                 | the value                                       |                                          |
 * | remove, rename      | nothing (`rename` writes the other one, see run)| there is none                            |
 * | replace             | the value with all matches replaced             | there is none, or nothing in it matches  |
 * | from-field          | the other field's value                         | the other one is missing                 |
 * | from-key            | `with`, filled from the first match             | the key does not match                   |
 * | type-from-…         | the type that they tell                         | they tell none, or it is that type already, with a charset perhaps |
 * | from-modified       | the date, so many days later                    |                                          |
 */
function valueOf(action: FieldAction): CompiledRule['value'] {
  switch (action.do) {
    case 'set':
      return () => action.value
    case 'remove':
    case 'rename':
      return (_subject, _fields, stands) => (stands === undefined ? undefined : null)
    case 'replace': {
      const find = boundedRegex(action.find, 'gu')
      return (_subject, _fields, stands) => {
        const replaced = stands?.replace(find, action.with)
        return replaced === stands ? undefined : replaced
      }
    }
    case 'from-field':
      return (_subject, fields) => fields[action.field] ?? undefined
    case 'from-key': {
      const find = boundedRegex(action.find, 'u')
      return ({ key }) => filled(key, find, action.with)
    }
    case 'type-from-extension':
      return ({ key }, _fields, stands) => unlessSameType(typeOfExtension(key), stands)
    case 'type-from-content':
      return ({ sniffedType }, _fields, stands) => unlessSameType(sniffedType, stands)
    case 'from-modified': {
      const later = action.addDays * 86_400_000
      return ({ lastModified }) => dateText(lastModified + later, action.format)
    }
  }
}

/** `with`, filled from the first match in the key: what replacing leaves before and after the match is cut off. */
function filled(key: string, find: RegExp, replacement: string): string | undefined {
  const match = find.exec(key)
  if (!match) return undefined
  const after = key.length - match.index - match[0].length
  const whole = key.replace(find, replacement)
  return whole.slice(match.index, whole.length - after)
}

function unlessSameType(type: string | undefined, stands: string | undefined): string | undefined {
  return type !== undefined && stands !== undefined && isSameMediaType(type, stands) ? undefined : type
}

/** Whole seconds, as S3 keeps them in headers; undefined for a moment that no calendar has. */
function dateText(at: number, format: 'http' | 'iso'): string | undefined {
  const second = Math.floor(at / 1000) * 1000
  if (Math.abs(second) > 8.64e15) return undefined
  return format === 'http' ? httpDate(second) : isoDate(second)
}

/**
 * What rules and cells edited by hand make of one object: only what differs from what stands. Rules run from the first
 * to the last, each over what the one before it left; by hand wins over all of them.
 *
 * | stands | rules give, in order | by hand | cell            |
 * |--------|----------------------|---------|-----------------|
 * | a      |                      |         | none            |
 * | a      | b                    |         | b, by rule 0    |
 * | a      | b, c                 |         | c, by rule 1    |
 * | a      | b, b                 |         | b, by rule 0    |
 * | a      | b, a                 |         | none            |
 * | a      | b                    | a       | none            |
 * | a      | b                    | null    | null, by hand   |
 * | none   |                      | null    | none            |
 *
 * A header, a redirect or a class that is empty is none; user metadata and tags may be empty.
 */
export function applyFieldRules(
  compiled: CompiledRules,
  subject: FieldSubject,
  hand: FieldValues = NO_VALUES,
): readonly FieldCell[] {
  return differing(fieldsOf(subject), writtenFields(compiled, subject, hand))
}

/** Of cells those that differ from what stands. */
export function differing(
  before: Readonly<Record<FieldName, string>>,
  cells: readonly FieldCell[],
): readonly FieldCell[] {
  return cells.filter(({ field, value }) => {
    if (value === (before[field] ?? null)) return false
    // What S3 gives where there is none cannot be taken away.
    return value !== null || field !== 'content-type' || !GIVEN_CONTENT_TYPES.has(before[field])
  })
}

const NO_VALUES: FieldValues = {}

/**
 * Every field that a rule or a hand has written, also where that is what stands: over properties that would change it,
 * it has to win.
 */
export function writtenFields(
  { rules }: CompiledRules,
  subject: FieldSubject,
  hand: FieldValues = NO_VALUES,
): readonly FieldCell[] {
  const fields: Fields = fieldsOf(subject)
  const writers = new Map<FieldName, number | 'hand'>()
  const write = (field: FieldName, value: string | null, by: number | 'hand'): void => {
    const now = held(field, value)
    // Of two rules that agree, the first one wrote it.
    if (now === (fields[field] ?? null) && (by !== 'hand' || !writers.has(field))) {
      if (!writers.has(field)) writers.set(field, by)
      return
    }
    fields[field] = now
    writers.set(field, by)
  }
  rules.forEach(({ rule, isFor, isMet, value }, index) => {
    const stands = fields[rule.field] ?? undefined
    if (!isFor(subject.key) || !isMet(stands)) return
    const given = value(subject, fields, stands)
    if (given === undefined) return
    write(rule.field, given, index)
    if (rule.action.do === 'rename' && stands !== undefined) write(rule.action.to, stands, index)
  })
  for (const field in hand) write(field, hand[field] ?? null, 'hand')
  return Array.from(writers, ([field, by]) => ({ field, value: fields[field] ?? null, by }))
}

function held(field: FieldName, value: string | null): string | null {
  return value === '' && !isNamed(field) ? null : value
}

/** Metadata and tags, whose name is part of the field's. */
function isNamed(field: FieldName): boolean {
  return field.startsWith('x-amz-meta-') || field.startsWith('tag:')
}

/** What has to be read of an object beside its HEAD: a request each. */
export interface FieldNeeds {
  readonly tags: boolean
  /** Its first 4 KiB. */
  readonly content: boolean
}

/**
 * `key`: of the object; without it, of any. A rule that is not for the key reads nothing.
 *
 * | rules and cells                          | tags | content |
 * |------------------------------------------|------|---------|
 * | one writes or reads a tag                | yes  |         |
 * | a content type by the first bytes        |      | yes     |
 */
export function fieldNeeds(
  { rules }: CompiledRules,
  hand: FieldValues = NO_VALUES,
  key?: string,
): FieldNeeds {
  let tags = Object.keys(hand).some(isTag)
  let content = false
  for (const { rule, isFor } of rules) {
    if (key !== undefined && !isFor(key)) continue
    const { field, action } = rule
    tags ||= isTag(field) || (action.do === 'from-field' && isTag(action.field))
    content ||= action.do === 'type-from-content'
  }
  return { tags, content }
}

function isTag(field: FieldName): boolean {
  return field.startsWith('tag:')
}

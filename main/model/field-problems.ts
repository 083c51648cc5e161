import { typeOfExtension } from './content-type.ts'
import { httpDate, parseDate } from './dates.ts'
import type { FieldName } from './field.ts'
import { parseField } from './field.ts'
import { metadataBytes, PROPERTY_LIMITS } from './properties.ts'
import { storageClass, STORAGE_CLASSES } from './storage-class.ts'

/** A sentence: why S3 would refuse the value, or keep another. */
export interface FieldProblem {
  readonly problem: string
  /** A value that S3 would take. */
  readonly fix?: string
}

/** A value that would be written; null: taken away. */
interface Written {
  readonly field: FieldName
  readonly value: string | null
}

/**
 * The cells of one object that S3 would refuse, before anything is sent.
 *
 * | field             | refused                                                                       |
 * |-------------------|-------------------------------------------------------------------------------|
 * | header, metadata  | control characters, spaces at either end, more than 8,192 characters           |
 * | content-type      | what is no media type                                                         |
 * | expires           | what is no HTTP date                                                          |
 * | website-redirect  | what is neither a path nor http(s)://, more than 2,048 characters              |
 * | storage-class     | a class that S3 has not, and none                                             |
 * | x-amz-meta-…      | more than 2 KB of names and values, with those that stand                     |
 * | tag:…             | more than 10 with those that stand; other characters; too long; aws:          |
 *
 * What stands already is refused in no case: only what is written.
 */
export function fieldProblems(
  before: Readonly<Record<FieldName, string>>,
  cells: readonly Written[],
): ReadonlyMap<FieldName, FieldProblem> {
  const problems = new Map<FieldName, FieldProblem>()
  for (const { field, value } of cells) {
    const found = problemOf(field, value)
    if (found) problems.set(field, { problem: found.problem, ...lastingFix(field, found) })
  }
  addAll(problems, tooManyTags(before, cells))
  addAll(problems, tooMuchMetadata(before, cells))
  return problems
}

/** A fix that has a problem of its own is fixed once more, or is none. */
function lastingFix(field: FieldName, { fix }: FieldProblem): { readonly fix?: string } {
  if (fix === undefined) return {}
  const next = problemOf(field, fix)
  if (!next) return { fix }
  return next.fix !== undefined && !problemOf(field, next.fix) ? { fix: next.fix } : {}
}

/** What a cell's own problem is goes before what is wrong with all together. */
function addAll(
  problems: Map<FieldName, FieldProblem>,
  { fields, problem }: { readonly fields: readonly FieldName[]; readonly problem: string },
): void {
  for (const field of fields) if (!problems.has(field)) problems.set(field, { problem })
}

function tooManyTags(before: Readonly<Record<FieldName, string>>, cells: readonly Written[]) {
  const tags = cells.filter(({ field }) => field.startsWith('tag:'))
  const added = tags.filter(({ field, value }) => value !== null && before[field] === undefined)
  if (added.length === 0) return { fields: [], problem: '' }
  const removed = tags.filter(({ field, value }) => value === null && before[field] !== undefined)
  const stood = Object.keys(before).filter((field) => field.startsWith('tag:')).length
  const count = stood + added.length - removed.length
  return {
    fields: count > PROPERTY_LIMITS.tags ? added.map(({ field }) => field) : [],
    problem: `The object would have ${count} tags, which must be at most ${PROPERTY_LIMITS.tags}.`,
  }
}

const METADATA = 'x-amz-meta-'

function tooMuchMetadata(before: Readonly<Record<FieldName, string>>, cells: readonly Written[]) {
  const written = cells.filter(({ field }) => field.startsWith(METADATA))
  const set = written.filter(({ value }) => value !== null)
  if (set.length === 0) return { fields: [], problem: '' }
  const all: Record<string, string> = {}
  for (const field in before) {
    if (field.startsWith(METADATA)) all[field.slice(METADATA.length)] = before[field] ?? ''
  }
  for (const { field, value } of written) {
    if (value === null) delete all[field.slice(METADATA.length)]
    else all[field.slice(METADATA.length)] = value
  }
  const bytes = metadataBytes(all)
  return {
    fields: bytes > PROPERTY_LIMITS.metadataBytes ? set.map(({ field }) => field) : [],
    problem: `The object would have ${bytes} bytes of metadata, which must be at most ${PROPERTY_LIMITS.metadataBytes}.`,
  }
}

function problemOf(name: FieldName, value: string | null): FieldProblem | undefined {
  const field = parseField(name)
  if (!field) return { problem: nameProblem(name) }
  if (field.in === 'class') return classProblem(value)
  if (value === null) return undefined
  if (field.in === 'tag') return tagProblem(field.name, value)
  const problem = headerProblem(value)
  if (problem || field.in === 'metadata') return problem
  if (field.in === 'redirect') return redirectProblem(value)
  if (field.name === 'contentType') return typeProblem(value)
  return field.name === 'expires' ? expiresProblem(value) : undefined
}

function nameProblem(name: FieldName): string {
  if (/^tag:aws:/i.test(name)) return 'A tag cannot begin with aws:, which AWS keeps to itself.'
  if (name === 'tag:') return 'A tag must have a name.'
  if (name.startsWith('tag:')) {
    return `The name of a tag has ${name.length - 4} characters, which must be at most ${PROPERTY_LIMITS.tagKey}.`
  }
  if (name.startsWith(METADATA)) {
    return 'The name of metadata must be that of a header, in lower case, as S3 keeps it.'
  }
  return `“${name}” is no field of an object.`
}

/** Longest value that any header may have: what all of them together may have in S3. */
const LONGEST_HEADER = 8192
// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const CONTROLS = /[\u0000-\u001f\u007f]+/g

function headerProblem(value: string): FieldProblem | undefined {
  if (value.search(CONTROLS) >= 0) {
    return {
      problem: 'A header must be one line without control characters.',
      fix: value.replace(CONTROLS, ' ').trim(),
    }
  }
  if (value !== value.trim()) {
    return { problem: 'A header loses spaces at its beginning and its end.', fix: value.trim() }
  }
  if (value.length <= LONGEST_HEADER) return undefined
  return { problem: `The value has ${value.length} characters, which must be at most ${LONGEST_HEADER}.` }
}

/** Source: the S3 API, x-amz-website-redirect-location. */
const LONGEST_REDIRECT = 2048

function redirectProblem(value: string): FieldProblem | undefined {
  if (value.length > LONGEST_REDIRECT) {
    return {
      problem: `The redirect has ${value.length} characters, which must be at most ${LONGEST_REDIRECT}.`,
    }
  }
  if (/^(\/|https?:\/\/)/.test(value)) return undefined
  const isHost = /^[\w-]+(\.[\w-]+)*\.[a-z]{2,}(\/|$)/i.test(value) && typeOfExtension(value) === undefined
  return {
    problem: 'A redirect must begin with /, http:// or https://.',
    fix: isHost ? `https://${value}` : `/${value}`,
  }
}

const TOKEN = "[\\w!#$%&'*+.^`|~-]+"
const MEDIA_TYPE = new RegExp(`^${TOKEN}/${TOKEN}(\\s*;\\s*(${TOKEN}=(${TOKEN}|"([^"\\\\]|\\\\.)*"))?)*$`)

function typeProblem(value: string): FieldProblem | undefined {
  if (MEDIA_TYPE.test(value)) return undefined
  const type = typeOfExtension(`name.${value.replace(/^\*?\./, '')}`)
  return {
    problem: 'A content type must be a media type, such as text/html or image/png.',
    ...(type !== undefined && { fix: type }),
  }
}

function expiresProblem(value: string): FieldProblem | undefined {
  const at = readDate(value)
  const date = at === undefined ? undefined : httpDate(at)
  if (date === value) return undefined
  return {
    problem: 'Expires must be an HTTP date, such as Tue, 01 Dec 2026 10:00:00 GMT.',
    ...(date !== undefined && { fix: date }),
  }
}

const MONTHS = /\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)/i
const ZONE = /(\b(GMT|UTC)|Z|[+-]\d{2}:?\d{2})\s*(\([^)]*\))?$/

/** A date as people write it, in UTC where it names no zone; one that could mean two days is none. */
function readDate(text: string): number | undefined {
  const iso = /^\d{4}-\d{2}-\d{2}(?:[T ](\d{2}:\d{2}.*))?$/.exec(text.trim())
  if (iso) {
    const [whole, time] = iso
    return parseDate(time === undefined || ZONE.test(time) ? whole : `${whole}Z`)
  }
  if (!MONTHS.test(text) || !/\b\d{4}\b/.test(text)) return undefined
  return parseDate(ZONE.test(text) ? text : `${text} GMT`)
}

function classProblem(value: string | null): FieldProblem | undefined {
  if (value === null || value === '') {
    return { problem: 'An object always has a storage class.', fix: 'STANDARD' }
  }
  if (storageClass.safeParse(value).success) return undefined
  const meant = value.trim().toUpperCase().replace(/[ -]+/g, '_')
  const fix = STORAGE_CLASSES.find((name) => name === meant)
  return {
    problem: `“${value}” is no storage class: it must be one of ${STORAGE_CLASSES.join(', ')}.`,
    ...(fix && { fix }),
  }
}

/** Source: "Object tagging": letters, digits and spaces of any script, and these. */
const NOT_IN_TAGS = /[^\p{L}\p{N}\p{Z}+\-=._:/@]/gu

function tagProblem(key: string, value: string): FieldProblem | undefined {
  const inKey = foreign(key)
  if (inKey !== undefined) return { problem: `A tag’s name cannot contain ${inKey}.` }
  const inValue = foreign(value)
  if (inValue !== undefined) {
    return { problem: `A tag value cannot contain ${inValue}.`, fix: cleanTag(value) }
  }
  if (value.length <= PROPERTY_LIMITS.tagValue) return undefined
  return {
    problem: `The tag value has ${value.length} characters, which must be at most ${PROPERTY_LIMITS.tagValue}.`,
  }
}

/** `“&” or “#”`; undefined where all may be in a tag. */
function foreign(text: string): string | undefined {
  const found = [...new Set(text.match(NOT_IN_TAGS) ?? [])]
  if (found.length === 0) return undefined
  const named = found.map((character) => (/\p{C}/u.test(character) ? 'control characters' : `“${character}”`))
  const words = [...new Set(named)]
  const last = words.pop() ?? ''
  return words.length === 0 ? last : `${words.join(', ')} or ${last}`
}

/** `R&D#7` → `R-D 7`. */
function cleanTag(value: string): string {
  return value
    .replaceAll('&', '-')
    .replace(NOT_IN_TAGS, ' ')
    .replace(/ {2,}/g, ' ')
    .trim()
    .slice(0, PROPERTY_LIMITS.tagValue)
}

/**
 * The field that was meant by a name that is none: S3 keeps names in lower case, and the headers in theirs.
 * `X-Amz-Meta-Build` → `x-amz-meta-build`, `Content-Type` → `content-type`, `Tag:Owner` → `tag:Owner`. Undefined where
 * nobody can tell.
 */
export function suggestFieldName(text: string): FieldName | undefined {
  const trimmed = text.trim()
  const tag = /^tags?:\s*(.+)$/i.exec(trimmed)
  const lower = trimmed.toLowerCase()
  const name = tag
    ? `tag:${tag[1] ?? ''}`
    : lower.startsWith(METADATA)
      ? lower
      : lower.replace(/[\s_]+/g, '-')
  const meant = SYNONYMS.get(name) ?? name
  return meant !== text && parseField(meant) ? meant : undefined
}

const SYNONYMS: ReadonlyMap<string, FieldName> = new Map([
  ['contenttype', 'content-type'],
  ['type', 'content-type'],
  ['cachecontrol', 'cache-control'],
  ['redirect', 'website-redirect'],
  ['x-amz-website-redirect-location', 'website-redirect'],
  ['class', 'storage-class'],
  ['storageclass', 'storage-class'],
  ['x-amz-storage-class', 'storage-class'],
])

import type { Encryption, ObjectSummary, Tags } from './object.ts'
import { boundedRegex } from './bounded-regex.ts'
import type { Filter, KeyPattern, VERSION_STATES } from './filter.ts'

export type VersionState = (typeof VERSION_STATES)[number]

/** What a listing tells of an object. Without `state` it is the current one: a plain listing shows no other. */
export type Listed = Pick<ObjectSummary, 'key' | 'size' | 'lastModified' | 'storageClass'> & {
  readonly state?: VersionState | undefined
}

/** What has to be read of each object before a filter can decide: a HEAD, its tags. */
export interface Needs {
  readonly head: boolean
  readonly tags: boolean
}

/** What was read of one object; each is there where it was needed. */
export interface Details {
  readonly metadata?: Readonly<Record<string, string>> | undefined
  readonly encryption?: Encryption['kind'] | undefined
  readonly tags?: Tags | undefined
}

/** A filter made ready: patterns compiled once, tests in the order of their cost. */
export interface FilterMatch {
  /** `no` and `yes` are final. `ask`: what `needs` names has to be read first, and `passes` decides. */
  byListing(object: Listed): 'no' | 'yes' | 'ask'
  readonly needs: Needs
  /** For an object that `byListing` did not refuse. A detail that could not be read matches nothing. */
  passes(details: Details): boolean
}

/**
 * | the filter gives             | an object passes that                                             |
 * |------------------------------|-------------------------------------------------------------------|
 * | nothing                      | is there                                                          |
 * | include                      | matches one of its patterns                                       |
 * | exclude                      | matches none of them, whatever `include` says                     |
 * | minSize, maxSize             | has a size between them, both in; a delete marker has 0 bytes     |
 * | modifiedFrom, modifiedBefore | was modified at or after the one, before the other                |
 * | storageClasses               | lies in one of them; a delete marker lies in none, and passes     |
 * | versions                     | is in one of these states                                         |
 * | encryption                   | lies under one of these kinds                                     |
 * | tags, metadata               | has all of them, of the given value where one is given            |
 *
 * All that are given must hold. A delete marker has no tags, metadata or encryption, and passes these three: what is
 * asked of an object says nothing about a marker, and a history without its markers would bring objects back.
 */
export function compileFilter(filter: Filter): FilterMatch {
  const include = filter.include.map(compilePattern)
  const exclude = filter.exclude.map(compilePattern)
  const classes = new Set(filter.storageClasses)
  const versions = new Set<VersionState>(filter.versions)
  const { minSize = 0, maxSize = Infinity, modifiedFrom = -Infinity, modifiedBefore = Infinity } = filter
  const needs = {
    head: filter.encryption.length > 0 || filter.metadata.length > 0,
    tags: filter.tags.length > 0,
  }
  const asks = needs.head || needs.tags
  return {
    needs,
    byListing: ({ key, size, lastModified, storageClass, state = 'current' }) => {
      const isMarker = state === 'delete-marker'
      if (versions.size > 0 && !versions.has(state)) return 'no'
      if (size < minSize || size > maxSize) return 'no'
      if (lastModified < modifiedFrom || lastModified >= modifiedBefore) return 'no'
      if (classes.size > 0 && !isMarker && !classes.has(storageClass)) return 'no'
      if (include.length > 0 && !include.some((matches) => matches(key))) return 'no'
      if (exclude.some((matches) => matches(key))) return 'no'
      return asks && !isMarker ? 'ask' : 'yes'
    },
    passes: ({ metadata, encryption, tags }) =>
      (filter.encryption.length === 0 ||
        (encryption !== undefined && filter.encryption.includes(encryption))) &&
      hasAll(metadata, filter.metadata) &&
      hasAll(tags, filter.tags),
  }
}

function hasAll(
  held: Readonly<Record<string, string>> | undefined,
  wanted: readonly { readonly name: string; readonly value?: string | undefined }[],
): boolean {
  return wanted.every(({ name, value }) => {
    if (held === undefined || !Object.hasOwn(held, name)) return false
    return value === undefined || held[name] === value
  })
}

/** A pattern as a test of keys. */
export function compilePattern(pattern: KeyPattern): (key: string) => boolean {
  if (pattern.kind === 'regex') {
    const regex = boundedRegex(pattern.regex, 'u')
    return (key) => regex.test(key)
  }
  const glob = boundedRegex(globSource(pattern.glob), 'su')
  // A pattern without a slash means the name, wherever it lies; with one, the whole key.
  return pattern.glob.includes('/')
    ? (key) => glob.test(key)
    : (key) => glob.test(key.slice(key.lastIndexOf('/') + 1))
}

/**
 * A glob as the source of a regular expression.
 *
 * | glob         | matches                                                          |
 * |--------------|------------------------------------------------------------------|
 * | `*`          | any run of characters but slashes, also none                     |
 * | `**`         | any run of characters                                            |
 * | `**` + `/`   | any number of whole folders, also none                           |
 * | `?`          | one character but a slash                                        |
 * | `[abc]`, `[a-z]`, `[!abc]` | one character of these, or none of them and no slash |
 * | `{a,b*}`     | one of these, each a glob; they may nest                         |
 * | `\x`         | the character x itself                                           |
 *
 * A bracket or brace that is never closed is that character itself.
 */
function globSource(glob: string): string {
  return `^${translate([...glob], 0, [...glob].length)}$`
}

/** Characters `from` to `below` of a glob; `glob` holds whole code points, as the flag `u` sees them. */
function translate(glob: readonly string[], from: number, below: number): string {
  let source = ''
  for (let at = from; at < below;) {
    const character = glob[at] ?? ''
    if (character === '*') {
      const many = at + 1 < below && glob[at + 1] === '*'
      const folders = many && at + 2 < below && glob[at + 2] === '/' && (at === from || glob[at - 1] === '/')
      source += folders ? '(?:.*/)?' : many ? '.*' : '[^/]*'
      at += folders ? 3 : many ? 2 : 1
      continue
    }
    const end =
      character === '[' ? classEnd(glob, at, below) : character === '{' ? braceEnd(glob, at, below) : -1
    if (end > 0) {
      source += character === '[' ? oneOf(glob.slice(at + 1, end)) : alternatives(glob, at + 1, end)
      at = end + 1
      continue
    }
    const escaped = character === '\\' && at + 1 < below
    source += character === '?' ? '[^/]' : literal(escaped ? (glob[at + 1] ?? '') : character)
    at += escaped ? 2 : 1
  }
  return source
}

/** Where the class that begins at `at` is closed, or -1. A bracket right at its beginning belongs to it. */
function classEnd(glob: readonly string[], at: number, below: number): number {
  const first = glob[at + 1] === '!' || glob[at + 1] === '^' ? at + 2 : at + 1
  const end = glob.indexOf(']', first + 1)
  return end > 0 && end < below ? end : -1
}

function oneOf(members: readonly string[]): string {
  const negated = members[0] === '!' || members[0] === '^'
  const source = (negated ? members.slice(1) : members)
    .map((member) => (member === '-' ? '-' : literal(member)))
    .join('')
  // A hyphen at either end is one; the engine reads it so. A range that runs backwards is no class: it matches nothing.
  const whole = negated ? `[^/${source}]` : `[${source}]`
  try {
    new RegExp(whole, 'u')
    return whole
  } catch {
    return '(?!)'
  }
}

function braceEnd(glob: readonly string[], at: number, below: number): number {
  let depth = 0
  for (let end = at; end < below; end++) {
    if (glob[end] === '\\') end += 1
    else if (glob[end] === '{') depth += 1
    else if (glob[end] === '}' && --depth === 0) return end
  }
  return -1
}

function alternatives(glob: readonly string[], from: number, below: number): string {
  const parts: string[] = []
  let depth = 0
  let begin = from
  for (let at = from; at < below; at++) {
    if (glob[at] === '\\') at += 1
    else if (glob[at] === '{') depth += 1
    else if (glob[at] === '}') depth -= 1
    else if (glob[at] === ',' && depth === 0) {
      parts.push(translate(glob, begin, at))
      begin = at + 1
    }
  }
  parts.push(translate(glob, begin, below))
  return `(?:${parts.join('|')})`
}

/** With the flag `u` only these may be escaped, and all of them must be. */
function literal(character: string): string {
  return /[\^$\\.*+?()[\]{}|/-]/.test(character)
    ? character === '-'
      ? '\\x2d'
      : `\\${character}`
    : character
}

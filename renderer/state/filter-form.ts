/** A filter as one types it: text fields and lists, and what is wrong with them. */
import { regexProblem } from '#model/bounded-regex.ts'
import { TAKE_ALL, type Filter, type KeyPattern } from '#model/filter.ts'
import { sameChoice } from './sheet-spec.ts'

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1024,
  kib: 1024,
  kb: 1024,
  m: 1024 ** 2,
  mib: 1024 ** 2,
  mb: 1024 ** 2,
  g: 1024 ** 3,
  gib: 1024 ** 3,
  gb: 1024 ** 3,
  t: 1024 ** 4,
  tib: 1024 ** 4,
  tb: 1024 ** 4,
}

export type ParsedSize = { readonly ok: true; readonly bytes: number | undefined } | { readonly ok: false }

/** `10`, `10 KiB`, `1.5g`; binary units, whichever way they are written. Empty: no bound. */
export function parseSize(text: string): ParsedSize {
  const typed = text.trim().toLowerCase().replaceAll(',', '')
  if (typed === '') return { ok: true, bytes: undefined }
  const match = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/.exec(typed)
  const unit = UNITS[match?.[2] ?? '?']
  if (match === null || unit === undefined) return { ok: false }
  return { ok: true, bytes: Math.round(Number(match[1]) * unit) }
}

/** Bytes as one would type them: in the largest unit that is exact. */
export function sizeText(bytes: number | undefined): string {
  if (bytes === undefined) return ''
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const
  let unit = 0
  let value = bytes
  while (value > 0 && value % 1024 === 0 && unit < units.length - 1) {
    value /= 1024
    unit += 1
  }
  return unit === 0 ? String(bytes) : `${value} ${units[unit]}`
}

/** Patterns as lines of text: a glob, or a regular expression between slashes. */
export function patternOf(line: string): KeyPattern {
  const regex = /^\/(.+)\/$/.exec(line)?.[1]
  return regex === undefined ? { kind: 'glob', glob: line } : { kind: 'regex', regex }
}

/** Why a pattern is none; undefined where it is one. */
export function patternTrouble(pattern: KeyPattern): string | undefined {
  return pattern.kind === 'glob' ? undefined : regexProblem(pattern.regex)
}

/** `name` or `name=value`. */
export function namedOf(text: string): Filter['tags'][number] {
  const at = text.indexOf('=')
  return at < 0 ? { name: text } : { name: text.slice(0, at), value: text.slice(at + 1) }
}

export function namedText({ name, value }: Filter['tags'][number]): string {
  return value === undefined ? name : `${name}=${value}`
}

/** A filter that asks for nothing is none. */
export function settle(filter: Filter): Filter | undefined {
  return sameChoice(filter, TAKE_ALL) ? undefined : filter
}

/** What a filter costs beyond the listing: the properties that no listing tells. */
export function readsEach({ encryption, tags, metadata }: Filter): string | undefined {
  const heads = encryption.length + metadata.length > 0
  if (heads && tags.length > 0) return 'It costs two requests an object: a HEAD and its tags.'
  if (heads) return 'It costs a HEAD for each object that passes the rest.'
  return tags.length > 0 ? 'It costs a request for the tags of each object that passes the rest.' : undefined
}

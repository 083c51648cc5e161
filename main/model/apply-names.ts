import { boundedRegex } from './bounded-regex.ts'
import type { NameToken } from './name-template.ts'
import { pieces } from './name-template.ts'
import type { NameRule } from './names.ts'

/** What a name at the destination is made from: what is left of the key behind the source's base, and its date. */
export interface Named {
  readonly rest: string
  /** Milliseconds since the epoch. */
  readonly lastModified: number
}

/**
 * Rules for names, made ready: each is applied to what the one before it made. Undefined: there are none.
 *
 * | rule                      | a/Photo.JPG, modified 2026-03-04 05:06:07 UTC |
 * |---------------------------|----------------------------|
 * | prefix a/ → b/            | b/Photo.JPG                |
 * | prefix x/ → b/            | a/Photo.JPG                |
 * | replace (\w+)\.JPG → $1.jpeg | a/Photo.jpeg            |
 * | case lower                | a/photo.jpg                |
 * | flatten -                 | a-Photo.JPG                |
 * | flatten (empty)           | Photo.JPG                  |
 * | template {dir}{yyyy}-{stem}{ext} | a/2026-Photo.JPG    |
 */
export function compileNames(rules: readonly NameRule[]): ((named: Named) => string) | undefined {
  if (rules.length === 0) return undefined
  const steps = rules.map(compileRule)
  return ({ rest, lastModified }) => steps.reduce((name, step) => step(name, lastModified), rest)
}

type Step = (name: string, lastModified: number) => string

function compileRule(rule: NameRule): Step {
  switch (rule.rule) {
    case 'prefix':
      return (name) => (name.startsWith(rule.from) ? rule.to + name.slice(rule.from.length) : name)
    case 'replace': {
      const find = boundedRegex(rule.find, rule.every ? 'gu' : 'u')
      return (name) => name.replace(find, rule.with)
    }
    case 'case':
      // Not by the machine's language: the same job makes the same names everywhere.
      return (name) => (rule.to === 'lower' ? name.toLowerCase() : name.toUpperCase())
    case 'flatten':
      return (name) => flatten(name, rule.separator)
    case 'template':
      return compileTemplate(rule.text)
  }
}

/** A slash at the end is what makes a key a folder's marker: it stays. */
function flatten(name: string, separator: string): string {
  const end = name.endsWith('/') ? '/' : ''
  const path = name.slice(0, name.length - end.length)
  return (separator === '' ? path.slice(path.lastIndexOf('/') + 1) : path.replaceAll('/', separator)) + end
}

function compileTemplate(text: string): Step {
  const parts = pieces(text)
  return (name, lastModified) => {
    const values = tokenValues(name, lastModified)
    return parts.map(({ text: plain, token }) => values[token as NameToken] ?? plain).join('')
  }
}

/**
 * | key        | dir  | name  | stem | ext  |
 * |------------|------|-------|------|------|
 * | a/b/c.d.e  | a/b/ | c.d.e | c.d  | .e   |
 * | c          |      | c     | c    |      |
 * | a/.hidden  | a/   | .hidden | .hidden |  |
 * | a/b/       | a/   | b/    | b/   |      |
 */
function tokenValues(key: string, lastModified: number): Readonly<Record<NameToken, string>> {
  const cut = key.lastIndexOf('/', key.length - 2) + 1
  const name = key.slice(cut)
  const dot = name.lastIndexOf('.')
  const stemEnd = dot > 0 && !name.endsWith('/') ? dot : name.length
  const iso = new Date(lastModified).toISOString()
  return {
    key,
    dir: key.slice(0, cut),
    name,
    stem: name.slice(0, stemEnd),
    ext: name.slice(stemEnd),
    yyyy: iso.slice(0, 4),
    mm: iso.slice(5, 7),
    dd: iso.slice(8, 10),
    hh: iso.slice(11, 13),
    min: iso.slice(14, 16),
    ss: iso.slice(17, 19),
  }
}

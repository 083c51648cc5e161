import { regexProblem } from '#model/bounded-regex.ts'
import { UsageError } from './usage.ts'

/** Pure: how single values are written on the command line. Each throws a `UsageError` that names option and value. */

export function choice<T extends string>(name: string, given: string, choices: readonly T[]): T {
  const found = choices.find((one) => one === given)
  if (found === undefined)
    throw new UsageError(`--${name}: must be one of ${choices.join(', ')}, not "${given}"`)
  return found
}

export function wholeNumber(name: string, given: string, from: number, to: number): number {
  const value = /^\d+$/.test(given) ? Number(given) : NaN
  if (!(value >= from && value <= to)) {
    throw new UsageError(`--${name}: must be a whole number from ${from} to ${to}, not "${given}"`)
  }
  return value
}

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 }

/** Bytes: `500`, `10M`, `1.5GiB`. Units are binary. */
export function size(name: string, given: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?$/i.exec(given)
  const unit = match && UNITS[(match[2] ?? '').toLowerCase()]
  if (match === null || unit == null)
    throw new UsageError(`--${name}: must be a size such as 500, 10M or 1.5GiB, not "${given}"`)
  return Math.round(Number(match[1]) * unit)
}

/** A moment as ISO 8601; one without a time zone is UTC. Milliseconds since the epoch. */
export function instant(
  name: string,
  given: string,
  what = 'a time such as 2026-03-01 or 2026-03-01T12:00Z',
): number {
  const isIso = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/.test(given)
  const hasZone = /(Z|[+-]\d{2}:\d{2})$/.test(given) || !given.includes('T')
  const at = isIso ? Date.parse(hasZone ? given : `${given}Z`) : NaN
  if (Number.isNaN(at)) throw new UsageError(`--${name}: must be ${what}, not "${given}"`)
  return at
}

/** `30d`, or `30`. */
export function days(name: string, given: string): number {
  const digits = /^(\d+)d?$/.exec(given)?.[1]
  const count = digits === undefined ? NaN : Number(digits)
  if (!(count <= 36_500)) {
    throw new UsageError(`--${name}: must be a number of days such as 30d, up to 36500d, not "${given}"`)
  }
  return count
}

const LIFE_UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 }

/** `90s`, `30m`, `12h`, `7d`, in seconds; at most `longest`. */
export function lifetime(name: string, given: string, longest: number): number {
  const match = /^(\d+)([smhd])$/.exec(given)
  const seconds = match ? Number(match[1]) * (LIFE_UNITS[match[2] ?? ''] ?? NaN) : NaN
  if (!(seconds >= 1 && seconds <= longest)) {
    throw new UsageError(
      `--${name}: must be a time such as 30m, 12h or 7d, up to ${longest / 86_400} days, not "${given}"`,
    )
  }
  return seconds
}

/** `NAME=VALUE`; the value may hold further equals signs, and be empty. */
export function pair(name: string, given: string): readonly [string, string] {
  const at = given.indexOf('=')
  if (at < 1) throw new UsageError(`--${name}: must be like NAME=VALUE, not "${given}"`)
  return [given.slice(0, at), given.slice(at + 1)]
}

/** `FROM=>TO`; either side may be empty but for the first of them. */
export function arrow(name: string, given: string): readonly [string, string] {
  const at = given.indexOf('=>')
  if (at < 0) throw new UsageError(`--${name}: must be like FROM=>TO, not "${given}"`)
  return [given.slice(0, at), given.slice(at + 2)]
}

/**
 * `s/RE/TEXT/` as in sed, with any character in the place of the slash; `/RE/TEXT/` as well. In TEXT `$1` and `$<name>`
 * as in JavaScript, or `\\1` as in sed. Every match is meant, so the flag `g` may be there and no other.
 */
export function substitution(name: string, given: string): { readonly find: string; readonly with: string } {
  const mark = given.startsWith('s') ? given[1] : given[0]
  const isMark = mark !== undefined && (given.startsWith('s') ? /[^\w\s\\]/.test(mark) : mark === '/')
  const parts = isMark ? splitAt(mark, given.slice(given.startsWith('s') ? 2 : 1)) : []
  const [find = '', replacement = '', flags = ''] = parts
  if (parts.length !== 3 || find === '' || (flags !== '' && flags !== 'g'))
    throw new UsageError(`--${name}: must be like s/RE/TEXT/, not "${given}"`)
  const why = regexProblem(find)
  if (why !== undefined)
    throw new UsageError(`--${name}: must have a regular expression (JavaScript's), not "${find}": ${why}`)
  return { find, with: replacement.replace(/\\([1-9])/g, '$$$1') }
}

/** A backslash before the mark makes it an ordinary character. */
function splitAt(mark: string, text: string): string[] {
  const parts = ['']
  for (let at = 0; at < text.length; at++) {
    const [character = '', next = ''] = [text[at], text[at + 1]]
    if (character === mark) parts.push('')
    else if (character === '\\' && next !== '') {
      parts.push(`${parts.pop() ?? ''}${next === mark ? '' : character}${next}`)
      at += 1
    } else parts.push(`${parts.pop() ?? ''}${character}`)
  }
  return parts
}

/** A moment as the contract and the browser give it: a Date, milliseconds since 1970, or an ISO 8601 string. */
export type Instant = Date | number | string

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const

/**
 * A date for a narrow column, in local time: `20 Nov 09:14`; from another year `20 Nov 2024`.
 * All of them are empty for a moment that cannot be read.
 */
export function formatShortDate(instant: Instant, now: Instant): string {
  const at = new Date(instant)
  if (Number.isNaN(at.getTime())) return ''
  const day = `${at.getDate()} ${MONTHS[at.getMonth()]}`
  return at.getFullYear() === new Date(now).getFullYear()
    ? `${day} ${clock(at)}`
    : `${day} ${at.getFullYear()}`
}

/** A date for a wide column, in local time: `2026-11-20 09:14`. */
export function formatFullDate(instant: Instant): string {
  const at = new Date(instant)
  return Number.isNaN(at.getTime()) ? '' : `${isoDay(at)} ${clock(at)}`
}

/** A date for a tooltip, to the second and with its offset from UTC: `2026-11-20 09:14:05 +01:00`. */
export function formatExactDate(instant: Instant): string {
  const at = new Date(instant)
  if (Number.isNaN(at.getTime())) return ''
  const minutes = -at.getTimezoneOffset()
  const size = Math.abs(minutes)
  const offset = `${minutes < 0 ? '−' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`
  return `${isoDay(at)} ${clock(at)}:${two(at.getSeconds())} ${offset}`
}

/** A date as one says it: `today 11:20`, `yesterday 18:03`, `18 Nov 16:44`, `18 Nov 2024`. */
export function formatSpokenDate(instant: Instant, now: Instant): string {
  const at = new Date(instant)
  const today = new Date(now)
  const yesterday = new Date(today.getFullYear(), today.getMonth(), today.getDate() - 1)
  if (sameDay(at, today)) return `today ${clock(at)}`
  if (sameDay(at, yesterday)) return `yesterday ${clock(at)}`
  return formatShortDate(at, today)
}

/** From one day to another, in local time: `17 Nov to 20 Nov 2026`, `30 Dec 2025 to 2 Jan 2026`; one day is said once. */
export function formatDays(first: Instant, last: Instant): string {
  const [from, to] = [new Date(first), new Date(last)]
  if (Number.isNaN(from.getTime()) || Number.isNaN(to.getTime())) return ''
  const day = (at: Date): string => `${at.getDate()} ${MONTHS[at.getMonth()]}`
  const until = `${day(to)} ${to.getFullYear()}`
  if (from.toDateString() === to.toDateString()) return until
  return `${day(from)}${from.getFullYear() === to.getFullYear() ? '' : ` ${from.getFullYear()}`} to ${until}`
}

/** A calendar day without a time, `2025-06-01`, as one reads it: `1 Jun 2025`. */
export function formatDay(day: string): string {
  const midnight = `${day}T00:00`
  return formatDays(midnight, midnight)
}

/** The time of day, in local time: `14:32`. */
export function formatClock(instant: Instant): string {
  const at = new Date(instant)
  return Number.isNaN(at.getTime()) ? '' : clock(at)
}

function clock(at: Date): string {
  return `${two(at.getHours())}:${two(at.getMinutes())}`
}

function isoDay(at: Date): string {
  return `${String(at.getFullYear()).padStart(4, '0')}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
}

function sameDay(a: Date, b: Date): boolean {
  return a.getFullYear() === b.getFullYear() && a.getMonth() === b.getMonth() && a.getDate() === b.getDate()
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}

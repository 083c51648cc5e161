import { formatClock, formatSpokenDate } from './date.ts'

const DAY = 86_400_000

/** A moment to come as one says it, in local time: `today at 22:00`, `tomorrow at 06:30`, `24 Nov at 09:00`. */
export function formatMoment(at: number, now: number): string {
  const tomorrow = new Date(now)
  tomorrow.setDate(tomorrow.getDate() + 1)
  if (new Date(at).toDateString() === tomorrow.toDateString()) return `tomorrow at ${formatClock(at)}`
  const spoken = formatSpokenDate(at, now)
  const clock = formatClock(at)
  return spoken.endsWith(` ${clock}`)
    ? `${spoken.slice(0, -clock.length - 1)} at ${clock}`
    : `${spoken} at ${clock}`
}

/** The zone of this computer at that moment, in words: `Central European Standard Time`. */
export function zoneName(at: number): string {
  const parts = new Intl.DateTimeFormat('en', { timeZoneName: 'long' }).formatToParts(at)
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? 'local time'
}

/** As an input for date and time has it, in local time: `2026-11-24T09:00`. */
export function toInput(at: number): string {
  const two = (value: number): string => String(value).padStart(2, '0')
  const date = new Date(at)
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`
}

/** The moment that such an input holds, or why it cannot be one to start at. */
export function readMoment(
  text: string,
  now: number,
): { readonly ok: true; readonly at: number } | { readonly ok: false; readonly reason: string } {
  const at = new Date(text).getTime()
  if (Number.isNaN(at)) return { ok: false, reason: 'Choose a day and a time.' }
  if (at <= now) return { ok: false, reason: 'That moment is over; choose one to come.' }
  if (at > now + 3660 * DAY) return { ok: false, reason: 'Choose a moment within the next ten years.' }
  return { ok: true, at }
}

/** The next full hour. */
export function nextHour(now: number): number {
  const at = new Date(now)
  at.setHours(at.getHours() + 1, 0, 0, 0)
  return at.getTime()
}

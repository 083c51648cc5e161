import type { Orders } from '#model/orders.ts'
import { text, type Options } from './arguments.ts'
import { UsageError } from './usage.ts'
import { wholeNumber } from './values.ts'

/** `now`: milliseconds since the epoch. */
export function readOrders(options: Options, now: number): Orders {
  const priority = text(options, 'priority')
  const startAt = text(options, 'start-at')
  return {
    ...(priority !== undefined && { priority: wholeNumber('priority', priority, 0, 100) }),
    ...(startAt !== undefined && { startAt: startMoment('start-at', startAt, now) }),
  }
}

const DAY_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})?$/

/**
 * When something is to start, milliseconds since the epoch: `22:30`, the next such moment, or ISO 8601. Without a zone it
 * is what the clock of this machine shows.
 */
export function startMoment(name: string, given: string, now: number): number {
  const clock = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(given)
  if (clock !== null) return nextClock(Number(clock[1]), Number(clock[2]), now)
  const at = DAY_TIME.test(given) ? Date.parse(given) : NaN
  if (Number.isNaN(at)) {
    throw new UsageError(`--${name}: must be a time such as 22:30 or 2026-03-01T22:30, not "${given}"`)
  }
  if (at <= now) throw new UsageError(`--${name}: ${given} is over; give a moment to come.`)
  return at
}

function nextClock(hours: number, minutes: number, now: number): number {
  const at = new Date(now)
  at.setHours(hours, minutes, 0, 0)
  if (at.getTime() <= now) at.setDate(at.getDate() + 1)
  return at.getTime()
}

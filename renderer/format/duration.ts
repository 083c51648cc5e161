const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/**
 * Time that has passed, in its two largest units: `38 ms`, `4 s`, `1 min 52 s`, `1 h 12 min`, `2 d 3 h`.
 * @param milliseconds at least 0
 */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`
  const seconds = Math.floor(milliseconds / 1000)
  if (seconds < MINUTE) return `${seconds} s`
  if (seconds < HOUR) return pair(seconds, MINUTE, 'min', 1, 's')
  if (seconds < DAY) return pair(seconds, HOUR, 'h', MINUTE, 'min')
  return pair(seconds, DAY, 'd', HOUR, 'h')
}

/**
 * Time that an estimate leaves, no finer than an estimate can be and never rounded down: `10 s`, `6 min`,
 * `1 h 12 min`, `2 d 3 h`.
 * @param seconds at least 0
 */
export function formatEstimate(seconds: number): string {
  if (seconds < 10) return `${Math.max(1, Math.ceil(seconds))} s`
  if (seconds <= MINUTE - 5) return `${Math.ceil(seconds / 5) * 5} s`
  const minutes = Math.ceil(seconds / MINUTE)
  if (minutes < 60) return `${minutes} min`
  if (minutes < 24 * 60) return pair(minutes * MINUTE, HOUR, 'h', MINUTE, 'min')
  return pair(Math.ceil(seconds / HOUR) * HOUR, DAY, 'd', HOUR, 'h')
}

/** The time left in words: `10 s left`; where it is only a lower bound, `6 min or more`. */
export function formatTimeLeft(seconds: number, bound: 'estimate' | 'at-least'): string {
  return bound === 'estimate' ? `${formatEstimate(seconds)} left` : `${formatEstimate(seconds)} or more`
}

function pair(seconds: number, large: number, largeName: string, small: number, smallName: string): string {
  const whole = Math.floor(seconds / large)
  const rest = Math.floor((seconds % large) / small)
  return rest === 0 ? `${whole} ${largeName}` : `${whole} ${largeName} ${rest} ${smallName}`
}

/** A whole number with its thousands grouped: `1204331` is `1,204,331`. A fraction is cut off, not rounded up. */
export function formatCount(count: number): string {
  const whole = Math.trunc(count)
  const digits = String(Math.abs(whole)).replace(/\B(?=(\d{3})+$)/g, ',')
  return whole < 0 ? `−${digits}` : digits
}

/** A count with its noun: `1 object`, `2,048 objects`. Give `many` where an s is not enough. */
export function formatNumberOf(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`
}

/**
 * Done out of all, honest about a listing that has not ended: `1,204 of 98,310 so far (still listing)`.
 */
export function formatDoneOf(done: number, all: number, listing: 'listing' | 'listed'): string {
  const pair = `${formatCount(done)} of ${formatCount(all)}`
  return listing === 'listing' ? `${pair} so far (still listing)` : pair
}

/** A share in whole percent that says 0 % and 100 % only when they are true. */
export function formatPercent(part: number, whole: number): string {
  if (whole <= 0) return '0 %'
  const exact = (part / whole) * 100
  if (exact > 0 && exact < 1) return 'under 1 %'
  if (exact >= 100) return '100 %'
  return `${Math.floor(exact)} %`
}

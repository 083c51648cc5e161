import type { Estimate, EstimatedTime } from '#model/prices.ts'

/** What carrying a plan out takes, as lines of a terminal. Pure. */
export function costWords({ time: estimated, cost }: Estimate): string[] {
  const time = timeWords(estimated)
  if (cost.is === 'unknown') return [...time, `Cost: not known. ${cost.why}`]
  const how = { exact: '', 'at-most': 'at most ', 'at-least': 'at least ' }[cost.how]
  const whose = cost.source === 'own' ? ' (your own file)' : ''
  return [
    ...time,
    `Cost: ${how}${usd(cost.usd)}, by the prices of ${cost.pricesOf}${whose}.`,
    ...cost.lines.map((line) => `  ${usd(line.usd).padStart(12)}  ${line.words}`),
    ...cost.monthly.map((line) => `  ${signed(line.usdPerMonth).padStart(12)}  a month: ${line.words}`),
    ...cost.notes.map((note) => `  ${note}`),
  ]
}

function timeWords(time: EstimatedTime): string[] {
  if (time.is === 'nothing-to-do') return []
  if (time.is === 'no-pace')
    return ['Time: not known, as no job like it was measured between these endpoints yet.']
  const { least, most, jobs, restores } = time
  const whose = jobs === 1 ? 'the last job like it' : `the last ${jobs} jobs like it`
  const apart = restores === 'apart' ? ', and until its objects are out of the archive' : ''
  const [from, to] = [span(least), span(most)]
  return [`Time: ${from === to ? from : `${from} to ${to}`}, at the pace of ${whose}${apart}.`]
}

/** Cents, and of less than one what shows that it is not nothing. */
export function usd(amount: number): string {
  const digits = amount === 0 || amount >= 0.1 ? 2 : amount >= 0.001 ? 4 : 6
  return `$${amount.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: digits })}`
}

function signed(amount: number): string {
  return `${amount < 0 ? '-' : '+'}${usd(Math.abs(amount))}`
}

function span(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`
  return `${(seconds / 3600).toLocaleString('en', { maximumFractionDigits: 1 })} h`
}

import type { Budget } from '#model/orders.ts'
import { text, type Options } from './arguments.ts'
import { UsageError } from './usage.ts'
import { wholeNumber } from './values.ts'

/** `--max-requests N` and `--budget-usd X`; undefined where neither is given. */
export function budgetOption(options: Options): Budget | undefined {
  const requests = text(options, 'max-requests')
  const usd = text(options, 'budget-usd')
  if (requests === undefined && usd === undefined) return undefined
  return {
    ...(requests !== undefined && {
      requests: wholeNumber('max-requests', requests, 1, Number.MAX_SAFE_INTEGER),
    }),
    ...(usd !== undefined && { usd: dollars('budget-usd', usd) }),
  }
}

function dollars(name: string, given: string): number {
  const value = /^\$?\d+(\.\d+)?$/.test(given) ? Number(given.replace('$', '')) : NaN
  if (!(value > 0 && value <= 1_000_000_000))
    throw new UsageError(`--${name}: must be an amount of US dollars such as 5 or 0.50, not "${given}"`)
  return value
}

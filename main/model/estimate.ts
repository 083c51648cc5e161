import { costLines } from './cost-lines.ts'
import type { Costing } from './cost-lines.ts'
import { hostOf } from './price-file.ts'
import type { Prices } from './price-file.ts'
import type { Estimate, EstimatedCost } from './prices.ts'
import type { Quantities } from './quantities.ts'
import { placesOf } from './spec.ts'
import type { JobSpec } from './spec.ts'
import { isLocal } from './local.ts'

export interface EstimateOptions {
  readonly spec: JobSpec
  readonly quantities: Quantities
  readonly expected: ExpectedCounts
  /** Undefined: nobody asks for a price. */
  readonly prices: Prices | undefined
  /** The plan is still being made. */
  readonly listing: boolean
  /** What this endpoint kept last, and what the plan comes to. */
  readonly pace?: { readonly kept: KeptPace; readonly items: number; readonly bytes: number } | undefined
}

export interface ExpectedCounts {
  readonly requests: Readonly<Record<string, number>>
  /** Items that may need less, and those of which nobody can tell. */
  readonly atMost: number
  readonly unknown: number
}

/** Measured at the end of a job. */
export interface KeptPace {
  readonly objectsPerSecond: number
  readonly bytesPerSecond: number
}

/** What carrying a plan out takes, as far as it is made. */
export function estimateOf(options: EstimateOptions): Estimate {
  const { pace } = options
  return { seconds: pace && secondsFor(pace), cost: costOf(options) }
}

/**
 * Between what its objects and what its bytes take at the pace of then: an object takes a time of its own and its bytes
 * another, and in jobs of larger or smaller objects one of the two is too little and the other too much. A quarter is
 * added to each side, as no two runs are alike. Undefined where there is nothing to do, or no pace.
 */
export function secondsFor({
  kept,
  items,
  bytes,
}: NonNullable<EstimateOptions['pace']>): Estimate['seconds'] {
  const times = [
    kept.objectsPerSecond > 0 ? items / kept.objectsPerSecond : undefined,
    kept.bytesPerSecond > 0 && bytes > 0 ? bytes / kept.bytesPerSecond : undefined,
  ].filter((time) => time !== undefined)
  if (items === 0 || times.length === 0) return undefined
  return { least: Math.min(...times) * 0.8, most: Math.max(...times) * 1.25 }
}

function costOf(options: EstimateOptions): EstimatedCost {
  const { spec, prices, expected } = options
  if (prices === undefined) return { is: 'unknown', why: 'No price file is read here.' }
  const costing: Costing = { spec, quantities: options.quantities, requests: expected.requests, prices }
  const { lines, monthly, notes, unpriced, priced } = costLines(costing)
  if (!priced) return { is: 'unknown', why: whyUnknown(spec, unpriced) }
  const isAtLeast = expected.unknown > 0 || unpriced.length > 0 || options.listing
  return {
    is: 'known',
    how: isAtLeast ? 'at-least' : expected.atMost > 0 || notes.isAtMost ? 'at-most' : 'exact',
    usd: lines.reduce((sum, { usd }) => sum + usd, 0),
    lines,
    monthly,
    pricesOf: prices.file.date,
    source: prices.source,
    notes: [...notes.texts, ...moreNotes(options, unpriced)],
  }
}

function moreNotes({ expected, listing }: EstimateOptions, unpriced: readonly string[]): string[] {
  const notes: string[] = []
  if (listing) notes.push('The plan is still being made: this is what it comes to so far.')
  if (expected.unknown > 0) {
    const one = expected.unknown === 1
    const items = `${expected.unknown.toLocaleString('en')} ${one ? 'item' : 'items'}`
    notes.push(`Of ${items} nobody can tell beforehand which requests ${one ? 'it takes' : 'they take'}.`)
  }
  for (const host of unpriced)
    notes.push(`The price file has nothing for ${host}: what is paid there is not in it.`)
  notes.push('List prices, without free allowances, discounts and taxes; this is no bill.')
  return notes
}

function whyUnknown(spec: JobSpec, unpriced: readonly string[]): string {
  const hosts =
    unpriced.length > 0
      ? unpriced
      : placesOf(spec)
          .filter((place) => !isLocal(place))
          .map(nameOf)
  const named = [...new Set(hosts)].join(' and ')
  return `The price file has nothing for ${named || 'this place'}: a file of your own may say what is paid there.`
}

function nameOf({
  connection,
}: {
  readonly connection: { readonly config: Parameters<typeof hostOf>[0] }
}): string {
  return hostOf(connection.config) ?? 'this computer'
}

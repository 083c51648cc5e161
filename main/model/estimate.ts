import { costLines } from './cost-lines.ts'
import type { Costing } from './cost-lines.ts'
import { hostOf } from './price-file.ts'
import type { Prices } from './price-file.ts'
import type { Estimate, EstimatedCost, EstimatedTime } from './prices.ts'
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
  readonly work: WorkAtPace
}

/** What the plan comes to, and what jobs like it kept before. */
export interface WorkAtPace {
  readonly items: number
  readonly bytes: number
  /** Of the items, those that come out of the archive first. */
  readonly archived: number
  readonly kept: readonly KeptPace[]
}

export interface ExpectedCounts {
  readonly requests: Readonly<Record<string, number>>
  /** Items that may need less, and those of which nobody can tell. */
  readonly atMost: number
  readonly unknown: number
}

/** Measured: what a job did, over the time it ran. */
export interface KeptPace {
  readonly objectsPerSecond: number
  readonly bytesPerSecond: number
}

/** What carrying a plan out takes, as far as it is made. */
export function estimateOf(options: EstimateOptions): Estimate {
  return { time: timeOf(options.work, options.listing), cost: costOf(options) }
}

/**
 * Between the least and the most that it takes at one of the paces kept. At each of them, what its objects and what its
 * bytes take: an object takes a time of its own and its bytes another, and in jobs of larger or smaller objects one of
 * the two is too little and the other too much. A quarter is added to each side, as no two runs are alike. How long an
 * archive takes, nobody knows: that is kept apart.
 */
export function timeOf({ items, bytes, archived, kept }: WorkAtPace, listing: boolean): EstimatedTime {
  if (items === 0) return { is: 'nothing-to-do' }
  const times = kept.flatMap(({ objectsPerSecond, bytesPerSecond }) => [
    ...(objectsPerSecond > 0 ? [items / objectsPerSecond] : []),
    ...(bytesPerSecond > 0 && bytes > 0 ? [bytes / bytesPerSecond] : []),
  ])
  if (times.length === 0) return { is: 'no-pace' }
  return {
    is: 'known',
    least: Math.min(...times) * 0.8,
    most: Math.max(...times) * 1.25,
    jobs: kept.length,
    of: listing ? 'so-far' : 'plan',
    restores: archived > 0 ? 'apart' : 'none',
  }
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

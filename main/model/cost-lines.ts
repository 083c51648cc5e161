import { isLocal } from './local.ts'
import {
  classPrice,
  hostOf,
  isListed,
  pricesAt,
  requestPrice,
  restorePriceAt,
  transferPrice,
} from './price-file.ts'
import type { PlacePrices, Prices } from './price-file.ts'
import type { CostLine, StorageChange } from './prices.ts'
import { quantitiesIn } from './quantities.ts'
import type { Quantities, Quantity, Side } from './quantities.ts'
import { hasDestinations } from './spec.ts'
import type { DestinationPlace, JobSpec, RESTORE_TIERS, SourcePlace } from './spec.ts'

/** What the price file makes of a plan's quantities. All pure. */

const GIB = 1024 ** 3
/** Days of the month by which storage is priced. */
const MONTH = 30

export interface Costing {
  readonly spec: JobSpec
  readonly quantities: Quantities
  /** All that the plan sends; what of it no item accounts for is asked of buckets. */
  readonly requests: Readonly<Record<string, number>>
  readonly prices: Prices
}

export interface CostLines {
  readonly lines: CostLine[]
  readonly monthly: StorageChange[]
  readonly notes: { readonly texts: readonly string[]; readonly isAtMost: boolean }
  /** Hosts that the file has nothing for. */
  readonly unpriced: readonly string[]
  /** It has prices of one side at least. */
  readonly priced: boolean
  /** A request of that operation: on the average of the plan, or at STANDARD's price. */
  readonly rate: (operation: string) => number
  /** What is paid for once besides requests. */
  readonly besides: number
}

type Found =
  | { readonly is: 'priced'; readonly place: PlacePrices }
  | { readonly is: 'unpriced'; readonly host: string }
  | { readonly is: 'local' }

/** The two ends of a leg, by its number: each source goes to each destination, in their order. */
function endsOf(
  spec: JobSpec,
  leg: number,
): { readonly s: SourcePlace; readonly d: SourcePlace | DestinationPlace } {
  const destinations = hasDestinations(spec) ? spec.destinations : []
  const across = Math.max(1, destinations.length)
  const s = spec.sources[Math.floor(leg / across)] ?? spec.sources[0]
  return { s, d: destinations[leg % across] ?? s }
}

export function costLines(costing: Costing): CostLines {
  const sheet = new Sheet(costing)
  for (const quantity of quantitiesIn(costing.quantities)) sheet.add(quantity)
  sheet.addRest()
  return sheet.done()
}

/** Sums by line, so that legs between the same places come to one. */
class Sheet {
  readonly #costing: Costing
  readonly #lines = new Map<
    string,
    { what: CostLine['what']; words: (count: number) => string; count: number; usd: number }
  >()
  readonly #monthly = new Map<string, { words: (count: number) => string; count: number; usd: number }>()
  readonly #notes = new Set<string>()
  readonly #unpriced = new Set<string>()
  readonly #places = new Map<string, Found>()
  readonly #sent = new Map<string, { count: number; usd: number }>()
  #besides = 0
  #priced = false
  #isAtMost = false

  constructor(costing: Costing) {
    this.#costing = costing
    const { spec } = costing
    const legs = spec.sources.length * (hasDestinations(spec) ? spec.destinations.length : 1)
    for (let leg = 0; leg < legs; leg++) for (const side of ['s', 'd'] as const) this.#at(leg, side)
  }

  add(quantity: Quantity): void {
    const { name, leg, side, storageClass, count, detail } = quantity
    if (name === 'request') this.#account(detail, count, 0)
    const found = this.#at(leg, side)
    if (found.is !== 'priced') return
    const { place } = found
    const where = `${place.store.name === 'AWS' ? '' : `${place.store.name} `}${place.region}`
    switch (name) {
      case 'request':
        return this.#addRequests(quantity, place, where)
      case 'retrieved': {
        const usd = (count / GIB) * this.#class(place, storageClass, 'retrieval')
        return this.#line(
          'retrieval',
          `from ${storageClass}, ${where}`,
          count,
          usd,
          (n) => `${gib(n)} retrieved from ${storageClass}, ${where}`,
        )
      }
      case 'restored': {
        const price = restorePriceAt(place, storageClass, detail as Tier).retrieval
        return this.#line(
          'restore',
          `${storageClass} ${detail} ${where}`,
          count,
          (count / GIB) * price,
          (n) => `${gib(n)} restored from ${storageClass} (${detail}), ${where}`,
        )
      }
      case 'thawed': {
        const usd = (count / GIB / MONTH) * this.#class(place, 'STANDARD', 'month')
        return this.#line(
          'restore',
          `thawed ${where}`,
          count,
          usd,
          () => `Restored copies kept as STANDARD until they go, ${where}`,
        )
      }
      case 'crossing':
        return this.#addCrossing(quantity, place)
      case 'out': {
        const usd = (count / GIB) * transferPrice(place, 'internet')
        if (usd > 0)
          this.#notes.add(
            'Bytes that go through this computer are taken as sent over the internet: where it stands in the same Region as the bucket, they may be free.',
          )
        return this.#line(
          'transfer',
          `out ${where}`,
          count,
          usd,
          (n) => `${gib(n)} from ${where} to this computer`,
        )
      }
      case 'kms': {
        const usd = (count / 1000) * (place.store.kms ?? 0)
        return this.#line(
          'kms',
          where,
          count,
          usd,
          (n) => `${number(n)} requests to KMS, ${where}: a bucket key would save nearly all`,
        )
      }
      case 'early': {
        const usd = (count / GIB / MONTH) * this.#class(place, storageClass, 'month')
        const days = place.store.minimums[storageClass]?.days ?? 0
        if (usd > 0) this.#isAtMost = true
        return this.#line(
          'early-deletion',
          `${storageClass} ${where}`,
          count,
          usd,
          () => `${storageClass} deleted or replaced before its ${days} days are over, ${where}`,
        )
      }
      case 'kept':
      case 'padding':
        return this.#addStored(quantity, place, where)
    }
  }

  /** What is asked of buckets, and what no item tells the place of: at the first source's price. */
  addRest(): void {
    const place = this.#first()
    if (place === undefined) return
    for (const [operation, all] of Object.entries(this.#costing.requests)) {
      const count = all - (this.#sent.get(operation)?.count ?? 0)
      if (count <= 0) continue
      const usd = count * requestPrice(place, operation, 'STANDARD')
      this.#line('requests', `rest ${operation}`, count, usd, (n) => `${number(n)} ${operation} requests`)
    }
  }

  done(): CostLines {
    const lines = [...this.#lines.values()]
      .filter(({ usd }) => usd > 0)
      .map(({ what, words, count, usd }) => ({ what, words: words(count), usd }))
      .sort((one, other) => other.usd - one.usd)
    const monthly = [...this.#monthly.values()]
      .filter(({ usd }) => usd !== 0)
      .map(({ words, count, usd }) => ({ words: words(count), usdPerMonth: usd }))
      .sort((one, other) => Math.abs(other.usdPerMonth) - Math.abs(one.usdPerMonth))
    return {
      ...{ lines, monthly, unpriced: [...this.#unpriced], priced: this.#priced },
      notes: { texts: [...this.#notes], isAtMost: this.#isAtMost },
      rate: (operation) => this.#rate(operation),
      besides: this.#besides,
    }
  }

  #addRequests({ detail, storageClass, count }: Quantity, place: PlacePrices, where: string): void {
    if (detail === 'RestoreObject') {
      const tier = tierOf(this.#costing.spec)
      const usd = (count / 1000) * restorePriceAt(place, storageClass, tier).requests
      this.#account(detail, 0, usd)
      this.#besides -= usd
      return this.#line(
        'restore',
        `ask ${storageClass} ${where}`,
        count,
        usd,
        (n) => `${number(n)} RestoreObject requests of ${storageClass} (${tier}), ${where}`,
      )
    }
    const usd = count * requestPrice(place, detail, storageClass)
    this.#account(detail, 0, usd)
    if (usd > 0)
      this.#noteClass(
        place,
        storageClass,
        /^(Copy|Put|Create|Upload|Complete)/.test(detail) ? 'write' : 'read',
      )
    this.#line(
      'requests',
      `${detail} ${storageClass} ${where}`,
      count,
      usd,
      (n) => `${number(n)} ${detail} ${n === 1 ? 'request' : 'requests'}, ${storageClass}, ${where}`,
    )
  }

  #addCrossing({ leg, count }: Quantity, from: PlacePrices): void {
    const to = this.#at(leg, 'd')
    if (to.is !== 'priced' || to.place.region === from.region) return
    const usd = (count / GIB) * transferPrice(from, 'region')
    const way = `from ${from.region} to ${to.place.region}`
    this.#line('transfer', way, count, usd, (n) => `${gib(n)} ${way}`)
  }

  #addStored({ name, storageClass, count }: Quantity, place: PlacePrices, where: string): void {
    const price = this.#class(place, storageClass, 'month')
    const put = (key: string, bytes: number, words: (bytes: number) => string): void => {
      const line = this.#monthly.get(key) ?? { words, count: 0, usd: 0 }
      line.count += bytes
      line.usd += (bytes / GIB) * price
      this.#monthly.set(key, line)
    }
    if (name === 'kept' && count < 0)
      this.#notes.add(
        'Where a bucket keeps versions, what is deleted or replaced there stays as an older version, and is paid for on.',
      )
    const more = (bytes: number): string => `${gib(Math.abs(bytes))} ${bytes < 0 ? 'less' : 'more'}`
    const stored = (bytes: number): string => `${more(bytes)} in ${storageClass}, ${where}`
    if (name === 'kept') return put(`${storageClass} ${where}`, count, stored)
    put(`${storageClass} ${where}`, -count, stored)
    put(
      `padding ${storageClass} ${where}`,
      count,
      (bytes) =>
        `${more(bytes)} that ${storageClass} bills besides the bytes of objects (minimum size, overhead), ${where}`,
    )
  }

  #class(place: PlacePrices, storageClass: string, what: 'month' | 'retrieval'): number {
    this.#noteClass(place, storageClass, what)
    return classPrice(place, storageClass, what)
  }

  #noteClass(place: PlacePrices, storageClass: string, what: 'month' | 'retrieval' | 'write' | 'read'): void {
    const { store, region } = place
    if (isListed(place, storageClass, what)) return
    const known = store.regions[store.fallback]?.classes[storageClass]
    if (known === undefined) {
      this.#notes.add(`The price file has nothing for the class ${storageClass}: it is counted as STANDARD.`)
      return
    }
    if (!place.listed && store.fallback !== region && Object.keys(store.regions).length > 1)
      this.#notes.add(`The price file has nothing for ${region}: the prices of ${store.fallback} are taken.`)
    else if (place.listed)
      this.#notes.add(
        `Some prices of ${region} are not in the price file: those of ${store.fallback} are taken.`,
      )
  }

  #account(operation: string, count: number, usd: number): void {
    const sent = this.#sent.get(operation) ?? { count: 0, usd: 0 }
    sent.count += count
    sent.usd += usd
    this.#sent.set(operation, sent)
  }

  #rate(operation: string): number {
    const sent = this.#sent.get(operation)
    if (sent && sent.count > 0) return sent.usd / sent.count
    const found = this.#first()
    return found ? requestPrice(found, operation, 'STANDARD') : 0
  }

  /** The first place of the job that has prices. */
  #first(): PlacePrices | undefined {
    for (const side of ['s', 'd'] as const) {
      const found = this.#at(0, side)
      if (found.is === 'priced') return found.place
    }
    return undefined
  }

  #line(
    what: CostLine['what'],
    key: string,
    count: number,
    usd: number,
    words: (count: number) => string,
  ): void {
    const name = `${what} ${key}`
    const line = this.#lines.get(name) ?? { what, words, count: 0, usd: 0 }
    line.count += count
    line.usd += usd
    this.#lines.set(name, line)
    if (what !== 'requests') this.#besides += usd
  }

  #at(leg: number, side: Side): Found {
    const name = `${leg}${side}`
    const known = this.#places.get(name)
    if (known) return known
    const { spec, prices, quantities } = this.#costing
    const place = endsOf(spec, leg)[side]
    const found = this.#find(place, prices, quantities.regions[name])
    this.#places.set(name, found)
    return found
  }

  #find(place: SourcePlace | DestinationPlace, { file }: Prices, region: string | undefined): Found {
    if (isLocal(place)) return { is: 'local' }
    const { config } = place.connection
    const priced = pricesAt(file, config, region)
    if (priced) {
      this.#priced = true
      return { is: 'priced', place: priced }
    }
    const host = hostOf(config) ?? ''
    this.#unpriced.add(host)
    return { is: 'unpriced', host }
  }
}

type Tier = (typeof RESTORE_TIERS)[number]

function tierOf(spec: JobSpec): Tier {
  return 'archived' in spec && spec.archived.do === 'restore' ? spec.archived.tier : 'Standard'
}

function number(count: number): string {
  return count.toLocaleString('en')
}

/** GiB as bills have them, smaller amounts in what fits. */
function gib(bytes: number): string {
  const units = [
    [1024 ** 4, 'TiB'],
    [GIB, 'GiB'],
    [1024 ** 2, 'MiB'],
    [1024, 'KiB'],
  ] as const
  for (const [unit, name] of units) if (bytes >= unit) return `${trimmed(bytes / unit)} ${name}`
  return `${number(bytes)} bytes`
}

function trimmed(count: number): string {
  return count.toLocaleString('en', { maximumFractionDigits: count < 10 ? 2 : 1 })
}

/**
 * What a plan takes, in numbers that do not grow with its objects: what the price file is applied to. Counted while the
 * plan is made, item by item, and taken out again the same way.
 */

/**
 * | name        | of a leg and…       | unit                                                             |
 * |-------------|---------------------|------------------------------------------------------------------|
 * | `request`   | side, operation, class | requests                                                      |
 * | `retrieved` | class               | bytes read or copied out of a class                              |
 * | `restored`  | tier, class         | bytes brought back from the archive                              |
 * | `thawed`    |                     | bytes × days that restored copies lie there as STANDARD          |
 * | `crossing`  |                     | bytes that S3 itself carries from the source's bucket to the other |
 * | `out`       |                     | bytes that leave the source's store through this machine         |
 * | `kms`       | side                | requests to KMS                                                  |
 * | `kept`      | side, class         | bytes stored from then on, more or less than before, as billed   |
 * | `padding`   | side, class         | those of them that are no bytes of an object: minimum and overhead |
 * | `early`     | side, class         | bytes × days of a minimum duration that is not lived out         |
 */
export type QuantityName =
  'request' | 'retrieved' | 'restored' | 'thawed' | 'crossing' | 'out' | 'kms' | 'kept' | 'padding' | 'early'

/** `s`: the source's place, `d`: the destination's. */
export type Side = 's' | 'd'

export interface Quantities {
  /** By `quantityKey`. */
  readonly counts: Record<string, number>
  /** The Regions of buckets, as their servers told them: `0s`, `0d`, … by leg and side. */
  readonly regions: Record<string, string>
  /** The items that are carried out. */
  items: number
  bytes: number
}

/**
 * What each of several items that are alike adds to one count, as its size and age tell:
 * `fixed + times × max(size, atLeast) − less × size`, times the days that are left of `lasts`.
 */
export interface Measure {
  /** Of `quantityKey`. */
  readonly key: string
  readonly fixed: number
  readonly times: number
  /** Bytes. */
  readonly atLeast: number
  readonly less: number
  /** A minimum duration, which counts from an object's date, and the moment at which it is looked at; milliseconds. */
  readonly lasts: { readonly days: number; readonly asOf: number } | undefined
}

/** The same of each item, however large. */
export function fixedMeasure(key: string, fixed: number): Measure {
  return { key, fixed, times: 0, atLeast: 0, less: 0, lasts: undefined }
}

const DAY = 86_400_000

/** What a measure comes to for one item. */
export function amountOf(measure: Measure, item: Measured): number {
  const { fixed, times, atLeast, less, lasts } = measure
  const { size } = item
  const amount = times === 0 && less === 0 ? fixed : fixed + times * Math.max(size, atLeast) - less * size
  if (lasts === undefined) return amount
  const age = Math.max(0, Math.floor((lasts.asOf - item.lastModified) / DAY))
  return amount * Math.max(0, lasts.days - age)
}

interface Measured {
  readonly size: number
  readonly lastModified: number
}

export function nothingCounted(): Quantities {
  return { counts: {}, regions: {}, items: 0, bytes: 0 }
}

/** `detail`: an operation or a tier. The class comes last: a server may call it anything. */
export function quantityKey(
  name: QuantityName,
  leg: number,
  side: Side | '',
  detail: string,
  storageClass: string,
): string {
  return `${name}|${leg}|${side}|${detail}|${storageClass}`
}

export interface Quantity {
  readonly name: QuantityName
  readonly leg: number
  readonly side: Side
  readonly detail: string
  readonly storageClass: string
  readonly count: number
}

export function quantitiesIn({ counts }: Quantities): Quantity[] {
  return Object.entries(counts).map(([key, count]) => {
    const [name, leg, side, detail, ...rest] = key.split('|')
    return {
      name: name as QuantityName,
      leg: Number(leg),
      side: side === 'd' ? 'd' : 's',
      detail: detail ?? '',
      storageClass: rest.join('|'),
      count,
    }
  })
}

/**
 * `times`: 1 to count an item in, -1 to count it out. Without measures nothing is counted: it is not carried out, or nobody
 * knows what it takes.
 */
export function countQuantities(
  quantities: Quantities,
  item: Measured,
  measures: readonly Measure[] | undefined,
  times: 1 | -1,
): void {
  const { counts } = quantities
  if (measures === undefined) return
  quantities.items += times
  quantities.bytes += item.size * times
  for (const measure of measures) {
    const amount = amountOf(measure, item)
    if (amount === 0) continue
    const { key } = measure
    const now = (counts[key] ?? 0) + amount * times
    if (now === 0) delete counts[key]
    else counts[key] = now
  }
}

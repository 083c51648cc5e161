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

export type Amount = readonly [key: string, count: number]

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
 * `times`: 1 to count an item in, -1 to count it out. Without amounts nothing is counted: it is not carried out, or nobody
 * knows what it takes.
 */
export function countQuantities(
  quantities: Quantities,
  size: number,
  amounts: readonly Amount[] | undefined,
  times: 1 | -1,
): void {
  const { counts } = quantities
  if (amounts === undefined) return
  quantities.items += times
  quantities.bytes += size * times
  for (const [key, count] of amounts) {
    const now = (counts[key] ?? 0) + count * times
    if (now === 0) delete counts[key]
    else counts[key] = now
  }
}

import type { ExpectedItem } from './expected.ts'
import type { PlannedItem } from './item.ts'
import { deletesSource } from './legs.ts'
import type { PlanLeg } from './plan-context.ts'
import { minimumAt, pricesAt } from '#model/price-file.ts'
import type { Minimum, PlacePrices, Prices } from '#model/price-file.ts'
import type { Properties } from '#model/properties.ts'
import { quantityKey } from '#model/quantities.ts'
import type { Amount, Side } from '#model/quantities.ts'
import { isLocal } from '#model/local.ts'
import type { RESTORE_TIERS } from '#model/spec.ts'

const DAY = 86_400_000

/** What one item of a leg takes, of what a price is known by. Pure: the same item gives the same again. */
export type Quantify = (
  item: PlannedItem,
  expected: ExpectedItem | undefined,
) => readonly Amount[] | undefined

export interface QuantifyOptions {
  readonly legs: readonly PlanLeg[]
  /** For what is billed at least; without, an object is billed as it is. */
  readonly prices: Prices | undefined
  /** Of the job: by it the age of an object is told, so that it is the same whenever it is asked for. Milliseconds. */
  readonly createdAt: number
}

export function quantifierFor({ legs, prices, createdAt }: QuantifyOptions): Quantify {
  const each = legs.map((leg) => ({ leg, ...placesOf(leg, prices) }))
  return (item, expected) => {
    const found = each[item.leg]
    if (found === undefined || item.state !== 'planned') return undefined
    return amountsOf(item, expected, { ...found, createdAt })
  }
}

interface LegPlaces {
  /** Undefined: of this machine, or of a store whose prices nobody knows. */
  readonly source: PlacePrices | undefined
  readonly destination: PlacePrices | undefined
}

function placesOf({ rules: { leg } }: PlanLeg, prices: Prices | undefined): LegPlaces {
  const at = (place: typeof leg.source | typeof leg.destination): PlacePrices | undefined =>
    prices && place && pricesAt(prices.file, place.connection.config)
  return { source: at(leg.source), destination: at(leg.destination ?? leg.source) }
}

interface Counting extends LegPlaces {
  readonly leg: PlanLeg
  readonly createdAt: number
}

/**
 * | action                                  | besides its requests                                                     |
 * |-----------------------------------------|--------------------------------------------------------------------------|
 * | copy, copy-parts, set-aside, bring-back | crossing, retrieved; stored there; its source gone where it is a move's  |
 * | restore-then-copy                       | restored, thawed; then as above, or as a rewrite                         |
 * | relay                                   | retrieved, out; stored there where that is no folder; gone as above      |
 * | rewrite                                 | retrieved; stored in its new class, and not in the old one               |
 * | re-encrypt                              | a request to KMS                                                         |
 * | put-back, put-over                      | likewise                                                                 |
 * | delete, delete-extra, delete-version    | no longer stored; the rest of a minimum duration                         |
 * | in-place, mark, compare                 | nothing                                                                  |
 */
function amountsOf(
  item: PlannedItem,
  expected: ExpectedItem | undefined,
  counting: Counting,
): readonly Amount[] {
  const { rules } = counting.leg
  const { spec, leg } = rules
  const amounts: Amount[] = []
  const hasDestination = leg.destination !== undefined
  const to: Side = hasDestination ? 'd' : 's'
  const isMarker = item.history === 'delete-marker'
  const from = isMarker ? 'STANDARD' : item.storageClass || 'STANDARD'
  const properties = rules.propertiesOf(item.rules)
  const made = classMade(properties, from)
  addRequests(amounts, item, expected, { from, made, to })
  const add = (
    name: 'retrieved' | 'restored' | 'thawed' | 'crossing' | 'out',
    count: number,
    detail = '',
  ): void => {
    const ofClass = name === 'crossing' || name === 'out' || name === 'thawed' ? '' : from
    if (count > 0) amounts.push([quantityKey(name, item.leg, 's', detail, ofClass), count])
  }
  const stored = (side: Side, storageClass: string, times: 1 | -1): void =>
    addStored(amounts, item, { side, storageClass, times }, counting)
  const gone = (side: Side): void => {
    stored(side, from, -1)
    addEarly(amounts, item, { side, storageClass: from }, counting)
  }
  switch (item.action) {
    case 'restore-then-copy':
    case 'copy':
    case 'copy-parts':
    case 'set-aside':
    case 'bring-back':
    case 'relay':
    case 'rewrite': {
      if (item.action === 'restore-then-copy') {
        const { tier, days } = restoreOf(counting.leg)
        add('restored', item.size, tier)
        add('thawed', item.size * days)
      } else add('retrieved', item.size)
      if (item.action === 'relay') {
        if (!isLocal(leg.source)) add('out', item.size)
      } else if (hasDestination) add('crossing', item.size)
      if (leg.destination === undefined || !isLocal(leg.destination)) stored(to, made, 1)
      addKms(amounts, item, expected, { properties, side: to })
      const replaces = spec.kind === 'edit' || spec.kind === 'undo'
      const moves = item.action === 'bring-back' || (deletesSource(spec, leg) && item.action !== 'set-aside')
      if (replaces || (moves && !isLocal(leg.source))) gone('s')
      return amounts
    }
    case 're-encrypt':
      addKms(amounts, item, expected, { properties, side: 's' })
      return amounts
    // Its copy goes; what was kept aside, or lies under a marker, is stored all the while.
    case 'put-back':
    case 'put-over':
    case 'delete':
    case 'delete-version':
      if (!isMarker && !(spec.kind === 'rewind')) gone('s')
      return amounts
    case 'delete-extra':
      if (leg.destination && !isLocal(leg.destination)) gone('d')
      return amounts
    case 'in-place':
    case 'mark':
    case 'compare':
    case 'skip':
    case 'refuse':
      return amounts
  }
}

function classMade({ storageClass }: Properties, from: string): string {
  if (storageClass.policy === 'set') return storageClass.value
  return storageClass.policy === 'copy' ? from : 'STANDARD'
}

/** What makes an object is paid for by the class that it gets, all else by the one that is read. */
const MAKES = /^(CopyObject|PutObject|CreateMultipartUpload|UploadPart(Copy)?|CompleteMultipartUpload)$/

function addRequests(
  amounts: Amount[],
  { leg, action }: PlannedItem,
  expected: ExpectedItem | undefined,
  { from, made, to }: { readonly from: string; readonly made: string; readonly to: Side },
): void {
  if (expected === undefined) return
  const { requests, atSource } = expected
  for (const operation in requests) {
    const all = requests[operation] ?? 0
    const there = atSource?.[operation] ?? 0
    if (there > 0) amounts.push([quantityKey('request', leg, 's', operation, from), there])
    if (all === there) continue
    const here = MAKES.test(operation) || to === 'd' ? made : from
    const storageClass = action === 'delete-extra' ? from : here
    amounts.push([quantityKey('request', leg, to, operation, storageClass), all - there])
  }
}

interface Stored {
  readonly side: Side
  readonly storageClass: string
}

function addStored(
  amounts: Amount[],
  { leg, size }: PlannedItem,
  { side, storageClass, times }: Stored & { readonly times: 1 | -1 },
  counting: Counting,
): void {
  const minimum = minimumOf(counting, side, storageClass)
  const own = Math.max(size, minimum.bytes) + minimum.own
  const key = (name: 'kept' | 'padding', ofClass: string): string => quantityKey(name, leg, side, '', ofClass)
  if (own > 0) amounts.push([key('kept', storageClass), own * times])
  if (own > size) amounts.push([key('padding', storageClass), (own - size) * times])
  if (minimum.standard === 0) return
  amounts.push([key('kept', 'STANDARD'), minimum.standard * times])
  amounts.push([key('padding', 'STANDARD'), minimum.standard * times])
}

/** A restored copy of it may go earlier; the object itself is billed for its whole minimum. */
function addEarly(
  amounts: Amount[],
  { leg, size, lastModified }: PlannedItem,
  { side, storageClass }: Stored,
  counting: Counting,
): void {
  const minimum = minimumOf(counting, side, storageClass)
  const age = Math.max(0, Math.floor((counting.createdAt - lastModified) / DAY))
  const days = minimum.days - age
  const billed = Math.max(size, minimum.bytes) + minimum.own
  if (days > 0 && billed > 0) amounts.push([quantityKey('early', leg, side, '', storageClass), billed * days])
}

function minimumOf({ source, destination }: Counting, side: Side, storageClass: string): Minimum {
  return minimumAt(side === 's' ? source : destination, storageClass)
}

/**
 * Of what is asked to lie under a KMS key without a bucket key: a data key for each object, and for parts one use of it
 * each. With a bucket key nearly none are sent. Source: "Amazon S3 Bucket Keys"; "Multipart upload with SSE-KMS".
 */
function addKms(
  amounts: Amount[],
  { leg }: PlannedItem,
  expected: ExpectedItem | undefined,
  { properties, side }: { readonly properties: Properties; readonly side: Side },
): void {
  const { encryption } = properties
  if (encryption.policy !== 'set') return
  const { value } = encryption
  if (value.kind !== 'SSE-KMS' && value.kind !== 'DSSE-KMS') return
  if (value.kind === 'SSE-KMS' && value.bucketKey === true) return
  const { UploadPartCopy = 0, UploadPart = 0 } = expected?.requests ?? {}
  const parts = UploadPartCopy + UploadPart
  amounts.push([quantityKey('kms', leg, side, '', ''), parts > 0 ? parts + 2 : 1])
}

function restoreOf({ rules: { spec } }: PlanLeg): {
  readonly tier: (typeof RESTORE_TIERS)[number]
  readonly days: number
} {
  const policy = 'archived' in spec ? spec.archived : undefined
  return policy?.do === 'restore' ? policy : { tier: 'Standard', days: 1 }
}

import type { ExpectedItem } from './expected.ts'
import type { PlannedItem } from '../item.ts'
import { deletesSource } from './legs.ts'
import type { PlanLeg } from './plan-context.ts'
import { minimumAt, pricesAt } from '#model/price-file.ts'
import type { Minimum, PlacePrices, Prices } from '#model/price-file.ts'
import type { Properties } from '#model/properties.ts'
import { fixedMeasure, quantityKey } from '#model/quantities.ts'
import type { Measure, Side } from '#model/quantities.ts'
import { isLocal } from '#model/local.ts'
import type { RESTORE_TIERS } from '#model/spec.ts'

/**
 * What one item of a leg takes, of what a price is known by. Pure: the same item gives the same again, and items that
 * differ in key, size, ETag and date alone give one and the same array.
 */
export type Quantify = (
  item: PlannedItem,
  expected: ExpectedItem | undefined,
) => readonly Measure[] | undefined

export interface QuantifyOptions {
  readonly legs: readonly PlanLeg[]
  /** For what is billed at least; without, an object is billed as it is. */
  readonly prices: Prices | undefined
  /** Of the job: by it the age of an object is told, so that it is the same whenever it is asked for. Milliseconds. */
  readonly createdAt: number
}

export function quantifierFor({ legs, prices, createdAt }: QuantifyOptions): Quantify {
  const each = legs.map((leg) => ({ leg, createdAt, ...placesOf(leg, prices) }))
  let last: Alike | undefined
  return (item, expected) => {
    const found = each[item.leg]
    if (found === undefined || item.state !== 'planned') return undefined
    if (last === undefined || !isAlike(last, item, expected)) {
      const { leg, rules, action, storageClass, history } = item
      last = {
        leg,
        rules,
        action,
        storageClass,
        history,
        expected,
        measures: measuresOf(item, expected, found),
      }
    }
    return last.measures
  }
}

/** Of an item, what its measures follow from. */
interface Alike extends Pick<PlannedItem, 'leg' | 'rules' | 'action' | 'storageClass' | 'history'> {
  readonly expected: ExpectedItem | undefined
  readonly measures: readonly Measure[]
}

function isAlike(last: Alike, item: PlannedItem, expected: ExpectedItem | undefined): boolean {
  return (
    last.expected === expected &&
    last.action === item.action &&
    last.leg === item.leg &&
    last.rules === item.rules &&
    last.history === item.history &&
    last.storageClass === item.storageClass
  )
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
function measuresOf(
  item: PlannedItem,
  expected: ExpectedItem | undefined,
  counting: Counting,
): readonly Measure[] {
  const { rules } = counting.leg
  const { spec, leg } = rules
  const measures: Measure[] = []
  const hasDestination = leg.destination !== undefined
  const to: Side = hasDestination ? 'd' : 's'
  const isMarker = item.history === 'delete-marker'
  const from = isMarker ? 'STANDARD' : item.storageClass || 'STANDARD'
  const properties = rules.propertiesOf(item.rules)
  const made = classMade(properties, from)
  addRequests(measures, item, expected, { from, made, to })
  const add = (
    name: 'retrieved' | 'restored' | 'thawed' | 'crossing' | 'out',
    times = 1,
    detail = '',
  ): void => {
    const ofClass = name === 'crossing' || name === 'out' || name === 'thawed' ? '' : from
    measures.push(bySize(quantityKey(name, item.leg, 's', detail, ofClass), times))
  }
  const stored = (side: Side, storageClass: string, times: 1 | -1): void =>
    addStored(measures, item, { side, storageClass, times }, counting)
  const gone = (side: Side): void => {
    stored(side, from, -1)
    addEarly(measures, item, { side, storageClass: from }, counting)
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
        add('restored', 1, tier)
        add('thawed', days)
      } else add('retrieved')
      if (item.action === 'relay') {
        if (!isLocal(leg.source)) add('out')
      } else if (hasDestination) add('crossing')
      if (leg.destination === undefined || !isLocal(leg.destination)) stored(to, made, 1)
      addKms(measures, item, expected, { properties, side: to })
      const replaces = spec.kind === 'edit' || spec.kind === 'undo'
      const moves = item.action === 'bring-back' || (deletesSource(spec, leg) && item.action !== 'set-aside')
      if (replaces || (moves && !isLocal(leg.source))) gone('s')
      return measures
    }
    case 're-encrypt':
      addKms(measures, item, expected, { properties, side: 's' })
      return measures
    // Its copy goes; what was kept aside, or lies under a marker, is stored all the while.
    case 'put-back':
    case 'put-over':
    case 'delete':
    case 'delete-version':
      if (!isMarker && !(spec.kind === 'rewind')) gone('s')
      return measures
    case 'delete-extra':
      if (leg.destination && !isLocal(leg.destination)) gone('d')
      return measures
    case 'in-place':
    case 'mark':
    case 'compare':
    case 'skip':
    case 'refuse':
      return measures
  }
}

function classMade({ storageClass }: Properties, from: string): string {
  if (storageClass.policy === 'set') return storageClass.value
  return storageClass.policy === 'copy' ? from : 'STANDARD'
}

/** What makes an object is paid for by the class that it gets, all else by the one that is read. */
const MAKES = /^(CopyObject|PutObject|CreateMultipartUpload|UploadPart(Copy)?|CompleteMultipartUpload)$/

function addRequests(
  measures: Measure[],
  { leg, action }: PlannedItem,
  expected: ExpectedItem | undefined,
  { from, made, to }: { readonly from: string; readonly made: string; readonly to: Side },
): void {
  if (expected === undefined) return
  const { requests, atSource } = expected
  for (const operation in requests) {
    const all = requests[operation] ?? 0
    const there = atSource?.[operation] ?? 0
    if (there > 0) measures.push(fixedMeasure(quantityKey('request', leg, 's', operation, from), there))
    if (all === there) continue
    const here = MAKES.test(operation) || to === 'd' ? made : from
    const storageClass = action === 'delete-extra' ? from : here
    measures.push(fixedMeasure(quantityKey('request', leg, to, operation, storageClass), all - there))
  }
}

interface Stored {
  readonly side: Side
  readonly storageClass: string
}

/** So many times its bytes. */
function bySize(key: string, times: number): Measure {
  return { ...fixedMeasure(key, 0), times }
}

function addStored(
  measures: Measure[],
  { leg }: PlannedItem,
  { side, storageClass, times }: Stored & { readonly times: 1 | -1 },
  counting: Counting,
): void {
  const { bytes, own, standard } = minimumOf(counting, side, storageClass)
  const key = (name: 'kept' | 'padding', ofClass: string): string => quantityKey(name, leg, side, '', ofClass)
  const kept = { ...fixedMeasure(key('kept', storageClass), own * times), times, atLeast: bytes }
  measures.push(kept)
  if (own > 0 || bytes > 0) measures.push({ ...kept, key: key('padding', storageClass), less: times })
  if (standard === 0) return
  measures.push(fixedMeasure(key('kept', 'STANDARD'), standard * times))
  measures.push(fixedMeasure(key('padding', 'STANDARD'), standard * times))
}

/** A restored copy of it may go earlier; the object itself is billed for its whole minimum. */
function addEarly(
  measures: Measure[],
  { leg }: PlannedItem,
  { side, storageClass }: Stored,
  counting: Counting,
): void {
  const { bytes, own, days } = minimumOf(counting, side, storageClass)
  if (days === 0) return
  const key = quantityKey('early', leg, side, '', storageClass)
  const lasts = { days, asOf: counting.createdAt }
  measures.push({ ...fixedMeasure(key, own), times: 1, atLeast: bytes, lasts })
}

function minimumOf({ source, destination }: Counting, side: Side, storageClass: string): Minimum {
  return minimumAt(side === 's' ? source : destination, storageClass)
}

/**
 * Of what is asked to lie under a KMS key without a bucket key: a data key for each object, and for parts one use of it
 * each. With a bucket key nearly none are sent. Source: "Amazon S3 Bucket Keys"; "Multipart upload with SSE-KMS".
 */
function addKms(
  measures: Measure[],
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
  measures.push(fixedMeasure(quantityKey('kms', leg, side, '', ''), parts > 0 ? parts + 2 : 1))
}

function restoreOf({ rules: { spec } }: PlanLeg): {
  readonly tier: (typeof RESTORE_TIERS)[number]
  readonly days: number
} {
  const policy = 'archived' in spec ? spec.archived : undefined
  return policy?.do === 'restore' ? policy : { tier: 'Standard', days: 1 }
}

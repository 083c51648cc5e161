import { z } from 'zod'
import type { EndpointConfig } from './connection.ts'
import { badInput } from './failure.ts'
import { isLocalConfig } from './local.ts'
import { regionIn } from './providers.ts'

/**
 * The price file: dated list prices, by store and Region. Money is US dollars; requests are by the thousand, bytes by
 * the GiB, storage by the GiB and month of 30 days. Where a Region's own file entry leaves something out, that of the
 * store's `fallback` Region counts, and the estimate says so.
 */
const usd = z.number().nonnegative().max(1_000_000)
const name = z.string().min(1).max(100)

const restorePrice = z.strictObject({ requests: usd, retrieval: usd })
const classPrices = z.strictObject({
  month: usd.optional(),
  /** PUT, COPY, POST. */
  write: usd.optional(),
  /** GET, HEAD and all others. */
  read: usd.optional(),
  /** A GiB read or copied out of the class. */
  retrieval: usd.optional(),
  /** From the archive, by tier. */
  restore: z
    .strictObject({
      Expedited: restorePrice.optional(),
      Standard: restorePrice.optional(),
      Bulk: restorePrice.optional(),
    })
    .optional(),
})
const regionPrices = z.strictObject({
  /** A GiB to another Region of the store, and to anywhere else. What comes in is free. */
  transfer: z.strictObject({ region: usd, internet: usd }),
  classes: z.record(name, classPrices),
  /** Of requests that cost something else than `write` and `read` say, by their S3 name. */
  operations: z.record(name, usd).optional(),
})
const store = z
  .strictObject({
    name,
    /** Ends of host names: `amazonaws.com`, `minio.example.com`. */
    hosts: z.array(name).min(1).max(50),
    /** The Region whose prices stand in for those that have none. */
    fallback: name,
    /** By class: billed for so many days and so many bytes at least. */
    minimums: z.record(name, z.strictObject({ days: z.int().min(0), bytes: z.int().min(0) })),
    /** Bytes that are billed with each object of a class: at its own price, and at STANDARD's. */
    overhead: z.record(name, z.strictObject({ own: z.int().min(0), standard: z.int().min(0) })).optional(),
    /** A thousand requests to KMS. */
    kms: usd.optional(),
    regions: z.record(name, regionPrices),
  })
  .refine(({ regions, fallback }) => Object.hasOwn(regions, fallback), {
    path: ['fallback'],
    message: 'must be one of the regions',
  })

export const priceFile = z.strictObject({
  v: z.literal(1),
  /** The day on which these were the prices, YYYY-MM-DD. */
  date: z.iso.date(),
  /** Where they are from: words. */
  source: z.string().max(2000).optional(),
  stores: z.array(store).max(200),
})
export type PriceFile = z.infer<typeof priceFile>
export type StorePrices = z.infer<typeof store>

/** The file that counts, and whose it is. */
export interface Prices {
  readonly file: PriceFile
  readonly source: 'built-in' | 'own'
}

/** A text as a price file, or the sentence that says what is wrong with it. */
export function parsePrices(
  text: string,
): { readonly is: 'read'; readonly file: PriceFile } | { readonly is: 'bad'; readonly why: string } {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    return {
      is: 'bad',
      why: `prices.json is no JSON: ${error instanceof Error ? error.message : 'unreadable'}`,
    }
  }
  const parsed = priceFile.safeParse(json, { reportInput: true })
  if (parsed.success) return { is: 'read', file: parsed.data }
  return { is: 'bad', why: `prices.json: ${badInput(parsed.error, 'the file').message}` }
}

/** The prices of one place. */
export interface PlacePrices {
  readonly store: StorePrices
  /** The Region that is meant, and the one whose prices are taken where it has none of its own. */
  readonly region: string
  readonly listed: boolean
}

/** The host that a place's requests go to, without its port; a folder of this machine has none. */
export function hostOf(config: EndpointConfig): string | undefined {
  if (isLocalConfig(config)) return undefined
  const { endpoint, region } = config
  if (endpoint === undefined || endpoint === '')
    return region.startsWith('cn-') ? `s3.${region}.amazonaws.com.cn` : `s3.${region}.amazonaws.com`
  return URL.canParse(endpoint) ? new URL(endpoint).hostname.toLowerCase().replace(/\.$/, '') : endpoint
}

/**
 * The store of the longest host that the place's ends in. `found`: the bucket's Region, where an answer has told it;
 * else the connection's.
 */
export function pricesAt(
  { stores }: PriceFile,
  config: EndpointConfig,
  found?: string,
): PlacePrices | undefined {
  const host = hostOf(config)
  if (host === undefined) return undefined
  let best: { store: StorePrices; length: number } | undefined
  for (const store of stores) {
    for (const end of store.hosts) {
      const ends = end.toLowerCase()
      const fits = host === ends || host.endsWith(`.${ends}`)
      if (fits && ends.length > (best?.length ?? 0)) best = { store, length: ends.length }
    }
  }
  if (best === undefined) return undefined
  const region = found ?? (config.endpoint ? regionIn(config.endpoint) : undefined) ?? config.region
  return { store: best.store, region, listed: Object.hasOwn(best.store.regions, region) }
}

type Priced = 'month' | 'write' | 'read' | 'retrieval'

/** A class's price in its Region, else in the fallback one; of a class that nobody knows, STANDARD's. */
export function classPrice({ store, region }: PlacePrices, storageClass: string, what: Priced): number {
  const own = store.regions[region]?.classes
  const base = store.regions[store.fallback]?.classes
  const of = (name: string): number | undefined => own?.[name]?.[what] ?? base?.[name]?.[what]
  const known = own?.[storageClass] ?? base?.[storageClass]
  // What is not retrieved for money has no price for it.
  if (known !== undefined && what === 'retrieval') return of(storageClass) ?? 0
  return of(storageClass) ?? of('STANDARD') ?? 0
}

/** Whether the file has a price of that class for that Region itself. */
export function isListed({ store, region }: PlacePrices, storageClass: string, what: Priced): boolean {
  if (what === 'retrieval') return true
  return store.regions[region]?.classes[storageClass]?.[what] !== undefined
}

export function restorePriceAt(
  { store, region }: PlacePrices,
  storageClass: string,
  tier: 'Expedited' | 'Standard' | 'Bulk',
): { readonly requests: number; readonly retrieval: number } {
  const own = store.regions[region]?.classes[storageClass]?.restore?.[tier]
  const base = store.regions[store.fallback]?.classes[storageClass]?.restore?.[tier]
  return own ?? base ?? { requests: 0, retrieval: 0 }
}

export function transferPrice({ store, region }: PlacePrices, to: 'region' | 'internet'): number {
  return (store.regions[region] ?? store.regions[store.fallback])?.transfer[to] ?? 0
}

/** What of S3's operations are never paid for. Source: "Amazon S3 pricing": DELETE and CANCEL requests are free. */
const FREE = /^(Delete|Abort)/
const LISTS = /^List/
const WRITES =
  /^(Put|Copy|Post|CreateBucket|CreateMultipartUpload|UploadPart|CompleteMultipartUpload|UpdateObject)/
const PARTS = /^(CreateMultipartUpload|UploadPart)/
const ARCHIVES: readonly string[] = ['GLACIER', 'DEEP_ARCHIVE']

/**
 * A request's price, US dollars. `storageClass`: of the object that it reads or makes.
 *
 * | request                                  | price                                               |
 * |------------------------------------------|-----------------------------------------------------|
 * | named in `operations`                    | that                                                |
 * | Delete…, Abort…                          | nothing                                             |
 * | List…, of whatever class                 | STANDARD's `write`                                  |
 * | parts on their way into the archive      | STANDARD's `write` (the Complete costs the class's) |
 * | Put…, Copy…, Create…, Upload…, Complete… | the class's `write`                                 |
 * | RestoreObject                            | `restorePriceAt`                                    |
 * | any other                                | the class's `read`                                  |
 */
export function requestPrice(place: PlacePrices, operation: string, storageClass: string): number {
  const named = (place.store.regions[place.region] ?? place.store.regions[place.store.fallback])?.operations
  const own = named?.[operation]
  if (own !== undefined) return own / 1000
  if (FREE.test(operation) || operation === 'RestoreObject') return 0
  if (LISTS.test(operation)) return classPrice(place, 'STANDARD', 'write') / 1000
  if (!WRITES.test(operation)) return classPrice(place, storageClass, 'read') / 1000
  const staged = PARTS.test(operation) && ARCHIVES.includes(storageClass)
  return classPrice(place, staged ? 'STANDARD' : storageClass, 'write') / 1000
}

/** What of an object is billed at least. */
export interface Minimum {
  readonly days: number
  readonly bytes: number
  /** Bytes billed besides its own, at the class's price and at STANDARD's. */
  readonly own: number
  readonly standard: number
}
const NO_MINIMUM: Minimum = { days: 0, bytes: 0, own: 0, standard: 0 }

export function minimumAt(place: PlacePrices | undefined, storageClass: string): Minimum {
  if (place === undefined) return NO_MINIMUM
  const { minimums, overhead } = place.store
  const minimum = Object.hasOwn(minimums, storageClass) ? minimums[storageClass] : undefined
  const more = overhead && Object.hasOwn(overhead, storageClass) ? overhead[storageClass] : undefined
  if (minimum === undefined && more === undefined) return NO_MINIMUM
  return { ...NO_MINIMUM, ...minimum, ...more }
}

import type { RESTORE_TIERS } from '#model/spec.ts'

export type RestoreTier = (typeof RESTORE_TIERS)[number]

/** How long each takes: from Glacier, then from Deep Archive. Source: "Archive retrieval options". */
export const TIER_WORDS: Readonly<Record<RestoreTier, string>> = {
  Expedited: '1 to 5 min; not from Deep Archive',
  Standard: '3 to 5 h; Deep Archive 12 h',
  Bulk: '5 to 12 h; Deep Archive 48 h; the cheapest',
}

/** What it costs, in words. Source: "Amazon S3 pricing", retrieval requests and data. */
export const TIER_COSTS: Readonly<Record<RestoreTier, string>> = {
  Expedited:
    'The dearest by far: a price for each request, and about three times that of Standard for each GiB.',
  Standard: 'A price for each thousand requests and for each GiB that is read from the archive.',
  Bulk: 'The cheapest: of Glacier Flexible Retrieval free, of Deep Archive a fraction of Standard.',
}

import type { ManifestFormat, ManifestFound } from '#model/manifest.ts'
import { formatCount, formatNumberOf } from '../format/count.ts'

const FORMAT_WORDS: Readonly<Record<ManifestFormat, string>> = {
  batch: 'CSV of S3 Batch Operations',
  report: 'completion report: the rows that failed',
  decant: 'CSV with a heading',
  inventory: 'S3 Inventory',
}
/** Buckets that are named; the others are counted. */
const NAMED = 4

/** What was found in a manifest, as a name and its value each. */
export function foundFacts(found: ManifestFound): { readonly name: string; readonly value: string }[] {
  const { format, rows, versions, buckets, columns } = found
  const facts = [
    { name: 'Format', value: FORMAT_WORDS[format] },
    { name: 'Rows', value: `${formatCount(rows)}${versions ? ', with versions' : ''}` },
    { name: buckets.length === 1 ? 'Bucket' : 'Buckets', value: bucketWords(buckets) },
  ]
  return columns.length === 0 ? facts : [...facts, { name: 'Each row says', value: columns.join(', ') }]
}

function bucketWords(buckets: ManifestFound['buckets']): string {
  if (buckets.length === 0) return 'none'
  if (buckets.length === 1) return buckets[0]?.bucket ?? ''
  const named = buckets.slice(0, NAMED).map(({ bucket, rows }) => `${bucket} (${formatCount(rows)})`)
  const more = buckets.length - NAMED
  return [...named, ...(more > 0 ? [`${formatNumberOf(more, 'other')}`] : [])].join(', ')
}

/** Bad rows beyond the three that are shown. */
export function moreBad({ bad, firstBad }: Pick<ManifestFound, 'bad' | 'firstBad'>): number {
  return bad - Math.min(3, firstBad.length)
}

import { compareKeys } from '../names.ts'
import type { Selection } from '#model/spec.ts'

/** One stretch of the source's keys. Segments come in key order and do not overlap. */
export type Segment =
  | { readonly kind: 'prefix'; readonly prefix: string }
  | { readonly kind: 'object'; readonly key: string; readonly versionId?: string | undefined }

/**
 * The selections in key order, each object in one of them only: a prefix takes in the prefixes and objects below it.
 * An object chosen by its version stays itself, also beside others of its key; `keysChosenByVersion` tells the listing
 * to leave its key out.
 */
export function toSegments(select: readonly Selection[]): Segment[] {
  const prefixes = select
    .flatMap((selection) => (selection.kind === 'prefix' ? [selection.prefix] : []))
    .sort(compareKeys)
  const kept = coveringPrefixes(prefixes)
  const segments: Segment[] = kept.map((prefix) => ({ kind: 'prefix', prefix }))
  const covered = coverage(kept)
  const taken = new Set<string>()
  // Versions first: of a key that is chosen twice, the more exact choice counts.
  for (const exact of [true, false]) {
    for (const selection of select) {
      if (selection.kind !== 'object' || (selection.versionId !== undefined) !== exact) continue
      const { key, versionId } = selection
      const id = versionId === undefined ? key : `${key}\n${versionId}`
      if (taken.has(id) || (!exact && covered(key))) continue
      taken.add(id).add(key)
      segments.push(selection)
    }
  }
  return segments.sort((left, right) => compareKeys(start(left), start(right)))
}

/** Of prefixes in key order those that no other one takes in. */
export function coveringPrefixes(prefixes: readonly string[]): string[] {
  const kept: string[] = []
  for (const prefix of prefixes) {
    // Sorted, so whatever covers it was kept last: everything below a prefix follows it without a gap.
    const last = kept.at(-1)
    if (last === undefined || !prefix.startsWith(last)) kept.push(prefix)
  }
  return kept
}

/** The keys that a prefix's listing passes over because a version of them is a segment of its own. */
export function keysChosenByVersion(segments: readonly Segment[]): ReadonlySet<string> {
  return new Set(
    segments.flatMap((segment) =>
      segment.kind === 'object' && segment.versionId !== undefined ? [segment.key] : [],
    ),
  )
}

function start(segment: Segment): string {
  return segment.kind === 'prefix' ? segment.prefix : segment.key
}

/** Finds the covering prefix by the longest-first lengths that occur, so 100,000 selections cost no square. */
export function coverage(prefixes: readonly string[]): (key: string) => boolean {
  const known = new Set(prefixes)
  const lengths = [...new Set(prefixes.map((prefix) => prefix.length))]
  return (key) => lengths.some((length) => key.length >= length && known.has(key.slice(0, length)))
}

import type { PourSpec, SourcePlace } from '#model/spec.ts'
import { formatNumberOf } from '../../format/count.ts'

/** What of a place is poured, where it is not a whole prefix: "3 prefixes and 2 objects". */
export function describeChosen({ select }: SourcePlace): string | undefined {
  const [only, second] = select
  if (only !== undefined && second === undefined) return only.kind === 'object' ? only.key : undefined
  const objects = select.filter((one) => one.kind === 'object').length
  const prefixes = select.length - objects
  return [
    prefixes > 0 ? formatNumberOf(prefixes, 'prefix', 'prefixes') : '',
    objects > 0 ? formatNumberOf(objects, 'object') : '',
  ]
    .filter(Boolean)
    .join(' and ')
}

/** Where it goes: a single prefix has its new name in full, of more the place they go into is told. */
export function newPrefix({ sources: [source], destinations: [destination] }: PourSpec): string {
  const [only, second] = source.select
  const kept = only?.kind === 'prefix' && second === undefined ? only.prefix.slice(source.base.length) : ''
  return destination.prefix + kept
}

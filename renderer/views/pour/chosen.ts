import type { DestinationPlace, SourcePlace } from '#model/spec.ts'
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

/** A source as its card names it: a single prefix whole, of more the place they lie in. */
export function sourcePrefix({ select, base }: SourcePlace): string {
  const [only, second] = select
  return only?.kind === 'prefix' && second === undefined ? only.prefix : base
}

/** Where it goes: a single prefix has its new name in full, of more the place they go into is told. */
export function newPrefix(sources: readonly SourcePlace[], destination: DestinationPlace): string {
  const [source, another] = sources
  const [only, second] = source?.select ?? []
  const alone = another === undefined && only?.kind === 'prefix' && second === undefined
  return destination.prefix + (alone ? only.prefix.slice(source?.base.length) : '')
}

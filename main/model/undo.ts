import type { DestinationPlace, JobSpec, LookedAtPlace, PourSpec, SourcePlace, UndoSpec } from './spec.ts'

/**
 * The job that takes back what job `id` did, which had this spec. Its places are those that it writes to:
 *
 * | of           | sources              | back to        | copied from                          |
 * |--------------|----------------------|----------------|--------------------------------------|
 * | copy         | its destinations     | none           | its sources; of no interest where last copies are deleted |
 * | move         | its destinations     | its sources    | none                                 |
 * | anything else| its sources          | those it had   | none                                 |
 */
export function undoOf(id: string, spec: JobSpec, lastCopies: UndoSpec['lastCopies'] = 'keep'): UndoSpec {
  const { v, concurrency } = spec
  const verify = 'verify' in spec ? spec.verify : 'auto'
  const what = spec.kind === 'parity' ? 'edit' : spec.kind
  const common = {
    v,
    kind: 'undo',
    verify,
    of: id,
    what,
    lastCopies,
    ...(concurrency !== undefined && { concurrency }),
  } as const
  if (spec.kind === 'copy' || spec.kind === 'move') {
    const [first, ...others] = spec.destinations
    const sources: UndoSpec['sources'] = [
      whereItLies(first, spec),
      ...others.map((one) => whereItLies(one, spec)),
    ] as never
    if (spec.kind === 'move') return { ...common, sources, backTo: spec.sources.map(toDestination) }
    if (lastCopies === 'delete') return { ...common, sources }
    return { ...common, sources, copiedFrom: spec.sources.map(whereItLay) }
  }
  if (spec.kind === 'undo' && spec.backTo) return { ...common, sources: spec.sources, backTo: spec.backTo }
  return { ...common, sources: spec.sources }
}

/** What a pour made there, under whichever customer key it wrote it with. */
function whereItLies(
  { connection, bucket, prefix, owner, requesterPays }: DestinationPlace,
  spec: PourSpec,
): SourcePlace {
  return {
    ...{ connection, bucket, requesterPays, base: prefix },
    ...(owner !== undefined && { owner }),
    select: [{ kind: 'prefix', prefix }],
    versions: { take: 'current' },
    customerKeys: customerKeysOf(spec),
  }
}

/** At most sixteen, as many as a place may name. */
function customerKeysOf({ properties, rules, sources }: PourSpec): string[] {
  const all = [properties, ...rules.map((rule) => rule.properties)]
  const names = all.flatMap(({ encryption }) => {
    if (encryption?.policy === 'set' && encryption.value.kind === 'SSE-C') return [encryption.value.key]
    return encryption?.policy === 'copy' ? sources.flatMap(({ customerKeys }) => customerKeys) : []
  })
  return [...new Set(names)].slice(0, 16)
}

function toDestination({
  connection,
  bucket,
  base,
  owner,
  requesterPays,
}: Omit<SourcePlace, 'customerKeys'>): DestinationPlace {
  return { connection, bucket, prefix: base, requesterPays, ...(owner !== undefined && { owner }) }
}

function whereItLay({ customerKeys, ...source }: SourcePlace): LookedAtPlace {
  return { ...toDestination(source), customerKeys }
}

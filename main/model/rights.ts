import type { FailureGroup, MissingRight, RightsReport } from './job.ts'
import { covers, isAws, objectArns, partitionOf } from './rights-arns.ts'
import { RIGHTS_OF_OPERATION, rightsNeeded, type Right, type RightsFacts } from './rights-needed.ts'
import { callerOf, identityPolicy, policiesFor } from './rights-policies.ts'
import { placesOf, type JobSpec } from './spec.ts'

/** A right that reading beforehand was refused, and of how many that were looked at. */
export interface ReadDenied extends Right {
  readonly items: number
  readonly looked: number
  readonly principal?: string | undefined
}

/** What is known of a job's rights: its failures, and what a look before the start found. */
export interface RightsKnown extends RightsFacts {
  readonly groups: readonly FailureGroup[]
  readonly read: readonly ReadDenied[]
  readonly denies: RightsReport['denies']
}

/** What a job needs, what of it is missing, and the policies that grant that. */
export function rightsReport(spec: JobSpec, known: RightsKnown): RightsReport {
  const needed = rightsNeeded(spec, known)
  const denied = known.groups.filter(({ code }) => code === 'access-denied')
  const missing = merged([
    ...denied.flatMap((group) => missingOf(group, needed, spec)),
    ...known.read.map((right) => readMissing(right, known.denies)),
  ])
  const granted = missing.filter((right) => right.known !== 'forbidden')
  const principal =
    denied.find(({ example }) => example.denied?.principal !== undefined)?.example.denied?.principal ??
    known.read.find((right) => right.principal !== undefined)?.principal
  return {
    missing,
    policies: policiesFor(granted, spec, callerOf(spec, principal)),
    needed: identityPolicy(needed),
    denies: known.denies,
    notes: notesOf(spec, missing),
  }
}

/**
 * The rights that a group of refused requests is about:
 *
 * | the store                                 | missing                                                     |
 * |-------------------------------------------|-------------------------------------------------------------|
 * | names a right, because nothing allows it  | that, on all of the job's objects at that place             |
 * | names a right, which a policy denies      | that, as `forbidden`: no other policy helps                 |
 * | says no more than that it is refused      | every right that the request takes and the job needs: `maybe` |
 */
function missingOf(group: FailureGroup, needed: readonly Right[], spec: JobSpec): readonly MissingRight[] {
  const { denied, s3 } = group.example
  const { items } = group
  if (denied !== undefined) {
    const resource =
      denied.resource === undefined ? undefined : widened(denied.resource, needed, denied.action)
    const known = denied.by === 'explicit' ? 'forbidden' : 'denied'
    const places = resource === undefined ? resourcesOf(denied.action, needed, spec) : [resource]
    const { action } = denied
    const why = whyDenied(action, known)
    return places.map((one) => ({ action, resource: one, known, items, why }))
  }
  const operation = s3?.operation ?? ''
  const wanted = new Set((RIGHTS_OF_OPERATION[operation] ?? []).map(([, action]) => action))
  const candidates = needed.filter(({ action }) => wanted.has(action))
  const known = candidates.length === 1 ? 'denied' : 'maybe'
  const why =
    known === 'denied'
      ? `${operation} was refused.`
      : `${operation} was refused, and the store does not say for which right: one of these ${candidates.length} is missing, or a policy denies it.`
  return candidates.map((right) => ({ ...right, known, items, why }))
}

function whyDenied(action: string, known: 'denied' | 'forbidden'): string {
  if (known === 'denied') return `S3 says that nothing allows ${action}.`
  return `A policy denies ${action} explicitly, which outdoes whatever another allows: its statement has to be changed.`
}

/** The job's own resource that takes it: one refused key is told for all of them. */
function widened(resource: string, needed: readonly Right[], action: string): string {
  const own = needed.filter((right) => covers(right.resource, resource))
  return (own.find((right) => right.action === action) ?? own[0])?.resource ?? resource
}

function resourcesOf(action: string, needed: readonly Right[], spec: JobSpec): readonly string[] {
  const own = needed.filter((right) => right.action === action).map(({ resource }) => resource)
  return own.length > 0 ? own : placesOf(spec).flatMap((place) => objectArns(place))
}

function readMissing(
  { action, resource, items, looked }: ReadDenied,
  denies: RightsReport['denies'],
): MissingRight {
  const of =
    looked === 1
      ? ''
      : denies === 'all'
        ? ` for all ${looked} that were looked at`
        : ` for ${items} of the ${looked} that were looked at`
  return { action, resource, known: 'read', items, why: `Asking for it beforehand was refused${of}.` }
}

/** Each right once; what was denied outright counts for more than what only may be missing. */
function merged(all: readonly MissingRight[]): readonly MissingRight[] {
  const order: readonly MissingRight['known'][] = ['forbidden', 'denied', 'read', 'maybe']
  const sorted = [...all].sort((left, right) => order.indexOf(left.known) - order.indexOf(right.known))
  const byName = new Map<string, MissingRight>()
  for (const right of sorted) {
    const name = `${right.action} ${right.resource}`
    if (!byName.has(name)) byName.set(name, right)
  }
  return [...byName.values()]
}

function notesOf(spec: JobSpec, missing: readonly MissingRight[]): readonly string[] {
  const places = placesOf(spec)
  const others = places.filter((place) => objectArns(place).length > 0 && !isAws(place))
  const names = [...new Set(others.map(({ connection }) => connection.name))]
  const partitions = new Set(places.filter(isAws).map(({ connection }) => partitionOf(connection.config)))
  return [
    ...(names.length > 0
      ? [
          `${names.join(', ')} is not AWS: the rights are called the same there, and the store's own tools set them.`,
        ]
      : []),
    ...(partitions.size > 1
      ? ['Its places are in several partitions of AWS: each needs a policy of its own.']
      : []),
    ...(missing.some(({ known }) => known === 'forbidden')
      ? ['What a policy denies explicitly is in none of these: a statement that allows it would not help.']
      : []),
  ]
}

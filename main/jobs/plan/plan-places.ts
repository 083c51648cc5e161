import { impossibleIn } from '../../engine/bucket-limits.ts'
import { attempt } from '../../engine/pace/retry.ts'
import { whyNotOnTop } from '../checks/keeps-versions.ts'
import type { MakePlan, PlanLeg } from './plan-context.ts'
import { writesProperties } from './plan-rules.ts'
import { DecantError, fail } from '#model/failure.ts'
import type { Failure } from '#model/failure.ts'
import type { BucketTraits } from '#model/object.ts'
import { needsTraits } from '#model/properties.ts'
import type { JobSpec } from '#model/spec.ts'

/**
 * Looks at the places that the job writes to, as far as its spec asks for something that not every bucket can hold:
 * most specs do not, and cost no request here, nor any waiting. What no object of the job could have is refused as a
 * job, and named; what some rule asks for, with each object that it matches. Customer keys are looked for in the ring.
 */
export function checkPlaces(context: MakePlan, legs: readonly PlanLeg[]): PlanLeg[] | Promise<PlanLeg[]> {
  const { spec } = context
  const keys = customerKeysOf(spec)
  const asks = keys.size > 0 || legs.some(writesHistory) || asksForMuch(spec) || spec.kind === 'rewind'
  return asks
    ? askPlaces(context, legs, keys)
    : legs.map((leg) => checkLeg(spec, leg, writtenBy(leg).bucket, {}))
}

async function askPlaces(
  context: MakePlan,
  legs: readonly PlanLeg[],
  keys: ReadonlySet<string>,
): Promise<PlanLeg[]> {
  for (const name of keys) await context.findKey(name)
  const known = new Map<string, BucketTraits>()
  const checked: PlanLeg[] = []
  for (const leg of legs) {
    const { bucket, destinationN } = writtenBy(leg)
    const name = `${destinationN} ${bucket}`
    const traits = known.get(name) ?? (await traitsFor(context, leg, bucket))
    known.set(name, traits)
    checkHistory(leg, bucket, traits)
    checkKeepsVersions(context.spec, bucket, traits)
    checked.push(checkLeg(context.spec, leg, bucket, traits))
  }
  return checked
}

function writtenBy({ rules }: PlanLeg): { readonly bucket: string; readonly destinationN: number } {
  const { source, destination, sourceN, destinationN } = rules.leg
  return { bucket: (destination ?? source).bucket, destinationN: destination ? destinationN : -1 - sourceN }
}

async function traitsFor({ spec, request }: MakePlan, leg: PlanLeg, bucket: string): Promise<BucketTraits> {
  const { destination } = leg
  if (asksForMuch(spec)) return attempt(request, () => destination.bucketTraits(bucket, request.signal))
  if (!writesHistory(leg) && spec.kind !== 'rewind') return {}
  try {
    return { versioning: await attempt(request, () => destination.getVersioning(bucket, request.signal)) }
  } catch (error) {
    if (isRefused(error)) return {}
    throw error
  }
}

/** Nobody may read it, or the store knows no such thing; not: the plan was stopped, to be gone on with. */
function isRefused(error: unknown): boolean {
  if (!(error instanceof DecantError)) return false
  const { reach, code } = error.failure
  return code === 'access-denied' || (reach === 'item' && code !== 'cancelled')
}

function asksForMuch(spec: JobSpec): boolean {
  if (!writesProperties(spec)) return false
  return [spec.properties, ...spec.rules.map(({ properties }) => properties)].some(needsTraits)
}

function writesHistory({ rules: { spec, leg } }: PlanLeg): boolean {
  return (spec.kind === 'copy' || spec.kind === 'move') && leg.source.versions.take === 'all'
}

function checkHistory(leg: PlanLeg, bucket: string, { versioning }: BucketTraits): void {
  if (!writesHistory(leg) || versioning === undefined || versioning === 'enabled') return
  const message = `${bucket} keeps no versions (versioning is ${versioning}), so no history can be copied there.`
  fail('not-possible', 'job', message, { property: 'versions' })
}

/** Without older versions there is nothing to go back to, and what is written is written over what is there. */
function checkKeepsVersions({ kind }: JobSpec, bucket: string, { versioning }: BucketTraits): void {
  if (kind !== 'rewind' || versioning !== 'off') return
  const message = `${bucket} keeps no versions (versioning is off), so nothing in it can be brought back.`
  fail('not-possible', 'job', message, { property: 'versions' })
}

function checkLeg(spec: JobSpec, leg: PlanLeg, bucket: string, traits: BucketTraits): PlanLeg {
  if (spec.kind === 'rewind') {
    const failure = whyNotOnTop(bucket, traits.versioning)
    return { ...leg, rules: { ...leg.rules, impossible: () => failure } }
  }
  if (!writesProperties(spec)) return leg
  const known = new Map<number, Failure | undefined>()
  const impossible = (mask: number): Failure | undefined => {
    if (!known.has(mask)) known.set(mask, impossibleIn(bucket, traits, leg.rules.propertiesOf(mask)))
    return known.get(mask)
  }
  const failure = spec.rules.length === 0 ? impossible(0) : undefined
  if (failure) throw new DecantError({ ...failure, reach: 'job' })
  return { ...leg, rules: { ...leg.rules, impossible } }
}

function customerKeysOf(spec: JobSpec): ReadonlySet<string> {
  const names = new Set(spec.sources.flatMap(({ customerKeys }) => customerKeys))
  if (!writesProperties(spec)) return names
  for (const { encryption } of [spec.properties, ...spec.rules.map(({ properties }) => properties)]) {
    if (encryption?.policy === 'set' && encryption.value.kind === 'SSE-C') names.add(encryption.value.key)
  }
  return names
}

import { decideConflict } from '../engine/conflict.ts'
import { destinationKey, isKeyTooLong } from '../engine/names.ts'
import { chooseAction, chooseRoute, isSameObject } from '../engine/route.ts'
import type { Route } from '../engine/route.ts'
import type { PlannedItem } from './item.ts'
import { isPourLeg, legOf } from './legs.ts'
import type { Leg, PourLeg } from './legs.ts'
import type { Failure } from '#model/failure.ts'
import { isArchived } from '#model/object.ts'
import type { ObjectSummary } from '#model/object.ts'
import type { JobSpec, PourSpec } from '#model/spec.ts'

/** A source object as a listing or a HEAD found it. */
export interface Found extends ObjectSummary {
  /** The version that was chosen, or, after a HEAD, the one that was seen; a plain listing does not tell. */
  readonly versionId?: string | undefined
  /** An archived object that is readable at present. */
  readonly restored?: boolean | undefined
}

/** What is the same for all items of a job. */
export interface PlanRules {
  readonly spec: JobSpec
  readonly leg: Leg
  readonly route: Route
  /** Bytes up to which CopyObject is used. */
  readonly copyLimit: number
}

export function planRules(spec: JobSpec, leg: Leg, copyLimit: number): PlanRules {
  const route = isPourLeg(leg)
    ? chooseRoute(leg.source.connection.config, leg.destination.connection.config)
    : 'server-side'
  return { spec, leg, route, copyLimit }
}

/** Where a key of the source goes. */
export function mapKey({ source, destination }: PourLeg, key: string): string {
  return destinationKey(source.base, destination.prefix, key)
}

/** An item's key at its destination; undefined where the job has none. */
export function targetOf(
  spec: JobSpec,
  item: Pick<PlannedItem, 'leg' | 'key' | 'target'>,
): string | undefined {
  const leg = legOf(spec, item)
  return isPourLeg(leg) ? (item.target ?? mapKey(leg, item.key)) : undefined
}

/**
 * What is done with one object; `destination` is what stands at its key there. Checked in this order:
 *
 * | the object                          | becomes                     |
 * |-------------------------------------|-----------------------------|
 * | is its own destination              | skip same-object (invariant 2: a move would delete the only copy) |
 * | would have no name, or one too long | refuse                      |
 * | meets the conflict policy           | skip or refuse as that says |
 * | is archived and not restored        | refuse archived             |
 * | any other                           | copy, copy-parts or relay   |
 */
export function planItem(
  rules: PlanRules,
  found: Found,
  destination: ObjectSummary | undefined,
): PlannedItem {
  const { spec, leg } = rules
  const item = {
    leg: leg.n,
    rules: 0,
    key: found.key,
    versionId: found.versionId,
    size: found.size,
    etag: found.etag,
    lastModified: found.lastModified,
    storageClass: found.storageClass,
    conflict: false,
  }
  if (!isPourLeg(leg) || !isPour(spec)) {
    const expect = { is: 'etag', etag: found.etag, lastModified: found.lastModified } as const
    return { ...item, action: 'delete', expect, state: 'planned' }
  }
  const key = mapKey(leg, found.key)
  if (isOwnDestination(leg, found.key, key)) return skipped(item, 'same-object')
  const refusal = refuseName(key)
  if (refusal) return refused(item, refusal)
  const decision = decideConflict(spec.conflict, found, destination)
  if (decision.do === 'skip') return skipped(item, decision.reason)
  if (decision.do === 'refuse') return refused(item, decision.failure)
  if (isArchived(found.storageClass) && found.restored !== true) return refused(item, archived(found))
  return {
    ...item,
    action: chooseAction(rules.route, found.size, rules.copyLimit),
    expect: decision.expect,
    conflict: destination !== undefined,
    state: 'planned',
  }
}

/** A chosen object that is not there. */
export function missingItem(leg: Leg, key: string, versionId: string | undefined): PlannedItem {
  const message =
    versionId === undefined
      ? `${key} does not exist at the source.`
      : `${key} has no version ${versionId} at the source.`
  return {
    ...{ leg: leg.n, rules: 0 },
    ...{ key, versionId, size: 0, etag: '', lastModified: 0, storageClass: 'STANDARD', conflict: false },
    ...{ action: 'refuse', expect: { is: 'anything' }, state: 'failed' },
    failure: { code: 'source-missing', reach: 'item', message },
  }
}

type Described = Omit<PlannedItem, 'action' | 'expect' | 'state' | 'skipReason' | 'failure'>

function skipped(item: Described, skipReason: NonNullable<PlannedItem['skipReason']>): PlannedItem {
  return { ...item, action: 'skip', skipReason, expect: { is: 'anything' }, state: 'skipped' }
}

function refused(item: Described, failure: Failure): PlannedItem {
  return { ...item, action: 'refuse', expect: { is: 'anything' }, state: 'failed', failure }
}

function isPour(spec: JobSpec): spec is PourSpec {
  return spec.kind === 'copy' || spec.kind === 'move'
}

function isOwnDestination({ source, destination }: PourLeg, from: string, to: string): boolean {
  if (from !== to || source.bucket !== destination.bucket) return false
  return isSameObject(
    { config: source.connection.config, bucket: source.bucket, key: from },
    { config: destination.connection.config, bucket: destination.bucket, key: to },
  )
}

function refuseName(key: string): Failure | undefined {
  if (key === '') {
    return { code: 'bad-input', reach: 'item', message: 'Its key at the destination would be empty.' }
  }
  if (!isKeyTooLong(key)) return undefined
  const message = `Its key at the destination would be longer than 1,024 bytes: ${key.slice(0, 80)}…`
  return { code: 'key-too-long', reach: 'item', message }
}

function archived(found: Found): Failure {
  const message = `It is archived in ${found.storageClass} and must be restored before it can be copied.`
  return { code: 'archived', reach: 'item', message }
}

import { hasTier } from '../../engine/restore.ts'
import type { PlannedItem } from '../item.ts'
import type { Found } from './plan-rules.ts'
import type { Failure } from '#model/failure.ts'
import type { ObjectSummary } from '#model/object.ts'
import type { ArchivePolicy } from '#model/spec.ts'

/** What an item says of its object, before anything is decided. */
export type Described = Omit<PlannedItem, 'action' | 'expect' | 'state' | 'skipReason' | 'failure'>

/** What is changed or deleted where it is must still be what was planned. */
export function exactly({
  etag,
  lastModified,
}: Pick<Described, 'etag' | 'lastModified'>): PlannedItem['expect'] {
  return { is: 'etag', etag, lastModified }
}

export function skipped(item: Described, skipReason: NonNullable<PlannedItem['skipReason']>): PlannedItem {
  return { ...item, action: 'skip', skipReason, expect: { is: 'anything' }, state: 'skipped' }
}

export function refused(item: Described, failure: Failure): PlannedItem {
  const none = { expect: { is: 'anything' }, skipReason: undefined } as const
  return { ...item, ...none, action: 'refuse', state: 'failed', failure }
}

/** The `property` of a failure that says so. */
export const UNREAD_FILTER = 'filter'

/** What the filter, or a property rule, asks of it could not be read, so nobody knows whether it is meant. */
export function refusedUnread(item: Described, failure: Failure): PlannedItem {
  const message = `What the filters ask of it could not be read: ${failure.message}`
  return refused(item, { ...failure, message, property: UNREAD_FILTER })
}

/** Why an archived object stays as it is; undefined: it is restored first. */
export function whyNotRestored(
  found: Found,
  policy: ArchivePolicy,
  what: 'copied' | 'rewritten',
): Failure | undefined {
  const where = found.archiveTier ?? found.storageClass
  if (policy.do === 'refuse') {
    const message = `It is archived in ${where} and must be restored before it can be ${what}.`
    return { code: 'archived', reach: 'item', message }
  }
  if (hasTier(found, policy.tier)) return undefined
  const message = `It is archived in ${where}, from where nothing is restored at the tier ${policy.tier}.`
  return { code: 'not-possible', reach: 'item', property: 'archived.tier', message }
}

/** Its key, also as an item's key, is the one at the destination. */
export function itemThere(leg: number, standing: ObjectSummary): Described {
  const { key, size, etag, lastModified, storageClass } = standing
  return { leg, rules: 0, key, target: key, size, etag, lastModified, storageClass, conflict: false }
}

export function nameTaken(target: string, owner: string | undefined): Failure {
  const who = owner ?? 'another object'
  const message = `${target} at the destination is the name of another object of this job already: ${who}.`
  return { code: 'name-taken', reach: 'item', message }
}

import { decideConflict } from '../engine/conflict.ts'
import type { Decision } from '../engine/conflict.ts'
import { destinationKey, isKeyTooLong } from '../engine/names.ts'
import { isReadable } from '../engine/restore.ts'
import { chooseAction, isSameObject } from '../engine/route.ts'
import type { OwnEdit, PlannedItem } from './item.ts'
import { isPourLeg, legOf } from './legs.ts'
import type { Leg, PourLeg } from './legs.ts'
import { planCompare } from './plan-compare.ts'
import { planEdit } from './plan-edit.ts'
import { exactly, refused, skipped, whyNotRestored } from './plan-outcomes.ts'
import type { Described } from './plan-outcomes.ts'
import type { Found, PlanRules } from './plan-rules.ts'
import type { Failure } from '#model/failure.ts'
import { localNameFailure } from '#model/local-names.ts'
import type { ObjectSummary } from '#model/object.ts'
import { isPour } from '#model/spec.ts'
import type { ConflictPolicy, PourSpec, JobSpec } from '#model/spec.ts'

/** Where a key of the source goes, without rules for names. */
export function mapKey({ source, destination }: PourLeg, key: string): string {
  return destinationKey(source.base, destination.prefix, key)
}

/** Where an object goes; undefined where the job has no destination, empty where its name would be. */
export function nameAt(
  { leg, rename }: Pick<PlanRules, 'leg' | 'rename'>,
  { key, lastModified, target }: Pick<Found, 'key' | 'lastModified' | 'target'>,
): string | undefined {
  if (!isPourLeg(leg)) return undefined
  if (target !== undefined) return target
  const plain = mapKey(leg, key)
  if (rename === undefined) return plain
  const rest = key.slice(leg.source.base.length)
  const name = rename({ rest, lastModified })
  return name === '' && rest !== '' ? '' : leg.destination.prefix + name
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
 * What is done with one object; `standing` is what stands at its key at the destination. A pour checks in this order:
 *
 * | the object                              | becomes                     |
 * |-----------------------------------------|-----------------------------|
 * | is its own destination                  | skip same-object (invariant 2: a move would delete the only copy) |
 * | would have no name, one too long, or one that a folder cannot hold | refuse                      |
 * | meets the conflict policy               | skip or refuse as that says |
 * | cannot lie there as it is asked for     | refuse not-possible         |
 * | is a delete marker of a history         | mark                        |
 * | is archived and not restored            | refuse archived, or restore-then-copy where that is asked for |
 * | any other                               | copy, copy-parts or relay   |
 *
 * An older version is not its own destination, although the key is the same: to copy it there brings it back.
 * `decided`: the conflict policy's answer, where it was given for a whole history.
 */
export function planItem(
  rules: PlanRules,
  found: Found,
  standing: ObjectSummary | undefined,
  decided?: Decision,
): PlannedItem {
  const { spec, leg } = rules
  const item = describe(rules, found)
  if (!isPourLeg(leg)) return spec.kind === 'edit' ? planEdit(rules, spec, found, item) : deletion(item)
  if (spec.kind === 'parity') return planCompare(spec, found, item, standing)
  if (!isPour(spec)) return deletion(item)
  const target = item.target ?? mapKey(leg, found.key)
  if (isOwnDestination(leg, found, target, spec)) return skipped(item, 'same-object')
  const refusal = refuseName(target) ?? (rules.system && localNameFailure(target, rules.system))
  if (refusal) return refused(item, refusal)
  const decision = decided ?? decideConflict(conflictPolicy(spec, found.own), found, standing)
  const there = standing && { etag: standing.etag, lastModified: standing.lastModified }
  if (decision.do === 'skip') return { ...skipped(item, decision.reason), standing: there }
  if (decision.do === 'refuse') return { ...refused(item, decision.failure), standing: there }
  const impossible = rules.impossible(item.rules)
  if (impossible) return refused(item, impossible)
  const planned = {
    ...item,
    conflict: standing !== undefined,
    expect: decision.expect,
    standing: decision.expect.is === 'anything' ? there : undefined,
    state: 'planned',
  } as const
  if (found.state === 'delete-marker') return { ...planned, action: 'mark' }
  if (!isReadable(found)) {
    const failure = whyNotRestored(found, found.own?.archived ?? spec.archived, 'copied')
    return failure ? refused(item, failure) : { ...planned, action: 'restore-then-copy' }
  }
  return { ...planned, action: chooseAction(rules.route, found, spec.partLayout, rules.copyLimit) }
}

/** What counts for an object where its name is taken: what was said of it, else what the job says. */
export function conflictPolicy(spec: PourSpec, own: OwnEdit | undefined): ConflictPolicy {
  const asked = own?.conflict ?? spec.conflict
  // It has a name of its own, found free: whatever stands there by now stays.
  return asked === 'keep-both' ? 'fail' : asked
}

/** What an item says of its object. */
export function describe(rules: PlanRules, found: Found): Described {
  const { leg } = rules
  const { key, versionId, size, etag, lastModified, storageClass, state, own } = found
  const target = found.target ?? (rules.rename && nameAt(rules, found))
  return {
    leg: leg.n,
    rules: found.rules ?? 0,
    ...{ key, versionId, size, etag, lastModified, storageClass },
    target: target !== undefined && isPourLeg(leg) && target !== mapKey(leg, key) ? target : undefined,
    history: state === 'current' ? undefined : state,
    conflict: false,
    own,
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

function deletion(item: Described): PlannedItem {
  return { ...item, action: 'delete', expect: exactly(item), state: 'planned' }
}

function isOwnDestination(leg: PourLeg, found: Found, to: string, spec: PourSpec): boolean {
  const { source, destination } = leg
  if (found.key !== to || source.bucket !== destination.bucket) return false
  const older = found.state !== undefined && found.state !== 'current'
  if (older && spec.kind === 'copy' && source.versions.take !== 'all') return false
  return isSameObject(
    { config: source.connection.config, bucket: source.bucket, key: found.key },
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

import { decideConflict } from '../../engine/conflict.ts'
import type { Decision } from '../../engine/conflict.ts'
import { destinationKey, isKeyTooLong } from '../../engine/names.ts'
import { isReadable } from '../../engine/restore.ts'
import { chooseAction, isSameObject } from '../../engine/route.ts'
import type { OwnEdit, PlannedItem } from '../item.ts'
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
import type { Action } from '#model/plan.ts'
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
  if (!isPourLeg(leg)) {
    const item = describe(rules, found)
    return spec.kind === 'edit' ? planEdit(rules, spec, found, item) : deletion(item)
  }
  if (spec.kind === 'parity') return planCompare(spec, found, describe(rules, found), standing)
  if (!isPour(spec)) return deletion(describe(rules, found))
  const own = targetApart(rules, leg, found)
  const target = own ?? mapKey(leg, found.key)
  if (isOwnDestination(leg, found, target, spec)) return skipped(describe(rules, found), 'same-object')
  const refusal = refuseName(target) ?? (rules.system && localNameFailure(target, rules.system))
  if (refusal) return refused(describe(rules, found), refusal)
  const decision = decided ?? decideConflict(conflictPolicy(spec, found.own), found, standing)
  const there = standing && { etag: standing.etag, lastModified: standing.lastModified }
  if (decision.do === 'skip') return { ...skipped(describe(rules, found), decision.reason), standing: there }
  if (decision.do === 'refuse')
    return { ...refused(describe(rules, found), decision.failure), standing: there }
  const action = actionOf(rules, spec, found)
  if (typeof action !== 'string') return refused(describe(rules, found), action)
  // Written out in one piece: a plan is nearly all of these, and putting objects together costs as much as all else.
  return {
    leg: leg.n,
    rules: found.rules ?? 0,
    key: found.key,
    versionId: found.versionId,
    size: found.size,
    etag: found.etag,
    lastModified: found.lastModified,
    storageClass: found.storageClass,
    target: own,
    history: historyOf(found),
    conflict: standing !== undefined,
    own: found.own,
    expect: decision.expect,
    standing: decision.expect.is === 'anything' ? there : undefined,
    state: 'planned',
    action,
  }
}

/** How it is written, or why it cannot be. */
function actionOf(rules: PlanRules, spec: PourSpec, found: Found): Action | Failure {
  const impossible = rules.impossible(found.rules ?? 0)
  if (impossible) return impossible
  if (found.state === 'delete-marker') return 'mark'
  if (isReadable(found)) return chooseAction(rules.route, found, spec.partLayout, rules.copyLimit)
  return whyNotRestored(found, found.own?.archived ?? spec.archived, 'copied') ?? 'restore-then-copy'
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
  const { key, versionId, size, etag, lastModified, storageClass, own } = found
  return {
    leg: leg.n,
    rules: found.rules ?? 0,
    ...{ key, versionId, size, etag, lastModified, storageClass },
    target: isPourLeg(leg) ? targetApart(rules, leg, found) : undefined,
    history: historyOf(found),
    conflict: false,
    own,
  }
}

/** Its key at the destination, where that is not simply the job's prefix in place of the source's base. */
function targetApart(rules: PlanRules, leg: PourLeg, found: Found): string | undefined {
  const target = found.target ?? (rules.rename && nameAt(rules, found))
  return target !== undefined && target !== mapKey(leg, found.key) ? target : undefined
}

function historyOf({ state }: Found): PlannedItem['history'] {
  return state === 'current' ? undefined : state
}

/** A chosen object that is not there. */
export function missingItem(leg: Leg, key: string, versionId: string | undefined): PlannedItem {
  const message =
    versionId === undefined
      ? `${key} does not exist in ${leg.source.bucket}.`
      : `${key} has no version ${versionId} in ${leg.source.bucket}.`
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
  // The bucket first: a name that was put together is only compared where it has to be.
  if (source.bucket !== destination.bucket || found.key !== to) return false
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

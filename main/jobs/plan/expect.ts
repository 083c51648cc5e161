import { LARGE } from '../../engine/ask-twice.ts'
import { REQUESTS_OF_UNCOVERING, requestsOfCopy, requestsOfEdit } from '../../engine/expected-requests.ts'
import type { ExpectedConditions } from '../../engine/expected-requests.ts'
import { requestsOfDownload, requestsOfUpload } from '../../engine/expected-transfers.ts'
import type { ExpectedItem } from './expected.ts'
import type { PlannedItem } from '../item.ts'
import { deletesSource } from './legs.ts'
import type { PlanLeg } from './plan-context.ts'
import { writtenTo } from './plan-fields.ts'
import type { Quantify } from './quantify.ts'
import { fieldNeeds } from '#model/apply-field-rules.ts'
import { withSome } from '#model/apply-rules.ts'
import { isLocal } from '#model/local.ts'
import type { BucketTraits } from '#model/object.ts'
import type { JobSpec } from '#model/spec.ts'
import { worksOnVersions } from '#model/spec.ts'
import { EDIT_DEFAULTS } from '#model/properties.ts'
import type { Properties } from '#model/properties.ts'

/** What is known of one edit before it is begun, where the object was looked at. */
export interface KnownEdit {
  readonly properties: Properties
  readonly hasTags: boolean | undefined
}

export type Expect = (item: PlannedItem, known?: KnownEdit) => ExpectedItem | undefined

const UNKNOWN: ExpectedItem = { is: 'unknown', requests: {}, isEdit: false }
const PURGED: ExpectedItem = { is: 'exact', requests: { HeadObject: 1, DeleteObject: 1 }, isEdit: false }
const PURGED_MARKER: ExpectedItem = {
  is: 'at-most',
  requests: { ListObjectVersions: 2, DeleteObject: 1 },
  isEdit: false,
}
const UNCOVERING: ExpectedItem = { is: 'exact', requests: REQUESTS_OF_UNCOVERING, isEdit: false }

/**
 * | job  | item                                              | how exactly                              |
 * |------|---------------------------------------------------|------------------------------------------|
 * | any  | skipped, refused                                  | exact: nothing                           |
 * | edit | a grid's row that is known                        | exact                                    |
 * | edit | asks for a class alone                            | exact: the listing tells it              |
 * | edit | any other                                         | at most: it may be as asked for already  |
 * | undo | any                                               | exact                                    |
 * | edit, undo, copy | by parts, from the archive, or where tags may be lost of an object that was not looked at | at most |
 * | copy, move | a file to an endpoint that keeps its word, an object to a file | exact; where it goes by parts at most |
 * | copy, move | to an endpoint that keeps its word, not verified in full, to no name that is taken aside | exact |
 * | purge | an object, on an endpoint that keeps its word    | exact; of a version `null` unknown       |
 * | purge | a delete marker                                  | at most                                  |
 * | rewind | a delete marker that is removed                 | exact; of a version `null` unknown       |
 * | any other | any                                          | unknown                                  |
 */
export function expecterFor(
  legs: readonly PlanLeg[],
  ownerships: readonly BucketTraits['ownership'][],
  quantify?: Quantify,
): Expect {
  const requests = requestsExpected(legs, ownerships)
  if (quantify === undefined) return requests
  // Neighbours are mostly alike: one answer for all of them.
  let last: { readonly expected: ExpectedItem; readonly told: ExpectedItem } | undefined
  return (item, known) => {
    const expected = requests(item, known)
    if (expected === undefined) return undefined
    const measures = quantify(item, expected)
    if (last?.expected !== expected || last.told.measures !== measures)
      last = { expected, told: { ...expected, measures } }
    return last.told
  }
}

function requestsExpected(
  legs: readonly PlanLeg[],
  ownerships: readonly BucketTraits['ownership'][],
): Expect {
  const conditions = legs.map((leg, at) => conditionsOf(leg, ownerships[at]))
  const copies = new Map<number, ExpectedItem>()
  return (item, edit) => {
    const leg = legs[item.leg]
    const where = conditions[item.leg]
    // It is looked at when it is sent, and planned then.
    if (item.state === 'again') return UNKNOWN
    if (leg === undefined || where === undefined || item.state !== 'planned') return undefined
    const { spec } = leg.rules
    if (spec.kind === 'edit' || spec.kind === 'undo') return expectEdit(item, leg, where, edit)
    if (worksOnVersions(spec)) return expectVersion(item, spec, where)
    if (spec.kind !== 'copy' && spec.kind !== 'move') return UNKNOWN
    // What stands there, and is copied aside, is known only when it is looked at.
    if (item.own?.properties !== undefined || spec.backup !== undefined) return UNKNOWN
    if (item.action !== 'copy') return expectCopy(item, leg, where)
    const name = (item.rules * legs.length + item.leg) * 2 + (looksFirst(item) ? 1 : 0)
    const known = copies.get(name)
    if (known) return known
    const same = expectCopy(item, leg, where)
    copies.set(name, same)
    return same
  }
}

/** All that one copy differs from another in, within a leg and by the same rules. */
function looksFirst({ expect, size }: PlannedItem): boolean {
  return expect.is === 'anything' && size >= LARGE
}

function expectVersion(
  { action, versionId, history }: PlannedItem,
  { kind }: JobSpec,
  { habits }: ExpectedConditions,
): ExpectedItem {
  if (action !== 'delete-version' || versionId === 'null') return UNKNOWN
  if (kind === 'rewind') return UNCOVERING
  if (history === 'delete-marker') return PURGED_MARKER
  return habits.answersInFull ? PURGED : UNKNOWN
}

function conditionsOf(
  { rules, destination }: PlanLeg,
  ownership: BucketTraits['ownership'],
): ExpectedConditions {
  const { spec, copyLimit } = rules
  return {
    // They are known better after the first answer.
    get habits() {
      return destination.habits
    },
    verify: 'verify' in spec ? spec.verify : 'auto',
    copyLimit,
    ownership,
  }
}

function expectCopy(
  item: PlannedItem,
  { rules, source }: PlanLeg,
  conditions: ExpectedConditions,
): ExpectedItem {
  const { action, size, versionId } = item
  if (action === 'relay') return expectTransfer(item, rules, source, conditions)
  if ((action !== 'copy' && action !== 'copy-parts') || versionId !== undefined) return UNKNOWN
  if (rules.leg.source.customerKeys.length > 0) return UNKNOWN
  const properties = rules.propertiesOf(item.rules)
  const { spec, leg } = rules
  // The copies of a move to its other destinations are looked at as well: its source goes after the last of them.
  const { verify } = conditions
  const sure = {
    ...conditions,
    verify: spec.kind === 'move' && verify !== 'full' ? ('head' as const) : verify,
  }
  const purpose = deletesSource(spec, leg) ? 'move' : 'copy'
  const isOverAnything = item.expect.is === 'anything'
  const sent = requestsOfCopy({ properties, size, purpose, by: action, isOverAnything }, sure)
  if (sent === undefined) return UNKNOWN
  return { is: action === 'copy' ? 'exact' : 'at-most', ...sent, isEdit: false }
}

/** Between two stores nobody can tell. */
function expectTransfer(
  { size, etag, expect, versionId }: PlannedItem,
  { spec, leg }: PlanLeg['rules'],
  { habits }: PlanLeg['source'],
  conditions: ExpectedConditions,
): ExpectedItem {
  if (versionId !== undefined || leg.source.customerKeys.length > 0) return UNKNOWN
  const purpose = deletesSource(spec, leg) ? 'move' : 'copy'
  const transfer = { size, etag, purpose, condition: expect.is !== 'anything' } as const
  const verify = spec.kind === 'move' && conditions.verify !== 'full' ? 'head' : conditions.verify
  const expected = isLocal(leg.source)
    ? requestsOfUpload(transfer, { habits: conditions.habits, verify })
    : leg.destination && isLocal(leg.destination)
      ? requestsOfDownload(transfer, { habits })
      : undefined
  return expected ? { ...expected, isEdit: false } : UNKNOWN
}

function expectEdit(
  item: PlannedItem,
  { rules }: PlanLeg,
  conditions: ExpectedConditions,
  known: KnownEdit | undefined,
): ExpectedItem {
  const { action, own, size, key, versionId } = item
  if (action === 'delete-version') return UNCOVERING
  const isArchived = action === 'restore-then-copy'
  const way = isArchived ? 'rewrite' : action
  if (way !== 'in-place' && way !== 're-encrypt' && way !== 'rewrite') return UNKNOWN
  const { spec, fieldRules } = rules
  const reads = fieldNeeds(fieldRules, own?.fields, key)
  const properties = known?.properties ?? propertiesOf(item, rules)
  const isVersion = versionId !== undefined
  const edit = { way, properties, size, isVersion, reads, hasTags: known?.hasTags } as const
  const requests = requestsOfEdit(edit, conditions)
  const isSure =
    (known !== undefined || spec.kind === 'undo' || asksForClassAlone(properties, rules)) &&
    !isArchived &&
    (way !== 'rewrite' ||
      (size <= conditions.copyLimit && (conditions.habits.selfCopyKeepsTags || known?.hasTags !== undefined)))
  const restored = isArchived ? { ...requests, RestoreObject: 1 } : requests
  return { is: isSure ? 'exact' : 'at-most', requests: restored, isEdit: true }
}

/** What rules may make of it counts as asked for. */
function propertiesOf({ rules: mask, own, key }: PlannedItem, rules: PlanLeg['rules']): Properties {
  const base = rules.spec.kind === 'undo' ? EDIT_DEFAULTS : rules.propertiesOf(mask)
  const properties = withSome(base, own?.properties ?? {})
  const mayTag = writtenTo(rules.fieldRules, key, own?.fields).has('tags')
  if (!mayTag || properties.tags.policy !== 'copy') return properties
  return { ...properties, tags: { policy: 'change', set: {}, remove: [] } }
}

function asksForClassAlone(properties: Properties, { fieldRules }: PlanLeg['rules']): boolean {
  if (fieldRules.rules.length > 0) return false
  return Object.entries(properties).every(
    ([name, { policy }]) => policy === 'copy' || (name === 'storageClass' && policy === 'set'),
  )
}

import type { PlannedItem } from '../item.ts'
import { isReadable } from '../../engine/restore.ts'
import { exactly, refused, skipped, whyNotRestored } from './plan-outcomes.ts'
import type { Described } from './plan-outcomes.ts'
import { writtenTo } from './plan-fields.ts'
import type { Found, PlanRules } from './plan-rules.ts'
import { withSome } from '#model/apply-rules.ts'
import type { Failure } from '#model/failure.ts'
import { PROPERTY_NAMES } from '#model/properties.ts'
import type { Properties, PropertyName } from '#model/properties.ts'
import type { EditSpec } from '#model/spec.ts'

/** What has requests of its own and needs no copy. */
const IN_PLACE: readonly PropertyName[] = ['tags', 'acl', 'retention', 'legalHold']

const NOTHING: ReadonlySet<PropertyName> = new Set()

export type EditWayPlanned = 'nothing' | 'in-place' | 're-encrypt' | 'rewrite'

/**
 * The way that an edit takes as far as the plan can tell; at the object itself a cheaper one may be found.
 *
 * | asked to change                                | way          |
 * |------------------------------------------------|--------------|
 * | nothing, or the class to the one it has        | nothing      |
 * | tags, ACL, retention, legal hold only          | in-place     |
 * | encryption to SSE-KMS under a key's full ARN, and no more than those | re-encrypt |
 * | anything else                                  | rewrite      |
 *
 * `written`: what field rules may change besides; that they change nothing is not known before the object is looked at.
 */
export function editWay(
  properties: Properties,
  storageClass: string,
  written: ReadonlySet<PropertyName> = NOTHING,
): EditWayPlanned {
  const asked = PROPERTY_NAMES.filter((name) => written.has(name) || changes(properties, name, storageClass))
  const copies = asked.filter((name) => !IN_PLACE.includes(name))
  if (asked.length === 0) return 'nothing'
  if (copies.length === 0) return 'in-place'
  return copies.every((name) => name === 'encryption') && isUpdatable(properties) ? 're-encrypt' : 'rewrite'
}

function changes(properties: Properties, name: PropertyName, storageClass: string): boolean {
  const property = properties[name]
  if (property.policy === 'copy') return false
  if (name === 'storageClass') return 'value' in property && property.value !== storageClass
  return true
}

/** UpdateObjectEncryption takes SSE-KMS, a key's ARN, and no context. */
function isUpdatable({ encryption }: Properties): boolean {
  if (encryption.policy !== 'set' || encryption.value.kind !== 'SSE-KMS') return false
  return encryption.value.context === undefined && encryption.value.keyId?.startsWith('arn:') === true
}

/**
 * One object of an edit.
 *
 * | way        | of an older version | of a delete marker | of an archived object       |
 * |------------|---------------------|--------------------|-----------------------------|
 * | nothing    | skip                | skip               | skip                        |
 * | in-place, re-encrypt | so, by its id | skip           | so                          |
 * | rewrite    | refuse: it would become the current one | skip | refuse, or restore first |
 */
export function planEdit(rules: PlanRules, spec: EditSpec, found: Found, item: Described): PlannedItem {
  const { own } = item
  const properties = withSome(rules.propertiesOf(item.rules), own?.properties ?? {})
  const written = writtenTo(rules.fieldRules, item.key, own?.fields)
  return planEditAs(editWay(properties, found.storageClass, written), rules, spec, found, item)
}

/** The same, where the way is known. */
export function planEditAs(
  way: EditWayPlanned,
  rules: PlanRules,
  spec: EditSpec,
  found: Found,
  item: Described,
): PlannedItem {
  if (way === 'nothing' || found.state === 'delete-marker') return skipped(item, 'nothing-to-do')
  const impossible = rules.impossible(item.rules)
  if (impossible) return refused(item, impossible)
  const planned = { ...item, expect: exactly(item), state: 'planned' } as const
  if (way !== 'rewrite') return { ...planned, action: way }
  if (found.state === 'noncurrent') return refused(item, OLDER)
  if (isReadable(found)) return { ...planned, action: 'rewrite' }
  const failure = whyNotRestored(found, found.own?.archived ?? spec.archived, 'rewritten')
  return failure ? refused(item, failure) : { ...planned, action: 'restore-then-copy' }
}

const OLDER: Failure = {
  code: 'not-possible',
  reach: 'item',
  property: 'versions',
  message: 'It is an older version: to rewrite it would make it the current one.',
}

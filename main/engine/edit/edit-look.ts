import type { SomeProperties } from '#model/properties.ts'
import type { Opened } from '../customer-keys.ts'
import { openWith } from '../customer-keys.ts'
import type { EditConditions, KnownObject } from './edit.ts'
import { editNeeds } from './edit.ts'
import { withFields } from './edit-fields.ts'
import { headOrMissing, readAcl, readTags } from '../look.ts'
import { attempt } from '../pace/retry.ts'
import type { EditWork, WorkContext } from '../work.ts'

/** An object as it stands, and what its edit is decided by. */
export interface Looked {
  /** With the properties of this object: field rules and cells are worked into them. */
  readonly work: EditWork
  readonly opened: Opened
  readonly known: KnownObject
  readonly conditions: EditConditions
}

/** An edit's source is its destination. */
export function whereItIs(context: WorkContext): WorkContext {
  return { ...context, destination: context.source }
}

/** A HEAD, under the customer key that opens it: one that it lies under, or shall lie under and already does. */
export function openObject(work: EditWork, here: WorkContext): Promise<Opened> {
  const { object, properties } = work
  const { encryption } = properties
  const asked = encryption.policy === 'set' && encryption.value.kind === 'SSE-C' ? [encryption.value.key] : []
  const names = [...new Set([...object.customerKeys, ...asked])]
  const checksums = here.source.habits.checksums
  return openWith(object.key, names, here.findKey, (customerKey) =>
    headOrMissing(here.source, { ...object, customerKey, checksums }, here),
  )
}

/**
 * The rest of what has to be known, by the requests that field rules and `editNeeds` name. `remembered`: by an earlier
 * run that may have written already. Throws `bad-input` for what the rules make and S3 would refuse.
 */
export async function lookAtObject(
  given: EditWork,
  here: WorkContext,
  opened: Opened,
  remembered: SomeProperties | undefined,
): Promise<Looked> {
  const { source, signal } = here
  const { work, tags: readAlready } = await withFields(given, here, opened, remembered)
  const { object, properties, ownership } = work
  const { head, name: customerKey } = opened
  const now = source.serverTime ?? here.seams.now()
  const conditions: EditConditions = { habits: source.habits, now, ownership }
  const needs = editNeeds(head, properties, { customerKey }, conditions)
  // At `full` the tags that a rewrite copies are compared with those that stood there before it.
  const readsTags = needs.tags || work.verify === 'full'
  const [tags, acl, annotations] = await Promise.all([
    readAlready ?? (readsTags ? readTags(source, object, here) : undefined),
    needs.acl ? readAcl(source, object, here) : undefined,
    needs.annotations ? attempt(here, () => source.listAnnotations(object, signal)) : undefined,
  ])
  return { work, opened, known: { head, customerKey, tags, acl, annotations }, conditions }
}

import { fail } from '#model/failure.ts'
import type { ObjectHead } from '#model/object.ts'
import type { SomeProperties } from '#model/properties.ts'
import { aclDiffers, differingName } from '../compare/differences.ts'
import type { Opened } from '../customer-keys.ts'
import { openWith } from '../customer-keys.ts'
import type { EditConditions, InPlace, KnownObject } from './edit.ts'
import { editNeeds } from './edit.ts'
import { withFields } from './edit-fields.ts'
import { codeOf, headOrMissing, isSameSecond, readAcl, readTags, SEEN_FOR, sourceChanged } from '../look.ts'
import { attempt } from '../pace/retry.ts'
import type { HeadObject, ObjectId, Storage } from '../storage.ts'
import type { EditWork, WorkContext } from '../work.ts'

/** An object as it stands, and what its edit is decided by. */
export interface Looked {
  /** With the properties of this object: field rules and cells are worked into them. */
  readonly work: EditWork
  readonly opened: Opened
  readonly known: KnownObject
  readonly conditions: EditConditions
  /** When it was, by our clock, milliseconds. */
  readonly at: number
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
  const at = here.seams.now()
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
  return { work, opened, known: { head, customerKey, tags, acl, annotations }, conditions, at }
}

/** What an edit writes from what it read of it: somebody else's change in between would be lost. */
export type Rewritten = 'tags' | 'acl'

/**
 * A look in the slot of a write that was held up, for S3 has no condition for what an ETag does not see. `id`: the
 * version that is written to; without one, whatever is current. What is told to be rewritten is read once more, too.
 *
 * | the last look       | the object                           | throws           |
 * |---------------------|--------------------------------------|------------------|
 * | counts still        | any                                  |                  |
 * | too long ago        | as it was looked at                  |                  |
 * | too long ago        | gone                                 | source-missing   |
 * | too long ago        | of another ETag, date or version     | source-changed   |
 * | too long ago        | of tags, or an ACL, that is neither what was read nor `wanted` | source-changed |
 */
export function lookedInSlot(
  { work, opened, known, at }: Looked,
  here: WorkContext,
  id: ObjectId,
): (rewritten: readonly Rewritten[], wanted?: Pick<InPlace, 'tags' | 'acl'>) => Promise<void> {
  const { source, seams, signal } = here
  const { head } = known
  let seenAt = at
  return async (rewritten, wanted) => {
    if (seams.now() - seenAt <= SEEN_FOR) return
    const now = await headInSlot(source, { ...id, customerKey: opened.key }, signal)
    const isOther =
      now.etag !== head.etag ||
      now.versionId !== head.versionId ||
      !isSameSecond(now.lastModified, head.lastModified)
    if (isOther) sourceChanged({ source: work.object })
    if (rewritten.includes('tags') && known.tags) {
      const tags = await source.getTags(id, signal)
      const isWanted = wanted?.tags !== undefined && differingName(wanted.tags, tags) === undefined
      if (!isWanted && differingName(known.tags, tags) !== undefined) sourceChanged({ source: work.object })
    }
    if (rewritten.includes('acl') && known.acl) {
      const acl = await source.getAcl(id, signal)
      const isWanted = wanted?.acl !== undefined && !aclDiffers(wanted.acl, acl, acl.owner)
      if (!isWanted && JSON.stringify(acl) !== JSON.stringify(known.acl))
        sourceChanged({ source: work.object })
    }
    seenAt = seams.now()
  }
}

async function headInSlot(source: Storage, id: HeadObject, signal: AbortSignal): Promise<ObjectHead> {
  try {
    return await source.headObject(id, signal)
  } catch (error) {
    if (codeOf(error) === 'no-such-key') fail('source-missing', 'item', `${id.key} is no longer there.`)
    throw error
  }
}

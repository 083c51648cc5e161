import { fail } from '#model/failure.ts'
import type { ObjectHead } from '#model/object.ts'
import type { Acl } from '#model/properties.ts'
import type { DeepSigns, Difference } from './compare.ts'
import { compareContent, compareDeep, compareHeads, contentDiffers, missing, sizeDiffers } from './compare.ts'
import { codeOf, headOrNothing, readTags } from './look.ts'
import { attempt } from './retry.ts'
import type { ObjectId, Storage } from './storage.ts'
import type { CompareWork, WorkContext } from './work.ts'

const UNKNOWN_CONTENT =
  'The bytes of some objects could not be compared without reading them, as their ETags are of other layouts or ' +
  'encryptions and no checksum is on both sides; their sizes are equal.'

/**
 * Everything in which the destination's object differs from the source's, as deep as `level` asks; nothing is written.
 * Two requests at `listing` and `head`, six at `full`, and two more for equal counts of parts under other ETags.
 * Throws `source-missing` and `source-changed` for a source that is no longer the listed one.
 */
export async function compareObjects(work: CompareWork, context: WorkContext): Promise<Difference[]> {
  const [source, destination] = await Promise.all([
    headOrNothing(context.source, { ...work.source, checksums: true }, context),
    headOrNothing(context.destination, { ...work.destination, checksums: true }, context),
  ])
  const { key } = work.source
  if (!source) fail('source-missing', 'item', `${key} is no longer there.`)
  if (source.etag !== work.etag || source.size !== work.size)
    fail('source-changed', 'item', `${key} changed since it was listed.`)
  if (!destination) return [missing()]
  const found = await compareBytes(work, context, source, destination)
  if (work.level === 'listing') return found
  found.push(...compareHeads(source, destination))
  if (work.level === 'full') {
    const [left, right] = await Promise.all([
      readDeep(context.source, work.source, source, context),
      readDeep(context.destination, work.destination, destination, context),
    ])
    found.push(...compareDeep(left, right))
  }
  return found
}

async function compareBytes(
  work: CompareWork,
  context: WorkContext,
  source: ObjectHead,
  destination: ObjectHead,
): Promise<Difference[]> {
  if (source.size !== destination.size) return [sizeDiffers(source, destination)]
  let verdict = compareContent(source, destination)
  // As many parts of the same sizes would have given the same ETag to the same bytes.
  if (verdict === 'layout') verdict = (await haveOneLayout(work, context)) ? 'other' : 'unknown'
  if (verdict === 'unknown') context.note?.(UNKNOWN_CONTENT)
  return verdict === 'other' ? [contentDiffers(source, destination)] : []
}

async function haveOneLayout(work: CompareWork, context: WorkContext): Promise<boolean> {
  const [source, destination] = await Promise.all([
    headOrNothing(context.source, { ...work.source, part: 1 }, context),
    headOrNothing(context.destination, { ...work.destination, part: 1 }, context),
  ])
  // A server that does not know `part` tells the whole object's size on both sides.
  return source !== undefined && source.size < work.size && source.size === destination?.size
}

async function readDeep(
  storage: Storage,
  id: ObjectId,
  head: ObjectHead,
  context: WorkContext,
): Promise<DeepSigns> {
  const [tags, acl] = await Promise.all([readTags(storage, id, context), readAcl(storage, id, context)])
  return { tags, acl, retention: head.retention, legalHold: head.legalHold }
}

/** Undefined where the endpoint does not know ACLs at all. */
async function readAcl(storage: Storage, id: ObjectId, context: WorkContext): Promise<Acl | undefined> {
  try {
    return await attempt(context, () => storage.getAcl(id, context.signal))
  } catch (error) {
    if (codeOf(error) === 'not-supported') return undefined
    throw error
  }
}

import { fail } from '#model/failure.ts'
import { isFileEtag } from '#model/file-etag.ts'
import type { DeepSigns, Difference } from './compare.ts'
import { compareContent, compareDeep, compareHeads, contentDiffers, missing, sizeDiffers } from './compare.ts'
import { compareFile } from './compare-file.ts'
import type { Opened } from '../customer-keys.ts'
import { openWith } from '../customer-keys.ts'
import { codeOf, headOrMissing, readAcl, readTags } from '../look.ts'
import type { ObjectId, Storage } from '../storage.ts'
import type { CompareWork, WorkContext } from '../work.ts'

const UNKNOWN_CONTENT =
  'The bytes of some objects could not be compared without reading them, as their ETags are of other layouts or ' +
  'encryptions and no checksum is on both sides; their sizes are equal.'

/**
 * Everything in which the destination's object differs from the source's, as deep as `level` asks; nothing is written.
 * Two requests at `listing` and `head`, six at `full`, and two more for equal counts of parts under other ETags. With
 * a file, one on the object's side, and a look at its first part where it has several; at `full` its bytes as a last resort.
 * Throws `source-missing` and `source-changed` for a source that is no longer the listed one.
 */
export async function compareObjects(work: CompareWork, context: WorkContext): Promise<Difference[]> {
  const [source, destination] = await Promise.all([
    open(work, context, context.source, work.source),
    openOrNothing(work, context),
  ])
  const { key } = work.source
  if (source.head.etag !== work.etag || source.head.size !== work.size)
    fail('source-changed', 'item', `${key} changed since it was listed.`)
  if (!destination) return [missing()]
  const found = await compareBytes(work, context, source, destination)
  // Of a file there is nothing else.
  if (work.level === 'listing' || isOfFile(source, destination)) return found
  found.push(...compareHeads(source.head, destination.head))
  if (work.level === 'full') {
    const [left, right] = await Promise.all([
      readDeep(context.source, work.source, source, context),
      readDeep(context.destination, work.destination, destination, context),
    ])
    found.push(...compareDeep(left, right))
  }
  return found
}

/** Both sides may lie under the customer keys that are named for the source. */
function open(work: CompareWork, context: WorkContext, storage: Storage, id: ObjectId): Promise<Opened> {
  const checksums = storage.habits.checksums
  return openWith(id.key, work.source.customerKeys, context.findKey, (customerKey) =>
    headOrMissing(storage, { ...id, customerKey, checksums }, context),
  )
}

async function openOrNothing(work: CompareWork, context: WorkContext): Promise<Opened | undefined> {
  try {
    return await open(work, context, context.destination, work.destination)
  } catch (error) {
    if (codeOf(error) === 'source-missing') return undefined
    throw error
  }
}

async function compareBytes(
  work: CompareWork,
  context: WorkContext,
  source: Opened,
  destination: Opened,
): Promise<Difference[]> {
  if (source.head.size !== destination.head.size) return [sizeDiffers(source.head, destination.head)]
  let verdict = isOfFile(source, destination)
    ? await compareWithFile(work, context, source, destination)
    : compareContent(source.head, destination.head)
  // As many parts of the same sizes would have given the same ETag to the same bytes.
  if (verdict === 'layout')
    verdict = (await haveOneLayout(work, context, source, destination)) ? 'other' : 'unknown'
  if (verdict === 'unknown') context.note?.(UNKNOWN_CONTENT)
  return verdict === 'other' ? [contentDiffers(source.head, destination.head)] : []
}

function isOfFile(...sides: readonly Opened[]): boolean {
  return sides.some(({ head }) => isFileEtag(head.etag))
}

/** No folder is compared with a folder. */
function compareWithFile(
  work: CompareWork,
  context: WorkContext,
  source: Opened,
  destination: Opened,
): ReturnType<typeof compareFile> {
  const here = { storage: context.source, id: work.source, head: source.head, customerKey: source.key }
  const there = {
    ...{ storage: context.destination, id: work.destination },
    ...{ head: destination.head, customerKey: destination.key },
  }
  const [file, object] = isFileEtag(source.head.etag) ? [here, there] : [there, here]
  return compareFile(file, object, work.level === 'full', context)
}

async function haveOneLayout(
  work: CompareWork,
  context: WorkContext,
  { key: sourceKey }: Opened,
  { key: destinationKey }: Opened,
): Promise<boolean> {
  const [source, destination] = await Promise.all([
    headOrMissing(context.source, { ...work.source, customerKey: sourceKey, part: 1 }, context),
    headOrMissing(
      context.destination,
      { ...work.destination, customerKey: destinationKey, part: 1 },
      context,
    ),
  ])
  // A server that does not know `part` tells the whole object's size on both sides.
  return source.size < work.size && source.size === destination.size
}

async function readDeep(
  storage: Storage,
  id: ObjectId,
  { head }: Opened,
  context: WorkContext,
): Promise<DeepSigns> {
  const [tags, acl] = await Promise.all([readTags(storage, id, context), readAcl(storage, id, context)])
  return { tags, acl, retention: head.retention, legalHold: head.legalHold }
}

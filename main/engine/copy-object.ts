import { fail } from '#model/failure.ts'
import type { ObjectHead } from '#model/object.ts'
import {
  codeOf,
  destinationDiffers,
  headOrNothing,
  isRefusedCondition,
  lookAtDestination,
  readSource,
  readUntouchedSource,
  sourceChanged,
} from './look.ts'
import { classToWrite, owedTags, tagsToReplace } from './properties.ts'
import { attempt } from './retry.ts'
import { findCopy } from './settle.ts'
import type { CopyObject, CopySource } from './storage.ts'
import type { Written } from './verify.ts'
import { compareEtags, finishCopy, levelFor } from './verify.ts'
import type { CopyOutcome, CopyWork, Settled, WorkContext } from './work.ts'

/**
 * Copies with one CopyObject and verifies it, bound to the source's ETag and version and to the destination as the
 * plan saw it (invariant 6). Rejects with a `DecantError`.
 */
export async function copyObject(work: CopyWork, context: WorkContext): Promise<CopyOutcome> {
  const { habits } = context.destination
  const level = levelFor(work.verify, habits)
  const source = level === 'full' || !habits.copySourceIfMatch ? await readSource(work, context) : undefined
  if (!habits.writeConditions) await lookAtDestination(work, context)
  const written = await send(work, context, source)
  const owed = owedTags(work.properties, habits.taggingDirective, undefined)
  if (level === 'answer' && !owed && !written.found && compareEtags(work.etag, written) !== 'differ') {
    return { etag: written.etag, versionId: written.versionId, verified: 'answer', settled: false }
  }
  if (!habits.copySourceIfMatch) await readUntouchedSource(work, context)
  return finishCopy(work, context, written, { level, source, owedTags: owed })
}

async function send(work: CopyWork, context: WorkContext, source: ObjectHead | undefined): Promise<Written> {
  const { destination, signal } = context
  const request = requestFor(work, source)
  const since = destination.serverTime ?? -Infinity
  try {
    return await attempt<Written>(context, () => destination.copyObject(request, signal), {
      settle: () => settleSent(work, context, since),
    })
  } catch (error) {
    return explain(error, work, context)
  }
}

function requestFor(work: CopyWork, source: ObjectHead | undefined): CopyObject {
  const { bucket, key } = work.destination
  const from: CopySource = { ...work.source, ifMatch: work.etag }
  // S3 copies every header but the redirect; where it is known to be there, all of them are sent (invariant 4).
  const replace = source?.headers.websiteRedirect === undefined ? undefined : source
  return {
    bucket,
    key,
    source: from,
    ifMatch: work.expect.is === 'etag' ? work.expect.etag : undefined,
    ifAbsent: work.expect.is === 'absent',
    replace,
    replaceTags: tagsToReplace(work.properties),
    storageClass: classToWrite(work.properties, work.storageClass),
  }
}

/** After an answer that does not tell whether the copy was made. */
async function settleSent(work: CopyWork, context: WorkContext, since: number): Promise<Settled<Written>> {
  const found = await findCopy(work, context, since)
  if (!found) return { is: 'not-done' }
  return { is: 'done', outcome: { etag: found.etag, versionId: found.versionId, found } }
}

/**
 * Whose fault a refused copy is. One 412 or 404 stands for both sides, and S3 does not always tell which:
 *
 * | answer | destination's condition | source as planned | failure                                  |
 * |--------|-------------------------|-------------------|------------------------------------------|
 * | 412    | none                    | not asked         | source-changed                           |
 * | 412    | any                     | no                | source-changed                           |
 * | 412    | absent                  | yes               | destination-exists                       |
 * | 412    | ETag                    | yes               | destination-changed                      |
 * | 404    | any                     | missing           | source-missing                           |
 * | 404    | ETag                    | yes               | destination-changed (it is gone)         |
 */
async function explain(error: unknown, work: CopyWork, context: WorkContext): Promise<never> {
  const is412 = isRefusedCondition(error)
  const is404 = codeOf(error) === 'no-such-key'
  if (!is412 && !is404) throw error
  if (is412 && (work.expect.is === 'anything' || codeOf(error) === 'source-changed')) sourceChanged(work)
  const source = await headOrNothing(context.source, work.source, context)
  if (!source) fail('source-missing', 'item', `${work.source.key} is no longer there.`)
  if (source.etag !== work.etag) sourceChanged(work)
  if (is404 && work.expect.is !== 'etag') throw error
  destinationDiffers(work)
}

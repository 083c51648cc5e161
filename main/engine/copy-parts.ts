import { fail } from '#model/failure.ts'
import { checkUntouchedSource, codeOf, isRefusedCondition, sourceChanged } from './look.ts'
import { pourParts } from './pour-parts.ts'
import type { PartResult, UploadPartCopy } from './storage.ts'
import type { CopyOutcome, CopyWork, UploadJournal, WorkContext } from './work.ts'

/**
 * Copies by UploadPartCopy. With `journal.known` it goes on where an earlier run stopped, also when that run had
 * finished without journaling it. An aborted signal leaves the upload for the next run; `abandonUpload` takes it away.
 *
 * Invariant 3: every part carries the source's ETag and version; a source that changed is `source-changed`, never
 * a mixture. Where the endpoint ignores that, the source is looked at once more before the parts become an object.
 */
export async function copyParts(
  work: CopyWork,
  context: WorkContext,
  journal: UploadJournal,
): Promise<CopyOutcome> {
  const { destination } = context
  return pourParts(work, context, journal, {
    how: 'parts',
    confirm: async ({ sourceKey }) => {
      if (!destination.habits.partSourceIfMatch) await checkUntouchedSource(work, context, sourceKey)
    },
    send: ({ upload, part, range, prepared }, signal) => {
      const source = { ...work.source, customerKey: prepared.sourceKey, ifMatch: work.etag }
      const customerKey = prepared.destinationKey
      return sendPart(work, context, { ...upload, part, source, range, customerKey }, signal)
    },
  })
}

/** A part names no condition but the source's, so a 412 or a missing key is always about the source. */
async function sendPart(
  work: CopyWork,
  context: WorkContext,
  request: UploadPartCopy,
  signal: AbortSignal,
): Promise<PartResult> {
  try {
    return await context.destination.uploadPartCopy(request, signal)
  } catch (error) {
    if (isRefusedCondition(error)) sourceChanged(work)
    if (codeOf(error) === 'no-such-key')
      fail('source-missing', 'item', `${work.source.key} is no longer there.`)
    throw error
  }
}

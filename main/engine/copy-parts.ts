import { fail } from '#model/failure.ts'
import {
  checkUntouchedSource,
  codeOf,
  destinationDiffers,
  isRefusedCondition,
  sourceChanged,
} from './look.ts'
import { pourParts } from './pour-parts.ts'
import type { PartResult, UploadPartCopy } from './storage.ts'
import type { Written } from './compare/verify.ts'
import type { CopyOutcome, CopyWork, Settled, UploadJournal, WorkContext } from './work.ts'

/**
 * Copies by UploadPartCopy. With `journal.known` it goes on where an earlier run stopped, also when that run had
 * finished without journaling it. An aborted signal leaves the upload for the next run; `abandonUpload` takes it away.
 *
 * Invariant 3: every part carries the source's ETag and version; a source that changed is `source-changed`, never
 * a mixture. Where the endpoint ignores that, the source is looked at once more before the parts become an object.
 * `look`: whatever else is to be looked at then, and throws.
 */
export async function copyParts(
  work: CopyWork,
  context: WorkContext,
  journal: UploadJournal,
  look?: () => Promise<void>,
): Promise<CopyOutcome> {
  const { destination } = context
  return pourParts(work, context, journal, {
    how: 'parts',
    confirm: async ({ sourceKey }) => {
      if (!destination.habits.partSourceIfMatch) await checkUntouchedSource(work, context, sourceKey)
      await look?.()
    },
    send: ({ upload, part, range, prepared }, signal) => {
      const source = { ...work.source, customerKey: prepared.sourceKey, ifMatch: work.etag }
      const customerKey = prepared.destinationKey
      return sendPart(work, context, { ...upload, part, source, range, customerKey }, signal)
    },
  })
}

const INSTEAD =
  'Some large copies were not answered, and were made by parts instead: their ETags are those of parts.'

/** A copy that hung: `parts` were made of it, or it was made after all. */
export type Instead =
  { readonly is: 'parts'; readonly outcome: CopyOutcome } | { readonly is: 'made'; readonly written: Written }

/**
 * By parts, in place of a CopyObject that hung and may yet be done (`besideCopy`). It is looked for before the parts
 * become an object, and where that is refused: only one of the two is made, but for the gap of one request. `look` as
 * in `copyParts`.
 */
export async function copyPartsInstead(
  work: CopyWork,
  context: WorkContext,
  journal: UploadJournal,
  settle: (context: WorkContext) => Promise<Settled<Written>>,
  look?: () => Promise<void>,
): Promise<Instead> {
  try {
    const outcome = await copyParts(work, context, journal, async () => {
      if ((await settle(context)).is === 'done') destinationDiffers(work)
      await look?.()
    })
    context.note?.(INSTEAD)
    return { is: 'parts', outcome }
  } catch (error) {
    if (codeOf(error) !== 'destination-changed') throw error
    const settled = await settle(context)
    if (settled.is !== 'done') throw error
    return { is: 'made', written: settled.outcome }
  }
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

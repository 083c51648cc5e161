import type { CopyOutcome, CopyWork, UploadJournal, WorkContext } from './work.ts'

/**
 * Copies by UploadPartCopy. With `journal.known` it goes on where an earlier run stopped, also when that run had
 * finished without journaling it: nothing else has to settle such an item.
 * An aborted signal leaves the upload for the next run; `abandonUpload` takes it away.
 */
export async function copyParts(
  _work: CopyWork,
  _context: WorkContext,
  _journal: UploadJournal,
): Promise<CopyOutcome> {
  throw new Error('not built yet')
}

import type { CopyOutcome, CopyWork, UploadJournal, WorkContext } from './work.ts'

/**
 * Copies through this machine: a GET streamed into a PUT, or above RELAY_PUT_LIMIT bytes by parts, as `copyParts`
 * does. A small one in doubt is settled by `settleCopy`; one with `journal.known` settles itself.
 */
export async function relay(
  _work: CopyWork,
  _context: WorkContext,
  _journal: UploadJournal,
): Promise<CopyOutcome> {
  throw new Error('not built yet')
}

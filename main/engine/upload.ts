import type { UploadJournal, WorkContext } from './work.ts'

/**
 * Aborts what an earlier run began, for a job that is cancelled or an item that is given up: by its upload id, or,
 * after a crash between intent and answer, by looking for it. Without a trace of it nothing is aborted.
 */
export async function abandonUpload(
  _destination: { readonly bucket: string; readonly key: string },
  _known: NonNullable<UploadJournal['known']>,
  _context: WorkContext,
): Promise<void> {
  throw new Error('not built yet')
}

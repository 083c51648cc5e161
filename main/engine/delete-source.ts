import type { DeleteResult } from './storage.ts'
import type { CopyOutcome, CopyWork, DeleteWork, WorkContext } from './work.ts'

/**
 * The second half of a move (invariant 1). Call it once the copy is journaled. Also takes up a delete in doubt.
 * Rejects with `source-changed` or `delete-refused`; the copy stands in both cases.
 */
export async function deleteSource(
  _work: CopyWork,
  _outcome: CopyOutcome,
  _context: WorkContext,
): Promise<DeleteResult> {
  throw new Error('not built yet')
}

/** A delete job's one object, in `context.source`. */
export async function deletePlain(_work: DeleteWork, _context: WorkContext): Promise<DeleteResult> {
  throw new Error('not built yet')
}

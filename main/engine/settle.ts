import type { DeleteResult } from './storage.ts'
import type { CopyOutcome, CopyWork, DeleteWork, Settled, WorkContext } from './work.ts'

/** Whether a copy in doubt was done. `since`: the server's clock when its batch was marked, milliseconds. */
export async function settleCopy(
  _work: CopyWork,
  _context: WorkContext,
  _since: number,
): Promise<Settled<CopyOutcome>> {
  throw new Error('not built yet')
}

/** Whether a delete in doubt was done, in `context.source`. */
export async function settleDelete(
  _work: DeleteWork,
  _context: WorkContext,
  _since: number,
): Promise<Settled<DeleteResult>> {
  throw new Error('not built yet')
}

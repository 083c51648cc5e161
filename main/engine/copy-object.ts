import type { CopyOutcome, CopyWork, WorkContext } from './work.ts'

/** Copies with one CopyObject and verifies it. Rejects with a `DecantError`. */
export async function copyObject(_work: CopyWork, _context: WorkContext): Promise<CopyOutcome> {
  throw new Error('not built yet')
}

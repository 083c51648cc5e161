import type { JobRecord } from './record.ts'
import type { Store } from './store/store.ts'

/**
 * A change of a job's items and record in one transaction, while no journal does it. When it cannot be written, the
 * record is as the disk has it, and the failure is thrown.
 */
export function writeInStep(store: Store, record: JobRecord, change: () => void): void {
  try {
    store.transaction(() => {
      change()
      store.jobs.saveProgress(record)
    })
  } catch (error) {
    restoreProgress(store, record)
    throw error
  }
}

/** The record as the last good transaction left it. */
export function restoreProgress(store: Store, record: JobRecord): void {
  try {
    const kept = store.jobs.byId(record.id)
    if (kept === undefined) return
    const { tally, listing, nextSeq, sentBelow, markedAt, firstMarkAt, expected, quantities, more } = kept
    Object.assign(record, {
      tally,
      listing,
      nextSeq,
      sentBelow,
      markedAt,
      firstMarkAt,
      expected,
      quantities,
      more,
    })
  } catch {
    // It cannot be read either: the failure that is on its way up says so.
  }
}

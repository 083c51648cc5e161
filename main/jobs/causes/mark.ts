import type { ArchivePolicy } from '#model/spec.ts'

/**
 * What somebody asked of failed items, and how far that is done. It lies in the journal until all of them are marked, and
 * moves on in the transaction that marks a slice, so that a kill in between loses none and marks none twice.
 */
export interface Mark {
  /** `again`: back into the plan. `left`: skipped from now on. */
  readonly as: 'again' | 'left'
  /** Ids of the causes for which they failed. */
  readonly causes: readonly number[]
  /** With `again`: asked of each of them alone. */
  readonly archived?: ArchivePolicy | undefined
  /** The id of the next item to look at. */
  readonly from: number
  readonly marked: number
}

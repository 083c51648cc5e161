import type { AddedAccount } from './accounts.ts'
import type { Mutation } from './mutation.ts'

/**
 * A change of the playground itself and not of what is stored: it is kept in the journal, but is no entry of
 * the log of mutations.
 */
export type Setting =
  | { readonly op: 'AdvanceClock'; readonly seconds: number }
  | { readonly op: 'AddAccount'; readonly account: AddedAccount }

/** What a line of the journal holds. */
export type Kept = Mutation | Setting

export function isSetting(kept: Kept): kept is Setting {
  return kept.op === 'AdvanceClock' || kept.op === 'AddAccount'
}

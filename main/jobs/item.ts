import type { Expectation } from '../engine/work.ts'
import type { Failure } from '#model/failure.ts'
import type { FieldValues } from '#model/field.ts'
import type { Action, Anew, ConflictAnswer, ItemView, SkipReason } from '#model/plan.ts'
import type { SomeProperties } from '#model/properties.ts'
import type { ArchivePolicy, ConflictPolicy } from '#model/spec.ts'

/**
 * Where an item stands in the journal. There is no `sent`: an unsettled item below the job's mark may have been sent.
 * `again` is a failed one that shall be tried anew, or one that is back from the archive: it is looked at afresh before
 * it is sent. `copied-not-deleted`: the copy stands, and its source is still to be deleted.
 */
export const JOURNAL_STATES = [
  'planned',
  'again',
  'copied',
  'moved',
  'deleted',
  'skipped',
  'failed',
  'restoring',
  'edited',
  'copied-not-deleted',
] as const
export type JournalState = (typeof JOURNAL_STATES)[number]

/** An object at the destination, as far as a plan remembers it. Bare ETag; milliseconds. */
export interface Standing {
  readonly etag: string
  readonly lastModified: number
}

/** One object of a plan, as the planner found it. */
export interface PlannedItem {
  /** Which leg of the job it belongs to. */
  readonly leg: number
  /** At the source; of `delete-extra`, and of what a comparison found at the destination alone, there. */
  readonly key: string
  readonly versionId?: string | undefined
  /** Its key at the destination, where that is not simply the job's prefix in place of the source's base. */
  readonly target?: string | undefined
  /** The job's property rules that it matched, bit by bit. */
  readonly rules: number
  /**
   * The position in the plan of the item that has to be done before it, always a smaller one than its own: an older
   * version, what reads or moves away the object that it writes over, the copy of a move to another destination.
   * Where that one does not end well, this one fails as `previous-failed`.
   *
   * Names that change places (a → b, b → c, c → a) are a chain of such items: `set-aside` copies a to a key of its
   * own (its `target`; verified by a HEAD, nothing is deleted, also in a move), the others follow, and `bring-back`
   * moves that copy to b, also in a copy job. The `key` of `bring-back` is that key of its own; its ETag is what the
   * first of its chain made.
   */
  readonly after?: number | undefined
  readonly history?: ItemView['history']
  readonly size: number
  readonly etag: string
  readonly lastModified: number
  readonly storageClass: string
  readonly action: Action
  readonly skipReason?: SkipReason | undefined
  readonly expect: Expectation
  /** It replaces something that stands at the destination. */
  readonly conflict: boolean
  /** What stands at its name there, where the expectation does not say so: it is left for it, or written over whatever it is. */
  readonly standing?: Standing | undefined
  readonly state: JournalState
  readonly failure?: Failure | undefined
  /** By the last look at a plan that was made before. */
  readonly anew?: Anew | undefined
  /** What is asked of this item alone. */
  readonly own?: OwnEdit | undefined
}

/** Kept beside the items, for the few that have it. */
export interface OwnEdit {
  /** Instead of the job's. */
  readonly properties?: SomeProperties | undefined
  /** Cells edited by hand. */
  readonly fields?: FieldValues | undefined
  /** What becomes of it where its name is taken. */
  readonly conflict?: ConflictPolicy | ConflictAnswer | undefined
  readonly archived?: ArchivePolicy | undefined
  /** Of what a pour, a delete or a rewind did. */
  readonly undo?: OwnUndo | undefined
}

/** What an undo of an item has to know beyond its row. Times are by the server's clock, milliseconds. */
export interface OwnUndo {
  /** What has to lie under what the job made. `planned`: the object of the row's `expect`. */
  readonly below: 'anything' | 'object' | 'planned'
  /** While the job ran: when it can have written what it made. `until` is not known of a job that was killed. */
  readonly since: number
  readonly until?: number | undefined
  /** Of a move: the delete marker over its source. */
  readonly marker?: string | undefined
  /** Of a move back where a marker called `null` may lie over its source, or in the place of it: that source. */
  readonly was?: { readonly etag: string; readonly lastModified: number } | undefined
  /** Of a copy: what it was made of, which has to stand for the copy to go. */
  readonly of?: CopiedObject | undefined
  /** Of a move back: what the job made stays there, for the next row puts what stood before over it. */
  readonly leaves?: true | undefined
}

/** The source of a copy as it was then. */
export interface CopiedObject {
  /** Which of the undo's `copiedFrom`; undefined: it lies where the row does. */
  readonly place?: number | undefined
  readonly key: string
  readonly versionId?: string | undefined
  readonly etag: string
  readonly size: number
}

/** What stands at its name at the destination, as it was planned; undefined: nothing, or nobody looked. */
export function standingThere({
  expect,
  standing,
}: Pick<PlannedItem, 'expect' | 'standing'>): Standing | undefined {
  return expect.is === 'etag' ? { etag: expect.etag, lastModified: expect.lastModified } : standing
}

/** The same in the journal, with what became of it. */
export interface Item extends PlannedItem {
  /** Job number × 2^32 + position in the plan. */
  readonly id: number
  readonly newEtag?: string | undefined
  readonly newVersionId?: string | undefined
  /** The server's clock when its restore was asked for, milliseconds. */
  readonly restoreAskedAt?: number | undefined
  /** Of a move: the delete marker that its source lies under, where the bucket keeps versions. */
  readonly marker?: string | undefined
}

const JOB_SPAN = 2 ** 32

/** `seq` is the position in the plan, from 1. */
export function itemId(job: number, seq: number): number {
  return job * JOB_SPAN + seq
}

export function seqOf(id: number): number {
  return id % JOB_SPAN
}

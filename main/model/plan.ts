import { z } from 'zod'
import { failureCode, type Failure } from './failure.ts'
import type { PropertyName } from './properties.ts'

/** What the plan decided for one object. */
export const ACTIONS = [
  'copy',
  'copy-parts',
  'relay',
  'delete',
  'skip',
  'refuse',
  /** Asked for from the archive, waited for, and then copied or edited as any other. */
  'restore-then-copy',
  /** Self-copy with everything sent again. */
  'rewrite',
  /** UpdateObjectEncryption: no copy. */
  're-encrypt',
  /** Tags, ACL or lock through their own requests: no copy. */
  'in-place',
  /** A delete marker of the source's history, written at the destination. */
  'mark',
  /** What stands at a mirror's destination and has no source. */
  'delete-extra',
  'compare',
  /** Of names that change places: a copy of the first to a key of its own, before its name is written over. */
  'set-aside',
  /** That copy moved to its new name, once the name is free. */
  'bring-back',
  /** That very version, for good: an old one, a delete marker on top, or what an edit made. */
  'delete-version',
  /** What a move took away, uncovered where it was; then the copy that the move made goes. */
  'put-back',
  /** What was kept aside of an object before it was written over, put there again. */
  'put-over',
] as const
export type Action = (typeof ACTIONS)[number]

/** Why an object is skipped; "nothing to do" is a named result. */
export const SKIP_REASONS = [
  'exists',
  'same',
  'not-newer',
  'same-object',
  'nothing-to-do',
  /** Somebody said so, of it or of its group. */
  'left',
] as const
export type SkipReason = (typeof SKIP_REASONS)[number]

/**
 * Where an item stands. `sent` is "in doubt" after a crash.
 * planned → sent → copied | deleted | failed;  move: … copied-not-deleted → moved.  skipped and failed may come straight from the plan.
 * An archived one is `restoring` between planned and sent. An edit ends as `edited`; a comparison as `skipped` or `failed`.
 */
export const ITEM_STATES = [
  'planned',
  'sent',
  'copied',
  'moved',
  'deleted',
  'skipped',
  'failed',
  'restoring',
  'edited',
] as const
export type ItemState = (typeof ITEM_STATES)[number]

/** Groups of states as a person filters them. */
export const ITEM_FILTERS = ['all', 'under-way', 'to-do', 'done', 'skipped', 'failed'] as const
export type ItemFilter = (typeof ITEM_FILTERS)[number]

/**
 * What somebody should know of an item before it is carried out. `overwrites`: it replaces something. `exists`: it is
 * left because something has its name. `for-good`: what it does cannot be undone. `archived`: it is restored first.
 * `large`: by parts. `refused`: it cannot be done.
 */
export const PLAN_WARNINGS = ['overwrites', 'exists', 'for-good', 'archived', 'large', 'refused'] as const
export type PlanWarning = (typeof PLAN_WARNINGS)[number]

/** What the last look at a finished plan found of an item, so that it was planned anew. */
export const ANEW = ['changed', 'added', 'gone'] as const
export type Anew = (typeof ANEW)[number]

/** Items of a plan: those of which all that is given holds. */
export const itemQuery = z.strictObject({
  filter: z.enum(ITEM_FILTERS).default('all'),
  action: z.enum(ACTIONS).optional(),
  skipReason: z.enum(SKIP_REASONS).optional(),
  warning: z.enum(PLAN_WARNINGS).optional(),
  /** Something has its name at the destination: it is written over, or the item is left for it. */
  taken: z.literal(true).optional(),
  anew: z.enum(ANEW).optional(),
  code: failureCode.optional(),
  s3Code: z.string().max(200).optional(),
  /** A part of its key, or of the one at the destination, in whatever case. */
  text: z.string().min(1).max(1024).optional(),
})
export type ItemQuery = z.infer<typeof itemQuery>
/** As a caller writes it. */
export type ItemQueryInput = z.input<typeof itemQuery>

/** What becomes of objects whose name is taken, instead of what the job's conflict policy says. */
export const CONFLICT_ANSWERS = ['overwrite', 'skip', 'if-newer', 'if-different', 'keep-both'] as const
export type ConflictAnswer = (typeof CONFLICT_ANSWERS)[number]

export interface Count {
  readonly items: number
  readonly bytes: number
}

/** An item as the window and the report see it. */
export interface ItemView {
  /** Position in the plan, from 1. */
  readonly seq: number
  readonly key: string
  readonly versionId?: string | undefined
  readonly destinationKey?: string | undefined
  /** Which of the job's sources and destinations it goes between, from 0. */
  readonly source: number
  readonly destination: number
  /** The delete marker of a history, or an older version of it. */
  readonly history?: 'noncurrent' | 'delete-marker' | undefined
  readonly size: number
  /** At the source, where it is not STANDARD. */
  readonly storageClass?: string | undefined
  readonly action: Action
  readonly skipReason?: SkipReason | undefined
  /** It replaces something that stands at the destination. */
  readonly conflict: boolean
  readonly anew?: Anew | undefined
  readonly state: ItemState
  readonly failure?: Failure | undefined
  /** The version that the copy made, where the endpoint told. */
  readonly newVersionId?: string | undefined
  /** Properties that an edit changed, or that its undo brought back. */
  readonly changed?: readonly PropertyName[] | undefined
  /** While it is under way: what is being done, e.g. "part 9 of 14". */
  readonly detail?: string | undefined
}

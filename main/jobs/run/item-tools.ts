import type { Storage } from '../../engine/storage.ts'
import type { WorkContext } from '../../engine/work.ts'
import type { Item, OwnEdit } from '../item.ts'
import type { Journal } from '../journal.ts'
import type { Leg } from '../plan/legs.ts'
import type { PlanRules } from '../plan/plan-rules.ts'
import type { Backup } from '../store/backups.ts'
import type { KnownUpload } from '../store/uploads.ts'
import type { BucketTraits, Versioning } from '#model/object.ts'
import type { Properties, SomeProperties } from '#model/properties.ts'
import type { JobSpec } from '#model/spec.ts'

/** It may have been sent before: `since` is the server's clock at the earliest moment at which it can have been. */
export interface Doubt {
  readonly since: number
}

/** What the items of one leg share. */
export interface LegTools {
  readonly leg: Leg
  readonly rules: PlanRules
  readonly context: WorkContext
  /** Of the source's bucket, asked for once. */
  ownership(): Promise<BucketTraits['ownership']>
  /** Likewise; undefined where it may not be read. */
  versioning(): Promise<Versioning | undefined>
  /** Of the destination's bucket; where there is none, of the source's. */
  destinationVersioning(): Promise<Versioning | undefined>
}

/** What one item's work takes from the run around it. */
export interface ItemTools {
  readonly spec: JobSpec
  readonly journal: Journal
  of(item: Pick<Item, 'leg'>): LegTools
  /** Of all legs, by their numbers. */
  readonly legs: readonly LegTools[]
  /** Of an undo: speaks to one of its `copiedFrom`. */
  copiedFrom(place: number): Storage | undefined
  /** The job's properties with those rules applied that the item matched; of a pour, what is asked of it alone as well. */
  propertiesOf(item: Pick<Item, 'id' | 'rules'>): Properties
  knownUpload(item: Item): KnownUpload | undefined
  /** What was kept aside of what the item writes over. */
  backup(item: Pick<Item, 'id'>): Backup | undefined
  /** What is asked of this item alone. */
  own(item: Pick<Item, 'id'>): OwnEdit | undefined
  /** What stood there before an edit's first write. */
  remembered(item: Pick<Item, 'id' | 'etag'>): SomeProperties | undefined
  /** Any item of the job, as the journal has it. */
  read(seq: number): Item | undefined
  /** An edited object stood without its tags, so many milliseconds, until they were put back. */
  stoodWithoutTags(milliseconds: number): void
  /** Whether the endpoint is away, by a probe. */
  isAway(): Promise<boolean>
  /** Parts of a large object go on being told; `bytes` since the last time. */
  progress(item: Item, detail: string, bytes: number): void
}

/** One item's work: what it is, what may have happened before, and what was done before it in its chain. */
export interface ItemTask {
  readonly item: Item
  readonly doubt: Doubt | undefined
  readonly previous: Item | undefined
}

import type { RequestContext } from '../../engine/pace/retry.ts'
import type { FindCustomerKey, OpenStorage, Storage } from '../../engine/storage.ts'
import type { GridRows } from './grid-rows.ts'
import type { Journal } from '../journal.ts'
import type { LegStorages, StoragesOf } from './legs.ts'
import type { PlanRules } from './plan-rules.ts'
import type { JobRecord } from '../record.ts'
import type { Store } from '../store/store.ts'
import type { Prices } from '#model/price-file.ts'
import type { JobSpec } from '#model/spec.ts'

/** What a plan is made with. */
export interface MakePlan {
  readonly spec: JobSpec
  /** Bytes up to which CopyObject is used. */
  readonly copyLimit: number
  readonly storagesOf: StoragesOf
  /** Of an undo: what speaks to its `copiedFrom`, in their order. */
  readonly copiedFrom: readonly Storage[]
  /** The key ring, for HEADs of objects under SSE-C. */
  readonly findKey: FindCustomerKey
  readonly request: RequestContext
  readonly store: Store
  readonly record: JobRecord
  readonly journal: Pick<Journal, 'plan'>
  /** Of any connection: for what is neither a source nor a destination. */
  readonly openStorage: OpenStorage
  /** Something that the report and the job's page say. */
  readonly note: (text: string) => void
  /** Whoever holds metadata grids. */
  readonly gridRows: GridRows | undefined
  /** By which it is told what is billed at least; undefined: nobody asks for a price. */
  readonly prices: Prices | undefined
  /** Items were added. */
  readonly planned: () => void
  /** Sends go on beside, and have enough before them: a plan that is further sooner is worth no request more. */
  readonly isAhead: () => boolean
}

/** One leg of a job and what speaks to its two ends. */
export interface PlanLeg extends LegStorages {
  readonly rules: PlanRules
}

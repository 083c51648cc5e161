import { createPace } from '../../engine/pace/pace.ts'
import type { OpenStorage } from '../../engine/storage.ts'
import { toGroup } from './failure-groups.ts'
import type { Live } from '../live.ts'
import { lookAtRights, NOT_LOOKED } from './look-at-rights.ts'
import type { RightsLook } from './look-at-rights.ts'
import { openPlaces } from '../run/places.ts'
import type { JobRecord } from '../record.ts'
import type { Store } from '../store/store.ts'
import type { RightsReport } from '#model/job.ts'
import { rightsReport } from '#model/rights.ts'
import type { Seams } from '#model/seams.ts'

const LOOKS_AT_ONCE = 4

interface Options {
  readonly store: Store
  readonly seams: Seams
  readonly openStorage: OpenStorage
}

/** What jobs need, and what of it is missing. A plan that waits for its start is looked at once. */
export class Rights {
  readonly #options: Options
  readonly #looks = new WeakMap<JobRecord, { readonly of: number; readonly look: Promise<RightsLook> }>()

  constructor(options: Options) {
    this.#options = options
  }

  async of({ record }: Live, signal: AbortSignal): Promise<RightsReport> {
    const look = record.status.is === 'ready' ? await this.#look(record, signal) : NOT_LOOKED
    const groups = this.#options.store.causes.list(record.n).map(toGroup)
    return rightsReport(record.spec, { ...look, planned: record.tally.planned, groups })
  }

  /** Again once the plan has grown, or what was asked got no answer. */
  #look(record: JobRecord, signal: AbortSignal): Promise<RightsLook> {
    const known = this.#looks.get(record)
    if (known?.of === record.nextSeq) return known.look
    const look = this.#ask(record, signal)
    this.#looks.set(record, { of: record.nextSeq, look })
    look.catch(() => this.#looks.delete(record))
    return look
  }

  async #ask(record: JobRecord, signal: AbortSignal): Promise<RightsLook> {
    const { store, seams, openStorage } = this.#options
    const places = await openPlaces(record.spec, openStorage)
    const pace = createPace({ seams, ceiling: LOOKS_AT_ONCE })
    return lookAtRights({ store, record, places, request: { seams, pace, signal } })
  }
}

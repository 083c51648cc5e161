import { refuseInTheWay } from '../undo/in-the-way.ts'
import type { JobKeeper } from '../keeper.ts'
import type { Live } from '../live.ts'
import { refuse } from '../checks/refuse.ts'
import { checkMoment } from './schedule.ts'
import type { Store } from '../store/store.ts'
import { isFinished } from '#model/job.ts'
import type { JobSnapshot } from '#model/job.ts'
import type { Seams } from '#model/seams.ts'

/** What a person says of a job besides its spec, and changes while it waits: its place, its priority, its moment. */
export class JobOrders {
  readonly #keeper: JobKeeper
  readonly #store: Store
  readonly #seams: Seams

  constructor(keeper: JobKeeper, store: Store, seams: Seams) {
    this.#keeper = keeper
    this.#store = store
    this.#seams = seams
  }

  move(id: string, before: string | null): JobSnapshot {
    const live = this.#keeper.find(id)
    if (this.#keeper.line.placeOf(id) === undefined) refuse(live.record, 'moved in the queue')
    return this.#save(live, () => this.#keeper.line.move(live.record, before))
  }

  setPriority(id: string, priority: number): JobSnapshot {
    const live = this.#keeper.find(id)
    if (isFinished(live.record.status)) refuse(live.record, 'given a priority')
    const snapshot = this.#save(live, () => this.#keeper.line.setPriority(live.record, priority))
    if (live.record.status.is === 'running') {
      this.#keeper.log(live, `Priority ${priority}; it counts when the job waits for its turn again.`)
    }
    return snapshot
  }

  schedule(id: string, at: number | null): JobSnapshot {
    const live = this.#keeper.find(id)
    const { record } = live
    if (at === null) return this.#unschedule(live)
    checkMoment(at, this.#seams.now(), 'at')
    if (isFinished(record.status) || record.status.is === 'running') refuse(record, 'given a time to start')
    refuseInTheWay(record, this.#keeper.all(), 'given a time to start')
    this.#keeper.queue.remove(id)
    record.draft = false
    // A plan that is still being made goes on when its time comes, from the page that it has reached.
    live.run?.stop({ is: 'close' })
    record.more.startAt = at
    record.more.kept = undefined
    this.#keeper.pause(live, 'schedule')
    return this.#keeper.noted(live)
  }

  #unschedule(live: Live): JobSnapshot {
    const { status } = live.record
    live.record.more.startAt = undefined
    if (status.is === 'paused' && status.reason === 'schedule') this.#keeper.goOn(live)
    return this.#keeper.noted(live)
  }

  /** Table and record together. */
  #save(live: Live, change: () => void): JobSnapshot {
    this.#store.transaction(() => {
      change()
      this.#store.jobs.saveMore(live.record)
    })
    this.#keeper.queue.look()
    return this.#keeper.noted(live)
  }
}

import type { Live } from '../live.ts'
import type { Store } from '../store/store.ts'
import { markedWords, markSlice } from './marks.ts'
import { toFailure } from '#model/failure.ts'
import type { Failure } from '#model/failure.ts'
import { sleep } from '#model/seams.ts'
import type { Seams } from '#model/seams.ts'

export interface MarkingOptions {
  readonly store: Store
  readonly seams: Seams
  /** The job is still there, and nobody closes them all. */
  readonly isOpen: (live: Live) => boolean
  readonly changed: (live: Live) => void
  readonly log: (live: Live, text: string, failure?: Failure) => void
  readonly enqueue: (live: Live) => void
}

/** Marks failed items as it was noted of their jobs, in slices, so that no number of them holds up anything else. */
export class Marking {
  readonly #options: MarkingOptions

  constructor(options: MarkingOptions) {
    this.#options = options
  }

  /** The first slice at once, the others between everything else, before the job's next run begins. */
  begin(live: Live): void {
    if (live.marking === undefined && this.#markNext(live) === 'more') this.goOn(live)
  }

  /** With what is noted and not marked yet, be it since an earlier process. */
  goOn(live: Live): void {
    const { seams, isOpen, log, enqueue } = this.#options
    const again = live.record.more.marks?.some((mark) => mark.as === 'again')
    const rest = async (): Promise<void> => {
      do await sleep(seams, 0)
      while (isOpen(live) && this.#markNext(live) === 'more')
    }
    live.marking = rest()
      .catch((error: unknown) => log(live, 'Not all could be marked.', toFailure(error)))
      .then(() => {
        live.marking = undefined
        // A run that ended meanwhile did not see them all.
        if (again && isOpen(live) && live.record.status.is === 'completed') enqueue(live)
      })
  }

  #markNext(live: Live): 'more' | 'done' {
    const { store, changed, log } = this.#options
    const marked = markSlice(store, live.record)
    if (marked?.isLast) log(live, markedWords(marked))
    changed(live)
    return live.record.more.marks === undefined ? 'done' : 'more'
  }
}

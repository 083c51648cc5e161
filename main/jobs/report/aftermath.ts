import type { Live } from '../live.ts'
import type { JobRecord } from '../record.ts'
import { isDue } from './owed.ts'
import { deliver } from './report-delivery.ts'
import { writeReport } from './report.ts'
import { reactTo } from '../state.ts'
import type { Store } from '../store/store.ts'
import type { OpenStorage } from '../../engine/storage.ts'
import { toFailure } from '#model/failure.ts'
import type { Failure } from '#model/failure.ts'
import { isFinished } from '#model/job.ts'
import type { JobDetail } from '#model/job.ts'
import type { Delivery, ReportOrder, Told } from '#model/report.ts'
import { sleep } from '#model/seams.ts'
import type { Seams } from '#model/seams.ts'
import { jobEvent, needsPerson } from '#model/webhook-event.ts'
import type { WebhookEvent } from '#model/webhook-event.ts'

/** Tells a webhook of the settings, by its name; tries again by itself. Rejects with a sentence. */
export type CallWebhook = (name: string, event: WebhookEvent, signal: AbortSignal) => Promise<void>

/** Milliseconds between two tries to deliver a report; after the last the job's notes say that it failed. */
const WAITS = [5_000, 30_000, 120_000, 600_000, 1_800_000]

/** Milliseconds that a close waits for what tells of a pause. */
const GRACE = 4000

export interface AftermathOptions {
  readonly store: Store
  readonly seams: Seams
  readonly dir: string
  readonly openStorage: OpenStorage
  /** Without it no webhook is told: a process that has no settings. */
  readonly callWebhook?: CallWebhook | undefined
  readonly detail: (live: Live) => JobDetail
  readonly log: (live: Live, text: string, failure?: Failure) => void
  /** Something of a job changed that its snapshot does not show. */
  readonly changed: (live: Live) => void
}

/**
 * What follows when a job is over, and never holds it up: its report goes where it was ordered to, and its webhook is
 * told. Both are due as long as the journal does not say what became of them, so a start finds what a kill left undone.
 *
 * | job                                   | report    | webhook                             |
 * |---------------------------------------|-----------|-------------------------------------|
 * | over, and nothing is noted            | delivered | told of its end                     |
 * | paused for what needs a person        | -         | told of the pause                   |
 * | queued once more                      | stopped, and due again at its end | likewise    |
 * | a draft, or brought from elsewhere    | -         | -                                   |
 */
export class Aftermath {
  readonly #options: AftermathOptions
  readonly #working = new Map<string, { readonly stop: AbortController; readonly done: Promise<unknown> }>()
  readonly #pauses = new Set<Promise<void>>()
  readonly #closing = new AbortController()
  #wake = promised()

  constructor(options: AftermathOptions) {
    this.#options = options
  }

  /** After each change of a job's status. */
  follow(live: Live): void {
    const { record } = live
    const { status, more, spec } = record
    if (this.#closing.signal.aborted || record.draft || more.importedAt !== undefined) return
    if (isFinished(status)) return this.#begin(live)
    if (status.is === 'paused' && needsPerson(status.reason) && spec.webhook !== undefined)
      this.#tellPause(live, spec.webhook)
  }

  /** The job goes on: what was noted of its end does not hold any more. Saved with its status. */
  again(record: JobRecord): void {
    this.forget(record.id)
    record.more.delivery = undefined
    record.more.told = undefined
  }

  forget(id: string): void {
    this.#working.get(id)?.stop.abort()
    this.#working.delete(id)
  }

  /** What waits for its next try does not wait: keys were given, or a network is back. */
  wake(): void {
    this.#wake.resolve()
    this.#wake = promised()
  }

  /** What is due stays due for the next start; a pause is heard of now or never, so it is waited for, a little. */
  async close(): Promise<void> {
    for (const { stop } of this.#working.values()) stop.abort()
    if (this.#pauses.size > 0) {
      const over = promised()
      const cancel = this.#options.seams.after(GRACE, over.resolve)
      await Promise.race([Promise.allSettled(this.#pauses), over.promise])
      cancel()
    }
    this.#closing.abort()
    await Promise.allSettled([...[...this.#working.values()].map(({ done }) => done), ...this.#pauses])
  }

  #begin(live: Live): void {
    const { id, spec, more } = live.record
    if (this.#working.has(id)) return
    const stop = new AbortController()
    const work: Promise<void>[] = []
    if (spec.report !== undefined && isDue(more.delivery))
      work.push(this.#deliver(live, spec.report, stop.signal))
    if (spec.webhook !== undefined && isDue(more.told))
      work.push(this.#tellEnd(live, spec.webhook, stop.signal))
    if (work.length === 0) return
    const done = Promise.allSettled(work).then(() => {
      if (this.#working.get(id)?.stop === stop) this.#working.delete(id)
    })
    this.#working.set(id, { stop, done })
  }

  async #deliver(live: Live, order: ReportOrder, signal: AbortSignal): Promise<void> {
    const { store, seams, dir, openStorage, detail } = this.#options
    const { record } = live
    const write = (format: ReportOrder['formats'][number], path: string): Promise<void> =>
      writeReport(store, record, detail(live), format, path)
    for (let tries = 0; ; tries++) {
      try {
        const files = await deliver(order, record.id, { seams, dir, openStorage, write, signal })
        if (signal.aborted) return
        this.#note(live, { delivery: { is: 'delivered', at: seams.now(), files } })
        return this.#options.log(live, `The report was delivered: ${files.join(', ')}`)
      } catch (error) {
        if (signal.aborted) return
        const failure = toFailure(error)
        const wait = passes(failure) ? WAITS[tries] : undefined
        if (wait === undefined) return this.#undelivered(live, failure)
        this.#note(live, { delivery: { is: 'due', failure } })
        this.#options.log(live, 'The report could not be delivered yet.', failure)
        await this.#waitFor(wait, signal)
        if (signal.aborted) return
      }
    }
  }

  #undelivered(live: Live, failure: Failure): void {
    live.record.notes = [
      ...live.record.notes.filter((note) => !note.startsWith(UNDELIVERED)),
      `${UNDELIVERED} ${failure.message}`,
    ]
    this.#note(live, { delivery: { is: 'failed', at: this.#options.seams.now(), failure } })
    this.#options.log(live, UNDELIVERED, failure)
  }

  async #tellEnd(live: Live, name: string, signal: AbortSignal): Promise<void> {
    const { seams } = this.#options
    try {
      if (!(await this.#call(live, name, 'job.ended', signal)) || signal.aborted) return
      this.#note(live, { told: { is: 'told', at: seams.now() } })
      this.#options.log(live, `The webhook ${name} was told.`)
    } catch (error) {
      if (signal.aborted) return
      const failure = toFailure(error)
      this.#note(live, { told: { is: 'failed', at: seams.now(), failure } })
      this.#options.log(live, `The webhook ${name} could not be told.`, failure)
    }
  }

  #tellPause(live: Live, name: string): void {
    const telling = this.#call(live, name, 'job.paused', this.#closing.signal)
      .then(() => {})
      .catch((error: unknown) => {
        if (this.#closing.signal.aborted) return
        this.#options.log(live, `The webhook ${name} could not be told of the pause.`, toFailure(error))
      })
      .finally(() => this.#pauses.delete(telling))
    this.#pauses.add(telling)
  }

  /** False where this process tells no webhook. What is told is read in the turn in which it happened. */
  #call(live: Live, name: string, event: 'job.ended' | 'job.paused', signal: AbortSignal): Promise<boolean> {
    const { callWebhook, detail, seams } = this.#options
    if (callWebhook === undefined) return Promise.resolve(false)
    return callWebhook(name, jobEvent(detail(live), event, seams.now()), signal).then(() => true)
  }

  /** What cannot be written is due again at the next start. */
  #note(live: Live, noted: { delivery?: Delivery; told?: Told }): void {
    const { store, changed } = this.#options
    Object.assign(live.record.more, noted)
    try {
      store.transaction(() => store.jobs.save(live.record))
    } catch {
      // As above.
    }
    changed(live)
  }

  async #waitFor(milliseconds: number, signal: AbortSignal): Promise<void> {
    const woken = new AbortController()
    const stop = (): void => woken.abort()
    signal.addEventListener('abort', stop, { once: true })
    void this.#wake.promise.then(stop)
    await sleep(this.#options.seams, milliseconds, woken.signal).catch(() => {})
    signal.removeEventListener('abort', stop)
  }
}

const UNDELIVERED = 'The report could not be delivered.'

/** Whether another try may go better: what a job would wait for, and what may pass by itself. */
function passes(failure: Failure): boolean {
  return failure.reach === 'attempt' || reactTo(failure).is === 'pause' || failure.code === 'not-verified'
}

/** `Promise.withResolvers`, which Node 20 does not have. */
function promised(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => {}
  const promise = new Promise<void>((done) => (resolve = done))
  return { promise, resolve }
}

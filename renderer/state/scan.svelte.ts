import { untrack } from 'svelte'
import type { Client } from '#contract/client.ts'
import { toFailure, type Failure } from '#model/failure.ts'
import type { ScanOf, ScanSnapshot } from '#model/scan.ts'
import type { Place } from '#model/settings.ts'

/** A place that the core goes through for this window: what is known of it grows, until it is stopped or done. */
export class Scan {
  readonly #client: Client
  #off: () => void = () => {}
  /** Only the last that was begun counts. */
  #attempt = 0

  snapshot = $state.raw<ScanSnapshot>()
  /** Why it could not be begun. */
  failure = $state.raw<Failure>()
  /** Told with every snapshot. */
  onchange: () => void = () => {}

  constructor(client: Client) {
    this.#client = client
  }

  get running(): boolean {
    return this.snapshot?.state.is === 'running'
  }

  /** In the place of the one before. An effect that calls it does not depend on what it finds. */
  start(place: Place, what: ScanOf): Promise<void> {
    return untrack(() => this.#begin(place, what))
  }

  async #begin({ connection, bucket, prefix }: Place, what: ScanOf): Promise<void> {
    await this.close()
    const attempt = ++this.#attempt
    this.#off = this.#client.on('scans.changed', ({ scans }) => {
      const told = scans.find(({ id }) => id === this.snapshot?.id)
      if (told !== undefined) this.#take(told)
    })
    try {
      const begun = await this.#client.call('scans.start', { connection, bucket, prefix, what })
      if (attempt !== this.#attempt) return void this.#forget(begun.id)
      this.#take(begun)
      // It may be over before this window knew its name.
      const now = await this.#client.call('scans.get', { id: begun.id })
      if (attempt === this.#attempt) this.#take(now)
    } catch (error) {
      if (attempt === this.#attempt) this.failure = toFailure(error)
    }
  }

  stop(): void {
    const { snapshot } = this
    if (snapshot === undefined || !this.running) return
    this.#client.call('scans.stop', { id: snapshot.id }).catch((error: unknown) => {
      this.failure = toFailure(error)
    })
  }

  /** Nobody looks any more: it stops, and what it found is gone. */
  async close(): Promise<void> {
    this.#attempt += 1
    this.#off()
    this.#off = () => {}
    const { snapshot } = this
    this.snapshot = undefined
    this.failure = undefined
    if (snapshot !== undefined) await this.#forget(snapshot.id)
  }

  #take(told: ScanSnapshot): void {
    const { snapshot } = this
    if (snapshot?.id === told.id && snapshot.revision >= told.revision) return
    this.snapshot = told
    this.onchange()
  }

  /** A core that was lost meanwhile has forgotten it by itself. */
  async #forget(id: string): Promise<void> {
    await this.#client.call('scans.close', { id }).catch(() => undefined)
  }
}

import { counted } from '../engine/counted.ts'
import { createPace } from '../engine/pace/pace.ts'
import type { RequestContext } from '../engine/pace/retry.ts'
import type { BucketAccess, Storage } from '../engine/storage.ts'
import type { RowsFile } from './rows-file.ts'
import { countUsage, findUploads, search } from './looks.ts'
import { UsageTally } from './usage.ts'
import type { ConnectionRef } from '#model/connection.ts'
import { toFailure } from '#model/failure.ts'
import type { Count } from '#model/plan.ts'
import { NOTHING } from '#model/scan.ts'
import type { ScanOf, ScanSnapshot, ScanState } from '#model/scan.ts'
import type { Seams } from '#model/seams.ts'

/** Requests in flight at most: it must not be in the way of jobs. */
const CEILING = 8

export interface ScanPlace extends BucketAccess {
  readonly connection: ConnectionRef
  readonly bucket: string
  readonly prefix: string
}

export interface ScanOptions {
  readonly id: string
  readonly what: ScanOf
  readonly place: ScanPlace
  readonly seams: Seams
  readonly openStorage: () => Promise<Storage>
  /** Where what is found is kept; a count finds nothing. */
  readonly rows: RowsFile | undefined
  readonly changed: () => void
}

/** One place being gone through, and what is known of it so far. */
export class Scan {
  readonly id: string
  readonly what: ScanOf
  readonly place: ScanPlace
  readonly rows: RowsFile | undefined
  readonly request: RequestContext
  readonly usage = new UsageTally()
  listed: Count = NOTHING
  found: Count = NOTHING
  sized = 0
  storage: Storage | undefined
  readonly #options: ScanOptions
  readonly #stop = new AbortController()
  readonly #startedAt: number
  readonly #done: Promise<void>
  #revision = 0
  #state: ScanState = { is: 'running' }
  #endedAt: number | undefined

  constructor(options: ScanOptions) {
    const { id, what, place, seams, rows } = options
    this.id = id
    this.what = what
    this.place = place
    this.rows = rows
    this.#options = options
    this.#startedAt = seams.now()
    const { signal } = this.#stop
    this.request = { seams, pace: createPace({ seams, ceiling: CEILING }), signal }
    this.#done = this.#run()
  }

  get isRunning(): boolean {
    return this.#state.is === 'running'
  }

  snapshot(): ScanSnapshot {
    const { id, what, place, listed, found, sized } = this
    return {
      ...{ id, what, listed, found, sized },
      revision: this.#revision,
      connection: place.connection.id,
      bucket: place.bucket,
      prefix: place.prefix,
      state: this.#state,
      startedAt: this.#startedAt,
      endedAt: this.#endedAt,
      requests: { ...this.storage?.requests },
      ...(what.of === 'usage' && { usage: this.usage.counts() }),
    }
  }

  changed(): void {
    this.#revision += 1
    this.#options.changed()
  }

  /** What is known stays. */
  stop(): void {
    this.#stop.abort()
  }

  async close(): Promise<void> {
    this.stop()
    await this.#done
    this.rows?.close()
  }

  async #run(): Promise<void> {
    try {
      this.storage = counted(await this.#options.openStorage())
      await this.#look(this.storage)
      this.#state = { is: 'done' }
    } catch (error) {
      this.#state = this.#stop.signal.aborted
        ? { is: 'stopped' }
        : { is: 'failed', failure: toFailure(error) }
    }
    this.#endedAt = this.#options.seams.now()
    this.changed()
  }

  async #look(storage: Storage): Promise<void> {
    const { bucket, prefix } = this.place
    const walk = { storage, request: this.request, bucket, prefix }
    switch (this.what.of) {
      case 'usage':
        return countUsage(this, walk, this.what)
      case 'search':
        return search(this, walk, this.what.filter)
      case 'uploads':
        return findUploads(this, walk)
    }
  }
}

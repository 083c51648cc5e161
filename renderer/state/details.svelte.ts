import type { Client } from '#contract/client.ts'
import type { ObjectDetails } from '#contract/answers.ts'
import { toFailure, type Failure } from '#model/failure.ts'
import type { Place } from '#model/settings.ts'

/** A cursor that runs through a list asks for nothing: it must rest this long, in milliseconds. */
const REST = 120

/** One object of a place, or one version of it. */
export interface Looked {
  readonly place: Place
  readonly key: string
  readonly versionId?: string | undefined
}

/** What is known about the one object that is looked at. */
export class Details {
  #client: Client
  #abort: AbortController | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #id: string | undefined

  looked = $state.raw<Looked>()
  value = $state.raw<ObjectDetails>()
  failure = $state.raw<Failure>()
  busy = $state(false)
  /** The value is of what is looked at; else of another version, and on its way out. */
  isOf = $state(false)

  constructor(client: Client) {
    this.#client = client
  }

  /** Looks at an object, or at nothing. */
  show(looked: Looked | undefined): void {
    const id =
      looked && `${looked.place.connection}\n${looked.place.bucket}/${looked.key}\n${looked.versionId ?? ''}`
    if (id === this.#id) return
    this.#id = id
    // From version to version of one object what was read stays until the other is there; nothing flickers.
    if (looked === undefined || !sameObject(looked, this.looked)) {
      this.value = undefined
      this.failure = undefined
    }
    this.looked = looked
    this.isOf = false
    this.#begin(REST)
  }

  /** It was written: what is shown stays until the new answer is there. */
  again(): void {
    this.#begin(0)
  }

  #begin(rest: number): void {
    this.#abort?.abort()
    clearTimeout(this.#timer)
    this.busy = this.looked !== undefined
    const { looked } = this
    if (looked === undefined) return
    const abort = new AbortController()
    this.#abort = abort
    this.#timer = setTimeout(() => void this.#load(looked, abort.signal), rest)
  }

  async #load({ place, key, versionId }: Looked, signal: AbortSignal): Promise<void> {
    const { connection, bucket } = place
    try {
      const value = await this.#client.call(
        'objects.details',
        { connection, bucket, key, versionId },
        { signal },
      )
      if (signal.aborted) return
      this.value = value
      this.isOf = true
      this.failure = undefined
    } catch (error) {
      if (signal.aborted) return
      this.value = undefined
      this.failure = toFailure(error)
    } finally {
      if (!signal.aborted) this.busy = false
    }
  }
}

function sameObject(a: Looked, b: Looked | undefined): boolean {
  return a.key === b?.key && a.place.bucket === b.place.bucket && a.place.connection === b.place.connection
}

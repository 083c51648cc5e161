import type { Client } from '#contract/client.ts'
import type { ObjectDetails } from '#contract/methods.ts'
import { toFailure, type Failure } from '#model/failure.ts'
import type { Place } from '#model/settings.ts'

/** A cursor that runs through a list asks for nothing: it must rest this long, in milliseconds. */
const REST = 120

/** What is known about the one object that is looked at. */
export class Details {
  #client: Client
  #abort: AbortController | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #key: string | undefined

  value = $state.raw<ObjectDetails>()
  failure = $state.raw<Failure>()
  busy = $state(false)

  constructor(client: Client) {
    this.#client = client
  }

  /** Looks at an object, or at nothing. */
  show(place: Place | undefined, key: string | undefined): void {
    const wanted =
      place === undefined || key === undefined ? undefined : `${place.connection}\n${place.bucket}/${key}`
    if (wanted === this.#key) return
    this.#key = wanted
    this.#abort?.abort()
    clearTimeout(this.#timer)
    this.value = undefined
    this.failure = undefined
    this.busy = wanted !== undefined
    if (place === undefined || key === undefined) return
    const abort = new AbortController()
    this.#abort = abort
    this.#timer = setTimeout(() => void this.#load(place, key, abort.signal), REST)
  }

  async #load(place: Place, key: string, signal: AbortSignal): Promise<void> {
    const { connection, bucket } = place
    try {
      const value = await this.#client.call('objects.details', { connection, bucket, key }, { signal })
      if (!signal.aborted) this.value = value
    } catch (error) {
      if (!signal.aborted) this.failure = toFailure(error)
    } finally {
      if (!signal.aborted) this.busy = false
    }
  }
}

import type { Client } from '#contract/client.ts'
import type { ObjectDetails } from '#contract/answers.ts'
import { toFailure, type Failure } from '#model/failure.ts'
import type { Place } from '#model/settings.ts'

/** So many chosen objects are compared at most; more is what the metadata grid is for. */
export const MOST_COMPARED = 200
/** So few are read without being asked. */
const READ_AT_ONCE = 8
/** A HEAD and the tags of each. */
export const REQUESTS_EACH = 2

const REST = 250
const IN_FLIGHT = 8

/** What many chosen objects carry, read one by one when somebody asks for it, to be compared. */
export class ChosenDetails {
  #client: Client
  #abort = new AbortController()
  #timer: ReturnType<typeof setTimeout> | undefined
  #id = ''
  #place: Place | undefined

  keys = $state.raw<readonly string[]>([])
  /** Of those that could be read. */
  values = $state.raw<readonly ObjectDetails[]>([])
  failures = $state.raw<readonly Failure[]>([])
  reading = $state(false)
  /** So far, while they are read. */
  done = $state(0)
  readonly read = $derived(this.values.length + this.failures.length)

  constructor(client: Client) {
    this.#client = client
  }

  /** Other objects are chosen. A few are read as soon as the choice rests; none where there are more than fit. */
  show(place: Place | undefined, keys: readonly string[]): void {
    const id = place === undefined ? '' : `${place.connection}\n${place.bucket}\n${keys.join('\n')}`
    if (id === this.#id) return
    this.#id = id
    this.#place = place
    this.keys = keys
    this.#forget()
    if (keys.length === 0 || keys.length > READ_AT_ONCE) return
    this.reading = true
    this.done = 0
    this.#timer = setTimeout(() => void this.start(), REST)
  }

  /** They were written. */
  again(): void {
    if (this.read === 0) return
    void this.start()
  }

  async start(): Promise<void> {
    const { keys } = this
    const place = this.#place
    if (place === undefined || keys.length > MOST_COMPARED) return
    this.#abort.abort()
    this.#abort = new AbortController()
    const { signal } = this.#abort
    const values: ObjectDetails[] = []
    const failures: Failure[] = []
    this.reading = true
    this.done = 0
    let next = 0
    const work = async (): Promise<void> => {
      for (let key = keys[next++]; key !== undefined && !signal.aborted; key = keys[next++]) {
        try {
          values.push(await this.#client.call('objects.details', { ...at(place), key }, { signal }))
        } catch (error) {
          failures.push(toFailure(error))
        }
        if (!signal.aborted) this.done += 1
      }
    }
    await Promise.all(Array.from({ length: IN_FLIGHT }, work))
    if (signal.aborted) return
    this.values = values
    this.failures = failures
    this.reading = false
  }

  #forget(): void {
    this.#abort.abort()
    clearTimeout(this.#timer)
    this.values = []
    this.failures = []
    this.reading = false
  }
}

function at({ connection, bucket }: Place) {
  return { connection, bucket }
}

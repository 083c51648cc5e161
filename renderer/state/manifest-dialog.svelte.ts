import type { Client } from '#contract/client.ts'
import { toFailure, type Failure } from '#model/failure.ts'
import type { ManifestAt, ManifestFound } from '#model/manifest.ts'
import { cutText, textPieces } from '../api/text-pieces.ts'

/** The name of what was pasted. */
const PASTED = 'clipboard.csv'

/** A manifest on its way into the window: taken from a file, the clipboard or a bucket, and read through. */
export class ManifestDialog {
  readonly #client: Client
  #attempt = 0
  #stop: AbortController | undefined

  isOpen = $state(false)
  /** Of what was taken last. */
  name = $state('')
  /** What is read at present. */
  reading = $state<string>()
  /** Characters of a file that are with the core. */
  sent = $state(0)
  found = $state.raw<ManifestFound>()
  failure = $state.raw<Failure>()

  constructor(client: Client) {
    this.#client = client
  }

  open(): void {
    this.again()
    this.isOpen = true
  }

  close(): void {
    this.again()
    this.isOpen = false
  }

  /** Another one is to be chosen. */
  again(): void {
    this.#attempt += 1
    this.#stop?.abort()
    this.#stop = undefined
    this.reading = undefined
    this.found = undefined
    this.failure = undefined
    this.sent = 0
  }

  takeText(text: string): Promise<void> {
    return this.#keep(PASTED, cutText(text))
  }

  /** A file of the person's machine goes to the core piece by piece, whichever way the window speaks to it. */
  takeFile(file: File): Promise<void> {
    return this.#keep(file.name, textPieces(file))
  }

  #keep(name: string, pieces: Iterable<string> | AsyncIterable<string>): Promise<void> {
    return this.#take(name, async (isMeant) => {
      const id = crypto.randomUUID()
      let held: string | undefined
      const send = (text: string, last: boolean) =>
        this.#client.call('manifests.keep', { id, name, text, last })
      for await (const piece of pieces) {
        if (!isMeant()) return undefined
        if (held !== undefined) await send(held, false)
        this.sent += held?.length ?? 0
        held = piece
      }
      return send(held ?? '', true)
    })
  }

  takeObject(name: string, at: ManifestAt): Promise<void> {
    return this.#take(name, () => Promise.resolve(at))
  }

  /** What is read is the last that was taken, whatever comes of the others. */
  async #take(
    name: string,
    place: (isMeant: () => boolean) => Promise<ManifestAt | undefined>,
  ): Promise<void> {
    this.open()
    const attempt = this.#attempt
    const stop = new AbortController()
    this.#stop = stop
    const isMeant = (): boolean => attempt === this.#attempt
    this.name = name
    this.reading = name
    try {
      const at = await place(isMeant)
      if (at === undefined || !isMeant()) return
      const found = await this.#client.call('manifests.inspect', { at }, { signal: stop.signal })
      if (isMeant()) this.found = found
    } catch (error) {
      if (isMeant()) this.failure = toFailure(error)
    } finally {
      if (isMeant()) this.reading = undefined
    }
  }
}

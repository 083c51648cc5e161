import type { Seams } from '#model/seams.ts'

/** Milliseconds between two tellings, and between two that wait for no pause: at most five a second of each. */
const PAUSE = 200

export type ChangeListener<Snapshot> = (change: { changed: Snapshot[]; removed: string[] }) => void

/** Gathers which jobs (or grids) changed and tells it at a bounded rate. The first change after a pause is told at once. */
export class Changes<Snapshot> {
  readonly #seams: Seams
  readonly #snapshot: (id: string) => Snapshot | undefined
  readonly #listeners = new Set<ChangeListener<Snapshot>>()
  #changed = new Set<string>()
  #removed = new Set<string>()
  #toldAt = -Infinity
  #hurriedAt = -Infinity
  #cancel: (() => void) | undefined

  constructor(seams: Seams, snapshot: (id: string) => Snapshot | undefined) {
    this.#seams = seams
    this.#snapshot = snapshot
  }

  listen(listener: ChangeListener<Snapshot>): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  note(id: string): void {
    this.#changed.add(id)
    this.#schedule()
  }

  /** What somebody waits for, like the end of a job: told without the pause, unless the last one just was. */
  noteNow(id: string): void {
    const now = this.#seams.now()
    if (now - this.#hurriedAt < PAUSE) return this.note(id)
    this.#changed.add(id)
    this.#hurriedAt = now
    this.#cancel?.()
    this.#cancel = this.#seams.after(0, () => this.flush())
  }

  noteRemoved(id: string): void {
    this.#changed.delete(id)
    this.#removed.add(id)
    this.#schedule()
  }

  /** Tells what is left, now. */
  flush(): void {
    this.#cancel?.()
    this.#cancel = undefined
    if (this.#changed.size === 0 && this.#removed.size === 0) return
    const changed = [...this.#changed].flatMap((id) => this.#snapshot(id) ?? [])
    const change = { changed, removed: [...this.#removed] }
    this.#changed = new Set()
    this.#removed = new Set()
    this.#toldAt = this.#seams.now()
    for (const listener of this.#listeners) listener(change)
  }

  #schedule(): void {
    if (this.#cancel !== undefined) return
    const wait = Math.max(0, this.#toldAt + PAUSE - this.#seams.now())
    this.#cancel = this.#seams.after(wait, () => this.flush())
  }
}

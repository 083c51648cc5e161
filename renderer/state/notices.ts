import type { Failure } from '#model/failure.ts'

export interface Notice {
  readonly kind: 'error' | 'info' | 'done'
  /** One sentence. */
  readonly title: string
  readonly detail?: string | undefined
  readonly action?: { readonly label: string; readonly run: () => void } | undefined
}

/** What the window says once and lets go: shown as toasts by whoever listens. */
export class Notices {
  #listeners = new Set<(notice: Notice) => void>()

  say(notice: Notice): void {
    for (const listener of this.#listeners) listener(notice)
  }

  /** A failure that has no better place on the screen. One that the person caused by cancelling is no news. */
  failure(failure: Failure, doing?: string): void {
    if (failure.code === 'cancelled') return
    if (doing === undefined) this.say({ kind: 'error', title: failure.message, detail: failure.s3?.message })
    else this.say({ kind: 'error', title: doing, detail: failure.message })
  }

  on(listener: (notice: Notice) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}

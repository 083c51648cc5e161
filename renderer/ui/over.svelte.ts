/** The cards that lie over the window at present: dialogs and sheets. */
class Over {
  #cards = $state(0)

  get any(): boolean {
    return this.#cards > 0
  }

  /** Gives what takes it away again. */
  add(): () => void {
    this.#cards += 1
    return () => void (this.#cards -= 1)
  }
}

export const over = new Over()

import { SvelteMap } from 'svelte/reactivity'

/** Which parts of the inspector are open: for as long as the window lives, whatever is chosen meanwhile. */
export class Folds {
  #open = new SvelteMap<string, boolean>()

  isOpen(part: string, usually: boolean): boolean {
    return this.#open.get(part) ?? usually
  }

  set(part: string, open: boolean): void {
    this.#open.set(part, open)
  }
}

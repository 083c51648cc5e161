import type { Item } from '../item.ts'
import type { Action } from '#model/plan.ts'

/** Objects copied by parts, or relayed, at once: few finish sooner than many that share one line. */
const LARGE_AT_ONCE = 16
/** Bytes; a relay up to that size is a matter of round trips and not of the line: as many at once as there are copies. */
const SMALL_RELAY = 1024 ** 2
/** However large the object is. */
const IN_ONE: readonly Action[] = ['copy', 'delete', 'delete-version', 'delete-extra']

/** Whether it is one of the few at once. `copyLimit`: bytes that CopyObject takes at most. */
export function isLarge({ action, size, state, etag }: Item, copyLimit: number): boolean {
  // How large it is nobody knows before it is looked at.
  if (action === 'relay') return size > SMALL_RELAY || (state === 'again' && etag === '')
  return action === 'copy-parts' || (!IN_ONE.includes(action) && size > copyLimit)
}

/** Large items wait for one another, in the order in which they came. */
export class LargeItems {
  #underWay = 0
  readonly #waiting: (() => void)[] = []

  /** `work` decides in its turn whether there still is anything to do. */
  async inTurn(work: () => Promise<void>): Promise<void> {
    while (this.#underWay >= LARGE_AT_ONCE) await new Promise<void>((go) => this.#waiting.push(go))
    this.#underWay += 1
    await work()
    this.#underWay -= 1
    this.#waiting.shift()?.()
  }
}

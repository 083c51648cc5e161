import { compareKeys } from '../../engine/names.ts'
import type { ObjectPage } from '../../engine/storage.ts'
import type { ObjectSummary } from '#model/object.ts'

/** A page of the destination's keys that come after `startAfter`. */
export type ListAfter = (startAfter: string | undefined) => Promise<ObjectPage>

/** Where a listing ends, as soon as somebody knows: there is nothing behind this key. */
export interface ListEnd {
  behind?: string
}

/**
 * The destination's half of two trees walked in lock step: asked for ascending keys, it lists along and tells what
 * stands at each. It holds one page. An empty destination costs one request, an equal one as many as the source.
 * Where the next key lies far ahead, it jumps there instead of listing what lies between.
 */
export class DestinationWalk {
  readonly #list: ListAfter
  readonly #end: ListEnd
  #left: number
  #page: readonly ObjectSummary[] = []
  #at = 0
  #last: string | undefined
  #ended = false
  /** The first page, asked for before anybody knew the first key. */
  #early: Promise<ObjectPage> | undefined

  /** `most`: pages that it lists at most. `end`: shared by walks through the same keys, so that one finds it for all. */
  constructor(list: ListAfter, most = Infinity, end: ListEnd = {}) {
    this.#list = list
    this.#left = most
    this.#end = end
  }

  /**
   * Asks for the first page at once, while the source is still asked for its own: one round trip less. It is one request
   * more where the source has nothing, or begins behind that page.
   */
  begin(): void {
    this.#left -= 1
    this.#early = this.#list(undefined)
    // Whoever needs it hears of its failure.
    this.#early.catch(() => {})
  }

  /**
   * `unordered`: the keys have to be asked for one by one, because this server does not list in key order, or because
   * they took more pages than they may.
   */
  async find(keys: readonly string[]): Promise<(ObjectSummary | undefined)[] | 'unordered'> {
    const found: (ObjectSummary | undefined)[] = []
    for (const key of keys) {
      const ready = this.#advance(key)
      if (!ready && !(await this.#fetch(key))) return 'unordered'
      const candidate = this.#page[this.#at]
      found.push(candidate?.key === key ? candidate : undefined)
    }
    return found
  }

  /** Nothing stands there at any key that is still to come. */
  get isOver(): boolean {
    return this.#ended && this.#at >= this.#page.length
  }

  /** Passes over what lies before `key`; whether the page, or the end of the listing, answers for it. */
  #advance(key: string): boolean {
    for (; this.#at < this.#page.length; this.#at++) {
      const candidate = this.#page[this.#at]
      if (candidate !== undefined && compareKeys(candidate.key, key) >= 0) return true
    }
    return this.#ended
  }

  /** Lists on until `key` is answered for; false when the order is not S3's, or the pages are used up. */
  async #fetch(key: string): Promise<boolean> {
    do {
      if (this.#end.behind !== undefined && compareKeys(key, this.#end.behind) > 0) {
        this.#ended = true
        return true
      }
      const early = this.#early
      this.#early = undefined
      if (early === undefined && this.#left-- <= 0) return false
      const from = early ? undefined : later(this.#last, justBefore(key))
      const page = await (early ?? this.#list(from))
      if (!isAscending(page.objects, this.#last)) return false
      this.#page = page.objects
      this.#at = 0
      this.#last = page.objects.at(-1)?.key ?? this.#last
      this.#ended = page.token === undefined || page.objects.length === 0
      if (page.token === undefined) this.#end.behind = page.objects.at(-1)?.key ?? from ?? ''
    } while (!this.#advance(key))
    return true
  }
}

/** A listing after this begins at `key`, or before it: the key without its last character sorts before it. */
function justBefore(key: string): string | undefined {
  const last = key.codePointAt(key.length - 2)
  const width = last !== undefined && last > 0xffff ? 2 : 1
  return key.length > width ? key.slice(0, -width) : undefined
}

function later(left: string | undefined, right: string | undefined): string | undefined {
  if (left === undefined || right === undefined) return left ?? right
  return compareKeys(left, right) < 0 ? right : left
}

/** Whether the keys come in UTF-8 byte order, all of them after `before`. */
export function isAscending(objects: readonly ObjectSummary[], before: string | undefined): boolean {
  let last = before
  for (const { key } of objects) {
    if (last !== undefined && compareKeys(last, key) >= 0) return false
    last = key
  }
  return true
}

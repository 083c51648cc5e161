import { KeyRanges, latencyRules } from '../../engine/listing/key-ranges.ts'
import type { KeyRange, OpenRange, Probe } from '../../engine/listing/key-ranges.ts'
import { compareKeys } from '../../engine/names.ts'
import type { ObjectPage } from '../../engine/storage.ts'
import { isAscending } from './lockstep.ts'
import { lastOf } from './plan-unlisted.ts'
import { fail } from '#model/failure.ts'
import type { ObjectSummary } from '#model/object.ts'
import type { Seams } from '#model/seams.ts'

/** What came for one range, to be planned and written. */
export interface RangePage {
  readonly objects: readonly ObjectSummary[]
  readonly unlisted: ObjectPage['unlisted']
  /** In the order of their keys, as all before them in this range. */
  readonly ordered: boolean
  /** To be called once, in the step that writes the page: the ranges that are left then. */
  readonly settle: () => readonly KeyRange[]
}

export interface RangeWalkOptions {
  readonly prefix: string
  /** Where an earlier walk stood. */
  readonly ranges: readonly KeyRange[]
  /** `one`: page after page, whatever latency there is. Asked with each page: a first answer tells what server it is. */
  readonly atOnce: () => 'one' | 'several'
  /** Nobody waits for more at present: what is open is listed on, and nothing more is looked for. */
  readonly isAhead: () => boolean
  readonly seams: Seams
  readonly list: (startAfter: string | undefined, token: string | undefined) => Promise<ObjectPage>
  /** Takes the pages of one range, one after the other. */
  readonly taker: () => (page: RangePage) => Promise<void>
}

/**
 * Lists everything below a prefix. Page after page at first; where it is answers that take the time, in several ranges
 * at once, each of which is listed, planned and written by itself. No more pages are held than ranges are open, as each
 * waits until its own is written. Rejects with the first failure, once nothing of it is under way any more.
 */
export async function walkRanges(options: RangeWalkOptions): Promise<void> {
  await new RangeWalk(options).run()
}

class RangeWalk {
  readonly #options: RangeWalkOptions
  readonly #ranges: KeyRanges
  readonly #working = new Set<Promise<void>>()
  #failed: { readonly error: unknown } | undefined
  /** Milliseconds. */
  readonly #spent = { pages: 0, waited: 0, worked: 0 }

  constructor(options: RangeWalkOptions) {
    this.#options = options
    this.#ranges = new KeyRanges(options.prefix, options.ranges)
  }

  async run(): Promise<void> {
    for (const range of this.#ranges.open) this.#begin(() => this.#listOn(range))
    while (this.#working.size > 0) await Promise.all(this.#working)
    if (this.#failed) throw this.#failed.error
  }

  #begin(work: () => Promise<void>): void {
    const working = work()
      .catch((error: unknown) => {
        this.#failed ??= { error }
      })
      .finally(() => this.#working.delete(working))
    this.#working.add(working)
  }

  /** `first`: the page that it begins with, where a look has brought it. */
  async #listOn(range: OpenRange, first?: ObjectPage): Promise<void> {
    const take = this.#options.taker()
    let page = first
    let token: string | undefined
    let ended = false
    while (!ended && !this.#failed) {
      page ??= await this.#ask(range.seen, token)
      if (this.#failed) return
      token = page.token
      ended = await this.#take(range, page, take)
      page = undefined
    }
  }

  /** Whether it was the last of its range. */
  async #take(
    range: OpenRange,
    page: ObjectPage,
    take: (page: RangePage) => Promise<void>,
  ): Promise<boolean> {
    if (this.#options.atOnce() === 'one') this.#ranges.stayWhole()
    const ordered = isAscending(page.objects, range.seen)
    if (!ordered) this.#refuseDisorder(page)
    const more = { goesOn: page.token !== undefined, last: lastOf(page) }
    const { items, ended } = this.#ranges.take(range, page.objects, more)
    this.#lookFurther()
    const { seams } = this.#options
    let began = seams.now()
    const settle = (): readonly KeyRange[] => {
      began = seams.now()
      this.#ranges.settle(range)
      return this.#ranges.open.map(({ after, to }) => ({ after, to }))
    }
    await take({ objects: items, unlisted: page.unlisted, ordered, settle })
    this.#spent.worked += seams.now() - began
    return ended
  }

  /** A listing in another order can be gone through page after page, but not in ranges. */
  #refuseDisorder({ objects }: ObjectPage): void {
    this.#ranges.stayWhole()
    if (!this.#ranges.isSplit) return
    const first = JSON.stringify(objects[0]?.key)
    const message = `The listing of ${JSON.stringify(this.#options.prefix)} is not in the order of its keys any more at ${first}, as S3's are.`
    fail('bad-answer', 'job', message)
  }

  #lookFurther(): void {
    if (this.#failed || this.#options.isAhead() || !latencyRules(this.#spent)) return
    for (let probe = this.#ranges.probe(); probe; probe = this.#ranges.probe()) {
      const next = probe
      this.#begin(() => this.#look(next))
    }
  }

  async #look(probe: Probe): Promise<void> {
    const page = await this.#ask(probe.after, undefined)
    if (this.#failed) return
    if (!isAscending(page.objects, probe.after)) {
      this.#ranges.failed(probe)
      this.#ranges.stayWhole()
      return
    }
    const range = this.#ranges.found(probe, page.objects, { goesOn: page.token !== undefined })
    if (range === undefined) return this.#lookFurther()
    await this.#listOn(range, withoutListed(page, range))
  }

  async #ask(startAfter: string | undefined, token: string | undefined): Promise<ObjectPage> {
    const { seams, list } = this.#options
    const began = seams.idle()
    const page = await list(startAfter, token)
    this.#spent.pages += 1
    this.#spent.waited += seams.idle() - began
    return page
  }
}

/** While it was asked for, the range that it was taken from came further. */
function withoutListed(page: ObjectPage, { after }: OpenRange): ObjectPage {
  const from = page.objects.findIndex(({ key }) => after === undefined || compareKeys(key, after) > 0)
  return from > 0 ? { ...page, objects: page.objects.slice(from) } : page
}

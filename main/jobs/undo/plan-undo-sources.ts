import { compareKeys } from '../../engine/names.ts'
import { attempt } from '../../engine/pace/retry.ts'
import { onlyCopy, standingOf } from '../../engine/still-stands.ts'
import type { CopiedObject, PlannedItem } from '../item.ts'
import type { MakePlan } from '../plan/plan-context.ts'
import { needsStanding } from './undo-source.ts'
import type { Failure } from '#model/failure.ts'
import type { ObjectSummary } from '#model/object.ts'
import type { LookedAtPlace, UndoSpec } from '#model/spec.ts'

/** Pages that are listed for the rows of one slice; the keys of a manifest may be far apart. */
const PAGES = 3

type Looked = PlannedItem & { readonly own: { readonly undo: { readonly of: CopiedObject } } }

/**
 * What a plan can say beforehand of the sources of the copies that it is to delete, from listings of these: two or three
 * for a thousand rows, and none where nobody waits for the plan. Each is looked at again before its copy goes.
 *
 * | the source's bucket | listed                  | at its key                     | the row                        |
 * |---------------------|-------------------------|--------------------------------|--------------------------------|
 * | keeps no versions   | as far as the key       | an object of its ETag and size | stays as it is                 |
 * | keeps no versions   | as far as the key       | another, or nothing            | refused: it may be the only copy left |
 * | keeps versions, or nobody may ask | none      |                                | stays as it is                 |
 * | any                 | not as far, or refused  |                                | stays as it is                 |
 */
export class SourceLook {
  readonly #context: MakePlan
  readonly #spec: UndoSpec
  /** By place: whether listings of it tell all. */
  readonly #telling = new Map<number, Promise<boolean>>()

  constructor(context: MakePlan, spec: UndoSpec) {
    this.#context = context
    this.#spec = spec
  }

  /** The rows in their order, with those refused that cannot be taken back. */
  async refused(rows: readonly PlannedItem[]): Promise<readonly PlannedItem[]> {
    const failures = new Map<PlannedItem, Failure>()
    for (const [n, place] of (this.#spec.copiedFrom ?? []).entries()) {
      const asked = rows.filter((row): row is Looked => this.#isAsked(row, n))
      if (asked.length === 0 || !(await this.#isTelling(n))) continue
      for (const [row, failure] of await this.#look(n, place, asked)) failures.set(row, failure)
    }
    return rows.map((row) => {
      const failure = failures.get(row)
      return failure === undefined ? row : { ...row, action: 'refuse', state: 'failed', failure }
    })
  }

  /** A version that was named is not in the listing. */
  #isAsked(row: PlannedItem, place: number): boolean {
    const of = row.own?.undo?.of
    if (row.state !== 'planned' || of?.place !== place || of.versionId !== undefined) return false
    return needsStanding(this.#spec, row) === 'source'
  }

  #isTelling(n: number): Promise<boolean> {
    const known = this.#telling.get(n) ?? this.#ask(n)
    this.#telling.set(n, known)
    return known
  }

  async #ask(n: number): Promise<boolean> {
    const { request, copiedFrom } = this.#context
    const storage = copiedFrom[n]
    const bucket = this.#spec.copiedFrom?.[n]?.bucket
    if (storage === undefined || bucket === undefined) return false
    return this.#unless(async () => {
      const is = await attempt(request, () => storage.getVersioning(bucket, request.signal))
      return is === 'off'
    })
  }

  async #look(n: number, { bucket }: LookedAtPlace, rows: readonly Looked[]) {
    const wanted = [...rows].sort((one, other) => compareKeys(keyOf(one), keyOf(other)))
    const failures = new Map<PlannedItem, Failure>()
    const isThrough = await this.#unless(async () => {
      await this.#list(n, bucket, wanted, (row, found) => {
        const of = row.own.undo.of
        const is = standingOf(of, found, [])
        if (is === 'gone' || is === 'another')
          failures.set(row, onlyCopy(row.target ?? row.key, `${bucket}/${of.key}`, is))
      })
      return true
    })
    // Refused once, it would be refused again with each slice.
    if (!isThrough) this.#telling.set(n, Promise.resolve(false))
    return failures
  }

  /** Tells of each row as far as the listing comes. */
  async #list(
    n: number,
    bucket: string,
    wanted: readonly Looked[],
    tell: (row: Looked, found: ObjectSummary | undefined) => void,
  ): Promise<void> {
    const { request, copiedFrom } = this.#context
    const [first, last] = [wanted[0], wanted.at(-1)].map((row) => (row === undefined ? '' : keyOf(row)))
    const storage = copiedFrom[n]
    if (storage === undefined) return
    const startAfter = before(first ?? '') || undefined
    const from = { bucket, prefix: sharedStart(first ?? '', last ?? ''), startAfter }
    let token: string | undefined
    let at = 0
    for (let pages = 0; pages < PAGES && at < wanted.length; pages++) {
      const page = await attempt(request, () => storage.listObjects({ ...from, token }, request.signal))
      const found = new Map(page.objects.map((object) => [object.key, object]))
      const end = page.token === undefined ? undefined : page.objects.at(-1)?.key
      for (; at < wanted.length; at++) {
        const row = wanted[at]
        if (row === undefined || (page.token !== undefined && !isUpTo(keyOf(row), end))) break
        tell(row, found.get(keyOf(row)))
      }
      token = page.token
      if (token === undefined) return
    }
  }

  /** A plan is as good without: whoever carries it out looks anyhow. */
  async #unless(look: () => Promise<boolean>): Promise<boolean> {
    try {
      return await look()
    } catch (error) {
      if (this.#context.request.signal.aborted) throw error
      return false
    }
  }
}

function keyOf({ own }: Looked): string {
  return own.undo.of.key
}

function isUpTo(key: string, end: string | undefined): boolean {
  return end !== undefined && compareKeys(key, end) <= 0
}

/** A key that comes before this one, and not long before it in most buckets. */
function before(key: string): string {
  return [...key].slice(0, -1).join('')
}

/** Of whole characters. */
function sharedStart(first: string, last: string): string {
  const other = [...last]
  const all = [...first]
  const end = all.findIndex((one, at) => one !== other[at])
  return (end < 0 ? all : all.slice(0, end)).join('')
}

import { DecantError } from '#model/failure.ts'
import type { ObjectSummary } from '#model/object.ts'
import type { Seams } from '#model/seams.ts'
import type { ListObjects, ObjectPage, Unlisted } from '../engine/storage.ts'
import { asFailure, checkNotCancelled, errnoFailure } from './errors.ts'
import { lookAt, lstatOf, summaryOf } from './files.ts'
import { isAbsent } from './paths.ts'
import type { Paths } from './paths.ts'
import type { DeviceOf, Step } from './walk.ts'
import { folderOfPrefix, Walk } from './walk.ts'

const PAGE = 1000
/** Walks that wait for their next page to be asked for, and how long, milliseconds. */
const KEPT = 32
const KEPT_FOR = 60_000

interface Begun {
  readonly walk: Walk
  /** Rejects where the folder that it goes through is away, or is another than when it began. */
  readonly check: () => Promise<void>
  readonly ahead: Step | undefined
}

interface Kept extends Begun {
  readonly ahead: Step
  readonly ids: readonly string[]
  readonly at: number
}

/**
 * Listings by pages, as S3 gives them. Nothing has to be remembered from page to page: a walk begins behind any key. But
 * those that are asked for one after the other go on with the same walk, or each would read its folders anew.
 */
export class Listings {
  readonly #paths: Paths
  readonly #seams: Seams
  readonly #held: number | undefined
  readonly #deviceOf: DeviceOf | undefined
  readonly #kept = new Map<string, Kept>()

  constructor(paths: Paths, seams: Seams, held?: number, deviceOf?: DeviceOf) {
    this.#deviceOf = deviceOf
    this.#paths = paths
    this.#seams = seams
    this.#held = held
  }

  async page(request: ListObjects, signal: AbortSignal | undefined): Promise<ObjectPage> {
    checkNotCancelled(signal)
    const { maxKeys = PAGE } = request
    const after = request.token ?? request.startAfter ?? ''
    const begun = this.#take(idOf(request, after)) ?? (await this.#begin(request, after))
    if (!begun) return { objects: [], prefixes: [] }
    const page = new Page()
    let { ahead } = begun
    while (ahead && page.rows < maxKeys) {
      checkNotCancelled(signal)
      const steps: Step[] = []
      while (ahead && steps.length < maxKeys - page.rows) {
        steps.push(ahead)
        ahead = await begun.walk.next()
      }
      await Promise.all(
        steps.map((step, at) => this.#look(request.bucket, begun, step, page, page.seen + at)),
      )
      page.seen += steps.length
      page.last = steps.at(-1)?.key ?? page.last
    }
    await begun.check()
    return page.told(ahead && this.#keep(request, { ...begun, ahead }, page))
  }

  forget(): void {
    this.#kept.clear()
  }

  async #begin({ bucket, prefix, delimiter }: ListObjects, after: string): Promise<Begun | undefined> {
    const cut = prefix.lastIndexOf('/') + 1
    const folder = this.#paths.folder(bucket)
    const from = folderOfPrefix(folder, prefix)
    await this.#paths.root(bucket)
    if (cut > 0 && !this.#paths.isPossible(prefix.slice(0, cut))) return undefined
    if (!(await this.#paths.isInside(bucket, from))) return undefined
    const was = await this.#paths.identity(bucket, from)
    if (was === undefined) return undefined
    const check = async (): Promise<void> => void (await this.#paths.identity(bucket, from, was))
    const options = {
      root: folder,
      prefix,
      after,
      folds: delimiter !== undefined,
      gone: check,
      held: this.#held,
      deviceOf: this.#deviceOf,
    }
    const walk = new Walk(options)
    return { walk, check, ahead: await walk.next() }
  }

  /** Reads what is told of a file; one that is gone by now is left out. */
  async #look(bucket: string, begun: Begun, step: Step, page: Page, at: number): Promise<void> {
    if (step.is === 'prefix') return void page.put(at, { prefix: step.key })
    if (step.is === 'unlisted') return void page.put(at, { unlisted: step })
    const { key, path } = step
    try {
      const isPlain = step.is === 'file'
      const stats = isPlain ? await lstatOf(path) : (await lookAt(this.#paths, bucket, key, path)).stats
      if (isPlain && !stats.isFile()) return
      page.put(at, { object: summaryOf(key, stats) })
    } catch (error) {
      const lost = isAbsent(error) ? await begun.walk.lost(path) : undefined
      if (lost) return page.put(at, { unlisted: { key, failure: lost } })
      if (isAbsent(error)) await begun.check()
      if (isAbsent(error) && step.is !== 'link') return
      const failure = error instanceof DecantError ? error.failure : errnoFailure(error, 'read', path)
      if (!failure) throw error
      if (failure.reach !== 'item') throw asFailure(error, 'read', path)
      page.put(at, { unlisted: { key, failure } })
    }
  }

  /** Under its token, and under the last object: some go on by `startAfter`. */
  #keep(request: ListObjects, { walk, check, ahead }: Begun & { ahead: Step }, page: Page): string {
    const ids = [...new Set([page.last, page.lastKey])].map((after) => idOf(request, after))
    const kept: Kept = { walk, check, ahead, ids, at: this.#seams.now() }
    for (const id of ids) {
      this.#kept.delete(id)
      this.#kept.set(id, kept)
    }
    for (const id of this.#kept.keys()) {
      if (this.#kept.size <= KEPT) break
      this.#kept.delete(id)
    }
    return page.last
  }

  #take(id: string): Begun | undefined {
    const kept = this.#kept.get(id)
    if (!kept) return undefined
    for (const each of kept.ids) this.#kept.delete(each)
    return this.#seams.now() - kept.at < KEPT_FOR ? kept : undefined
  }
}

function idOf({ bucket, prefix, delimiter }: ListObjects, after: string): string {
  return [bucket, prefix, delimiter ?? '', after].join('\0')
}

type Row = { readonly object: ObjectSummary } | { readonly prefix: string } | { readonly unlisted: Unlisted }

/** What was found so far, each row in its place whenever it comes. */
class Page {
  seen = 0
  last = ''
  rows = 0
  readonly #rows: (Row | undefined)[] = []

  put(at: number, row: Row): void {
    this.#rows[at] = row
    this.rows++
  }

  get lastKey(): string {
    const row = this.#rows.findLast((each) => each !== undefined && 'object' in each)
    return row && 'object' in row ? row.object.key : this.last
  }

  told(token: string | undefined): ObjectPage {
    const objects: ObjectSummary[] = []
    const prefixes: string[] = []
    const unlisted: Unlisted[] = []
    for (const row of this.#rows) {
      if (row === undefined) continue
      if ('object' in row) objects.push(row.object)
      else if ('prefix' in row) prefixes.push(row.prefix)
      else unlisted.push({ key: row.unlisted.key, failure: row.unlisted.failure })
    }
    return {
      objects,
      prefixes,
      ...(unlisted.length > 0 && { unlisted }),
      ...(token !== undefined && { token }),
    }
  }
}

import { attempt } from '../engine/pace/retry.ts'
import type { RequestContext } from '../engine/pace/retry.ts'
import { keysChosenByVersion, toSegments } from '../engine/listing/segments.ts'
import type { Segment } from '../engine/listing/segments.ts'
import type { Storage } from '../engine/storage.ts'
import type { GridOf } from './grid-file.ts'
import { readRow } from './read-row.ts'
import type { ListedRow } from './row.ts'
import { applyRead } from './apply-read.ts'
import type { Rules } from './apply-read.ts'
import type { GridStore } from './store.ts'

/** Chosen objects that are looked at before their rows are written. */
const CHOSEN = 64

export interface ListGrid {
  readonly of: GridOf
  readonly store: GridStore
  readonly storage: Storage
  readonly request: RequestContext
  readonly rules: Rules
  readonly changed: () => void
}

/**
 * Lists the selection into rows, from where the listing stands to its end, in key order: prefixes page by page, chosen
 * objects by a HEAD, by which their rows are known at once. Each page is written with the place that it reached. Rejects
 * with what stopped it.
 */
export async function listGrid(list: ListGrid): Promise<void> {
  const { of, store } = list
  const segments = toSegments(of.select)
  const exact = keysChosenByVersion(segments)
  for (let cursor = store.state.cursor; cursor !== undefined; cursor = store.state.cursor) {
    const segment = segments[cursor.segment]
    if (segment === undefined) return void store.set({ cursor: undefined })
    if (segment.kind === 'prefix') await listPrefix(list, segment.prefix, cursor, exact)
    else await lookAtChosen(list, takeChosen(segments, cursor.segment), cursor.segment)
    list.changed()
  }
}

async function listPrefix(
  { of, store, storage, request, changed }: ListGrid,
  prefix: string,
  { segment, after }: { readonly segment: number; readonly after?: string | undefined },
  exact: ReadonlySet<string>,
): Promise<void> {
  const { bucket } = of
  let token: string | undefined
  let last = after
  do {
    const ask = { bucket, prefix, token, startAfter: after }
    const page = await attempt(request, () => storage.listObjects(ask, request.signal))
    request.signal.throwIfAborted()
    token = page.token
    last = page.objects.at(-1)?.key ?? last
    const cursor = token === undefined ? { segment: segment + 1 } : { segment, after: last }
    const rows = exact.size === 0 ? page.objects : page.objects.filter(({ key }) => !exact.has(key))
    addRows(store, rows, cursor)
    changed()
  } while (token !== undefined)
}

type Chosen = Extract<Segment, { kind: 'object' }>

function takeChosen(segments: readonly Segment[], at: number): Chosen[] {
  const chosen: Chosen[] = []
  for (const segment of segments.slice(at, at + CHOSEN)) {
    if (segment.kind !== 'object') break
    chosen.push(segment)
  }
  return chosen
}

async function lookAtChosen(
  { of, store, storage, request, rules }: ListGrid,
  chosen: readonly Chosen[],
  segment: number,
): Promise<void> {
  const needs = { content: false }
  const reads = await Promise.all(
    chosen.map(({ key, versionId }) => readRow(storage, request, of.bucket, { n: 0, key, versionId }, needs)),
  )
  request.signal.throwIfAborted()
  const cursor = { segment: segment + chosen.length }
  store.change((counter) => {
    let n = counter.tally.rows
    for (const [index, read] of reads.entries()) {
      const { key, versionId } = chosen[index] as Chosen
      const listed = read.is === 'known' ? read.listed : { ...GONE, key, versionId }
      if (!store.rows.insert(n + 1, listed, store.state.epoch)) continue
      n++
      applyRead(store, counter, rules(), { ...read, n })
    }
    counter.tally.rows = n
    return { state: { cursor }, result: undefined }
  })
}

/** What is shown of an object that could not be looked at. */
const GONE = { size: 0, etag: '', lastModified: 0, storageClass: '' }

function addRows(
  store: GridStore,
  rows: readonly ListedRow[],
  cursor: { readonly segment: number; readonly after?: string | undefined },
): void {
  store.change((counter) => {
    for (const { key, size, etag, lastModified, storageClass } of rows) {
      const row = { key, size, etag, lastModified, storageClass }
      // A server that does not list in order may name a key twice when it goes on.
      if (store.rows.insert(counter.tally.rows + 1, row, store.state.epoch)) counter.tally.rows++
    }
    return { state: { cursor }, result: undefined }
  })
}

import { createPace } from '../../engine/pace/pace.ts'
import type { FindCustomerKey, OpenStorage } from '../../engine/storage.ts'
import { abandonUpload } from '../../engine/upload.ts'
import type { Abandoned } from '../../engine/upload.ts'
import { legOf } from '../plan/legs.ts'
import { openPlaces } from './places.ts'
import type { Places } from './places.ts'
import type { JobRecord } from '../record.ts'
import { jobRange } from '../store/items.ts'
import type { Store } from '../store/store.ts'
import { uploadPlace } from './upload-place.ts'
import { toFailure } from '#model/failure.ts'
import type { Seams } from '#model/seams.ts'
import type { WorkContext } from '../../engine/work.ts'

/** Uploads that are read from the journal at a time. */
const BATCH = 256
const AT_ONCE = 8

export interface Leftovers {
  readonly store: Store
  readonly record: JobRecord
  readonly seams: Seams
  readonly places: Pick<Places, 'of'>
  readonly findKey: FindCustomerKey
  readonly note: (text: string) => void
  /** Milliseconds that all of it may take. */
  readonly within?: number | undefined
}

/**
 * Invariant 10: aborts every upload that the journal says was begun and not ended. What cannot be aborted now
 * stays in the journal, is named in the notes, and is tried again at the next start. Resolves with the items whose
 * upload the server took away, which it did not have completed then.
 */
export async function abandonUploads(options: Leftovers): Promise<ReadonlySet<number>> {
  const { store, record, seams, within } = options
  const [from, below] = jobRange(record.n)
  const stop = new AbortController()
  const cancelStop = within === undefined ? undefined : seams.after(within, () => stop.abort())
  const pace = createPace({ seams, ceiling: AT_ONCE })
  const aborted = new Set<number>()
  const abandonOne = async (id: number): Promise<void> => {
    if ((await abandon(id, options, { pace, signal: stop.signal })) === 'aborted') aborted.add(id)
  }
  try {
    for (let at = from; ;) {
      const items = store.uploads.items(at, below, BATCH)
      await Promise.all(items.map(abandonOne))
      const last = items.at(-1)
      if (last === undefined || items.length < BATCH) return aborted
      at = last + 1
    }
  } finally {
    cancelStop?.()
  }
}

/** Whether the journal knows of one that was begun and not ended. */
export function hasUploads(store: Store, { n }: JobRecord): boolean {
  return store.uploads.items(...jobRange(n), 1).length > 0
}

/** The same of a job that nobody works on: what earlier runs could not abort. */
export async function abandonEarlier(
  options: Omit<Leftovers, 'places' | 'note'>,
  openStorage: OpenStorage,
): Promise<void> {
  const { record } = options
  const places = await openPlaces(record.spec, openStorage)
  const note = (text: string): void => {
    record.notes = [...record.notes.filter((other) => other !== text), text]
  }
  await abandonUploads({ ...options, places, note })
}

async function abandon(
  id: number,
  { store, record, seams, places, findKey, note }: Leftovers,
  request: Pick<WorkContext, 'pace' | 'signal'>,
): Promise<Abandoned | undefined> {
  const { spec } = record
  const item = store.items.byId(id)
  const known = store.uploads.known(id)
  if (item === undefined || known === undefined) return undefined
  const { bucket, key, side } = uploadPlace(store, spec, item)
  const storages = places.of(legOf(spec, item))
  try {
    const abandoned = await abandonUpload({ bucket, key }, known, {
      ...storages,
      destination: storages[side],
      ...{ findKey, seams, note, ...request },
    })
    store.transaction(() => store.uploads.remove(id))
    return abandoned
  } catch (error) {
    const why = request.signal.aborted ? 'the server did not answer in time.' : toFailure(error).message
    note(`The multipart upload of ${key} could not be aborted: ${why}`)
    return undefined
  }
}

import { createPace } from '../engine/pace.ts'
import type { FindCustomerKey } from '../engine/storage.ts'
import { abandonUpload } from '../engine/upload.ts'
import { legOf } from './legs.ts'
import type { Places } from './places.ts'
import type { JobRecord } from './record.ts'
import { jobRange } from './store/items.ts'
import type { Store } from './store/store.ts'
import { uploadPlace } from './upload-place.ts'
import { toFailure } from '#model/failure.ts'
import type { Seams } from '#model/seams.ts'

/** Uploads that are read from the journal at a time. */
const BATCH = 256

export interface Leftovers {
  readonly store: Store
  readonly record: JobRecord
  readonly seams: Seams
  readonly places: Pick<Places, 'of'>
  readonly findKey: FindCustomerKey
  readonly note: (text: string) => void
}

/**
 * Invariant 10: aborts every upload that the journal says was begun and not ended. What cannot be aborted now
 * stays in the journal, is named in the notes, and is tried again at the next start.
 */
export async function abandonUploads(options: Leftovers): Promise<void> {
  const { store, record, seams, places, findKey, note } = options
  const { spec } = record
  const [from, below] = jobRange(record.n)
  const signal = new AbortController().signal
  const pace = createPace({ seams, ceiling: 8 })
  for (let at = from; ;) {
    const items = store.uploads.items(at, below, BATCH)
    for (const id of items) {
      const item = store.items.byId(id)
      const known = store.uploads.known(id)
      if (item === undefined || known === undefined) continue
      const leg = legOf(spec, item)
      const { bucket, key, side } = uploadPlace(store, spec, item)
      const storages = places.of(leg)
      try {
        await abandonUpload({ bucket, key }, known, {
          ...storages,
          destination: storages[side],
          ...{ findKey, seams, signal, note, pace },
        })
        store.transaction(() => store.uploads.remove(id))
      } catch (error) {
        note(`The multipart upload of ${key} could not be aborted: ${toFailure(error).message}`)
      }
    }
    const last = items.at(-1)
    if (last === undefined || items.length < BATCH) return
    at = last + 1
  }
}

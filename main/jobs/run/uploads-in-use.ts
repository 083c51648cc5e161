import type { JobRecord } from '../record.ts'
import { jobRange } from '../store/items.ts'
import type { Store } from '../store/store.ts'
import { uploadPlace } from './upload-place.ts'

/** An upload that a job of ours began, or is about to begin, and goes on with. */
export interface JobUpload {
  readonly bucket: string
  readonly key: string
  /** Undefined between the intent and S3's answer: any upload of the key may be it. */
  readonly uploadId: string | undefined
}

/** Uploads that are read from the journal at a time. */
const BATCH = 256

/** Those of one job; there are as many as it has objects in flight. */
export function uploadsInUse(store: Store, { spec, n }: Pick<JobRecord, 'spec' | 'n'>): JobUpload[] {
  const [from, below] = jobRange(n)
  const found: JobUpload[] = []
  for (let at = from; ;) {
    const items = store.uploads.items(at, below, BATCH)
    for (const id of items) {
      const item = store.items.byId(id)
      if (item === undefined) continue
      const { bucket, key } = uploadPlace(store, spec, item)
      found.push({ bucket, key, uploadId: store.uploads.known(id)?.uploadId })
    }
    const last = items.at(-1)
    if (last === undefined || items.length < BATCH) return found
    at = last + 1
  }
}

import { DecantError, toFailure } from '#model/failure.ts'
import type { DeleteObject, DeleteResult, Storage } from '../storage.ts'

/** S3's limit of keys in one DeleteObjects. */
const MOST = 1000
/** What XML cannot carry goes alone. https://www.w3.org/TR/xml/#charsets */
const FITS_XML = /^[\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u

interface Waiting {
  readonly key: string
  readonly ifMatch: string
  readonly signal: AbortSignal | undefined
  readonly done: (result: DeleteResult) => void
  readonly failed: (error: unknown) => void
}

/**
 * The same storage, whose deletes that are bound to an ETag go together in DeleteObjects where the endpoint honours the
 * ETags in it. One request a bucket is under way at a time, and what comes meanwhile goes with the next one: so nothing
 * waits for others to come, and the slower the way, the more go together. Each caller gets what became of its own key;
 * what befalls the request as a whole befalls each of them, who then looks whether its key is gone.
 */
export function gatheredDeletes(storage: Storage): Storage {
  const buckets = new Map<string, BucketDeletes>()
  const deleteObject = (request: DeleteObject, signal?: AbortSignal): Promise<DeleteResult> => {
    const { bucket, key, versionId, ifMatch } = request
    const alone = versionId !== undefined || ifMatch === undefined || !FITS_XML.test(key)
    if (alone || !storage.habits.deletesByEtag) return storage.deleteObject(request, signal)
    const deletes = buckets.get(bucket) ?? new BucketDeletes(storage, bucket)
    buckets.set(bucket, deletes)
    return deletes.add(key, ifMatch, signal)
  }
  const all = Object.getOwnPropertyDescriptors(storage)
  return Object.defineProperties({}, { ...all, deleteObject: { value: deleteObject } }) as Storage
}

class BucketDeletes {
  readonly #storage: Storage
  readonly #bucket: string
  #waiting: Waiting[] = []
  #underWay = false

  constructor(storage: Storage, bucket: string) {
    this.#storage = storage
    this.#bucket = bucket
  }

  add(key: string, ifMatch: string, signal: AbortSignal | undefined): Promise<DeleteResult> {
    return new Promise((done, failed) => {
      this.#waiting.push({ key, ifMatch, signal, done, failed })
      if (!this.#underWay) void this.#send()
    })
  }

  async #send(): Promise<void> {
    this.#underWay = true
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, MOST).filter((one) => !gaveUp(one))
      const [first] = batch
      if (first !== undefined) await (batch.length === 1 ? this.#alone(first) : this.#together(batch, first))
    }
    this.#underWay = false
  }

  async #alone({ key, ifMatch, signal, done, failed }: Waiting): Promise<void> {
    const request = { bucket: this.#bucket, key, ifMatch }
    await this.#storage.deleteObject(request, signal).then(done, failed)
  }

  /** By the signal of the first: those of one job are stopped together. */
  async #together(batch: readonly Waiting[], { signal }: Waiting): Promise<void> {
    const objects = batch.map(({ key, ifMatch }) => ({ key, ifMatch }))
    try {
      const results = await this.#storage.deleteObjects({ bucket: this.#bucket, objects }, signal)
      for (const [at, { done, failed }] of batch.entries()) {
        const result = results[at]
        if (result === undefined || result instanceof Error) failed(result)
        else done(result)
      }
    } catch (error) {
      // An error of its own for each: who catches it may add to it.
      for (const { failed } of batch) failed(error instanceof DecantError ? copyOf(error) : error)
    }
  }
}

function gaveUp({ signal, failed }: Waiting): boolean {
  if (signal?.aborted !== true) return false
  failed(signal.reason)
  return true
}

function copyOf(error: DecantError): DecantError {
  return new DecantError(toFailure(error), { cause: error })
}

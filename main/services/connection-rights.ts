import { toFailure, type Failure } from '#model/failure.ts'
import type { ObjectSummary } from '#model/object.ts'
import type { Seams } from '#model/seams.ts'
import type { Storage } from '../engine/storage.ts'
import type { Found, Trial } from './connection-trial.ts'

/** A bucket, or a prefix of one, in which the rights are tried. */
export interface TrialPlace {
  readonly bucket: string
  readonly prefix: string
}

/** What a connection may do, tried out with the least requests. */
export interface Rights {
  /** What the first signed request was refused for. Undefined: it was answered. */
  refused(): Promise<Failure | 'nothing-asked' | undefined>
  list(): Promise<Found>
  read(): Promise<Found>
  write(): Promise<Found>
}

/** A place that was named for the trial, else the first that the connection knows. */
export function placeOf({ bucket, prefix, connection }: Trial): TrialPlace | undefined {
  return bucket === undefined ? connection.places?.[0] : { bucket, prefix: prefix ?? '' }
}

export function tryRights(storage: Storage, trial: Trial, seams: Seams, signal: AbortSignal): Rights {
  const place = placeOf(trial)
  const anonymous = trial.connection.credentials.kind === 'anonymous'
  /** Signed, and needing the least rights: its answer tells of server, signature and rights in one. */
  const buckets = once(() => heard(storage.listBuckets(signal)))
  const objects = once(() => heard(listed(storage, place, signal)))
  const first = (): Promise<Heard<unknown>> =>
    trial.bucket !== undefined || anonymous ? objects() : buckets()

  return {
    async refused() {
      if (anonymous && !place) return 'nothing-asked'
      return (await first()).failure
    },

    async list() {
      if (trial.bucket === undefined && !anonymous) {
        const seen = await buckets()
        if (seen.value) {
          const { length } = seen.value
          return passed(length === 1 ? 'One bucket can be seen.' : `${length} buckets can be seen.`)
        }
        if (!place) {
          return missing(
            seen.failure,
            's3:ListAllMyBuckets',
            'Buckets that you know by name can be named as places.',
          )
        }
      }
      if (!place) {
        const detail = 'Without keys the buckets cannot be listed.'
        return {
          state: 'failed',
          detail,
          hint: 'Name a bucket, or a prefix of one, as a place of this connection.',
        }
      }
      const { failure } = await objects()
      if (failure) return missing(failure, `s3:ListBucket on ${named(place)}`)
      return passed(`${named(place)} can be listed.`)
    },

    async read() {
      if (!place) return { state: 'not-needed', detail: 'No bucket was named to try it in.' }
      const { value, failure } = await objects()
      if (failure) return { state: 'not-reached', detail: 'Not tried: no object is known.' }
      const [object] = value ?? []
      if (!object) return { state: 'not-needed', detail: `There is no object in ${named(place)} to read.` }
      const head = await heard(storage.headObject({ bucket: place.bucket, key: object.key }, signal))
      // A key of one's own is missing, and nothing else.
      if (head.failure && head.failure.code !== 'customer-key') {
        return missing(head.failure, `s3:GetObject on ${named(place)}`)
      }
      return passed(`${object.key} can be read.`)
    },

    async write() {
      if (!trial.write) return { state: 'not-needed', detail: 'It was not asked to be tried.' }
      if (!place) return { state: 'not-needed', detail: 'No bucket was named to try it in.' }
      if (trial.connection.readOnly) {
        return { state: 'not-needed', detail: 'This connection is read-only: nothing is written through it.' }
      }
      return writable(storage, place, `${place.prefix}.decant-test-${seams.id()}`, signal)
    },
  }
}

/** An upload is no object until it is completed, and this one never is. */
async function writable(
  storage: Storage,
  { bucket, prefix }: TrialPlace,
  key: string,
  signal: AbortSignal,
): Promise<Found> {
  const begun = await heard(storage.createUpload({ bucket, key }, signal))
  if (!begun.value) return missing(begun.failure, `s3:PutObject on ${named({ bucket, prefix })}`)
  const { uploadId } = begun.value
  // Also where nobody waits for the test any more: nothing of it may stay.
  const aborted = await heard(storage.abortUpload({ bucket, key, uploadId }).then(() => true))
  if (!aborted.value) {
    const left = `The upload ${key} was begun to try it and is still there.`
    return missing(aborted.failure, `s3:AbortMultipartUpload on ${named({ bucket, prefix })}`, left)
  }
  return passed(`An upload was begun as ${key} and aborted: nothing is left of it.`)
}

async function listed(
  storage: Storage,
  place: TrialPlace | undefined,
  signal: AbortSignal,
): Promise<readonly ObjectSummary[]> {
  if (!place) return []
  return (await storage.listObjects({ ...place, maxKeys: 1 }, signal)).objects
}

function passed(detail: string): Found {
  return { state: 'passed', detail }
}

/** @param action what IAM calls the right, and where */
function missing(failure: Failure | undefined, action: string, more = ''): Found {
  const denied = failure?.code === 'access-denied'
  const hint = denied ? `The keys are right, but lack ${action}. ${more}`.trim() : more
  const detail = failure ? said(failure) : 'It is refused.'
  return { state: 'failed', detail, ...(hint !== '' && { hint }), ...(failure && { failure }) }
}

function said({ message, s3 }: Failure): string {
  return s3?.code ? `${message} (${s3.code})` : message
}

function named({ bucket, prefix }: TrialPlace): string {
  return prefix === '' ? bucket : `${bucket}/${prefix}`
}

interface Heard<Value> {
  readonly value?: Value
  readonly failure?: Failure
}

function heard<Value>(asked: Promise<Value>): Promise<Heard<Value>> {
  return asked.then(
    (value) => ({ value }),
    (error: unknown) => ({ failure: toFailure(error) }),
  )
}

function once<Value>(act: () => Promise<Value>): () => Promise<Value> {
  let done: Promise<Value> | undefined
  return () => (done ??= act())
}

import { fail, toFailure } from '#model/failure.ts'
import { codeOf, isWrittenSince } from './look.ts'
import type { RequestContext } from './pace/retry.ts'
import { AS_WRITE, attempt } from './pace/retry.ts'
import { learnServerTime } from './pace/server-time.ts'
import type {
  CreateUpload,
  CustomerKey,
  ListParts,
  Part,
  PartResult,
  Storage,
  UploadRef,
  UploadSummary,
} from './storage.ts'
import type { Settled, UploadJournal, WorkContext } from './work.ts'

type KnownUpload = NonNullable<UploadJournal['known']>
type Place = Pick<UploadRef, 'bucket' | 'key'>

const NOT_DONE = { is: 'not-done' } as const

/** An upload that takes parts, and those that it has. */
export interface OpenUpload {
  readonly ref: UploadRef
  readonly partSize: number
  readonly parts: readonly Part[]
  /** The server's clock when it was intended, milliseconds. */
  readonly intendedAt: number
}

/** Begins an upload, the intent durable before the request, its id before the first part. */
export async function beginUpload(
  request: CreateUpload,
  partSize: number,
  context: WorkContext,
  journal: UploadJournal,
): Promise<OpenUpload> {
  const { destination, signal } = context
  const intendedAt = await readServerTime(request.bucket, context)
  await journal.intend(partSize, intendedAt)
  const { uploadId } = await attempt(context, () => destination.createUpload(request, signal), {
    settle: () => settleBegin(request, intendedAt, context),
  })
  await journal.begun(uploadId)
  const { bucket, key } = request
  return { ref: { bucket, key, uploadId }, partSize, parts: [], intendedAt }
}

/** The upload of an earlier run, if the server still has it. */
export async function resumeUpload(
  place: Place,
  known: KnownUpload,
  context: WorkContext,
  journal: UploadJournal,
  customerKey?: CustomerKey,
): Promise<OpenUpload | undefined> {
  const uploadId = known.uploadId ?? (await findOurUpload(place, known.intendedAt, context))
  if (uploadId === undefined) return undefined
  const ref = { bucket: place.bucket, key: place.key, uploadId }
  try {
    const parts = await listAllParts(context.destination, { ...ref, customerKey }, context)
    if (known.uploadId === undefined) await journal.begun(uploadId)
    return { ref, partSize: known.partSize, parts, intendedAt: known.intendedAt }
  } catch (error) {
    if (codeOf(error) === 'no-such-upload') return undefined
    throw error
  }
}

/**
 * Aborts what an earlier run began, for a job that is cancelled or an item that is given up: by its upload id, or,
 * after a crash between intent and answer, by looking for it. Without a trace of it nothing is aborted.
 */
export async function abandonUpload(
  place: Place,
  known: KnownUpload,
  context: WorkContext,
): Promise<Abandoned> {
  const uploadId = known.uploadId ?? (await findOurUpload(place, known.intendedAt, context))
  if (uploadId === undefined) return 'gone'
  const ref = { bucket: place.bucket, key: place.key, uploadId }
  // Some servers say that they aborted whatever they are asked to: only a look tells whether there was anything.
  if ((await lookForUpload(ref, context)) === 'gone') return 'gone'
  return abortUpload(ref, context)
}

/** `gone`: it was no more, be it that it was aborted before, or that it was completed. */
export type Abandoned = 'aborted' | 'gone'

/** Aborts of one upload: a part that was on its way may have brought it back after each. */
const ABORTS = 4

/**
 * Aborts one upload; one that is gone already is as good. "If any part uploads are currently in progress, those part
 * uploads might or might not succeed. As a result, it might be necessary to abort a given multipart upload multiple
 * times" (AbortMultipartUpload, S3 API Reference): so it is looked for afterwards, and aborted again while it is there.
 */
export async function abortUpload(ref: UploadRef, context: WorkContext): Promise<Abandoned> {
  const { destination, signal } = context
  for (let aborts = 1; aborts <= ABORTS; aborts++) {
    try {
      await attempt(context, () => destination.abortUpload(ref, signal), AS_WRITE)
    } catch (error) {
      if (codeOf(error) !== 'no-such-upload') throw error
      return aborts === 1 ? 'gone' : 'aborted'
    }
    if ((await lookForUpload(ref, context)) !== 'open') return 'aborted'
  }
  fail(
    'not-possible',
    'item',
    `The server keeps the upload of ${ref.key}, though it said that it aborted it.`,
  )
}

/** `unseen`: its parts may not be listed, or not like that. A folder has nothing that could come late. */
async function lookForUpload(ref: UploadRef, context: WorkContext): Promise<'open' | 'gone' | 'unseen'> {
  const { destination, signal } = context
  if (destination.habits.holds === 'files') return 'unseen'
  try {
    await attempt(context, () => destination.listParts({ ...ref, after: 0 }, signal))
    return 'open'
  } catch (error) {
    const { code, reach } = toFailure(error)
    if (code === 'no-such-upload') return 'gone'
    if (signal.aborted || reach === 'job') throw error
    return 'unseen'
  }
}

/**
 * Invariant 10: only ours are aborted or taken up. An upload of this very key that was begun after the journaled
 * intent, and the only such one, is ours; of several nobody can tell, and they are left and named.
 */
async function findOurUpload(
  place: Place,
  intendedAt: number,
  context: WorkContext,
): Promise<string | undefined> {
  const { destination, signal } = context
  const request = { bucket: place.bucket, prefix: place.key }
  const uploads = await attempt(context, () => destination.listUploads(request, signal))
  const [first, ...others] = uploads.filter((upload) => isAfterIntent(upload, place, intendedAt))
  if (others.length === 0) return first?.uploadId
  context.note?.(
    `${others.length + 1} unfinished uploads of ${place.key} in ${place.bucket} may or may not be ours; they were left.`,
  )
  return undefined
}

function isAfterIntent(upload: UploadSummary, place: Place, intendedAt: number): boolean {
  return upload.key === place.key && isWrittenSince(upload.initiatedAt, intendedAt)
}

async function settleBegin(
  place: Place,
  intendedAt: number,
  context: WorkContext,
): Promise<Settled<{ uploadId: string }>> {
  const uploadId = await findOurUpload(place, intendedAt, context)
  return uploadId === undefined ? NOT_DONE : { is: 'done', outcome: { uploadId } }
}

/** Whether a part in doubt is there, so that a finished part is not sent again. */
export async function settlePart(
  ref: UploadRef,
  part: number,
  size: number,
  context: RequestContext & Pick<WorkContext, 'destination'>,
  customerKey?: CustomerKey,
): Promise<Settled<PartResult>> {
  const { destination, signal } = context
  const request = { ...ref, customerKey, after: part - 1 }
  const page = await attempt(context, () => destination.listParts(request, signal))
  const found = page.parts[0]
  if (found?.part !== part || found.size !== size) return NOT_DONE
  return { is: 'done', outcome: { etag: found.etag, checksums: found.checksums } }
}

async function listAllParts(
  storage: Storage,
  ref: Omit<ListParts, 'after'>,
  context: RequestContext,
): Promise<Part[]> {
  const parts: Part[] = []
  let after: number | undefined = 0
  while (after !== undefined) {
    const request: ListParts = { ...ref, after }
    const page = await attempt(context, () => storage.listParts(request, context.signal))
    parts.push(...page.parts)
    if (page.next !== undefined && page.next <= after) {
      fail('bad-answer', 'item', `The list of parts of ${ref.key} does not come to an end.`)
    }
    after = page.next
  }
  return parts
}

/** The destination server's clock, by which its uploads are dated. */
async function readServerTime(bucket: string, context: WorkContext): Promise<number> {
  await learnServerTime(context, bucket)
  return context.destination.serverTime ?? context.seams.now()
}

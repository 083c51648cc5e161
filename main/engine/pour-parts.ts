import { setMaxListeners } from 'node:events'
import { fail, toFailure } from '#model/failure.ts'
import type { ObjectHead, Tags } from '#model/object.ts'
import {
  codeOf,
  destinationDiffers,
  headOrNothing,
  isRefusedCondition,
  isSameSecond,
  isWrittenSince,
  lookAtDestination,
  readSource,
  readTags,
} from './look.ts'
import { choosePartSize, countParts, partRange } from './parts.ts'
import { owedTags, propertiesToWrite } from './properties.ts'
import { attempt, mayBeOffline } from './retry.ts'
import type { CompleteUpload, PartResult, UploadRef } from './storage.ts'
import type { OpenUpload } from './upload.ts'
import { abortUpload, beginUpload, resumeUpload, settlePart } from './upload.ts'
import type { Written } from './verify.ts'
import { finishCopy, levelFor } from './verify.ts'
import type { CopyOutcome, CopyWork, Settled, UploadJournal, WorkContext } from './work.ts'

/** How one part gets there; the only thing in which a copy and a relay differ. Throws as `attempt` expects it. */
export interface PartSender {
  send(upload: UploadRef, part: number, range: PartRange, signal: AbortSignal): Promise<PartResult>
  /** Called when all parts are there: the last look at the source, where its parts could not be bound to it. */
  confirm?(): Promise<void>
}
/** First and last byte, both in; undefined when the one part is the whole object. */
export type PartRange = readonly [number, number] | undefined

/** Parts of one object in flight at most; the pace may allow fewer. */
const PARTS_AT_ONCE = 64
/** How often an upload that the server has lost is begun again. */
const ROUNDS = 3

interface Pour {
  readonly work: CopyWork
  readonly context: WorkContext
  readonly journal: UploadJournal
  readonly sender: PartSender
  readonly source: ObjectHead
  readonly tags: Tags
}

/**
 * A multipart write from its first request to its verification, going on where an earlier run stopped. Everything
 * that S3 does not carry over by parts is read from the source and set on CreateMultipartUpload (invariant 5).
 */
export async function pourParts(
  work: CopyWork,
  context: WorkContext,
  journal: UploadJournal,
  sender: PartSender,
): Promise<CopyOutcome> {
  const source = await readSource(work, context)
  const tags = await tagsToCarry(work, context, source)
  const pour: Pour = { work, context, journal, sender, source, tags }
  for (let round = 1; round <= ROUNDS; round++) {
    const written = await runUpload(pour, round === 1 ? journal.known : undefined)
    if (written) return finish(pour, written)
  }
  fail(
    'no-such-upload',
    'item',
    `The upload of ${work.destination.key} was lost by the server ${ROUNDS} times.`,
  )
}

async function tagsToCarry(work: CopyWork, context: WorkContext, source: ObjectHead): Promise<Tags> {
  if (work.properties.tags.policy !== 'copy' || source.tagCount === 0) return {}
  return readTags(context.source, work.source, context)
}

/** One upload to its end; undefined when it has to be begun again. */
async function runUpload(pour: Pour, known: UploadJournal['known']): Promise<Written | undefined> {
  const { work, context, journal } = pour
  const resumed = known && (await resumeUpload(work.destination, known, context, journal))
  if (known && !resumed) {
    const found = await findPoured(pour, known.partSize, known.intendedAt)
    if (found) return ended(journal, found)
  }
  const upload = resumed ?? (await begin(pour))
  try {
    const parts = await sendParts(pour, upload)
    await pour.sender.confirm?.()
    return await ended(journal, await complete(pour, upload, parts))
  } catch (error) {
    return giveUp(error, pour, upload)
  }
}

/** Looks at the destination first: better now than after a hundred gibibytes. */
async function begin({ work, context, journal, source, tags }: Pour): Promise<OpenUpload> {
  await lookAtDestination(work, context)
  const request = { ...work.destination, ...propertiesToWrite(work.properties, source, tags) }
  return beginUpload(request, choosePartSize(work.size), context, journal)
}

/**
 * What becomes of an upload that did not come to its end (invariant 10):
 *
 * | failure                          | upload                                   |
 * |----------------------------------|------------------------------------------|
 * | stopped, offline, job-wide       | kept: the next run goes on with it       |
 * | lost by the server, conflict     | aborted as far as it exists, begun again |
 * | any other                        | aborted, the failure is the item's       |
 */
async function giveUp(error: unknown, pour: Pour, upload: OpenUpload): Promise<undefined> {
  const { context, journal } = pour
  const failure = toFailure(error)
  if (context.signal.aborted || mayBeOffline(failure) || failure.reach === 'job') throw error
  await abortUpload(upload.ref, context)
  await journal.ended()
  if (failure.code === 'no-such-upload' || failure.code === 'conflict') return undefined
  throw error
}

/** Sends the parts that are missing, several at once, and returns all of them in order. */
async function sendParts(pour: Pour, upload: OpenUpload): Promise<CompleteUpload['parts']> {
  const { work, context, journal } = pour
  const count = countParts(work.size, upload.partSize)
  const etags = new Array<string | undefined>(count)
  for (const part of upload.parts) {
    if (part.part > count || part.size !== partBytes(work.size, upload.partSize, part.part)) continue
    etags[part.part - 1] = part.etag
    journal.part(part)
  }
  const stop = new AbortController()
  const signal = AbortSignal.any([context.signal, stop.signal])
  setMaxListeners(PARTS_AT_ONCE + 1, signal)
  let next = 1
  const sendMissing = async (): Promise<void> => {
    for (let part = next++; part <= count; part = next++) {
      if (etags[part - 1] === undefined) etags[part - 1] = await sendPart(pour, upload, part, signal)
    }
  }
  await allOrNone(Array.from({ length: Math.min(count, PARTS_AT_ONCE) }, sendMissing), stop)
  return etags.map((etag, at) => ({ part: at + 1, etag: etag ?? '' }))
}

async function sendPart(pour: Pour, upload: OpenUpload, part: number, signal: AbortSignal): Promise<string> {
  const { work, journal, sender } = pour
  const size = partBytes(work.size, upload.partSize, part)
  const range = size === work.size ? undefined : partRange(work.size, upload.partSize, part)
  const context = { ...pour.context, signal }
  const { etag } = await attempt(context, () => sender.send(upload.ref, part, range, signal), {
    settle: () => settlePart(upload.ref, part, size, context),
  })
  journal.part({ part, etag, size })
  return etag
}

/** Waits for all; the first that fails stops the others, and they have stopped when its error is thrown. */
async function allOrNone(tasks: readonly Promise<void>[], stop: AbortController): Promise<void> {
  try {
    await Promise.all(tasks)
  } catch (error) {
    stop.abort(error)
    await Promise.allSettled(tasks)
    throw error
  }
}

async function complete(pour: Pour, upload: OpenUpload, parts: CompleteUpload['parts']): Promise<Written> {
  const { work, context } = pour
  const { destination, signal } = context
  if (!destination.habits.writeConditions) await lookAtDestination(work, context)
  const request: CompleteUpload = {
    ...upload.ref,
    parts,
    ifMatch: work.expect.is === 'etag' ? work.expect.etag : undefined,
    ifAbsent: work.expect.is === 'absent',
  }
  const since = destination.serverTime ?? -Infinity
  try {
    return await attempt<Written>(context, () => destination.completeUpload(request, signal), {
      settle: () => settleComplete(pour, upload.partSize, since),
      // "Re-initiate the multipart upload with CreateMultipartUpload" (CompleteMultipartUpload, S3 API Reference).
      notAfter: 'conflict',
    })
  } catch (error) {
    if (isRefusedCondition(error) || codeOf(error) === 'no-such-key') destinationDiffers(work)
    throw error
  }
}

async function settleComplete(pour: Pour, partSize: number, since: number): Promise<Settled<Written>> {
  const found = await findPoured(pour, partSize, since)
  return found ? { is: 'done', outcome: found } : { is: 'not-done' }
}

/** What our upload made, if it was completed: the size, as many parts, and written since. */
async function findPoured(
  { work, context }: Pour,
  partSize: number,
  since: number,
): Promise<Written | undefined> {
  const head = await headOrNothing(context.destination, work.destination, context)
  if (!head || head.size !== work.size || !isWrittenSince(head.lastModified, since)) return undefined
  if (head.parts !== countParts(work.size, partSize)) return undefined
  const { expect } = work
  const isRemembered =
    expect.is === 'etag' && expect.etag === head.etag && isSameSecond(expect.lastModified, head.lastModified)
  return isRemembered ? undefined : { etag: head.etag, versionId: head.versionId, found: head }
}

async function finish({ work, context, source, tags }: Pour, written: Written): Promise<CopyOutcome> {
  const { habits } = context.destination
  const level = levelFor(work.verify, habits) === 'full' ? 'full' : 'head'
  const owed = owedTags(work.properties, habits.createUploadTagging, tags)
  return finishCopy(work, context, written, { level, source, tags, owedTags: owed })
}

async function ended(journal: UploadJournal, written: Written): Promise<Written> {
  await journal.ended()
  return written
}

function partBytes(size: number, partSize: number, part: number): number {
  const [first, last] = partRange(size, partSize, part)
  return last - first + 1
}

import { setMaxListeners } from 'node:events'
import { DecantError, fail, toFailure } from '#model/failure.ts'
import { askTwice } from './ask-twice.ts'
import { besideComplete } from './beside.ts'
import { noteWeakGuards } from './conflict.ts'
import { finishCopy } from './finish.ts'
import {
  codeOf,
  destinationDiffers,
  headDestination,
  isRefusedCondition,
  isSameSecond,
  isWrittenSince,
  lookAtDestination,
} from './look.ts'
import type { Cut } from './part-layout.ts'
import { checkEtag, layoutOf } from './part-layout.ts'
import { nominalPartSize, partBytes, partCount, partRange } from './parts.ts'
import type { Prepared } from './prepare.ts'
import { prepare } from './prepare.ts'
import { attempt, mayBeOffline } from './pace/retry.ts'
import type { CompleteUpload, CreateUpload, PartResult, UploadRef } from './storage.ts'
import { checksumToBegin, checksumToSend, owedTags, propertiesToWrite } from './told.ts'
import { checksumOfParts, findFile, fromWhat, isToFile, mustBe } from './to-file.ts'
import type { OpenUpload } from './upload.ts'
import { abortUpload, beginUpload, resumeUpload, settlePart } from './upload.ts'
import type { Written } from './compare/verify.ts'
import { notVerified } from './compare/verify.ts'
import type { CopyOutcome, CopyWork, Settled, UploadJournal, WorkContext } from './work.ts'

/** How one part gets there; the only thing in which a copy and a relay differ. Throws as `attempt` expects it. */
export interface PartSender {
  readonly how: 'parts' | 'relay'
  send(part: PartToSend, signal: AbortSignal): Promise<PartResult>
  /** Called when all parts are there: the last look at the source, where its parts could not be bound to it. */
  confirm?(prepared: Prepared): Promise<void>
}
export interface PartToSend {
  readonly upload: UploadRef
  readonly part: number
  readonly range: PartRange
  readonly prepared: Prepared
  /** What the upload was begun with: a part with bytes of its own names it too. */
  readonly checksum: CreateUpload['checksum']
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
  readonly prepared: Prepared
  readonly cut: Cut
  /** Of the object as a whole. */
  readonly checksum: Pick<CreateUpload, 'checksum' | 'checksumType'>
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
  const began = context.seams.now()
  const prepared = await prepare(work, context, 'bytes', 'always')
  const cut = await layoutOf(work, context, {
    known: journal.known?.partSize,
    latency: context.seams.now() - began,
    sourceKey: prepared.sourceKey,
  })
  const { wanted } = prepared
  const { habits } = context.destination
  const summed = (): Pour['checksum'] => {
    if (isToFile(context)) return checksumOfParts(work, context, prepared, cut)
    return checksumToSend(wanted, habits, fromWhat(context))
  }
  const checksum = sender.how === 'parts' ? checksumToBegin(wanted.checksum, habits) : summed()
  noteWeakGuards(work, context, sender.how)
  const pour: Pour = { work, context, journal, sender, prepared, cut, checksum }
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

/** One upload to its end; undefined when it has to be begun again. */
async function runUpload(pour: Pour, known: UploadJournal['known']): Promise<Written | undefined> {
  const { work, context, journal, prepared } = pour
  const customerKey = prepared.destinationKey
  const resumed = known && (await resumeUpload(work.destination, known, context, journal, customerKey))
  if (known && !resumed) {
    const found = await findPoured(pour, known.intendedAt)
    if (found) return ended(journal, found)
  }
  const upload = resumed ?? (await begin(pour))
  try {
    const parts = await sendParts(pour, upload)
    await pour.sender.confirm?.(prepared)
    return await ended(journal, await complete(pour, upload, parts))
  } catch (error) {
    return giveUp(error, pour, upload)
  }
}

/** Looks at the destination first: better now than after a hundred gibibytes. */
async function begin({ work, context, journal, prepared, cut, checksum }: Pour): Promise<OpenUpload> {
  await lookAtDestination(work, context)
  const properties = propertiesToWrite(prepared.wanted, prepared.encryption)
  const request: CreateUpload = { ...work.destination, ...properties, ...checksum }
  return beginUpload(request, nominalPartSize(cut.layout), context, journal)
}

/**
 * What becomes of an upload that did not come to its end (invariant 10):
 *
 * | failure                          | upload                                   |
 * |----------------------------------|------------------------------------------|
 * | stopped, offline, job-wide       | kept: the next run goes on with it       |
 * | lost by the server, conflict     | aborted as far as it exists, begun again;|
 * |                                  | unless it is lost as it was completed    |
 * | any other                        | aborted, the failure is the item's       |
 */
async function giveUp(error: unknown, pour: Pour, upload: OpenUpload): Promise<Written | undefined> {
  const { context, journal } = pour
  const failure = toFailure(error)
  if (context.signal.aborted || mayBeOffline(failure) || failure.reach === 'job') throw error
  if (failure.code === 'no-such-upload') {
    // A Complete that was in flight when an earlier run was killed may have reached the server only now.
    const found = await findPoured(pour, upload.intendedAt)
    if (found) return ended(journal, found)
  }
  await abortUpload(upload.ref, context)
  await journal.ended()
  if (failure.code === 'no-such-upload' || failure.code === 'conflict') return undefined
  throw error
}

/** Sends the parts that are missing, several at once, and returns all of them in order. */
async function sendParts(pour: Pour, upload: OpenUpload): Promise<CompleteUpload['parts']> {
  const { context, journal } = pour
  const { layout } = pour.cut
  const count = partCount(layout)
  const results = new Array<PartResult | undefined>(count)
  for (const part of upload.parts) {
    if (part.part > count || part.size !== partBytes(layout, part.part)) continue
    results[part.part - 1] = part
    journal.part(part)
  }
  const stop = new AbortController()
  const signal = AbortSignal.any([context.signal, stop.signal])
  setMaxListeners(PARTS_AT_ONCE + 1, signal)
  let next = 1
  const sendMissing = async (): Promise<void> => {
    for (let part = next++; part <= count; part = next++) {
      results[part - 1] ??= await sendPart(pour, upload, part, signal)
    }
  }
  await allOrNone(Array.from({ length: Math.min(count, PARTS_AT_ONCE) }, sendMissing), stop)
  return results.map((result, at) => ({
    part: at + 1,
    etag: result?.etag ?? '',
    checksums: result?.checksums,
  }))
}

async function sendPart(
  pour: Pour,
  upload: OpenUpload,
  part: number,
  signal: AbortSignal,
): Promise<PartResult> {
  const { work, journal, sender, prepared, checksum } = pour
  const { layout } = pour.cut
  const size = partBytes(layout, part)
  const toSend: PartToSend = {
    upload: upload.ref,
    part,
    range: size === work.size ? undefined : partRange(layout, part),
    prepared,
    checksum: checksum.checksum,
  }
  const context = { ...pour.context, signal }
  const sendOnce = (): Promise<PartResult> =>
    sender.how === 'parts'
      ? askTwice(size, context, (either) => sender.send(toSend, either))
      : sender.send(toSend, signal)
  const result = await attempt(context, sendOnce, {
    settle: () => settlePart(upload.ref, part, size, context, prepared.destinationKey),
  })
  journal.part({ part, etag: result.etag, size })
  return result
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
  const { destination } = context
  if (!destination.habits.writeConditions) await lookAtDestination(work, context)
  const request = completion(pour, upload, parts)
  const since = destination.serverTime ?? -Infinity
  const send = async (signal: AbortSignal): Promise<Written> => {
    try {
      return await destination.completeUpload(request, signal)
    } catch (error) {
      // The bytes of the parts do not add up to the source's checksum; sent again they would not either.
      if (request.checksumValue !== undefined && isBadDigest(error))
        notVerified(`checksum ${request.checksum}`, work.destination.key)
      throw error
    }
  }
  const settle = (here: WorkContext): Promise<Settled<Written>> =>
    settleComplete({ ...pour, context: here }, since)
  const sendOnce = (): Promise<Written> =>
    isToFile(context)
      ? send(context.signal)
      : askTwice(work.size, context, send, (looking) => besideComplete({ context, settle, send }, looking))
  try {
    return await attempt<Written>(context, sendOnce, {
      settle: () => settle(context),
      // "Re-initiate the multipart upload with CreateMultipartUpload" (CompleteMultipartUpload, S3 API Reference).
      notAfter: 'conflict',
    })
  } catch (error) {
    if (isRefusedCondition(error) || codeOf(error) === 'no-such-key') destinationDiffers(work)
    throw error
  }
}

/** With the size, and where the source has the checksum of the whole, with that: S3 itself refuses other bytes. */
function completion(pour: Pour, upload: OpenUpload, parts: CompleteUpload['parts']): CompleteUpload {
  const { work, context, prepared, checksum } = pour
  const source = prepared.known.head
  const isComparable = checksum.checksumType === 'FULL_OBJECT' && source?.checksumType === 'FULL_OBJECT'
  return {
    ...upload.ref,
    ...checksum,
    parts,
    size: work.size,
    checksumValue: isComparable ? source.checksums[checksum.checksum ?? ''] : undefined,
    customerKey: prepared.destinationKey,
    asFile: isToFile(context) ? asFile(pour) : undefined,
    ifMatch: work.expect.is === 'etag' ? work.expect.etag : undefined,
    ifAbsent: work.expect.is === 'absent',
  }
}

function asFile({ work, context, prepared, cut }: Pour): CompleteUpload['asFile'] {
  const { lastModified, etag } = work
  const { head } = prepared.known
  return { lastModified, mustBe: head && mustBe(head, etag, context.source, cut.keepsEtag) }
}

function isBadDigest(error: unknown): boolean {
  return error instanceof DecantError && error.failure.s3?.code === 'BadDigest'
}

async function settleComplete(pour: Pour, since: number): Promise<Settled<Written>> {
  const found = await findPoured(pour, since)
  return found ? { is: 'done', outcome: found } : { is: 'not-done' }
}

/** What our upload made, if it was completed: the size, as many parts, and written since. */
async function findPoured(
  { work, context, prepared, cut }: Pour,
  since: number,
): Promise<Written | undefined> {
  if (isToFile(context)) {
    const file = await findFile(work, context, prepared)
    return file && { etag: file.etag, found: file }
  }
  const head = await headDestination(work, context, prepared.destinationKey)
  if (!head || head.size !== work.size || !isWrittenSince(head.lastModified, since)) return undefined
  if (head.parts !== partCount(cut.layout)) return undefined
  const { expect } = work
  const isRemembered =
    expect.is === 'etag' && expect.etag === head.etag && isSameSecond(expect.lastModified, head.lastModified)
  return isRemembered ? undefined : { etag: head.etag, versionId: head.versionId, found: head }
}

async function finish(pour: Pour, written: Written): Promise<CopyOutcome> {
  const { work, context, prepared, cut, sender } = pour
  const { habits } = context.destination
  const owed = owedTags(work.properties, prepared.wanted, habits, 'upload')
  const finishing = { prepared, way: 'bytes', least: 'head', owedTags: owed } as const
  const outcome = await finishCopy(work, context, written, finishing)
  const source = { head: prepared.known.head, key: prepared.sourceKey }
  await checkEtag(work, context, cut, sender.how, outcome.head, source)
  return outcome
}

async function ended(journal: UploadJournal, written: Written): Promise<Written> {
  await journal.ended()
  return written
}

import { fail } from '#model/failure.ts'
import type { Tags } from '#model/object.ts'
import type { Acl } from '#model/properties.ts'
import { noteWeakGuards } from './conflict.ts'
import type { Opened } from './customer-keys.ts'
import { measure, measureWhole, wholeOf } from './compare/digest.ts'
import { finishCopy } from './finish.ts'
import {
  codeOf,
  destinationDiffers,
  isRefusedCondition,
  lookAtDestination,
  readAcl,
  sourceChanged,
} from './look.ts'
import type { PartToSend } from './pour-parts.ts'
import { pourParts } from './pour-parts.ts'
import type { Prepared } from './prepare.ts'
import { openSource, preparedFrom } from './prepare.ts'
import { isOpaque, sourceNeeds } from './properties.ts'
import { attempt } from './pace/retry.ts'
import { goesInParts } from './route.ts'
import { findCopy } from './settle.ts'
import type { CustomerKey, ObjectBody, PartResult } from './storage.ts'
import { checksumToSend, propertiesToWrite } from './told.ts'
import { finishFile, fromWhat, isToFile, mustBe } from './to-file.ts'
import type { Written } from './compare/verify.ts'
import { compareEtags, notVerified } from './compare/verify.ts'
import type { CopyOutcome, CopyWork, Settled, UploadJournal, WorkContext } from './work.ts'

/** Bytes; above it a relay goes by parts, so that a broken connection costs a part and not the object. */
export const RELAY_PUT_LIMIT = 32 * 1024 ** 2
/** Bytes of a file up to which it is sent in one piece from memory. */
const PIECE = 256 * 1024
const PLAIN = { kind: 'none' } as const

/**
 * Copies through this machine: a GET streamed into a PUT, or by parts as `copyParts` does, above `putLimit` bytes and
 * where the layout of a source in parts is to stay;
 * every GET bound to the source's ETag, every property carried over. Memory holds what is between two sockets.
 */
export async function relay(
  work: CopyWork,
  context: WorkContext,
  journal: UploadJournal,
  putLimit: number = RELAY_PUT_LIMIT,
): Promise<CopyOutcome> {
  const partLayout = isToFile(context) ? 'same' : work.partLayout
  const isSmall = work.size <= putLimit && !goesInParts(partLayout, work.etag)
  if ((isSmall || work.size === 0) && !journal.known) return relayWhole(work, context)
  return pourParts(work, context, journal, {
    how: 'relay',
    send: (part, signal) => sendPart(work, context, part, signal),
  })
}

/** What was read is compared with what arrived; a part that was spoilt on its way is sent once more. */
async function sendPart(
  work: CopyWork,
  context: WorkContext,
  part: PartToSend,
  signal: AbortSignal,
): Promise<PartResult> {
  // What a file comes to is compared as a whole.
  if (isToFile(context)) return streamToFile(work, context, part, signal)
  for (let tries = 1; tries <= 2; tries++) {
    const { result, digest } = await streamPart(work, context, part, signal)
    if (result.etag === digest || isOpaque(result.encryption) || isOpaque(part.prepared.encryption))
      return result
  }
  notVerified(`part ${part.part}`, work.destination.key)
}

async function streamPart(
  work: CopyWork,
  context: WorkContext,
  { upload, part, range, prepared, checksum }: PartToSend,
  signal: AbortSignal,
): Promise<{ result: PartResult; digest: string }> {
  const { head, body } = await open(work, context, signal, prepared.sourceKey, range)
  const measured = measure(body)
  const size = range ? range[1] - range[0] + 1 : head.size
  const customerKey = prepared.destinationKey
  const request = { ...upload, part, body: measured.body, size, customerKey, checksum }
  const result = await handOver(body, context.destination.uploadPart(request, signal))
  return { result, digest: measured.digest() }
}

async function streamToFile(
  work: CopyWork,
  context: WorkContext,
  { upload, part, range, prepared, checksum }: PartToSend,
  signal: AbortSignal,
): Promise<PartResult> {
  const { head, body } = await open(work, context, signal, prepared.sourceKey, range)
  const [offset, last] = range ?? [0, head.size - 1]
  const request = { ...upload, part, body, offset, checksum, size: last - offset + 1 }
  return handOver(body, context.destination.uploadPart(request, signal))
}

/** What is known of a source before its GET, which tells the rest. */
interface Known {
  readonly opened?: Opened | undefined
  readonly acl?: Acl | undefined
}

async function relayWhole(work: CopyWork, context: WorkContext): Promise<CopyOutcome> {
  const { destination, source } = context
  const toFile = isToFile(context)
  const copiesChecksum = work.properties.checksum.policy === 'copy' && !toFile
  const needsHead = work.source.customerKeys.length > 0 || copiesChecksum
  const copiesAcl = work.properties.acl.policy === 'copy' && !toFile
  const known: Known = {
    opened: needsHead ? await openSource(work, context) : undefined,
    acl: copiesAcl ? await readAcl(source, work.source, context) : undefined,
  }
  if (!destination.habits.writeConditions) await lookAtDestination(work, context)
  noteWeakGuards(work, context, 'relay')
  const { written, digest, prepared, isSummed } = await sendWhole(work, context, known)
  if (toFile) return finishFile(work, context, written, prepared)
  // What was sent is compared with what arrived; the source's own ETag need not be a digest, and the digest is one.
  const head = prepared.known.head && { ...prepared.known.head, encryption: PLAIN }
  return finishCopy({ ...work, etag: digest }, context, written, {
    prepared: { ...prepared, known: { ...prepared.known, head } },
    way: 'bytes',
    least: isCompared(
      compareEtags(digest, written),
      isSummed === true && context.destination.habits.checksums,
    ),
  })
}

interface Sent {
  readonly written: Written
  /** MD5 of the bytes that were sent, or the ETag that was accepted when the write was settled. */
  readonly digest: string
  readonly prepared: Prepared
  /** They went with a checksum. */
  readonly isSummed?: boolean | undefined
}

/** An answer is enough where it has the digest of what was sent, or S3 itself has compared a checksum. */
function isCompared(etags: ReturnType<typeof compareEtags>, isSummed: boolean): 'answer' | 'head' {
  return etags === 'equal' || (etags === 'cannot' && isSummed) ? 'answer' : 'head'
}

async function sendWhole(work: CopyWork, context: WorkContext, known: Known): Promise<Sent> {
  const since = context.destination.serverTime ?? -Infinity
  let prepared: Prepared | undefined
  const send = async (): Promise<Sent> => {
    const opening = await open(work, context, context.signal, known.opened?.key, undefined)
    return handOver(
      opening.body,
      streamWhole(work, context, known, opening, (now) => {
        prepared = now
      }),
    )
  }
  try {
    return await attempt<Sent>(context, send, {
      settle: async () => (prepared ? settleSent(work, context, prepared, since) : { is: 'not-done' }),
    })
  } catch (error) {
    if (isRefusedCondition(error) || codeOf(error) === 'no-such-key') destinationDiffers(work)
    throw error
  }
}

async function streamWhole(
  work: CopyWork,
  context: WorkContext,
  { opened, acl }: Known,
  { head, body }: ObjectBody,
  onPrepared: (prepared: Prepared) => void,
): Promise<Sent> {
  const { destination, signal } = context
  const tags = await tagsOf(work, context, head, opened?.key)
  const known = { ...opened, head: { ...head, ...opened?.head } }
  const prepared = await preparedFrom(work, context, known, tags, acl)
  onPrepared(prepared)
  if (isToFile(context)) return writeToFile(work, context, prepared, { head, body })
  const { wanted, encryption } = prepared
  const from = fromWhat(context)
  // A small file goes in one piece, which costs a request a third of what a stream does.
  const piece = from === 'file' && head.size <= PIECE ? await wholeOf(body, head.size) : undefined
  const measured = piece ? measureWhole(piece) : measure(body)
  const { checksum } = checksumToSend(wanted, destination.habits, from)
  const request = {
    ...work.destination,
    ...propertiesToWrite(wanted, encryption),
    checksum,
    ifMatch: work.expect.is === 'etag' ? work.expect.etag : undefined,
    ifAbsent: work.expect.is === 'absent',
    body: measured.body,
    size: head.size,
  }
  const written = await destination.putObject(request, signal)
  return { written, prepared, digest: measured.digest(), isSummed: checksum !== undefined }
}

/** One GET and a file: nothing else is asked for, and its bytes are compared before it gets its name. */
async function writeToFile(
  work: CopyWork,
  context: WorkContext,
  prepared: Prepared,
  { head, body }: ObjectBody,
): Promise<Sent> {
  const { destination, expect, lastModified, etag } = work
  const request = {
    ...destination,
    body,
    size: head.size,
    asFile: { lastModified, mustBe: mustBe(head, etag, context.source, false) },
    ifMatch: expect.is === 'etag' ? expect.etag : undefined,
    ifAbsent: expect.is === 'absent',
  }
  const written = await context.destination.putObject(request, context.signal)
  return { written, prepared, digest: written.digest ?? '' }
}

/**
 * In the slot of its write: to wait for another one while the body is open could stop everything. Tags have no ETag: an
 * object that was written anew since its GET would lend its own to the bytes of the one before, unless its version was
 * asked for.
 */
async function tagsOf(
  work: CopyWork,
  context: WorkContext,
  head: ObjectBody['head'],
  customerKey: CustomerKey | undefined,
): Promise<Tags | undefined> {
  const { source, destination, signal } = context
  const isNeeded = sourceNeeds(work.properties, 'bytes', destination.habits, work.purpose).tags
  if (!isNeeded) return undefined
  if (head.tagCount === 0) return {}
  try {
    const tags = await source.getTags(work.source, signal)
    if (work.source.versionId === undefined) {
      const now = await source.headObject({ ...work.source, customerKey }, signal)
      if (now.etag !== head.etag) sourceChanged(work)
    }
    return tags
  } catch (error) {
    if (codeOf(error) === 'not-supported') return {}
    // It went after its GET. Of the write, the same answer would be about the destination.
    if (codeOf(error) === 'no-such-key') sourceMissing(work)
    throw error
  }
}

async function settleSent(
  work: CopyWork,
  context: WorkContext,
  prepared: Prepared,
  since: number,
): Promise<Settled<Sent>> {
  const found = await findCopy(work, context, since, prepared)
  if (!found) return { is: 'not-done' }
  const written = { etag: found.etag, versionId: found.versionId, found }
  return { is: 'done', outcome: { written, digest: found.etag, prepared } }
}

/** A GET bound to the planned ETag. Whatever it is refused for is about the source. */
async function open(
  work: CopyWork,
  context: WorkContext,
  signal: AbortSignal,
  customerKey: CustomerKey | undefined,
  range: readonly [number, number] | undefined,
): Promise<ObjectBody> {
  try {
    // Of a file to be they tell what its bytes must come to, at no further request.
    const checksums = isToFile(context) && range === undefined && context.source.habits.checksums
    const request = { ...work.source, ifMatch: work.etag, customerKey, range, checksums }
    return await context.source.getObject(request, signal)
  } catch (error) {
    if (isRefusedCondition(error)) sourceChanged(work)
    if (codeOf(error) === 'no-such-key') sourceMissing(work)
    throw error
  }
}

function sourceMissing({ source }: CopyWork): never {
  fail('source-missing', 'item', `${source.key} is no longer there.`)
}

/** The body is let go of in every case: a PUT that was refused has not read it to its end. */
async function handOver<T>(body: ObjectBody['body'], written: Promise<T>): Promise<T> {
  try {
    return await written
  } catch (error) {
    body.destroy()
    throw error
  }
}

import { fail } from '#model/failure.ts'
import type { Tags } from '#model/object.ts'
import { measure } from './digest.ts'
import {
  codeOf,
  destinationDiffers,
  isRefusedCondition,
  lookAtDestination,
  readTags,
  sourceChanged,
} from './look.ts'
import { pourParts } from './pour-parts.ts'
import { propertiesToWrite } from './properties.ts'
import { attempt } from './retry.ts'
import { findCopy } from './settle.ts'
import type { ObjectBody } from './storage.ts'
import type { Written } from './verify.ts'
import { compareEtags, finishCopy, levelFor } from './verify.ts'
import type { CopyOutcome, CopyWork, Settled, UploadJournal, WorkContext } from './work.ts'

/** Bytes; above it a relay goes by parts, so that a broken connection costs a part and not the object. */
export const RELAY_PUT_LIMIT = 32 * 1024 ** 2

/**
 * Copies through this machine: a GET streamed into a PUT, or above `putLimit` bytes by parts as `copyParts` does,
 * every GET bound to the source's ETag, every property carried over. Memory holds what is between two sockets.
 */
export async function relay(
  work: CopyWork,
  context: WorkContext,
  journal: UploadJournal,
  putLimit: number = RELAY_PUT_LIMIT,
): Promise<CopyOutcome> {
  if (work.size <= putLimit && !journal.known) return relayWhole(work, context)
  return pourParts(work, context, journal, {
    async send(upload, part, range, signal) {
      const { head, body } = await open(work, context, signal, range)
      const size = range ? range[1] - range[0] + 1 : head.size
      return handOver(body, context.destination.uploadPart({ ...upload, part, body, size }, signal))
    },
  })
}

async function relayWhole(work: CopyWork, context: WorkContext): Promise<CopyOutcome> {
  const { destination } = context
  const tags =
    work.properties.tags.policy === 'copy' ? await readTags(context.source, work.source, context) : {}
  if (!destination.habits.writeConditions) await lookAtDestination(work, context)
  const since = destination.serverTime ?? -Infinity
  const sent = await sendWhole(work, context, tags, since)
  const isSame = compareEtags(sent.digest, sent.written) === 'equal'
  const level = levelFor(work.verify, destination.habits)
  // What was sent is compared with what arrived; the source's own ETag need not be a digest.
  return finishCopy({ ...work, etag: sent.digest }, context, sent.written, {
    level: level === 'answer' && !isSame ? 'head' : level,
    source: sent.source,
    tags,
  })
}

interface Sent {
  readonly written: Written
  /** MD5 of the bytes that were sent, or the ETag that was accepted when the write was settled. */
  readonly digest: string
  readonly source?: ObjectBody['head'] | undefined
}

async function sendWhole(work: CopyWork, context: WorkContext, tags: Tags, since: number): Promise<Sent> {
  try {
    return await attempt<Sent>(context, () => streamWhole(work, context, tags), {
      settle: () => settleSent(work, context, since),
    })
  } catch (error) {
    if (isRefusedCondition(error) || codeOf(error) === 'no-such-key') destinationDiffers(work)
    throw error
  }
}

async function streamWhole(work: CopyWork, context: WorkContext, tags: Tags): Promise<Sent> {
  const { destination, signal } = context
  const { head, body } = await open(work, context, signal, undefined)
  const measured = measure(body)
  const request = {
    ...work.destination,
    ...propertiesToWrite(work.properties, head, tags),
    ifMatch: work.expect.is === 'etag' ? work.expect.etag : undefined,
    ifAbsent: work.expect.is === 'absent',
    body: measured.body,
    size: head.size,
  }
  const written = await handOver(body, destination.putObject(request, signal))
  return { written, source: head, digest: measured.digest() }
}

async function settleSent(work: CopyWork, context: WorkContext, since: number): Promise<Settled<Sent>> {
  const found = await findCopy(work, context, since)
  if (!found) return { is: 'not-done' }
  const written = { etag: found.etag, versionId: found.versionId, found }
  return { is: 'done', outcome: { written, digest: found.etag } }
}

/** A GET bound to the planned ETag. Whatever it is refused for is about the source. */
async function open(
  work: CopyWork,
  context: WorkContext,
  signal: AbortSignal,
  range: readonly [number, number] | undefined,
): Promise<ObjectBody> {
  try {
    return await context.source.getObject({ ...work.source, ifMatch: work.etag, range }, signal)
  } catch (error) {
    if (isRefusedCondition(error)) sourceChanged(work)
    if (codeOf(error) === 'no-such-key')
      fail('source-missing', 'item', `${work.source.key} is no longer there.`)
    throw error
  }
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

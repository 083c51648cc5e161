import type { ObjectHead } from '#model/object.ts'
import { etagParts } from '#model/object.ts'
import type { Beside, Looking } from './ask-twice.ts'
import { headDestination, headOrNothing } from './look.ts'
import { BYTES_A_MS } from './parts.ts'
import type { Prepared } from './prepare.ts'
import { isOpaque } from './properties.ts'
import type { EndpointHabits } from './storage.ts'
import type { Written } from './compare/verify.ts'
import type { CopyWork, Settled, UploadJournal, WorkContext } from './work.ts'

const WAIT = { is: 'wait' } as const

/** A copy that hangs is given up, and made by parts instead; of these the journal is told. */
export interface ByParts {
  readonly byParts: UploadJournal
}
/** What became of a CopyObject. */
export type Copied = Written | ByParts

/** What of a CopyObject that hangs is needed to ask for it once more. */
export interface Sent {
  readonly work: CopyWork
  readonly context: WorkContext
  readonly prepared: Prepared
  /** Whether it was done, as far as a look tells. */
  settle(context: WorkContext): Promise<Settled<Written>>
  /** The same request once more. */
  send(signal: AbortSignal): Promise<Written>
  /** Without one, nobody could go on with parts, and none are made. */
  readonly journal?: UploadJournal | undefined
  /** Whether parts can carry all that it has; undefined: they can. */
  readonly splits?: (() => Promise<boolean>) | undefined
}

/**
 * What may be done beside a CopyObject that nobody answers. Of two, none may be made over the other: in between somebody
 * else may have written there, or after the first that was answered, while the server is still at work at the other one.
 * So both have to be bound to what stands there, and that must have another ETag than the copy: of what has the same
 * one no condition of S3 tells one from the other. Made by parts, it has another one than any object of one part.
 *
 * | conditions are honoured | shall stand there | stands there                                    | beside it                            |
 * |-------------------------|-------------------|-------------------------------------------------|--------------------------------------|
 * | yes                     | nothing           | not asked                                       | the same: refused once one is made   |
 * | any                     | any               | the copy                                        | done                                 |
 * | yes                     | that ETag         | another                                         | the same: refused, as the first is   |
 * | yes                     | that ETag         | it, and the copy has another                    | the same: refused once one is made   |
 * | yes                     | that ETag         | it, in one part, and the copy may have the same | by parts, and the first is given up  |
 * | any                     | any               | anything else                                   | waited for                           |
 */
export async function besideCopy(sent: Sent, { by, waited }: Looking): Promise<Beside<Copied>> {
  const { work, context, prepared, send } = sent
  const { destination } = context
  const ask: Beside<Copied> = { is: 'ask', send }
  const { writeConditions } = destination.habits
  const { expect } = work
  if (writeConditions && expect.is === 'absent') return ask
  const here = { ...context, ...by }
  const settled = await sent.settle(here)
  if (settled.is === 'done') return settled
  if (!writeConditions || expect.is !== 'etag') return WAIT
  const there = await headDestination(work, here, prepared.destinationKey)
  if (there?.etag !== expect.etag || (await isCertainToDiffer(work, here, prepared, there))) return ask
  return byParts(sent, waited)
}

/** The same of a copy onto itself, which both conditions bind to the ETag that it had before. */
export async function besideRewrite(sent: Sent, { by, waited }: Looking): Promise<Beside<Copied>> {
  const { work, context, send } = sent
  const { habits } = context.destination
  const settled = await sent.settle({ ...context, ...by })
  if (settled.is === 'done') return settled
  if (!habits.writeConditions || !habits.copySourceIfMatch) return WAIT
  return losesParts(work.etag, habits) ? { is: 'ask', send } : byParts(sent, waited)
}

/**
 * Whether a copy that may not be asked for twice goes by parts. That changes its ETag, so it has to have been waited
 * for twice as long as S3 would take:
 *
 * | what it has can go by parts | its parts are to stay | stands there in parts | waited for as long | by parts |
 * |-----------------------------|-----------------------|-----------------------|--------------------|----------|
 * | yes                         | no                    | no                    | yes                | yes      |
 * | otherwise                   |                       |                       |                    | no       |
 */
async function byParts({ work, journal, splits }: Sent, waited: number): Promise<Beside<Copied>> {
  const { expect, size, partLayout } = work
  const isOfParts = expect.is !== 'etag' || etagParts(expect.etag) !== undefined
  const isTooSoon = waited < (2 * size) / BYTES_A_MS
  if (journal === undefined || partLayout === 'same' || isOfParts || isTooSoon) return WAIT
  if (splits && !(await splits())) return WAIT
  return { is: 'done', outcome: { byParts: journal } }
}

/**
 * The same of a CompleteMultipartUpload. An upload is completed once: a second request finds the object made, or no
 * upload any more (NoSuchUpload: CompleteMultipartUpload, S3 API Reference), and makes nothing. Only where the server is
 * known to keep its word: of two at a time, Ceph has taken the object's parts for garbage
 * (https://github.com/ceph/ceph/pull/16732).
 */
export async function besideComplete(
  sent: Pick<Sent, 'context' | 'settle' | 'send'>,
  { by }: Looking,
): Promise<Beside<Written>> {
  const { context, send } = sent
  if (context.destination.habits.writeConditions) return { is: 'ask', send }
  const settled = await sent.settle({ ...context, ...by })
  return settled.is === 'done' ? settled : WAIT
}

/** Of an object in parts, where a copy has none. */
function losesParts(etag: string, { copies }: EndpointHabits): boolean {
  return copies === 'one-part' && etagParts(etag) !== undefined
}

/**
 * Whether the copy's ETag must be another than that of what stands there:
 *
 * | stands there                    | a copy is one part | both ETags are digests, and differ | certain |
 * |---------------------------------|--------------------|------------------------------------|---------|
 * | of another size                 | any                | any                                | yes     |
 * | of the same size, in parts      | yes                | any                                | yes     |
 * | of the same size, in one part   | any                | yes                                | yes     |
 * | of the same size                | otherwise          | otherwise                          | no      |
 *
 * Digests: of one part, not under KMS or a customer key, from a server that does not make them up.
 */
async function isCertainToDiffer(
  work: CopyWork,
  context: WorkContext,
  { known, sourceKey }: Prepared,
  there: ObjectHead,
): Promise<boolean> {
  if (there.size !== work.size) return true
  const { source, destination } = context
  if (losesParts(there.etag, destination.habits)) return true
  if (there.etag === work.etag || !isDigest(there, destination.habits)) return false
  const from =
    known.head ?? (await headOrNothing(source, { ...work.source, customerKey: sourceKey }, context))
  return from?.etag === work.etag && isDigest(from, source.habits)
}

function isDigest({ etag, encryption }: ObjectHead, { etags }: EndpointHabits): boolean {
  return etags !== 'opaque' && etagParts(etag) === undefined && !isOpaque(encryption)
}

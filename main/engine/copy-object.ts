import { askTwice, LARGE } from './ask-twice.ts'
import type { Copied, Sent } from './beside.ts'
import { besideCopy } from './beside.ts'
import { copyPartsInstead } from './copy-parts.ts'
import { noteWeakGuards } from './conflict.ts'
import { wantsKey } from './customer-keys.ts'
import type { Finish } from './finish.ts'
import { finishCopy, isAnswered } from './finish.ts'
import {
  checkSource,
  checkUntouchedSource,
  codeOf,
  destinationDiffers,
  findDestination,
  headOrMissing,
  isRefusedCondition,
  lookAtDestination,
  sourceChanged,
} from './look.ts'
import type { Prepared } from './prepare.ts'
import { openSource, prepare, preparedUnread } from './prepare.ts'
import { attempt } from './pace/retry.ts'
import { findCopy } from './settle.ts'
import type { CopyObject } from './storage.ts'
import { directivesOf, owedTags } from './told.ts'
import type { Written } from './compare/verify.ts'
import type { CopyOutcome, CopyWork, Settled, UploadJournal, WorkContext } from './work.ts'

/** How often a copy over whatever stands there is bound to that, should somebody else keep writing there. */
const TIMES_BOUND = 3

/**
 * Copies with one CopyObject and verifies it, bound to the source's ETag and version and to the destination as the
 * plan saw it (invariant 6). `journal` is told of the parts by which a large copy is made that hangs (`besideCopy`).
 * Rejects with a `DecantError`.
 */
export function copyObject(
  work: CopyWork,
  context: WorkContext,
  journal?: UploadJournal,
): Promise<CopyOutcome> {
  const isBound = work.expect.is !== 'anything' || !context.destination.habits.writeConditions
  return isBound || work.size < LARGE ? copyAsBound(work, context, journal) : copyOver(work, context, journal)
}

/** Over whatever stands there, but bound to it: only so something can be done about a large copy that hangs. */
async function copyOver(
  work: CopyWork,
  context: WorkContext,
  journal: UploadJournal | undefined,
): Promise<CopyOutcome> {
  for (let times = 1; times <= TIMES_BOUND; times++) {
    const bound = await boundToStanding(work, context)
    try {
      return await copyAsBound(bound, context, journal)
    } catch (error) {
      const code = codeOf(error)
      if (bound === work || (code !== 'destination-exists' && code !== 'destination-changed')) throw error
    }
  }
  return copyAsBound(work, context, journal)
}

async function boundToStanding(work: CopyWork, context: WorkContext): Promise<CopyWork> {
  try {
    const found = await findDestination(work, context)
    if (!found) return { ...work, expect: { is: 'absent' } }
    const { etag, lastModified } = found
    return { ...work, expect: { is: 'etag', etag, lastModified } }
  } catch (error) {
    // Who may only write there copies on no condition, as was asked.
    if (codeOf(error) !== 'access-denied') throw error
    return work
  }
}

async function copyAsBound(
  work: CopyWork,
  context: WorkContext,
  journal: UploadJournal | undefined,
): Promise<CopyOutcome> {
  const { habits } = context.destination
  const readsHead = work.verify === 'full' || !habits.copySourceIfMatch
  const prepared =
    (readsHead ? undefined : preparedUnread(work, context, 'copy-object')) ??
    (await prepare(work, context, 'copy-object', readsHead ? 'always' : 'as-needed'))
  if (!habits.writeConditions) await lookAtDestination(work, context)
  if (!habits.writeConditions || !habits.copySourceIfMatch) noteWeakGuards(work, context, 'copy-object')
  const request = requestFor(work, context, prepared)
  const since = context.destination.serverTime ?? -Infinity
  const settle = (here: WorkContext): Promise<Settled<Written>> => settleSent(work, here, prepared, since)
  let written: Copied
  try {
    written = await send({ work, context, prepared, settle, journal }, request)
  } catch (error) {
    return explain(error, work, context, prepared)
  }
  if ('byParts' in written) {
    const instead = await copyPartsInstead(work, context, written.byParts, settle)
    if (instead.is === 'parts') return instead.outcome
    written = instead.written
  }
  const owed = owedTags(work.properties, prepared.wanted, habits, request)
  const finish: Finish = { prepared, way: 'copy-object', least: 'answer', owedTags: owed }
  if (!owed && isAnswered(work, habits, written, finish)) {
    return { etag: written.etag, versionId: written.versionId, verified: 'answer', settled: false }
  }
  if (!habits.copySourceIfMatch) await checkUntouchedSource(work, context, prepared.sourceKey)
  return finishCopy(work, context, written, finish)
}

function send(sent: Omit<Sent, 'send'>, request: CopyObject): Promise<Copied> {
  const { work, context, settle } = sent
  const { destination } = context
  const copy = (signal: AbortSignal): Promise<Written> => destination.copyObject(request, signal)
  const sendOnce = (): Promise<Copied> =>
    askTwice<Copied>(work.size, context, copy, (looking) => besideCopy({ ...sent, send: copy }, looking))
  return attempt<Copied>(context, sendOnce, { settle: () => settle(context) })
}

function requestFor(work: CopyWork, context: WorkContext, prepared: Prepared): CopyObject {
  const { source, destination, expect } = work
  const { habits } = context.destination
  return {
    ...directivesOf(work.properties, prepared.wanted, prepared.encryption, habits),
    bucket: destination.bucket,
    key: destination.key,
    source: { ...source, customerKey: prepared.sourceKey, ifMatch: work.etag },
    size: work.size,
    ifMatch: expect.is === 'etag' ? expect.etag : undefined,
    ifAbsent: expect.is === 'absent',
  }
}

/** After an answer that does not tell whether the copy was made. */
async function settleSent(
  work: CopyWork,
  context: WorkContext,
  prepared: Prepared,
  since: number,
): Promise<Settled<Written>> {
  const found = await findCopy(work, context, since, prepared)
  if (!found) return { is: 'not-done' }
  return { is: 'done', outcome: { etag: found.etag, versionId: found.versionId, found } }
}

/**
 * Whose fault a refused copy is. One 412 or 404 stands for both sides, and S3 does not always tell which:
 *
 * | answer | destination's condition | source as planned | failure                                  |
 * |--------|-------------------------|-------------------|------------------------------------------|
 * | 412    | none                    | not asked         | source-changed                           |
 * | 412    | any                     | no                | source-changed                           |
 * | 412    | absent                  | yes               | destination-exists                       |
 * | 412    | ETag                    | yes               | destination-changed                      |
 * | 404    | any                     | missing           | source-missing                           |
 * | 404    | ETag                    | yes               | destination-changed (it is gone)         |
 * | 400    | any                     | not to be read    | customer-key, if none was named          |
 */
async function explain(
  error: unknown,
  work: CopyWork,
  context: WorkContext,
  { sourceKey }: Prepared,
): Promise<never> {
  const is412 = isRefusedCondition(error)
  const is404 = codeOf(error) === 'no-such-key'
  if (wantsKey(error) && !sourceKey) await openSource(work, context)
  if (!is412 && !is404) throw error
  if (is412 && (work.expect.is === 'anything' || codeOf(error) === 'source-changed')) sourceChanged(work)
  const request = { ...work.source, customerKey: sourceKey }
  checkSource(work, await headOrMissing(context.source, request, context))
  if (is404 && work.expect.is !== 'etag') throw error
  destinationDiffers(work)
}

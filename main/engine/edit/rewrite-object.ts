import { fail } from '#model/failure.ts'
import type { ObjectHead } from '#model/object.ts'
import { askTwice } from '../ask-twice.ts'
import type { Copied, Sent } from '../beside.ts'
import { besideRewrite } from '../beside.ts'
import { copyParts, copyPartsInstead } from '../copy-parts.ts'
import { noteWeakGuards } from '../conflict.ts'
import { differsFromWanted } from '../compare/differences.ts'
import type { Looked } from './edit-look.ts'
import { lookedInSlot } from './edit-look.ts'
import { rememberedOf } from './edit-remember.ts'
import { finishCopy } from '../finish.ts'
import {
  codeOf,
  headDestination,
  headOrMissing,
  isRefusedCondition,
  isSameSecond,
  isWrittenSince,
  sourceChanged,
} from '../look.ts'
import type { Prepared } from '../prepare.ts'
import { preparedFrom } from '../prepare.ts'
import { checkWanted, wantedOf, withoutSpentLock } from '../properties.ts'
import { archiveState } from '../restore.ts'
import { attempt } from '../pace/retry.ts'
import type { CopyObject } from '../storage.ts'
import { owedTags, propertiesToWrite } from '../told.ts'
import type { Written } from '../compare/verify.ts'
import { holdsSourceBytes } from '../compare/verify.ts'
import type {
  CopyOutcome,
  CopyWork,
  EditJournal,
  EditOutcome,
  EditWork,
  Settled,
  UploadJournal,
  WorkContext,
} from '../work.ts'

/**
 * Copies an object onto itself with REPLACE, everything that it has sent again from the HEAD that was just made
 * (invariant 4), bound to its ETag on both sides; above `copyLimit` bytes by parts.
 */
export async function rewriteObject(
  looked: Looked,
  here: WorkContext,
  journal: EditJournal,
  copyLimit: number,
): Promise<EditOutcome> {
  const { work, known, conditions } = looked
  const { head } = known
  const { object, properties } = work
  if (archiveState(head, conditions.now) !== 'readable')
    fail('archived', 'item', `${object.key} is archived in ${head.storageClass} and must be restored first.`)
  await refuseOlderVersion(work, here, head)
  const wanted = wantedOf(properties, known, head.storageClass)
  checkWanted(withoutSpentLock(wanted, properties, conditions.now), object.key, conditions.now)
  await journal.remember(rememberedOf(known, properties, { how: 'rewrite' }, conditions))
  const copy = selfCopy(work, head)
  const isWhole = head.size <= copyLimit && !journal.known
  const { etag, versionId, verified, settled, withoutTagsFor } = isWhole
    ? await rewriteWhole(copy, here, looked, journal)
    : await copyParts(await withAnnotations(copy, here, head), here, journal)
  if (withoutTagsFor !== undefined) {
    here.note?.(
      `${here.source.habits.name} loses the tags of an object that is copied onto itself: they were put back, and for ` +
        'a moment each object stood without them.',
    )
  }
  return { how: 'rewrite', etag, versionId, verified, settled, withoutTagsFor }
}

/** An edit as the copy that it is. */
function selfCopy(work: EditWork, head: ObjectHead): CopyWork {
  const { object, properties, verify } = work
  const { size, etag, lastModified, storageClass } = head
  return {
    source: object,
    destination: { bucket: object.bucket, key: object.key },
    size,
    etag,
    lastModified,
    storageClass,
    expect: { is: 'etag', etag, lastModified },
    properties,
    verify,
    partLayout: 'chosen',
    purpose: 'copy',
  }
}

/** A copy of an older version would become the current one: that is a restore of it, and no edit. */
async function refuseOlderVersion(work: EditWork, here: WorkContext, head: ObjectHead): Promise<void> {
  const { bucket, key, versionId } = work.object
  if (versionId === undefined) return
  const current = await headOrMissing(here.source, { bucket, key }, here)
  if (current.versionId === head.versionId) return
  const message = `Version ${versionId} of ${key} is not the current one: what was asked for needs a copy, which would become it.`
  fail('not-possible', 'item', message, { property: 'version' })
}

/**
 * Parts carry no annotations; they are written afterwards, and by then the object that they are read from is replaced:
 *
 * | annotations            | versions are kept | the rewrite                                            |
 * |------------------------|-------------------|--------------------------------------------------------|
 * | none, or not to be seen| any               | without them                                           |
 * | some                   | yes               | from the version that was looked at, which still has them |
 * | some                   | no                | refused: they would be lost                            |
 */
async function withAnnotations(copy: CopyWork, here: WorkContext, head: ObjectHead): Promise<CopyWork> {
  const { source, properties } = copy
  const names = await annotationsOf(copy, here, head)
  if (names.length === 0) return { ...copy, properties: { ...properties, annotations: { policy: 'drop' } } }
  if (head.versionId !== undefined) return { ...copy, source: { ...source, versionId: head.versionId } }
  const message = `${source.key} has annotations: a rewrite of ${head.size} bytes goes by parts, and would lose them.`
  fail('not-possible', 'item', message, { property: 'annotations' })
}

/** Under a customer key there are none. Rights to see them are young: without, the job says so and goes on. */
async function annotationsOf(
  { properties, source: object }: CopyWork,
  here: WorkContext,
  head: ObjectHead,
): Promise<readonly string[]> {
  const { source, signal } = here
  const mayHave = source.habits.annotations && head.encryption.kind !== 'SSE-C'
  if (!mayHave || properties.annotations.policy !== 'copy') return []
  try {
    return await attempt(here, () => source.listAnnotations(object, signal))
  } catch (error) {
    if (codeOf(error) !== 'access-denied') throw error
    here.note?.(
      'These keys may not list annotations (s3:ListObjectAnnotations): objects that were rewritten by parts have none.',
    )
    return []
  }
}

async function rewriteWhole(
  copy: CopyWork,
  here: WorkContext,
  looked: Looked,
  journal: UploadJournal,
): Promise<CopyOutcome> {
  const { known, opened } = looked
  const { habits } = here.destination
  const prepared = await preparedFrom(copy, here, opened, known.tags, known.acl)
  noteWeakGuards(copy, here, 'copy-object')
  const request = requestFor(copy, here, prepared)
  const { bucket, key } = copy.destination
  const look = lookedInSlot(looked, here, { bucket, key })
  const lookOnce = (): Promise<void> => look(['tags', 'acl'])
  const { head } = known
  const since = here.destination.serverTime ?? -Infinity
  const settle = (context: WorkContext): Promise<Settled<Written>> =>
    settleSent(copy, context, prepared, head, since)
  const splits = async (): Promise<boolean> =>
    head.versionId !== undefined || (await annotationsOf(copy, here, head)).length === 0
  const sent = { work: copy, context: here, prepared, settle, journal, splits }
  let written = await send(sent, request, lookOnce)
  if ('byParts' in written) {
    const inParts = await withAnnotations(copy, here, head)
    const instead = await copyPartsInstead(inParts, here, written.byParts, settle, lookOnce)
    if (instead.is === 'parts') return instead.outcome
    written = instead.written
  }
  const owed = owedTags(copy.properties, prepared.wanted, habits, request)
  const isOwed = owed && !(isEmpty(owed) && known.tags !== undefined && isEmpty(known.tags))
  const owedNow = isOwed ? owed : undefined
  return finishCopy(copy, here, written, { prepared, way: 'copy-object', least: 'answer', owedTags: owedNow })
}

function isEmpty(tags: object): boolean {
  return Object.keys(tags).length === 0
}

/** REPLACE, with everything in it; tags are replaced where they are known, and else copied by directive. */
function requestFor(
  copy: CopyWork,
  here: WorkContext,
  { wanted, encryption, sourceKey }: Prepared,
): CopyObject {
  const { source, destination, properties, etag } = copy
  const { headers = {}, metadata = {}, tags: _, ...placement } = propertiesToWrite(wanted, encryption)
  const dropsAnnotations = properties.annotations.policy === 'drop' && here.destination.habits.annotations
  return {
    ...placement,
    storageClass: placement.storageClass,
    bucket: destination.bucket,
    key: destination.key,
    source: { ...source, customerKey: sourceKey, ifMatch: etag },
    size: copy.size,
    ifMatch: etag,
    replace: { headers, metadata },
    replaceTags: wanted.tags,
    annotations: dropsAnnotations ? 'drop' : undefined,
  }
}

/** Both conditions are about the one object, so whichever was refused, it changed. */
async function send(
  sent: Omit<Sent, 'send'>,
  request: CopyObject,
  look: () => Promise<void>,
): Promise<Copied> {
  const { work, context, settle } = sent
  const copyAsLooked = async (signal: AbortSignal): Promise<Written> => {
    await look()
    return context.destination.copyObject(request, signal)
  }
  const sendOnce = (): Promise<Copied> =>
    askTwice<Copied>(work.size, context, copyAsLooked, (looking) =>
      besideRewrite({ ...sent, send: copyAsLooked }, looking),
    )
  try {
    return await attempt<Copied>(context, sendOnce, { settle: () => settle(context) })
  } catch (error) {
    if (isRefusedCondition(error)) sourceChanged(work)
    if (codeOf(error) === 'no-such-key')
      fail('source-missing', 'item', `${work.source.key} is no longer there.`)
    throw error
  }
}

async function settleSent(
  copy: CopyWork,
  here: WorkContext,
  prepared: Prepared,
  before: ObjectHead,
  since: number,
): Promise<Settled<Written>> {
  const found = await findRewritten(copy, here, prepared, before, since)
  if (!found) return { is: 'not-done' }
  return { is: 'done', outcome: { etag: found.etag, versionId: found.versionId, found } }
}

/**
 * What the rewrite made, if it was done:
 *
 * | stands there now                                             | ours |
 * |--------------------------------------------------------------|------|
 * | nothing, or other bytes                                      | no   |
 * | something that is not as it was asked                        | no   |
 * | as asked, written before                                     | no   |
 * | as asked, written since, and another than before             | yes  |
 * | as asked, written since, in the second of what stood before  | only if that was not as asked |
 */
async function findRewritten(
  copy: CopyWork,
  here: WorkContext,
  prepared: Prepared,
  before: ObjectHead,
  since: number,
): Promise<ObjectHead | undefined> {
  const found = await headDestination(copy, here, prepared.destinationKey)
  if (!found || !isWrittenSince(found.lastModified, since)) return undefined
  // The endpoint may have lost the tags, which are put back in any case.
  const wanted = { ...prepared.wanted, tags: undefined }
  if (differsFromWanted(wanted, found) !== undefined) return undefined
  const isOther =
    found.etag !== before.etag ||
    found.versionId !== before.versionId ||
    !isSameSecond(found.lastModified, before.lastModified)
  if (!isOther && differsFromWanted(wanted, before) === undefined) return undefined
  return (await holdsSourceBytes(copy, here, found, prepared)) ? found : undefined
}

import type { ObjectHead, Tags } from '#model/object.ts'
import { copyAnnotations } from './annotations.ts'
import { aclDiffers, differingName, differsFromWanted, encryptionDiffers } from './compare/differences.ts'
import { headDestination, readAcl, readTags } from './look.ts'
import type { Prepared } from './prepare.ts'
import type { Way } from './properties.ts'
import { isOpaque } from './properties.ts'
import { AS_WRITE, attempt } from './pace/retry.ts'
import { finishFile, isToFile } from './to-file.ts'
import type { EndpointHabits, ObjectId } from './storage.ts'
import type { Written } from './compare/verify.ts'
import { asksOf, checkDeep, checkHead, compareEtags, levelFor, notVerified } from './compare/verify.ts'
import type { CopyOutcome, CopyWork, WorkContext } from './work.ts'

export interface Finish {
  readonly prepared: Prepared
  readonly way: Way
  /** Whether the answer to the write may be enough; elsewhere a HEAD is the least. */
  readonly least: 'answer' | 'head'
  /** Tags that the endpoint drops from such a write: put there now. */
  readonly owedTags?: Tags | undefined
}

/** The write's own answer is all that the verification needs. */
export function isAnswered(
  work: CopyWork,
  habits: EndpointHabits,
  written: Written,
  finish: Finish,
): boolean {
  const { known, wanted } = finish.prepared
  return (
    finish.least === 'answer' &&
    written.found === undefined &&
    levelFor(work.verify, habits, asksOf(work, wanted)) === 'answer' &&
    (compareEtags(work.etag, written) !== 'differ' || isOpaque(known.head?.encryption)) &&
    !encryptionDiffers(wanted.encryption, written.encryption)
  )
}

/**
 * The rest of a copy once it is written: what such a write does not carry or the endpoint dropped is put there, then
 * the verification (invariant 5). Throws `not-verified`, naming the property.
 */
export async function finishCopy(
  work: CopyWork,
  context: WorkContext,
  written: Written,
  finish: Finish,
): Promise<CopyOutcome> {
  const { habits } = context.destination
  const { prepared, owedTags } = finish
  if (isToFile(context)) return finishFile(work, context, written, prepared)
  const id: ObjectId = { ...work.destination, versionId: written.versionId }
  const from = context.seams.now()
  if (owedTags) await putTagsBack(context, id, owedTags)
  const hadSome = owedTags !== undefined && Object.keys(owedTags).length > 0
  const withoutTagsFor = hadSome ? context.seams.now() - from : undefined
  if (finish.way === 'bytes') await copyAnnotations(work, context, id, prepared)
  const { etag, versionId } = written
  if (isAnswered(work, habits, written, finish)) {
    return { etag, versionId, verified: 'answer', settled: false, withoutTagsFor }
  }
  const head = await lookAtCopy(work, context, written, prepared)
  // How many tags there are is compared only where the HEAD is younger than they are.
  const wanted = owedTags ? { ...prepared.wanted, tags: undefined } : prepared.wanted
  await checkHead(work, context, written, head, { ...prepared, wanted })
  const isFull = levelFor(work.verify, habits, asksOf(work)) === 'full'
  if (isFull) await checkDeep(work, context, id, prepared, finish.way)
  return {
    etag: head.etag,
    versionId: versionId ?? head.versionId,
    verified: isFull ? 'full' : 'head',
    settled: written.found !== undefined,
    withoutTagsFor,
    head,
  }
}

/** What stands there now. Where the endpoint is not known to keep its word, lock and ACL are mended first. */
async function lookAtCopy(
  work: CopyWork,
  context: WorkContext,
  written: Written,
  prepared: Prepared,
): Promise<ObjectHead> {
  const { key } = work.destination
  const look = (): Promise<ObjectHead | undefined> =>
    headDestination(work, context, prepared.destinationKey, written.versionId)
  const head = written.found ?? (await look()) ?? notVerified('existence', key)
  if (context.destination.habits.answersInFull) return head
  const mended = await mend(work, context, written, head, prepared)
  return mended ? ((await look()) ?? notVerified('existence', key)) : head
}

/** Lock and ACL by requests of their own, for an endpoint that leaves them out of the write. */
async function mend(
  work: CopyWork,
  context: WorkContext,
  written: Written,
  head: ObjectHead,
  { known, wanted }: Prepared,
): Promise<boolean> {
  const { destination, signal } = context
  const id: ObjectId = { ...work.destination, versionId: written.versionId }
  const { acl, retention, legalHold } = wanted
  const found = acl && (await readAcl(destination, id, context))
  if (acl && found && aclDiffers(acl, found, known.acl?.owner))
    await attempt(context, () => destination.putAcl({ ...id, acl }, signal), AS_WRITE)
  let mended = false
  if (retention && differsFromWanted({ retention }, head) !== undefined) {
    await attempt(context, () => destination.putRetention({ ...id, retention }, signal), AS_WRITE)
    mended = true
  }
  if (legalHold && differsFromWanted({ legalHold }, head) !== undefined) {
    await attempt(context, () => destination.putLegalHold({ ...id, legalHold }, signal), AS_WRITE)
    mended = true
  }
  return mended
}

async function putTagsBack(context: WorkContext, id: ObjectId, tags: Tags): Promise<void> {
  const { destination, signal } = context
  await attempt(context, () => destination.putTags({ ...id, tags }, signal), AS_WRITE)
  const name = differingName(tags, await readTags(destination, id, context))
  if (name !== undefined) notVerified(`tag ${name}`, id.key)
}

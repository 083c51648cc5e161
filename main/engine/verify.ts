import { fail } from '#model/failure.ts'
import type { Encryption, ObjectHead, Tags } from '#model/object.ts'
import { etagParts } from '#model/object.ts'
import type { VerifyLevel } from '#model/spec.ts'
import { digestOf } from './digest.ts'
import { headOrNothing, readTags } from './look.ts'
import { classToWrite, differingName, findDifference, tagsToWrite } from './properties.ts'
import { attempt } from './retry.ts'
import type { EndpointHabits, ObjectId, WriteResult } from './storage.ts'
import type { CopyOutcome, CopyWork, WorkContext } from './work.ts'

/**
 * How far a copy is verified:
 *
 * | asked  | answers in full, binds the source | otherwise |
 * |--------|-----------------------------------|-----------|
 * | auto   | answer                            | head      |
 * | answer | answer                            | head      |
 * | head   | head                              | head      |
 * | full   | full                              | full      |
 */
export function levelFor(asked: VerifyLevel, habits: EndpointHabits): CopyOutcome['verified'] {
  if (asked === 'full' || asked === 'head') return asked
  return habits.answersInFull && habits.copySourceIfMatch ? 'answer' : 'head'
}

/** What a write made, or what was found of it when it was settled. */
export interface Written extends WriteResult {
  /** The HEAD that found it: the write was in doubt. */
  readonly found?: ObjectHead | undefined
}

export interface Finish {
  readonly level: CopyOutcome['verified']
  /** The source's HEAD, where it was read: headers and metadata are compared with it. */
  readonly source?: ObjectHead | undefined
  /** The source's tags, where they were read. */
  readonly tags?: Tags | undefined
  /** Tags that the endpoint drops from a write: put there now. */
  readonly owedTags?: Tags | undefined
}

/**
 * The rest of a copy once it is written: tags put back where the endpoint drops them, then the verification
 * (invariant 5). Throws `not-verified`, naming the property.
 */
export async function finishCopy(
  work: CopyWork,
  context: WorkContext,
  written: Written,
  finish: Finish,
): Promise<CopyOutcome> {
  const { level, owedTags } = finish
  const { found } = written
  const id: ObjectId = { ...work.destination, versionId: written.versionId }
  if (owedTags) await putTagsBack(context, id, owedTags)
  if (level === 'answer' && !found && compareEtags(work.etag, written) !== 'differ') {
    return { etag: written.etag, versionId: written.versionId, verified: 'answer', settled: false }
  }
  const head = found ?? (await attempt(context, () => context.destination.headObject(id, context.signal)))
  await checkHead(work, context, written, head, finish.source)
  if (level === 'full') await checkTags(work, context, id, finish.tags)
  return {
    etag: head.etag,
    versionId: written.versionId ?? head.versionId,
    verified: level === 'full' ? 'full' : 'head',
    settled: found !== undefined,
    head,
  }
}

/**
 * The ETag rule, from the copy's own answer:
 *
 * | source ETag | written ETag  | written encryption | verdict |
 * |-------------|---------------|--------------------|---------|
 * | any         | equal         | any                | equal   |
 * | of N parts  | other         | any                | cannot  |
 * | single      | of N parts    | any                | cannot  |
 * | single      | other, single | KMS, SSE-C         | cannot  |
 * | single      | other, single | none, SSE-S3       | differ  |
 *
 * "Differ" may still be a source under KMS, whose ETag is no digest: one look at it decides.
 */
export function compareEtags(
  source: string,
  written: { readonly etag: string; readonly encryption?: Encryption | undefined },
): 'equal' | 'cannot' | 'differ' {
  if (source === written.etag) return 'equal'
  if (etagParts(source) !== undefined || etagParts(written.etag) !== undefined) return 'cannot'
  return isOpaque(written.encryption) ? 'cannot' : 'differ'
}

/**
 * Whether `head` holds what the work was to copy, as far as size and ETag can tell. Between two stores an ETag that
 * differs may be one that never was a digest: there the source is read for its own, as what was sent was it.
 */
export async function holdsSourceBytes(
  work: CopyWork,
  context: WorkContext,
  head: ObjectHead,
): Promise<boolean> {
  if (head.size !== work.size) return false
  if (compareEtags(work.etag, head) !== 'differ') return true
  const source = await headOrNothing(context.source, work.source, context)
  if (source === undefined) return false
  if (isOpaque(source.encryption)) return true
  if (context.source === context.destination || source.etag !== work.etag) return false
  return (await digestOf(context.source, { ...work.source, ifMatch: work.etag }, context)) === head.etag
}

async function putTagsBack(context: WorkContext, id: ObjectId, tags: Tags): Promise<void> {
  const { destination, signal } = context
  await attempt(context, () => destination.putTags({ ...id, tags }, signal))
  const name = differingName(tags, await readTags(destination, id, context))
  if (name !== undefined) notVerified(`tag ${name}`, id.key)
}

async function checkHead(
  work: CopyWork,
  context: WorkContext,
  written: Written,
  head: ObjectHead,
  source: ObjectHead | undefined,
): Promise<void> {
  const { key } = work.destination
  if (head.size !== work.size) notVerified('size', key)
  if (head.etag !== written.etag) notVerified('ETag', key)
  if (!(await holdsSourceBytes(work, context, head))) notVerified('ETag', key)
  const storageClass = classToWrite(work.properties, source?.storageClass ?? work.storageClass)
  if (head.storageClass !== storageClass) notVerified('storage class', key)
  const property = source && findDifference(source, head)
  if (property !== undefined) notVerified(property, key)
}

async function checkTags(
  work: CopyWork,
  context: WorkContext,
  id: ObjectId,
  ofSource: Tags | undefined,
): Promise<void> {
  const wanted = tagsToWrite(
    work.properties,
    ofSource ?? (await readTags(context.source, work.source, context)),
  )
  const name = differingName(wanted, await readTags(context.destination, id, context))
  if (name !== undefined) notVerified(`tag ${name}`, id.key)
}

function notVerified(property: string, key: string): never {
  fail('not-verified', 'item', `${key} did not arrive as it was sent: its ${property} is another.`, {
    property,
  })
}

/** Encryption under which an ETag is not the digest of the bytes. */
function isOpaque(encryption: Encryption | undefined): boolean {
  return encryption !== undefined && encryption.kind !== 'none' && encryption.kind !== 'SSE-S3'
}

import { fail } from '#model/failure.ts'
import type { ObjectHead } from '#model/object.ts'
import { etagParts } from '#model/object.ts'
import type { VerifyLevel } from '#model/spec.ts'
import { annotationsDiffer } from '../annotations.ts'
import { aclDiffers, compareWholeChecksums, differingName, differsFromWanted } from './differences.ts'
import { digestOf } from './digest.ts'
import { headOrNothing, readAcl, readTags } from '../look.ts'
import type { Prepared } from '../prepare.ts'
import { openSource } from '../prepare.ts'
import type { Wanted, Way } from '../properties.ts'
import { isOpaque } from '../properties.ts'
import type { EndpointHabits, ObjectId, WriteResult } from '../storage.ts'
import type { CopyOutcome, CopyWork, WorkContext } from '../work.ts'

/** What a copy asks of its endpoint beyond carrying bytes. */
export interface Asks {
  readonly encryption: boolean
  /** A condition on what stands at the destination. */
  readonly condition: boolean
}

/**
 * How far a copy is verified:
 *
 * | asked  | answers in full, binds the source, keeps what is asked of it | otherwise |
 * |--------|--------------------------------------------------------------|-----------|
 * | auto   | answer                                                       | head      |
 * | answer | answer                                                       | head      |
 * | head   | head                                                         | head      |
 * | full   | full                                                         | full      |
 */
export function levelFor(asked: VerifyLevel, habits: EndpointHabits, asks: Asks): CopyOutcome['verified'] {
  if (asked === 'full' || asked === 'head') return asked
  const keeps = (habits.copyEncrypts || !asks.encryption) && (habits.writeConditions || !asks.condition)
  return habits.answersInFull && habits.copySourceIfMatch && keeps ? 'answer' : 'head'
}

/** What this work asks for, as far as it is known before its source is read. */
export function asksOf(work: CopyWork, wanted?: Wanted): Asks {
  const encryption = wanted ? wanted.encryption !== undefined : work.properties.encryption.policy !== 'drop'
  return { encryption, condition: work.expect.is !== 'anything' }
}

/** What a write made, or what was found of it when it was settled. */
export interface Written extends WriteResult {
  /** The HEAD that found it: the write was in doubt. */
  readonly found?: ObjectHead | undefined
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
  written: Pick<WriteResult, 'etag' | 'encryption'>,
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
  known?: Pick<Prepared, 'known' | 'sourceKey'>,
): Promise<boolean> {
  if (head.size !== work.size) return false
  if (compareEtags(work.etag, head) !== 'differ') return true
  const customerKey = known?.sourceKey
  const source =
    known?.known.head ?? (await headOrNothing(context.source, { ...work.source, customerKey }, context))
  if (source === undefined) return false
  if (isOpaque(source.encryption)) return true
  if (context.source === context.destination || source.etag !== work.etag) return false
  const bound = { ...work.source, ifMatch: work.etag, customerKey }
  return (await digestOf(context.source, bound, context)) === head.etag
}

/** Compares what a HEAD shows of a copy with what was to be. Throws `not-verified`, naming the property. */
export async function checkHead(
  work: CopyWork,
  context: WorkContext,
  written: Written,
  head: ObjectHead,
  prepared: Prepared,
): Promise<void> {
  const { key } = work.destination
  if (head.size !== work.size) notVerified('size', key)
  if (head.etag !== written.etag) notVerified('ETag', key)
  await checkBytes(work, context, head, prepared)
  const property = differsFromWanted(prepared.wanted, head)
  if (property !== undefined) notVerified(property, key)
}

/**
 * | ETags  | full-object checksums  | of a copy                              | of a move                 |
 * |--------|------------------------|----------------------------------------|---------------------------|
 * | any    | differ                 | not verified                           | not verified              |
 * | any    | equal                  | verified                               | verified                  |
 * | equal  | not on both sides      | verified                               | verified                  |
 * | cannot | source's not read      | the source's is read                   | before the delete         |
 * | cannot | not on both sides      | the size and S3's word are all there is| same                      |
 * | differ | not on both sides      | the source's encryption, or its bytes  | same                      |
 */
async function checkBytes(
  work: CopyWork,
  context: WorkContext,
  head: ObjectHead,
  prepared: Prepared,
): Promise<void> {
  const { key } = work.destination
  const verdict = compareEtags(work.etag, head)
  const canRead = context.source.habits.checksums && head.checksumType === 'FULL_OBJECT'
  let source = prepared.known.head
  if (verdict === 'cannot' && !source && canRead && work.purpose === 'copy') {
    source = (await openSource(work, context)).head
  }
  const checksums = compareWholeChecksums(source, head)
  if (checksums?.is === 'equal') return
  if (checksums?.is === 'differ') notVerified(`checksum ${checksums.algorithm}`, key)
  if (!(await holdsSourceBytes(work, context, head, prepared))) notVerified('ETag', key)
}

/**
 * What no HEAD shows: tags, ACL, and annotations that were written one by one. Tags that S3 copied are compared with
 * the source's.
 */
export async function checkDeep(
  work: CopyWork,
  context: WorkContext,
  id: ObjectId,
  prepared: Prepared,
  way: Way,
): Promise<void> {
  const { known, wanted } = prepared
  const tags = wanted.tags ?? known.tags ?? (await readTags(context.source, work.source, context))
  const name = differingName(tags, await readTags(context.destination, id, context))
  if (name !== undefined) notVerified(`tag ${name}`, id.key)
  if (way === 'bytes' && (await annotationsDiffer(work, context, id, prepared)))
    notVerified('annotations', id.key)
  if (!wanted.acl) return
  const acl = await readAcl(context.destination, id, context)
  if (acl && aclDiffers(wanted.acl, acl, known.acl?.owner)) notVerified('ACL', id.key)
}

export function notVerified(property: string, key: string): never {
  fail('not-verified', 'item', `${key} did not arrive as it was sent: its ${property} is another.`, {
    property,
  })
}

import type { ObjectHead } from '#model/object.ts'
import { etagParts } from '#model/object.ts'
import { checksum as startChecksum } from './compare/checksum.ts'
import { digestOf } from './compare/digest.ts'
import { headDestination } from './look.ts'
import type { Prepared } from './prepare.ts'
import { openSource } from './prepare.ts'
import { isOpaque } from './properties.ts'
import { attempt } from './pace/retry.ts'
import type { CreateUpload, Digest, Storage } from './storage.ts'
import { abortUpload } from './upload.ts'
import type { Written } from './compare/verify.ts'
import { notVerified } from './compare/verify.ts'
import type { CopyOutcome, CopyWork, WorkContext } from './work.ts'

/** Downloads: in what an object that becomes a file of this machine differs from a copy between stores. */

/** The upload id by which the unfinished file of a write that was killed is taken away. */
export const WHOLE_WRITE = 'whole'

export function isToFile({ destination }: Pick<WorkContext, 'destination'>): boolean {
  return destination.habits.holds === 'files'
}

export function fromWhat({ source }: Pick<WorkContext, 'source'>): 'object' | 'file' {
  return source.habits.holds === 'files' ? 'file' : 'object'
}

/**
 * What the bytes of a download must come to, or no file appears:
 *
 * | the source's ETag   | encryption   | its checksum of the whole | endpoint          | must be        |
 * |---------------------|--------------|---------------------------|-------------------|----------------|
 * | of one part         | none, SSE-S3 | any                       | keeps its word    | the ETag       |
 * | of parts, and so cut| none, SSE-S3 | any                       | keeps its word    | the ETag       |
 * | any other           | any          | told                      | any               | the checksum   |
 * | any other           | any          | none                      | any               | looked at after|
 *
 * Elsewhere an ETag may be no digest at all, so there it is compared when the bytes are known.
 */
export function mustBe(
  head: Pick<ObjectHead, 'encryption' | 'checksums' | 'checksumType'>,
  etag: string,
  source: Pick<Storage, 'habits'>,
  cutAsSource: boolean,
): Digest | undefined {
  if (!isOpaque(head.encryption) && tellsDigests(source) && (etagParts(etag) === undefined || cutAsSource))
    return { etag }
  const [told] = head.checksumType === 'FULL_OBJECT' ? wholeChecksums(head) : []
  return told && { checksum: told }
}

/**
 * What the parts of a download are told by: their MD5s, where those make the ETag that the whole is compared by. Elsewhere
 * the whole is read once more in the end, and a part is only to be known again: CRC32 costs a tenth.
 */
export function checksumOfParts(
  work: Pick<CopyWork, 'etag'>,
  { source }: Pick<WorkContext, 'source'>,
  { known: { head } }: Prepared,
  { keepsEtag }: { readonly keepsEtag: boolean },
): Pick<CreateUpload, 'checksum' | 'checksumType'> {
  const etag = head && mustBe(head, work.etag, source, keepsEtag)?.etag
  if (etag !== undefined && etagParts(etag) !== undefined) return {}
  return { checksum: 'CRC32', checksumType: 'FULL_OBJECT' }
}

/** Endpoints that are known to keep their word, and do not make ETags up. */
function tellsDigests({ habits }: Pick<Storage, 'habits'>): boolean {
  return habits.answersInFull && habits.etags !== 'opaque'
}

const ALGORITHMS = ['CRC32', 'SHA256', 'SHA1', 'CRC64NVME', 'CRC32C'] as const

/** Those that are cheap to reckon come first. */
function wholeChecksums({ checksums }: Pick<ObjectHead, 'checksums'>): NonNullable<Digest['checksum']>[] {
  return ALGORITHMS.flatMap((algorithm) => {
    const value = checksums[algorithm]
    return value === undefined ? [] : [{ algorithm, value }]
  })
}

/**
 * The rest of a download. Its bytes were compared before the file got its name, wherever its source tells what they
 * must come to; of a store whose ETags may be no digests, one that differs is read once more.
 */
export async function finishFile(
  work: CopyWork,
  context: WorkContext,
  written: Written,
  prepared: Prepared,
): Promise<CopyOutcome> {
  const { etag, digest, found } = written
  if (found === undefined && (await isDoubtful(work, context, digest, prepared)))
    notVerified('ETag', work.destination.key)
  const { verify } = work
  const isLookedAt = verify === 'head' || verify === 'full'
  const head = found ?? (isLookedAt ? await headDestination(work, context, undefined) : undefined)
  if (isLookedAt && (head?.etag !== etag || head.size !== work.size))
    notVerified('existence', work.destination.key)
  return { etag, verified: isLookedAt ? verify : 'answer', settled: found !== undefined, head }
}

/** Both ETags are of the same kind and differ, and a second reading does not explain it. */
async function isDoubtful(
  work: CopyWork,
  context: WorkContext,
  digest: string | undefined,
  { known, sourceKey }: Prepared,
): Promise<boolean> {
  if (digest === undefined || digest === work.etag || isOpaque(known.head?.encryption)) return false
  if (tellsDigests(context.source)) return false
  if (etagParts(digest) !== undefined || etagParts(work.etag) !== undefined) return false
  const bound = { ...work.source, ifMatch: work.etag, customerKey: sourceKey }
  return (await digestOf(context.source, bound, context)) !== digest
}

/**
 * The file that a download in doubt has made, if it was done. The destination's clock proves nothing here, for a file
 * gets the date of its source; but nobody else gives it that:
 *
 * | at the destination                          | ours                                                       |
 * |---------------------------------------------|------------------------------------------------------------|
 * | nothing, or another size                    | no                                                         |
 * | the very file that the plan remembers       | no                                                         |
 * | of the source's size and date               | yes                                                        |
 * | of another date (FAT, some shares)          | if its bytes are the source's, as far as they can be known |
 */
export async function findFile(
  work: CopyWork,
  context: WorkContext,
  prepared: Prepared | undefined,
): Promise<ObjectHead | undefined> {
  const head = await headDestination(work, context, undefined)
  if (head?.size !== work.size) return undefined
  const { expect } = work
  if (expect.is === 'etag' && expect.etag === head.etag) return undefined
  if (head.lastModified === work.lastModified) return head
  return (await holdsSource(work, context, prepared)) ? head : undefined
}

async function holdsSource(
  work: CopyWork,
  context: WorkContext,
  prepared: Prepared | undefined,
): Promise<boolean> {
  const source = prepared?.known.head ?? (await openSource(work, context)).head
  const wanted = mustBe(source, work.etag, context.source, false)
  if (!wanted) return false
  const { checksum, etag } = wanted
  if (etag !== undefined) return (await digestOf(context.destination, work.destination, context)) === etag
  if (!checksum) return false
  return attempt(context, async () => {
    const { body } = await context.destination.getObject(work.destination, context.signal)
    const sum = startChecksum(checksum.algorithm)
    for await (const chunk of body) sum.update(chunk)
    return sum.digest() === checksum.value
  })
}

/** After a kill: what a write of a whole file left unfinished beside it. */
export async function clearUnfinished(work: CopyWork, context: WorkContext): Promise<void> {
  await abortUpload({ ...work.destination, uploadId: WHOLE_WRITE }, context)
}

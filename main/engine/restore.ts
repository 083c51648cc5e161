import { DecantError, fail } from '#model/failure.ts'
import type { ObjectHead, ObjectSummary } from '#model/object.ts'
import type { RESTORE_TIERS } from '#model/spec.ts'
import { codeOf, headOrNothing } from './look.ts'
import { AS_WRITE, attempt } from './pace/retry.ts'
import type { RestoreObject } from './storage.ts'
import type { RestoreWork, WorkContext } from './work.ts'

export type RestoreTier = (typeof RESTORE_TIERS)[number]

/** What a listing or a HEAD tells of an object's archive. Only a HEAD tells Intelligent-Tiering's tier. */
export type ArchiveSigns = Pick<ObjectSummary, 'storageClass' | 'restore'> & Pick<ObjectHead, 'archiveTier'>

/**
 * Whether an object can be read and copied:
 *
 * | class                 | archive tier  | restore                  |            |
 * |-----------------------|---------------|--------------------------|------------|
 * | GLACIER, DEEP_ARCHIVE | –             | none, or its copy is gone | archived  |
 * | GLACIER, DEEP_ARCHIVE | –             | under way                | restoring  |
 * | GLACIER, DEEP_ARCHIVE | –             | restored                 | readable   |
 * | INTELLIGENT_TIERING   | an archive one| under way                | restoring  |
 * | INTELLIGENT_TIERING   | an archive one| none                     | archived   |
 * | INTELLIGENT_TIERING   | none, unknown | under way                | restoring  |
 * | INTELLIGENT_TIERING   | none, unknown | none                     | readable   |
 * | any other             | –             | any                      | readable   |
 *
 * An Intelligent-Tiering object that was restored is simply back in its frequent tier, and a listing does not tell
 * which tier it is in: there only the attempt to read it, or a HEAD, does. `now`: the server's clock, milliseconds;
 * with it a restored copy whose time is over counts as gone.
 * Source: "Working with archived objects", Amazon S3 User Guide.
 */
export function archiveState(object: ArchiveSigns, now?: number): 'readable' | 'restoring' | 'archived' {
  const { storageClass, restore, archiveTier } = object
  const isTiered = storageClass === 'INTELLIGENT_TIERING'
  if (!isTiered && storageClass !== 'GLACIER' && storageClass !== 'DEEP_ARCHIVE') return 'readable'
  if (restore?.is === 'under-way') return 'restoring'
  if (isTiered) return archiveTier === undefined ? 'readable' : 'archived'
  if (restore === undefined) return 'archived'
  const isOver = now !== undefined && restore.until !== undefined && restore.until <= now
  return isOver ? 'archived' : 'readable'
}

export function isReadable(object: ArchiveSigns, now?: number): boolean {
  return archiveState(object, now) === 'readable'
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE

interface Span {
  readonly from: number
  readonly to: number
}

/**
 * How long a restore takes, typically. Source: "Understanding archive retrieval options", Amazon S3 User Guide.
 *
 * | tier      | GLACIER, Archive Access | DEEP_ARCHIVE, Deep Archive Access |
 * |-----------|-------------------------|-----------------------------------|
 * | Expedited | 1 to 5 minutes          | not offered                       |
 * | Standard  | 3 to 5 hours            | within 12 hours                   |
 * | Bulk      | 5 to 12 hours           | within 48 hours                   |
 *
 * "Within" names no beginning; a quarter of the time is when it is worth looking.
 */
const FLEXIBLE: Readonly<Record<RestoreTier, Span>> = {
  Expedited: { from: MINUTE, to: 5 * MINUTE },
  Standard: { from: 3 * HOUR, to: 5 * HOUR },
  Bulk: { from: 5 * HOUR, to: 12 * HOUR },
}
const DEEP: Readonly<Record<RestoreTier, Span | undefined>> = {
  Expedited: undefined,
  Standard: { from: 3 * HOUR, to: 12 * HOUR },
  Bulk: { from: 12 * HOUR, to: 48 * HOUR },
}

function isDeep({ storageClass, archiveTier }: ArchiveSigns): boolean {
  return storageClass === 'DEEP_ARCHIVE' || archiveTier === 'DEEP_ARCHIVE_ACCESS'
}

/** Whether S3 restores such an object at this tier: Expedited is not for the deep archives. */
export function hasTier(object: ArchiveSigns, tier: RestoreTier): boolean {
  return !isDeep(object) || DEEP[tier] !== undefined
}

/** When an object asked for at `askedAt` is likely to be readable: not before, and not after. Milliseconds. */
export function readyAt(
  object: ArchiveSigns,
  tier: RestoreTier,
  askedAt: number,
): { readonly earliest: number; readonly latest: number } {
  const span = (isDeep(object) ? DEEP[tier] : FLEXIBLE[tier]) ?? FLEXIBLE.Expedited
  return { earliest: askedAt + span.from, latest: askedAt + span.to }
}

/** Looks in the time in which it is expected: so many, evenly. */
const LOOKS_EXPECTED = 8
const LEAST_BETWEEN_LOOKS = MINUTE
const MOST_BETWEEN_LOOKS = HOUR

/**
 * How long to wait before the next look at a restore, milliseconds: until it can be ready at the earliest, but an
 * hour at most, as nobody promises the table; then a share of the time in which it is expected; never under a minute.
 */
export function untilNextLook(ready: ReturnType<typeof readyAt>, now: number): number {
  const wait = now < ready.earliest ? ready.earliest - now : (ready.latest - ready.earliest) / LOOKS_EXPECTED
  return Math.min(MOST_BETWEEN_LOOKS, Math.max(LEAST_BETWEEN_LOOKS, wait))
}

/**
 * Asks for one archived object. `readable`: there is nothing to wait for; `under-way`: begun now, sped up, or begun
 * before. An answer in doubt needs no settling: asked for twice, it is under way.
 *
 * | S3's answer                 | meaning                                                  | result    |
 * |-----------------------------|----------------------------------------------------------|-----------|
 * | 202                         | begun, or sped up to a faster tier                       | under-way |
 * | 200                         | restored already; its copy now stays `days` from today   | readable  |
 * | 409 RestoreAlreadyInProgress| under way at this tier or a faster one                   | under-way |
 * | another 409                 | the object's own HEAD tells                              | either    |
 * | 403 InvalidObjectState      | not in an archive: Intelligent-Tiering's frequent tiers  | readable  |
 *
 * Source: "RestoreObject", Amazon S3 API Reference.
 */
export async function askRestore(work: RestoreWork, context: WorkContext): Promise<'readable' | 'under-way'> {
  const { object, tier } = work
  if (!hasTier(work, tier)) {
    const message = `${object.key} is in ${work.storageClass}, which cannot be restored at the tier ${tier}.`
    fail('not-possible', 'item', message, { property: 'tier' })
  }
  const { source, signal } = context
  try {
    const answer = await attempt(context, () => source.restoreObject(requestFor(work), signal), {
      ...AS_WRITE,
      notAfter: 'conflict',
    })
    return answer === 'ready' ? 'readable' : 'under-way'
  } catch (error) {
    if (codeOf(error) === 'archived') return 'readable'
    if (codeOf(error) === 'no-such-key') sourceMissing(work)
    if (codeOf(error) === 'conflict') return afterConflict(error, work, context)
    throw error
  }
}

/** S3 has a word for a restore under way; where another 409 came, the object itself tells. */
async function afterConflict(
  error: unknown,
  work: RestoreWork,
  context: WorkContext,
): Promise<'readable' | 'under-way'> {
  if (error instanceof DecantError && error.failure.s3?.code === 'RestoreAlreadyInProgress')
    return 'under-way'
  const head = await headOrNothing(context.source, work.object, context)
  if (!head) sourceMissing(work)
  const state = archiveState(head)
  if (state === 'archived') throw error
  return state === 'readable' ? 'readable' : 'under-way'
}

function sourceMissing({ object }: RestoreWork): never {
  fail('source-missing', 'item', `${object.key} is no longer there.`)
}

/** `days` is owed for the Glacier classes and forbidden for Intelligent-Tiering. */
function requestFor({ object, storageClass, tier, days }: RestoreWork): RestoreObject {
  const { bucket, key, versionId } = object
  const isTiered = storageClass === 'INTELLIGENT_TIERING'
  return { bucket, key, versionId, tier, days: isTiered ? undefined : days }
}

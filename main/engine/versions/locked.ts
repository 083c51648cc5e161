import { DecantError, fail } from '#model/failure.ts'
import type { ObjectHead } from '#model/object.ts'
import { attempt } from '../pace/retry.ts'
import type { VersionWork, WorkContext } from '../work.ts'

/**
 * Why a version may not be deleted, where that is a lock: `not-possible`, naming it and until when it holds. Returns
 * where it is none, or where these keys may not see it; S3 itself says no more than "access denied".
 */
export async function refuseLocked(work: VersionWork, context: WorkContext, refusal: unknown): Promise<void> {
  const head = await readLock(work, context)
  if (head === undefined) return
  const { retention, legalHold } = head
  const s3 = refusal instanceof DecantError ? refusal.failure.s3 : undefined
  const more = (property: string) => (s3 ? { property, s3 } : { property })
  const what = `Version ${work.versionId} of ${work.key} was not deleted:`
  if (legalHold === 'ON') fail('not-possible', 'item', `${what} it is under a legal hold.`, more('legalHold'))
  const now = context.source.serverTime ?? context.seams.now()
  if (retention === undefined || retention.until <= now) return
  const until = `${new Intl.DateTimeFormat('en-CA', { timeZone: 'UTC' }).format(retention.until)} (UTC)`
  fail('not-possible', 'item', `${what} it is locked (${retention.mode}) until ${until}.`, more('retention'))
}

async function readLock(
  { bucket, key, versionId }: VersionWork,
  context: WorkContext,
): Promise<ObjectHead | undefined> {
  const { source, signal } = context
  try {
    return await attempt(context, () => source.headObject({ bucket, key, versionId }, signal))
  } catch (error) {
    if (error instanceof DecantError && error.failure.reach === 'item') return undefined
    throw error
  }
}

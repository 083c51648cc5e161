import { fail } from '#model/failure.ts'
import type { VersionSummary } from '#model/object.ts'
import { isWrittenSince } from '../look.ts'
import { attempt } from '../pace/retry.ts'
import type { MarkWork, Settled, WorkContext } from '../work.ts'

/** The marker that stands now. */
export interface MarkOutcome {
  /** Undefined where the endpoint tells no version ids at all. */
  readonly versionId?: string | undefined
  /** It was found done when settled, not sent again. */
  readonly settled: boolean
}

/**
 * Writes a delete marker of a history at the destination: a DELETE without a version id. The destination's bucket has
 * to keep versions, which the planner has seen to: anywhere else the same request would delete the object.
 */
export async function copyMarker(work: MarkWork, context: WorkContext): Promise<MarkOutcome> {
  const { destination, signal } = context
  const since = destination.serverTime ?? -Infinity
  const { bucket, key } = work.destination
  const answer = await attempt<MarkOutcome & { deleteMarker: boolean }>(
    context,
    async () => ({ ...(await destination.deleteObject({ bucket, key }, signal)), settled: false }),
    {
      async settle() {
        const settled = await settleMarker(work, context, since)
        if (settled.is === 'not-done') return settled
        return { is: 'done', outcome: { ...settled.outcome, deleteMarker: true } }
      },
    },
  )
  if (answer.deleteMarker) return { versionId: answer.versionId, settled: answer.settled }
  // Some stores keep a marker and do not say so.
  const settled = await settleMarker(work, context, since)
  if (settled.is === 'done') return { ...settled.outcome, settled: false }
  const message = `${key} has no delete marker at the destination after one was written: its bucket does not keep versions.`
  fail('not-verified', 'item', message, { property: 'delete marker' })
}

/**
 * Whether a marker in doubt was written (invariant 7). `since`: the server's clock when its batch was marked,
 * milliseconds.
 *
 * | newest version of the key           | ours |
 * |-------------------------------------|------|
 * | none, or an object                  | no   |
 * | a marker written before `since`     | no   |
 * | the marker that the job wrote before| no   |
 * | any other marker                    | yes  |
 */
export async function settleMarker(
  work: MarkWork,
  context: WorkContext,
  since: number,
): Promise<Settled<MarkOutcome>> {
  const newest = await newestVersion(work, context)
  const isOurs =
    newest?.isDeleteMarker === true &&
    isWrittenSince(newest.lastModified, since) &&
    newest.versionId !== work.previous
  return isOurs ? { is: 'done', outcome: { versionId: newest.versionId, settled: true } } : { is: 'not-done' }
}

async function newestVersion(work: MarkWork, context: WorkContext): Promise<VersionSummary | undefined> {
  const { bucket, key } = work.destination
  // Newest first within a key, and the key itself before all others that it is a prefix of.
  const request = { bucket, prefix: key, maxKeys: 1 }
  const page = await attempt(context, () => context.destination.listVersions(request, context.signal))
  return page.versions.find((version) => version.key === key)
}

import { toFailure } from '#model/failure.ts'
import { attempt } from './retry.ts'
import type { WorkContext } from '../work.ts'

/**
 * Has the destination's clock told, where no answer has told it yet. Any answer tells it: who may write below a prefix
 * alone is refused a HEAD of the bucket, and learns the time by that.
 */
export async function learnServerTime(
  context: Pick<WorkContext, 'destination' | 'seams' | 'pace' | 'signal'>,
  bucket: string,
): Promise<void> {
  const { destination, signal } = context
  if (destination.serverTime !== undefined) return
  try {
    await attempt(context, () => destination.headBucket(bucket, signal))
  } catch (error) {
    const told = destination.serverTime as number | undefined
    if (toFailure(error).code !== 'access-denied' || told === undefined) throw error
  }
}

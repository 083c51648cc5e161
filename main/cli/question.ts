import { binarySize } from '#model/binary-size.ts'
import type { Tally } from '#model/job.ts'
import type { JobSpec } from '#model/spec.ts'
import { count, objects } from './words.ts'

/** What has to be confirmed before a job is started. */
export interface Question {
  /** By its plan, in a sentence; undefined where there is nothing of the kind in it. */
  asks(tally: Tally): string | undefined
  /** The command that lists it. */
  readonly plan: string
}

/**
 * | the job                                | asked about                     |
 * |----------------------------------------|---------------------------------|
 * | a mirror                               | what is deleted at DEST         |
 * | a deletion                             | what is deleted                 |
 * | a purge                                | the versions, and what they free |
 * | a rewind that deletes what came later  | what is deleted                 |
 * | any other                              | nothing                         |
 */
export function questionOf(spec: JobSpec): Question | undefined {
  if (spec.kind === 'copy' && spec.deleteExtra) {
    const asks = ({ planned }: Tally) =>
      some(
        planned['delete-extra'].items,
        (items) =>
          `${objects(items)} at the destination would be deleted: nothing of that name is at the source.`,
      )
    return { asks, plan: 'decant plan copy … --mirror' }
  }
  if (spec.kind === 'delete' && spec.purge) {
    const asks = ({ planned: { 'delete-version': old } }: Tally) =>
      some(
        old.items,
        (items) =>
          `${count(items)} old ${items === 1 ? 'version or delete marker' : 'versions and delete markers'} will be deleted for good, which frees ${binarySize(old.bytes)}.`,
      )
    return { asks, plan: 'decant plan purge …' }
  }
  if (spec.kind === 'delete') {
    const asks = ({ planned: { delete: gone, 'delete-version': versions } }: Tally) =>
      some(
        gone.items + versions.items,
        (items) =>
          `${objects(items)} will be deleted: by a delete marker where the bucket keeps versions, for good where it does not, and for good what is named by its version.`,
      )
    return { asks, plan: 'decant plan delete …' }
  }
  if (spec.kind === 'rewind' && spec.to.is === 'as-of' && spec.to.later === 'delete') {
    const asks = ({ planned }: Tally) =>
      some(
        planned.delete.items,
        (items) => `${objects(items)} that came later will be deleted, each by a delete marker.`,
      )
    return { asks, plan: 'decant plan rewind …' }
  }
  return undefined
}

function some(items: number, sentence: (items: number) => string): string | undefined {
  return items === 0 ? undefined : sentence(items)
}

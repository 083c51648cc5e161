import type { JobRecord } from '../record.ts'
import { isHeld } from '../state.ts'
import { fail } from '#model/failure.ts'
import { isFinished } from '#model/job.ts'

type Facts = Pick<JobRecord, 'id' | 'spec' | 'status' | 'draft' | 'more'>

/**
 * A job and its undo never work at the same time, nor do two undos of one job: a move that is tried again deletes an
 * object at its source because its copy stands, and its undo deletes the copy because the source stands. Each has looked
 * right before, and both would go. Undefined: nothing is in the way.
 *
 * | the job            | another one is                        | is in the way |
 * |--------------------|---------------------------------------|---------------|
 * | any                | an undo of it, under way              | yes           |
 * | an undo            | what it takes back, under way         | yes           |
 * | an undo            | another undo of the same, under way   | yes           |
 * | any                | anything else, held, or over          | no            |
 */
export function inTheWay<Other extends Facts>(
  { id, spec }: Pick<Facts, 'id' | 'spec'>,
  others: Iterable<Other>,
): Other | undefined {
  const of = spec.kind === 'undo' ? spec.of : undefined
  for (const other of others) {
    if (other.id === id || isHeld(other) || isFinished(other.status)) continue
    const takesBack = other.spec.kind === 'undo' ? other.spec.of : undefined
    if (takesBack === id || (of !== undefined && (other.id === of || takesBack === of))) return other
  }
  return undefined
}

/** Throws `not-possible` where another one has to be over before. `what`: as in "it cannot be started". */
export function refuseInTheWay(
  job: Pick<Facts, 'id' | 'spec'>,
  others: Iterable<{ readonly record: JobRecord }>,
  what: string,
): void {
  const other = inTheWay(
    job,
    [...others].map(({ record }) => record),
  )
  if (other === undefined) return
  const is = other.spec.kind === 'undo' ? 'takes back the same work' : 'is what it takes back'
  fail(
    'not-possible',
    'item',
    `id: the job ${job.id} cannot be ${what} now: the job ${other.id} ${is}, and is not over. Let it end, or cancel it.`,
    { property: 'id' },
  )
}

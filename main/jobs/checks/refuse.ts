import type { JobRecord } from '../record.ts'
import { fail } from '#model/failure.ts'

/** What does not fit the job's state. `what`: as in "it cannot be started". */
export function refuse(record: JobRecord, what: string): never {
  const { status } = record
  const is = status.is === 'paused' ? `paused (${status.reason})` : status.is
  return fail('bad-input', 'item', `id: the job ${record.id} is ${is}, so it cannot be ${what}.`, {
    property: 'id',
  })
}

/** Its budget is used up. */
export function refuseFull({ id }: JobRecord, why: string): never {
  const message = `id: the job ${id} cannot go on: ${why}. Raise its budget first.`
  return fail('budget', 'item', message, { property: 'budget' })
}

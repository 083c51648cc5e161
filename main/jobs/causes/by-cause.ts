import { retryOf } from './failure-groups.ts'
import type { JobKeeper } from '../keeper.ts'
import type { Live } from '../live.ts'
import { amendLegs } from '../plan/legs.ts'
import { noteMark } from './marks.ts'
import type { Cause } from '../store/causes.ts'
import type { Store } from '../store/store.ts'
import type { RetryWith, WhichCause } from './which-cause.ts'
import { fail } from '#model/failure.ts'
import { isFinished } from '#model/job.ts'

/** Failed items go back into the plan, and the job goes on. */
export function retryByCause(
  keeper: JobKeeper,
  store: Store,
  live: Live,
  cause: WhichCause | undefined,
  more: RetryWith = {},
): void {
  const { record } = live
  const { archived, customerKeys } = more
  if (archived !== undefined) checkArchived(live)
  const causes = store.causes
    .list(record.n)
    .filter((one) => (cause === undefined ? retryOf(one.code) !== 'none' : isOf(one, cause)))
    .map(({ id }) => id)
  const keys = customerKeys && ([...new Set([...customerKeys, ...(record.more.customerKeys ?? [])])] as const)
  noteMark(store, record, { as: 'again', causes, archived }, keys && { customerKeys: keys })
  if (keys !== undefined) {
    amendLegs(record.spec, keys)
    keeper.log(live, `Customer keys that are tried first from now on: ${keys.join(', ')}.`)
  }
  if (record.status.is === 'paused') keeper.goOn(live)
  else if (isFinished(record.status)) keeper.enqueue(live, false)
  keeper.marking.begin(live)
}

/** Failed items of one kind are skipped from now on. */
export function leaveByCause(keeper: JobKeeper, store: Store, live: Live, cause: WhichCause): void {
  const { record } = live
  if (record.spec.kind === 'parity' && cause.code === 'differs') {
    const message = 'code: what differs is what the comparison found; it cannot be left out of it.'
    fail('not-possible', 'item', message, { property: 'code' })
  }
  const causes = store.causes.list(record.n).filter((one) => isOf(one, cause))
  if (causes.length === 0) {
    const kind = cause.s3Code === undefined ? cause.code : `${cause.code} (${cause.s3Code})`
    fail('bad-input', 'item', `code: nothing of the job ${record.id} failed as ${kind}.`, {
      property: 'code',
    })
  }
  noteMark(store, record, { as: 'left', causes: causes.map(({ id }) => id) })
  keeper.marking.begin(live)
}

/** By the group's own name, or by S3's code alone, whatever else tells its groups apart. */
function isOf(one: Cause, { code, s3Code }: WhichCause): boolean {
  if (one.code !== code) return false
  return s3Code === undefined || s3Code === one.s3Code || s3Code === one.example.s3?.code
}

function checkArchived({ record: { spec } }: Live): void {
  if (spec.kind === 'copy' || spec.kind === 'move' || spec.kind === 'edit') return
  const message = `with.archived: a job of the kind ${spec.kind} does not restore single objects; restore them in a new one.`
  fail('not-possible', 'item', message, { property: 'with.archived' })
}

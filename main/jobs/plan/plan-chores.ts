import { learnServerTime } from '../../engine/pace/server-time.ts'
import { giveAnswers } from './answering.ts'
import { learnVersioning } from './known-versioning.ts'
import type { MakePlan } from './plan-context.ts'
import { readyLegs } from './planner.ts'
import { lookAnew } from './refreshing.ts'
import type { JobRecord } from '../record.ts'

/** Whether something is asked of a plan that was made: a fresh look, or answers. */
export function hasChores({ more }: Pick<JobRecord, 'more'>): boolean {
  return isLookAsked(more) || (more.answers?.length ?? 0) > 0
}

function isLookAsked({ refresh }: JobRecord['more']): boolean {
  return refresh !== undefined && refresh.is !== 'through'
}

/** The look first, then the answers, which are about what it finds. */
export async function doChores(context: MakePlan): Promise<void> {
  const { record, store, request, storagesOf } = context
  if (!hasChores(record)) return
  const ready = await readyLegs(context)
  for (const { rules } of ready.legs) {
    const { leg } = rules
    // What an endpoint keeps its word on is known after its first answer, and what is expected goes by that.
    await learnServerTime({ ...request, ...storagesOf(leg) }, (leg.destination ?? leg.source).bucket)
  }
  while (hasChores(record) && !request.signal.aborted) {
    if (isLookAsked(record.more)) await lookAnew(context, ready)
    else await giveAnswers(context, ready)
  }
  if (await learnVersioning(context, ready.legs)) store.transaction(() => store.jobs.saveMore(record))
}

/**
 * What follows a plan that is made, or was looked at once more:
 *
 * | something is asked of it still | it was to be started | something changed | stale |         |
 * |--------------------------------|----------------------|-------------------|-------|---------|
 * | yes                            |                      |                   |       | again   |
 * | no                             | no                   |                   |       | ready   |
 * | no                             | yes                  | no                |       | start   |
 * | no                             | yes                  | yes               | go-on | start   |
 * | no                             | yes                  | yes               | ask   | ready   |
 */
export function afterPlan(record: Pick<JobRecord, 'more'>): 'again' | 'ready' | 'start' {
  if (hasChores(record)) return 'again'
  const { refresh, freshness } = record.more
  if (refresh?.start === undefined) return 'ready'
  const isAsItWas = freshness === undefined || freshness.changed + freshness.added + freshness.gone === 0
  return isAsItWas || refresh.start.stale === 'go-on' ? 'start' : 'ready'
}

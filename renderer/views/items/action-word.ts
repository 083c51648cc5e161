import type { JobSnapshot } from '#model/job.ts'
import type { Action } from '#model/plan.ts'
import { actionLabel } from '../pour/plan-rows.ts'

/** What an action does, of whatever kind of job, as a line of a plan says it. */
export function actionWord(action: Action, kind: JobSnapshot['kind']): string {
  if (action === 'skip') return 'Skip'
  return actionLabel(action, kind === 'undo' ? 'copy' : kind)
}

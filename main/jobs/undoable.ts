import type { Undoable } from '#model/job.ts'
import type { JobSpec } from '#model/spec.ts'

/** Whether what a job did can be taken back. */
export function undoable({ kind }: JobSpec): Undoable {
  return { is: 'no', why: `What a job of the kind ${kind} did cannot be taken back by another job.` }
}

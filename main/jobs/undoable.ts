import type { JobRecord } from './record.ts'
import { isFinished } from '#model/job.ts'
import type { Undoable } from '#model/job.ts'

/**
 * Whether what a job did can be taken back by another job.
 *
 * | kind         | is over | objects edited | versions deleted | undoable |
 * |--------------|---------|----------------|------------------|----------|
 * | edit, undo   | no      | any            | any              | not yet  |
 * | edit, undo   | yes     | some           | none             | yes      |
 * | undo         | yes     | some           | some             | partly   |
 * | edit, undo   | yes     | none           | any              | no       |
 * | any other    | any     |                |                  | no       |
 *
 * What a job that is over may have changed without knowing (an edit that failed half-way) is looked at by the undo, but
 * is alone no reason for one.
 */
export function undoable({ spec, status, tally, draft }: Pick<JobRecord, UndoFacts>): Undoable {
  if (spec.kind !== 'edit' && spec.kind !== 'undo')
    return { is: 'no', why: `What a job of the kind ${spec.kind} did cannot be taken back by another job.` }
  if (draft || !isFinished(status)) return { is: 'not-yet', why: 'It is not over yet.' }
  const { edited, deleted } = tally
  if (edited.items === 0) return { is: 'no', why: deleted.items > 0 ? GONE : 'It changed no object.' }
  return deleted.items > 0 ? { is: 'partly', why: GONE } : { is: 'yes' }
}

type UndoFacts = 'spec' | 'status' | 'tally' | 'draft'

const GONE =
  'It undid an edit by deleting the versions that the edit had made: these are gone for good, only what it wrote can be taken back.'

import { mayCross } from '../plan/bookkeeping.ts'
import { isPour, type JobSpec } from '#model/spec.ts'

/**
 * Why what becomes of taken names cannot be answered item by item; undefined: it can.
 *
 * | the job                                   |                                                   |
 * |-------------------------------------------|---------------------------------------------------|
 * | is no copy and no move                    | has no names to take                              |
 * | takes whole histories                     | they are copied in order or not at all            |
 * | moves to several destinations             | a source goes after the last of its copies        |
 * | may write to keys that it reads           | its items are in an order that depends on them    |
 * | any other                                 | it can                                            |
 */
export function whyNoAnswers(spec: JobSpec): string | undefined {
  if (!isPour(spec))
    return `A job of the kind ${spec.kind} gives nobody a name, so there is nothing to answer.`
  if (spec.sources.some(({ versions }) => versions.take === 'all'))
    return 'Whole histories are copied in order or not at all: the conflict policy of the job counts for all of them.'
  if (spec.kind === 'move' && spec.destinations.length > 1)
    return 'A move to several destinations deletes a source after the last of its copies: its conflict policy counts for all.'
  if (mayCross(spec))
    return 'This job may write to keys that it also reads, in an order that its plan has found: its conflict policy counts for all.'
  return undefined
}

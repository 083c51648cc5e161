import type { JobRecord } from '../record.ts'
import { undoable } from '../undo/undoable.ts'
import { fail } from '#model/failure.ts'
import { destinationsOf, lookedAt } from '#model/spec.ts'
import type { SourcePlace, UndoSpec } from '#model/spec.ts'
import { undoOf } from '#model/undo.ts'

/** What the spec of an undo says must fit the job that it undoes. Throws `bad-input` or `not-possible`. */
export function checkUndo(spec: UndoSpec, other: JobRecord): void {
  const can = undoable(other)
  if (can.is === 'no' || can.is === 'not-yet')
    fail('not-possible', 'item', `of: the job ${other.id} cannot be undone. ${can.why}`, { property: 'of' })
  const wanted = undoOf(other.id, other.spec, spec.lastCopies)
  const refuse = (property: string, must: string): never =>
    fail('bad-input', 'item', `${property}: must be ${must} of the job ${other.id}`, { property })
  if (spec.what !== wanted.what) refuse('what', `${JSON.stringify(wanted.what)}, the kind`)
  if (!areSame(spec.sources, wanted.sources)) refuse('sources', 'those')
  if (!areSame(destinationsOf(spec), destinationsOf(wanted))) refuse('backTo', 'the sources')
  if (!areSame(lookedAt(spec), lookedAt(wanted))) refuse('copiedFrom', 'the sources')
}

type Place = Pick<SourcePlace, 'connection' | 'bucket'>

function areSame(some: readonly Place[], others: readonly Place[]): boolean {
  return some.length === others.length && some.every((one, at) => isAt(one, others[at]))
}

function isAt(one: Place, other: Place | undefined): boolean {
  return one.connection.id === other?.connection.id && one.bucket === other.bucket
}

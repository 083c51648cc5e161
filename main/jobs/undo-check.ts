import type { JobRecord } from './record.ts'
import { undoable } from './undoable.ts'
import { fail } from '#model/failure.ts'
import type { SourcePlace, UndoSpec } from '#model/spec.ts'

/** What the spec of an undo says must fit the job that it undoes. Throws `bad-input` or `not-possible`. */
export function checkUndo(spec: UndoSpec, other: JobRecord): void {
  const can = undoable(other)
  if (can.is === 'no' || can.is === 'not-yet')
    fail('not-possible', 'item', `of: the job ${other.id} cannot be undone. ${can.why}`, { property: 'of' })
  const { sources } = other.spec
  const isSame =
    sources.length === spec.sources.length && sources.every((one, at) => isAt(one, spec.sources[at]))
  if (!isSame)
    fail('bad-input', 'item', `sources: must be those of the job ${other.id}`, { property: 'sources' })
}

function isAt(one: SourcePlace, other: SourcePlace | undefined): boolean {
  return one.connection.id === other?.connection.id && one.bucket === other.bucket
}

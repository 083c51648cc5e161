import type { Failure } from '#model/failure.ts'
import { isFileEtag } from '#model/file-etag.ts'
import type { ObjectSummary } from '#model/object.ts'
import { etagParts } from '#model/object.ts'
import type { SkipReason } from '#model/plan.ts'
import type { ConflictPolicy } from '#model/spec.ts'
import type { EndpointHabits } from './storage.ts'
import type { CopyWork, Expectation, WorkContext } from './work.ts'

export type Decision =
  | { readonly do: 'write'; readonly expect: Expectation }
  | { readonly do: 'skip'; readonly reason: SkipReason }
  | { readonly do: 'refuse'; readonly failure: Failure }

const ABSENT: Decision = { do: 'write', expect: { is: 'absent' } }
const ANYTHING: Decision = { do: 'write', expect: { is: 'anything' } }
const EXISTS: Decision = { do: 'skip', reason: 'exists' }
const SAME: Decision = { do: 'skip', reason: 'same' }
const NOT_NEWER: Decision = { do: 'skip', reason: 'not-newer' }

/**
 * What happens to a source object whose key does, or does not, stand at the destination.
 *
 * | policy       | absent       | present                                                              |
 * |--------------|--------------|----------------------------------------------------------------------|
 * | skip         | write absent | skip exists                                                          |
 * | overwrite    | write any    | write any                                                            |
 * | if-newer     | write absent | source younger: write over exactly that one; else skip not-newer     |
 * | if-different | write absent | same content (below): skip same; else write over exactly that one    |
 * | fail         | write absent | refuse destination-exists                                            |
 *
 * "Write absent" and "write over exactly that one" become conditions of the write itself (invariant 6), so the
 * answer holds even if somebody else writes between the listing and the copy.
 */
export function decideConflict(
  policy: ConflictPolicy,
  source: ObjectSummary,
  destination: ObjectSummary | undefined,
): Decision {
  if (policy === 'overwrite') return ANYTHING
  if (destination === undefined) return ABSENT
  switch (policy) {
    case 'skip':
      return EXISTS
    case 'if-newer':
      return isYounger(source, destination) ? over(destination) : NOT_NEWER
    case 'if-different':
      return holdsTheSame(source, destination) ? SAME : over(destination)
    case 'fail':
      return { do: 'refuse', failure: destinationExists(destination.key) }
  }
}

/** Milliseconds by which a file may be dated before what it was written from: FAT keeps every other second. */
const FILE_DATES = 2000

/**
 * | size    | ETag                     | destination written | same |
 * |---------|--------------------------|---------------------|------|
 * | differs | any                      | any                 | no   |
 * | equal   | equal                    | any                 | yes  |
 * | equal   | one is a file's          | not before source   | yes  |
 * | equal   | one is a file's          | before source       | no   |
 * | equal   | differs, same layout     | any                 | no   |
 * | equal   | differs, other part count| not before source   | yes  |
 * | equal   | differs, other part count| before source       | no   |
 *
 * ETags of different part counts say nothing about content (a copy of a multipart object gets another ETag), and no
 * more does what stands for the ETag of a file; so there the dates decide, or every run would copy such objects again.
 */
function holdsTheSame(source: ObjectSummary, destination: ObjectSummary): boolean {
  if (source.size !== destination.size) return false
  if (source.etag === destination.etag) return true
  const isOfOneKind = etagParts(source.etag) === etagParts(destination.etag)
  if (isOfOneKind && !isFileEtag(source.etag) && !isFileEtag(destination.etag)) return false
  return !isYounger(source, destination)
}

function isYounger(source: ObjectSummary, destination: ObjectSummary): boolean {
  const after = source.lastModified - destination.lastModified
  return after > (isFileEtag(destination.etag) ? FILE_DATES : 0)
}

function over(destination: ObjectSummary): Decision {
  return {
    do: 'write',
    expect: { is: 'etag', etag: destination.etag, lastModified: destination.lastModified },
  }
}

function destinationExists(key: string): Failure {
  return {
    code: 'destination-exists',
    reach: 'item',
    message: `${key} exists at the destination, and the conflict policy is to fail.`,
  }
}

/**
 * The guards of a write that its endpoint ignores, as sentences for the job's notes. Decant looks before and after
 * instead, which leaves a gap that only the server could close.
 *
 * | asked for             | ignored by the habit | on a copy by parts | note                         |
 * |-----------------------|----------------------|--------------------|------------------------------|
 * | this source's ETag    | copySourceIfMatch    | no                 | the source                   |
 * | this source's ETag    | partSourceIfMatch    | yes                | the source                   |
 * | absent, or an ETag    | writeConditions      | both               | the destination              |
 * | nothing               | any                  | both               | none                         |
 */
function weakGuards(
  habits: EndpointHabits,
  expect: Expectation,
  how: 'copy-object' | 'parts' | 'relay',
): string[] {
  const guards: string[] = []
  const bindsSource = how === 'copy-object' ? habits.copySourceIfMatch : habits.partSourceIfMatch
  if (how !== 'relay' && !bindsSource) {
    guards.push(
      `${habits.name} does not bind a copy to the ETag of its source: Decant looked at each source before and after ` +
        'its copy instead. What changes in between and back again is not seen.',
    )
  }
  if (expect.is !== 'anything' && !habits.writeConditions) {
    guards.push(
      `${habits.name} ignores the condition of a write (If-Match, If-None-Match): Decant looked at each destination ` +
        'before and after its write instead. What somebody else writes in between is replaced.',
    )
  }
  return guards
}

/** Says them to the job, which keeps each once. */
export function noteWeakGuards(
  work: CopyWork,
  context: WorkContext,
  how: Parameters<typeof weakGuards>[2],
): void {
  for (const guard of weakGuards(context.destination.habits, work.expect, how)) context.note?.(guard)
}

import { keepsVersions } from '../plan/known-versioning.ts'
import type { JobRecord } from '../record.ts'
import { changedByMove } from './undo-properties.ts'
import { isFinished } from '#model/job.ts'
import type { Undoable } from '#model/job.ts'
import { isLocal } from '#model/local.ts'
import { destinationsOf } from '#model/spec.ts'
import type { JobSpec, PourSpec } from '#model/spec.ts'

type UndoFacts = 'spec' | 'status' | 'tally' | 'draft' | 'more'
type Facts = Pick<JobRecord, UndoFacts>

/**
 * Whether what a job did can be taken back by another job.
 *
 * | kind                | is over | did something                | undoable                                    |
 * |---------------------|---------|------------------------------|---------------------------------------------|
 * | parity              | any     |                              | no                                          |
 * | any other           | no      | any                          | not yet                                     |
 * | any other           | yes     | nothing                      | no                                          |
 * | edit                | yes     | edited                       | yes                                         |
 * | undo                | yes     | edited, and deleted versions | partly                                      |
 * | undo                | yes     | edited alone                 | yes                                         |
 * | undo                | yes     | anything else                | no                                          |
 * | copy, move, delete, rewind | yes | some                     | as `outlook` says of what it did            |
 *
 * What a job that is over may have changed without knowing (an edit that failed half-way) is looked at by the undo, but
 * is alone no reason for one.
 */
export function undoable(facts: Facts): Undoable {
  const { spec, status, tally, draft } = facts
  if (spec.kind === 'parity') return { is: 'no', why: 'A comparison changes nothing.' }
  if (draft || !isFinished(status)) return { is: 'not-yet', why: 'It is not over yet.' }
  const { edited, deleted, copied, moved } = tally
  if (spec.kind !== 'edit' && spec.kind !== 'undo') {
    if (copied.items + moved.items + deleted.items === 0) return { is: 'no', why: 'It changed no object.' }
    return outlook(facts, 'did')
  }
  const others = deleted.items + copied.items + moved.items
  if (edited.items === 0) return { is: 'no', why: others > 0 ? goneBy(spec) : 'It changed no object.' }
  return others > 0 ? { is: 'partly', why: goneBy(spec) } : { is: 'yes' }
}

/** Of a job that is not over: whether what it is going to do could be. Undefined where `undoable` says it. */
export function undoLater(facts: Facts): Undoable | undefined {
  const { spec, status } = facts
  if (isFinished(status) || spec.kind === 'parity') return undefined
  if (spec.kind === 'edit') return { is: 'yes' }
  if (spec.kind === 'undo') return spec.what === 'edit' ? { is: 'yes' } : { is: 'no', why: goneBy(spec) }
  return outlook(facts, 'will')
}

/**
 * What of a job's work comes back, from what its plan found. A bucket of which nobody knows counts as one that keeps
 * nothing.
 *
 * | job    | its buckets                    | writes over | deletes | kept aside | comes back                          |
 * |--------|--------------------------------|-------------|---------|------------|-------------------------------------|
 * | copy, move | any                        | no          | no      | any        | yes                                 |
 * | copy, move | keep versions              | any         | any     | any        | yes                                 |
 * | copy, move | do not                     | some        | any     | no         | partly; no, where that is all of it |
 * | copy, move | do not                     | some        | no      | yes        | yes                                 |
 * | copy   | do not                         | any         | some    | any        | partly                              |
 * | move   | from one that does not, its headers, metadata, tags, … changed | | | | partly: these as the move left them |
 * | move   | from or to a folder            | any         |         | any        | no                                  |
 * | move   | of whole histories             | any         |         | any        | no                                  |
 * | delete | keep versions, current objects |             | some    |            | yes                                 |
 * | delete | do not; or a purge, or versions named |      | some    |            | no                                  |
 * | rewind | an undelete                    |             |         |            | no                                  |
 * | rewind | any other                      |             |         |            | partly                              |
 */
function outlook({ spec, tally, more }: Facts, when: 'did' | 'will'): Undoable {
  switch (spec.kind) {
    case 'copy':
    case 'move':
      return ofPour(spec, tally, more, when)
    case 'delete':
      if (spec.purge || spec.sources.some(namesVersions)) return { is: 'no', why: VERSIONS_GO }
      return spec.sources.every((place) => keepsVersions(more, place) === true)
        ? { is: 'yes' }
        : ofUnkept(spec.sources.some((place) => keepsVersions(more, place) === undefined))
    case 'rewind':
      return spec.to.is === 'undelete'
        ? {
            is: 'no',
            why: 'Delete markers that are taken away are gone for good: delete the keys once more.',
          }
        : {
            is: 'partly',
            why: 'Copies and markers that it puts on top go again; markers that it takes away do not come back.',
          }
    default:
      return { is: 'yes' }
  }
}

function ofPour(
  spec: PourSpec,
  { conflicts, planned, listed: found }: JobRecord['tally'],
  more: JobRecord['more'],
  when: 'did' | 'will',
): Undoable {
  if (spec.kind === 'move') {
    if ([...spec.sources, ...spec.destinations].some(isLocal)) return { is: 'no', why: FILES_MOVED }
    if (spec.sources.some(({ versions }) => versions.take === 'all')) return { is: 'no', why: VERSIONS_GO }
  }
  const unkept = destinationsOf(spec).filter((place) => keepsVersions(more, place) !== true)
  const changed = ofProperties(spec, more, when)
  const extras = unkept.length > 0 ? planned['delete-extra'].items : 0
  const over = unkept.length > 0 && !spec.backup ? conflicts : 0
  if (over + extras === 0) return changed === '' ? { is: 'yes' } : { is: 'partly', why: changed }
  const writes = found.items - planned.skip.items - planned.refuse.items
  const whys = [
    over > 0 ? overwrites(over, unkept.some(isLocal), when) : '',
    extras > 0 ? deletions(extras, when) : '',
    changed,
  ]
  const why = whys.filter(Boolean).join(' ')
  return { is: over + extras >= writes ? 'no' : 'partly', why }
}

/** Empty: all that they carry comes back. Where versions are kept the source itself lies under a delete marker. */
function ofProperties(spec: PourSpec, more: JobRecord['more'], when: 'did' | 'will'): string {
  const names = spec.kind === 'move' ? changedByMove(spec) : []
  const kept = spec.sources.map((place) => keepsVersions(more, place))
  if (names.length === 0 || kept.every((keeps) => keeps === true)) return ''
  const where = kept.some((keeps) => keeps === undefined)
    ? 'Where the bucket that they come from keeps no versions'
    : 'From a bucket that keeps no versions'
  return `${where}, objects come back with their ${listed(names)} as the move ${when === 'will' ? 'leaves' : 'left'} them.`
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}

function overwrites(count: number, areFiles: boolean, when: 'did' | 'will'): string {
  const what = counted(count)
  const verb = when === 'will' ? (count === 1 ? 'is' : 'are') : count === 1 ? 'was' : 'were'
  if (areFiles) return `${what} ${verb} put in the place of other files, which do not come back.`
  const rest =
    when === 'will' ? 'keep a backup to be able to undo that' : 'what stood there does not come back'
  return `${what} ${verb} written over in a bucket that keeps no versions: ${rest}.`
}

function deletions(count: number, when: 'did' | 'will'): string {
  const verb = when === 'will' ? 'go' : 'went'
  return `${counted(count)} without a source ${verb} for good, for no versions are kept there.`
}

function counted(count: number): string {
  return `${count.toLocaleString('en')} ${count === 1 ? 'object' : 'objects'}`
}

function namesVersions({ select, versions }: JobSpec['sources'][number]): boolean {
  return (
    versions.take !== 'current' || select.some((one) => one.kind === 'object' && one.versionId !== undefined)
  )
}

function ofUnkept(isUnknown: boolean): Undoable {
  if (!isUnknown) return { is: 'no', why: 'No versions are kept there: what is deleted is gone for good.' }
  return { is: 'partly', why: 'Only where the bucket keeps versions does what is deleted come back.' }
}

function goneBy({ kind, ...spec }: JobSpec): string {
  const isOfEdit = kind === 'undo' && 'what' in spec && spec.what === 'edit'
  return isOfEdit ? GONE : 'What an undo takes away is gone for good: the first job can be made again.'
}

const GONE =
  'It undid an edit by deleting the versions that the edit had made: these are gone for good, only what it wrote can be taken back.'
const VERSIONS_GO = 'Versions that are deleted by their ids are gone for good.'
const FILES_MOVED = 'Files that are moved from or to this computer are not moved back.'

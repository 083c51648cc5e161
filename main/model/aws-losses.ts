import { isLocal } from './local.ts'
import type { Properties, PropertyName } from './properties.ts'
import type { JobSpec, PourSpec } from './spec.ts'

const BEGINS_ANEW = 'A run that is broken off begins anew: nothing remembers what was done.'
const NOT_COMPARED = 'Nothing compares what arrived with what was sent.'
const BY_PARTS =
  'What is larger than 8 MiB goes by parts: its ETag becomes another, and its tags are copied by requests of their own.'
const NO_CONDITION = 'What has its name is written over, also what somebody writes meanwhile.'
const NO_UNDO = 'Nothing can take it back.'

/** What the commands of the AWS command line lose of a job, a sentence each; the weightiest first. */
export function lossesOf(spec: JobSpec): readonly string[] {
  switch (spec.kind) {
    case 'copy':
    case 'move':
      return [...pourLosses(spec), ...filterLosses(spec), ...propertyLosses(spec.properties, 'copy'), NO_UNDO]
    case 'edit':
      return [
        ...editLosses(spec.properties),
        BEGINS_ANEW,
        ...(spec.rules.length + spec.fieldRules.length > 0
          ? ['Options and rules for some of the objects are left out.']
          : []),
        ...(spec.changes.from === 'grid' ? ['The cells of the metadata grid are left out.'] : []),
        ...filterLosses(spec),
        ...propertyLosses(spec.properties, 'edit'),
        NO_UNDO,
      ]
    case 'delete':
      return [
        'What was changed since it was looked at is deleted as well.',
        ...filterLosses(spec),
        BEGINS_ANEW,
        NO_UNDO,
      ]
    case 'parity':
      return ['Sizes and dates are compared, and nothing else of the objects.', ...filterLosses(spec)]
    case 'rewind':
    case 'undo':
      return []
  }
}

function pourLosses(spec: PourSpec): readonly string[] {
  const betweenStores = spec.sources.some((source) =>
    spec.destinations.some(
      (destination) =>
        !isLocal(source) && !isLocal(destination) && source.connection.id !== destination.connection.id,
    ),
  )
  return [
    ...(spec.kind === 'move'
      ? ['Sources are deleted without a look whether they are still what was copied.']
      : []),
    ...(spec.conflict === 'overwrite' ? [] : [conflictLoss(spec)]),
    ...(spec.backup === undefined ? [] : ['Nothing is kept of what is written over.']),
    ...(betweenStores ? ['Everything goes over the disk of the machine that runs it.'] : []),
    BEGINS_ANEW,
    NOT_COMPARED,
    BY_PARTS,
    ...(spec.archived.do === 'restore' ? ['Nothing is restored from the archive.'] : []),
    ...(spec.rules.length > 0 ? ['Options for some of the objects are left out.'] : []),
    ...(spec.budget === undefined ? [] : ['Nothing stops it at the budget.']),
  ]
}

function conflictLoss({ kind, conflict }: PourSpec): string {
  const isSync = kind === 'copy' && (conflict === 'if-newer' || conflict === 'if-different')
  return isSync
    ? 'What differs goes by size and date, and is written over also where somebody writes meanwhile.'
    : NO_CONDITION
}

function filterLosses({ filter }: JobSpec): readonly string[] {
  if (filter === undefined) return []
  const patterns = [...filter.include, ...filter.exclude]
  const lost = [
    patterns.some(({ kind }) => kind === 'regex') && 'regular expressions',
    (filter.minSize ?? filter.maxSize) !== undefined && 'sizes',
    (filter.modifiedFrom ?? filter.modifiedBefore) !== undefined && 'dates',
    filter.storageClasses.length > 0 && 'storage classes',
    filter.encryption.length > 0 && 'encryption',
    filter.tags.length > 0 && 'tags',
    filter.metadata.length > 0 && 'metadata',
  ].filter((name) => name !== false)
  return lost.length === 0 ? [] : [`Of the filter, ${lost.join(', ')} are left out: more objects are taken.`]
}

/** A copy onto itself with REPLACE keeps nothing that it does not name. */
function editLosses({ headers, metadata, storageClass }: Properties): readonly string[] {
  const replaces = headers.policy !== 'copy' || metadata.policy !== 'copy'
  return [
    ...(replaces ? ['All headers and metadata that are not named are lost.'] : []),
    ...(storageClass.policy === 'copy' ? ['Objects of other storage classes become STANDARD.'] : []),
    'Access (ACL), lock and encryption become what the bucket gives.',
  ]
}

const WORDS: Readonly<Partial<Record<PropertyName, string>>> = {
  annotations: 'annotations',
  acl: 'access (ACL)',
  retention: 'retention',
  legalHold: 'legal hold',
  redirect: 'website redirect',
  storageClass: 'storage class',
}

function propertyLosses(properties: Properties, of: 'copy' | 'edit'): readonly string[] {
  const { tags, acl, retention, legalHold } = properties
  const kept = (['annotations', 'acl', 'retention', 'legalHold', 'redirect', 'storageClass'] as const)
    .filter((name) => of === 'copy' && properties[name].policy === 'copy')
    .map((name) => WORDS[name])
  return [
    ...(kept.length === 0 ? [] : [`Not carried along: ${kept.join(', ')}.`]),
    ...(tags.policy === 'set' || tags.policy === 'change' ? ['Tags are not written.'] : []),
    ...(acl.policy === 'set' && acl.value.kind === 'grants' ? ['Grants are not written.'] : []),
    ...(retention.policy === 'set' || legalHold.policy === 'set' ? ['Locks are not written.'] : []),
  ]
}

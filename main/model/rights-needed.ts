import type { Tally } from './job.ts'
import { isLocal } from './local.ts'
import { needsTraits } from './properties.ts'
import type { Properties } from './properties.ts'
import { anyKeyArn, bucketArn, objectArns } from './rights-arns.ts'
import { assertNever } from './seams.ts'
import {
  hasDestinations,
  lookedAt,
  worksOnVersions,
  type DestinationPlace,
  type JobSpec,
  type SourcePlace,
} from './spec.ts'

/** An action that a job needs on something. */
export interface Right {
  readonly action: string
  /** ARN; `*` at its end stands for any characters. */
  readonly resource: string
}

/** What is known of a plan besides its spec. */
export interface RightsFacts {
  readonly planned: Tally['planned']
  /** ARNs or ids of the KMS keys under which objects lie that were looked at. */
  readonly keysRead: readonly string[]
}

type Place = SourcePlace | DestinationPlace
type Side = 'source' | 'destination'

/**
 * All that a job needs, each right once. What S3 wants for which request is in "Required permissions for Amazon S3 API
 * operations" and "Copying, moving, and renaming objects" (Amazon S3 User Guide), and in "Actions, resources, and
 * condition keys for Amazon S3" (Service Authorization Reference).
 *
 * | the job              | at its sources                                            | at its destinations                    |
 * |----------------------|-----------------------------------------------------------|----------------------------------------|
 * | any                  | ListBucket, or ListBucketVersions where it takes versions |                                        |
 * | copy                 | GetObject, and what carries each property that it copies  | ListBucket, PutObject, and what writes each property |
 * | move                 | as a copy, DeleteObject                                   | as a copy, GetObject to verify         |
 * | mirror               |                                                           | DeleteObject                           |
 * | edit, undo, rewind   | as a copy onto itself, and what the bucket says of itself |                                        |
 * | undo of a copy       | DeleteObject; where it was copied from: GetObject, ListBucket |                                    |
 * | undo, rewind, purge  | DeleteObjectVersion                                       |                                        |
 * | delete               | DeleteObject, and GetObject, which S3 wants for If-Match  |                                        |
 * | parity               | GetObject, and what reads the properties that it compares | ListBucket, and the same               |
 * | by parts, or relayed |                                                           | what multipart uploads take            |
 * | from the archive     | RestoreObject                                             |                                        |
 * | under KMS            | kms:Decrypt of what is read                               | kms:GenerateDataKey, and kms:Decrypt for its parts |
 */
export function rightsNeeded(spec: JobSpec, facts: RightsFacts): readonly Right[] {
  const needed = [
    ...spec.sources.flatMap((place) => atSource(spec, facts, place)),
    ...(hasDestinations(spec) ? spec.destinations.flatMap((place) => atDestination(spec, facts, place)) : []),
    ...lookedAt(spec).flatMap((place) => [
      ...on(objectArns(place), ['s3:GetObject']),
      // Without it what is gone is refused, and its copy is kept for that.
      ...(isLocal(place) ? [] : on([bucketArn(place)], ['s3:ListBucket'])),
    ]),
    ...(spec.report === undefined ? [] : on(objectArns(spec.report.to), ['s3:PutObject'])),
  ]
  const known = new Map(needed.map((right) => [`${right.action} ${right.resource}`, right]))
  return [...known.values()]
}

function atSource(spec: JobSpec, facts: RightsFacts, place: SourcePlace): readonly Right[] {
  if (isLocal(place)) return []
  const versions = takesVersions(spec, place)
  const bucket = [versions ? 's3:ListBucketVersions' : 's3:ListBucket', ...bucketReads(spec)]
  return [
    ...on([bucketArn(place)], bucket),
    ...on(objectArns(place), objectActions(spec, facts, place)),
    ...keysOf(facts, place, readsBytes(spec) ? ['kms:Decrypt'] : []),
    ...(spec.kind === 'edit' ? keysWritten(spec, facts, place) : []),
  ]
}

/** The actions on a source's objects. */
function objectActions(spec: JobSpec, facts: RightsFacts, place: SourcePlace): readonly string[] {
  const versions = takesVersions(spec, place)
  const read = ['s3:GetObject', ...(versions ? ['s3:GetObjectVersion'] : []), ...restores(spec, facts)]
  switch (spec.kind) {
    case 'copy':
      return [...read, ...readsProperties(spec.properties, versions)]
    case 'move':
      return [
        ...[...read, ...readsProperties(spec.properties, versions)],
        versions ? 's3:DeleteObjectVersion' : 's3:DeleteObject',
      ]
    case 'edit':
      return [
        ...[...read, 's3:PutObject', ...readsProperties(spec.properties, versions)],
        ...writesProperties(spec.properties),
        ...(facts.planned['re-encrypt'].items > 0 ? ['s3:UpdateObjectEncryption'] : []),
        ...byParts(facts),
      ]
    case 'undo':
      return [...read, 's3:PutObject', 's3:GetObjectTagging', 's3:PutObjectTagging', 's3:DeleteObjectVersion']
    case 'rewind':
      return [...read, 's3:PutObject', 's3:DeleteObject', 's3:DeleteObjectVersion', ...byParts(facts)]
    case 'delete':
      return [...read, spec.purge === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion']
    case 'parity':
      return compared(spec.compare)
    default:
      return assertNever(spec, 'spec')
  }
}

function atDestination(spec: JobSpec, facts: RightsFacts, place: DestinationPlace): readonly Right[] {
  if (isLocal(place) || !hasDestinations(spec)) return []
  const listed = on([bucketArn(place)], ['s3:ListBucket'])
  if (spec.kind === 'parity') return [...listed, ...on(objectArns(place), compared(spec.compare))]
  const { planned } = facts
  const renames = planned['set-aside'].items > 0
  const deletes = (spec.kind === 'copy' && spec.deleteExtra) || renames || planned.mark.items > 0
  const reads = spec.kind === 'move' || spec.verify === 'head' || spec.verify === 'full' || renames
  const kept = spec.backup === undefined ? [] : objectArns({ ...place, prefix: spec.backup.prefix })
  return [
    ...listed,
    ...on(objectArns(place), [
      ...['s3:PutObject', ...writesProperties(spec.properties), ...byParts(facts)],
      ...(reads || spec.backup !== undefined ? ['s3:GetObject'] : []),
      ...(deletes ? ['s3:DeleteObject'] : []),
      ...(spec.verify === 'full' ? ['s3:GetObjectTagging', 's3:GetObjectAcl'] : []),
    ]),
    ...on(kept, ['s3:PutObject', 's3:PutObjectTagging']),
    ...(isByParts(facts) ? on([bucketArn(place)], ['s3:ListBucketMultipartUploads']) : []),
    ...keysWritten(spec, facts, place),
  ]
}

function on(resources: readonly string[], actions: readonly string[]): readonly Right[] {
  return resources.flatMap((resource) => actions.map((action) => ({ action, resource })))
}

function takesVersions(spec: JobSpec, { versions, select }: SourcePlace): boolean {
  if (worksOnVersions(spec) || versions.take !== 'current') return true
  return select.some((one) => one.kind === 'object' && one.versionId !== undefined)
}

/** What is asked of the bucket itself, so that what it cannot hold is known beforehand. */
function bucketReads(spec: JobSpec): readonly string[] {
  if (spec.kind === 'rewind' || spec.kind === 'undo') return ['s3:GetBucketVersioning']
  if (spec.kind !== 'edit') return []
  const all = [spec.properties, ...spec.rules.map(({ properties }) => properties)]
  return [
    ...['s3:GetBucketVersioning', 's3:GetBucketOwnershipControls'],
    ...(all.some(needsTraits)
      ? ['s3:GetBucketObjectLockConfiguration', 's3:GetEncryptionConfiguration']
      : []),
  ]
}

function restores(spec: JobSpec, { planned }: RightsFacts): readonly string[] {
  const asked = 'archived' in spec && spec.archived.do === 'restore'
  return asked || planned['restore-then-copy'].items > 0 ? ['s3:RestoreObject'] : []
}

function readsBytes({ kind }: JobSpec): boolean {
  return kind !== 'delete' && kind !== 'parity'
}

const isCarried = ({ policy }: { readonly policy: string }): boolean =>
  policy === 'copy' || policy === 'change'

function readsProperties(properties: Properties, versions: boolean): readonly string[] {
  const { tags, acl, retention, legalHold } = properties
  return [
    ...(isCarried(tags) ? reading('Tagging', versions) : []),
    ...(isCarried(acl) ? reading('Acl', versions) : []),
    ...(isCarried(retention) ? ['s3:GetObjectRetention'] : []),
    ...(isCarried(legalHold) ? ['s3:GetObjectLegalHold'] : []),
  ]
}

function reading(what: 'Tagging' | 'Acl', versions: boolean): readonly string[] {
  return [`s3:GetObject${what}`, ...(versions ? [`s3:GetObjectVersion${what}`] : [])]
}

function writesProperties({ tags, acl, retention, legalHold }: Properties): readonly string[] {
  return [
    ...(tags.policy === 'drop' ? [] : ['s3:PutObjectTagging']),
    ...(acl.policy === 'drop' ? [] : ['s3:PutObjectAcl']),
    ...(retention.policy === 'drop' ? [] : ['s3:PutObjectRetention']),
    ...(legalHold.policy === 'drop' ? [] : ['s3:PutObjectLegalHold']),
  ]
}

function isByParts({ planned }: RightsFacts): boolean {
  return planned['copy-parts'].items + planned.relay.items > 0
}

function byParts(facts: RightsFacts): readonly string[] {
  return isByParts(facts) ? ['s3:AbortMultipartUpload', 's3:ListMultipartUploadParts'] : []
}

function compared(depth: 'listing' | 'head' | 'full'): readonly string[] {
  if (depth === 'listing') return []
  return depth === 'head' ? ['s3:GetObject'] : ['s3:GetObject', 's3:GetObjectTagging', 's3:GetObjectAcl']
}

function keysOf(
  { keysRead }: RightsFacts,
  { connection }: Place,
  actions: readonly string[],
): readonly Right[] {
  const keys = keysRead.map((key) => (key.startsWith('arn:') ? key : anyKeyArn(connection)))
  return on([...new Set(keys)], actions)
}

/** To write under a key; `copy` keeps the source's. UpdateObjectEncryption wants four more. */
function keysWritten(
  { properties }: Extract<JobSpec, { kind: 'copy' | 'move' | 'edit' }>,
  facts: RightsFacts,
  place: Place,
): readonly Right[] {
  const actions = [
    ...['kms:GenerateDataKey', 'kms:Decrypt'],
    ...(facts.planned['re-encrypt'].items > 0 ? ['kms:Encrypt', 'kms:ReEncrypt*'] : []),
  ]
  const { encryption } = properties
  if (encryption.policy === 'copy') return keysOf(facts, place, actions)
  if (encryption.policy === 'drop' || encryption.value.kind === 'SSE-S3' || encryption.value.kind === 'SSE-C')
    return []
  const { keyId } = encryption.value
  // The account's own key (aws/s3) lets everybody of the account in who comes by way of S3.
  return keyId === undefined ? [] : keysOf({ ...facts, keysRead: [keyId] }, place, actions)
}

/** Which of these sides a request's rights are on. */
export type OfOperation = readonly (readonly [side: Side, action: string])[]

/**
 * What a refused request may have wanted, where the store says no more than that it was refused; only what the job needs
 * counts. A copy reads at one place and writes at another.
 */
export const RIGHTS_OF_OPERATION: Readonly<Record<string, OfOperation>> = {
  HeadObject: [
    ['source', 's3:GetObject'],
    ['source', 's3:GetObjectVersion'],
  ],
  GetObject: [
    ['source', 's3:GetObject'],
    ['source', 's3:GetObjectVersion'],
  ],
  GetObjectTagging: [
    ['source', 's3:GetObjectTagging'],
    ['source', 's3:GetObjectVersionTagging'],
  ],
  GetObjectAcl: [
    ['source', 's3:GetObjectAcl'],
    ['source', 's3:GetObjectVersionAcl'],
  ],
  RestoreObject: [['source', 's3:RestoreObject']],
  CopyObject: [
    ['source', 's3:GetObject'],
    ['source', 's3:GetObjectVersion'],
    ['source', 's3:GetObjectTagging'],
    ['source', 'kms:Decrypt'],
    ['destination', 's3:PutObject'],
    ['destination', 's3:PutObjectTagging'],
    ['destination', 's3:PutObjectAcl'],
    ['destination', 'kms:GenerateDataKey'],
  ],
  UploadPartCopy: [
    ['source', 's3:GetObject'],
    ['source', 's3:GetObjectVersion'],
    ['source', 'kms:Decrypt'],
    ['destination', 's3:PutObject'],
    ['destination', 'kms:GenerateDataKey'],
  ],
  PutObject: [
    ['destination', 's3:PutObject'],
    ['destination', 's3:PutObjectTagging'],
  ],
  CreateMultipartUpload: [
    ['destination', 's3:PutObject'],
    ['destination', 's3:PutObjectTagging'],
  ],
  UploadPart: [['destination', 's3:PutObject']],
  CompleteMultipartUpload: [['destination', 's3:PutObject']],
  AbortMultipartUpload: [['destination', 's3:AbortMultipartUpload']],
  ListParts: [['destination', 's3:ListMultipartUploadParts']],
  PutObjectTagging: [['destination', 's3:PutObjectTagging']],
  PutObjectAcl: [['destination', 's3:PutObjectAcl']],
  PutObjectRetention: [['destination', 's3:PutObjectRetention']],
  PutObjectLegalHold: [['destination', 's3:PutObjectLegalHold']],
  UpdateObjectEncryption: [
    ['source', 's3:UpdateObjectEncryption'],
    ['source', 'kms:ReEncrypt*'],
  ],
  DeleteObject: [
    ['source', 's3:DeleteObject'],
    ['source', 's3:DeleteObjectVersion'],
    ['destination', 's3:DeleteObject'],
  ],
  DeleteObjects: [
    ['source', 's3:DeleteObject'],
    ['source', 's3:DeleteObjectVersion'],
  ],
  ListObjectsV2: [
    ['source', 's3:ListBucket'],
    ['destination', 's3:ListBucket'],
  ],
  ListObjectVersions: [['source', 's3:ListBucketVersions']],
}

import type { ConnectionRef } from '#model/connection.ts'
import { parseField, type FieldName } from '#model/field.ts'
import { propertiesWithFields } from '#model/field-properties.ts'
import { TAKE_ALL } from '#model/filter.ts'
import { EDIT_DEFAULTS, type CannedAcl, type Properties, type Retention } from '#model/properties.ts'
import {
  PLAIN_SOURCE,
  type EditSpec,
  type DeleteSpec,
  type Selection,
  type SourcePlace,
  type VerifyLevel,
} from '#model/spec.ts'

/** One value that the inspector changes; null takes it away. */
export type Change =
  | { readonly field: FieldName; readonly value: string | null }
  | { readonly field: 'retention'; readonly value: Retention }
  | { readonly field: 'legal-hold'; readonly value: 'ON' | 'OFF' }
  | { readonly field: 'acl'; readonly value: CannedAcl }

/** The objects of one bucket that the inspector shows. */
export interface Subject {
  readonly connection: ConnectionRef
  readonly bucket: string
  readonly objects: readonly { readonly key: string; readonly versionId?: string | undefined }[]
  /** When the newest of them was last modified, as it was seen; milliseconds since the epoch. */
  readonly seen: number
}

const SECOND = 1000

/**
 * The edit of exactly one property. It is bound to what was seen: whatever was written after the newest of these
 * objects is none that the inspector showed, and is left. HEADs tell whole seconds, so that second is let pass.
 */
export function inPlaceSpec(subject: Subject, change: Change, verify: VerifyLevel): EditSpec {
  const { connection, bucket, objects, seen } = subject
  return {
    v: 1,
    kind: 'edit',
    sources: [{ ...PLAIN_SOURCE, connection, bucket, select: objects.map(chosen) as Chosen, base: '' }],
    filter: { ...TAKE_ALL, modifiedBefore: Math.floor(seen / SECOND + 1) * SECOND },
    verify,
    rules: [],
    fieldRules: [],
    changes: { from: 'selection' },
    archived: { do: 'refuse' },
    properties: changedProperties(change),
  }
}
type Chosen = SourcePlace['select']

function chosen({ key, versionId }: Subject['objects'][number]): Selection {
  return { kind: 'object', key, ...(versionId === undefined ? {} : { versionId }) }
}

function changedProperties(change: Change): Properties {
  const { field, value } = change
  if (isRetention(change)) return { ...EDIT_DEFAULTS, retention: { policy: 'set', value: change.value } }
  if (field === 'legal-hold')
    return { ...EDIT_DEFAULTS, legalHold: { policy: 'set', value: value === 'ON' ? 'ON' : 'OFF' } }
  if (field === 'acl')
    return { ...EDIT_DEFAULTS, acl: { policy: 'set', value: { kind: 'canned', acl: value as CannedAcl } } }
  return propertiesWithFields(EDIT_DEFAULTS, [{ field, value: value as string | null }])
}

function isRetention(change: Change): change is Extract<Change, { field: 'retention' }> {
  return typeof change.value === 'object' && change.value !== null
}

/** Whether S3 has a request that changes it where it is; else the object is copied onto itself. */
export function isInPlace(field: FieldName): boolean {
  return field.startsWith('tag:') || field === 'retention' || field === 'legal-hold' || field === 'acl'
}

const NAMES: Readonly<Record<string, string>> = {
  'content-type': 'Content-Type',
  'cache-control': 'Cache-Control',
  'content-disposition': 'Content-Disposition',
  'content-encoding': 'Content-Encoding',
  'content-language': 'Content-Language',
  expires: 'Expires',
  'website-redirect': 'The website redirect',
  'storage-class': 'The storage class',
  retention: 'The retention',
  'legal-hold': 'The legal hold',
  acl: 'The access',
}

/** As a sentence begins with it: "Cache-Control", "The tag team". */
export function fieldWords(name: FieldName): string {
  const field = parseField(name)
  if (field?.in === 'metadata') return `The metadata ${field.name}`
  if (field?.in === 'tag') return `The tag ${field.name}`
  return NAMES[name] ?? name
}

/** One version, or one delete marker, gone for good. */
export function deleteVersionSpec(
  connection: ConnectionRef,
  { bucket, key, versionId }: { readonly bucket: string; readonly key: string; readonly versionId: string },
): DeleteSpec {
  return {
    v: 1,
    kind: 'delete',
    sources: [
      { ...PLAIN_SOURCE, connection, bucket, select: [{ kind: 'object', key, versionId }], base: '' },
    ],
  }
}

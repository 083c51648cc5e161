import type { Accounts } from './accounts.ts'
import { grantsOf, ownerOf } from './acl.ts'
import type { Bucket, ObjectVersion } from './bucket.ts'
import { sameContents } from './content.ts'
import { encryptionFields } from './encryption.ts'
import { lockHeaders } from './lock.ts'
import { checksumHeaders, checksumOfVersion } from './object-checksums.ts'

/** What can be compared beside the bytes. */
export const ATTRIBUTES = [
  'headers',
  'metadata',
  'redirect',
  'tags',
  'annotations',
  'encryption',
  'storageClass',
  'acl',
  'lock',
] as const

export type AttributeName = (typeof ATTRIBUTES)[number]

/** Checksums are asked for apart: a copy in parts may rightly have another algorithm than its source. */
export type Comparable = AttributeName | 'checksums'

/** An object and where it is. */
export interface Placed {
  readonly bucket: Bucket
  readonly version: ObjectVersion
}

/** The names of what differs: of the bytes, and of what is asked for. */
export function differences(
  context: { readonly accounts: Accounts },
  left: Placed,
  right: Placed,
  asked: readonly Comparable[],
): readonly string[] {
  const [one, other] = [left.version, right.version]
  const fields: string[] = []
  if (one.content.size !== other.content.size) fields.push('size')
  else if (!sameContents(one.content, other.content)) fields.push('content')
  for (const each of asked) {
    // Seeded objects and their copies share what is kept with them.
    if (!isShared(one, other, each)) {
      fields.push(...namesThatDiffer(valuesOf(context, left, each), valuesOf(context, right, each)))
    }
  }
  return fields
}

function isShared(one: ObjectVersion, other: ObjectVersion, asked: Comparable): boolean {
  switch (asked) {
    case 'headers':
    case 'metadata':
    case 'redirect':
      return one.attributes === other.attributes
    case 'tags':
      return one.tags === other.tags
    case 'annotations':
      return one.annotations === other.annotations
    case 'encryption':
      return one.encryption === other.encryption
    case 'storageClass':
      return one.storageClass === other.storageClass
    case 'acl':
    case 'lock':
      return one.guard === undefined && other.guard === undefined
    case 'checksums':
      return false
  }
}

type Values = Readonly<Record<string, string>>

/** What is compared, by the names under which a difference is told. */
function valuesOf(context: { readonly accounts: Accounts }, placed: Placed, asked: Comparable): Values {
  const { attributes, tags, encryption, storageClass } = placed.version
  switch (asked) {
    case 'headers':
      return attributes.headers
    case 'metadata':
      return prefixed('x-amz-meta-', attributes.metadata)
    case 'redirect':
      return attributes.redirect === undefined
        ? {}
        : { 'x-amz-website-redirect-location': attributes.redirect }
    case 'tags':
      return prefixed('tag ', tags)
    case 'annotations':
      return annotationEtags(placed.version)
    case 'encryption':
      return encryptionFields(encryption)
    case 'storageClass':
      return { 'x-amz-storage-class': storageClass }
    case 'acl':
      return aclValues(context, placed)
    case 'lock':
      return lockHeaders(placed.version)
    case 'checksums':
      return checksumHeaders(checksumOfVersion(placed.version))
  }
}

function annotationEtags({ annotations = {} }: ObjectVersion): Values {
  const etags = Object.entries(annotations).map(([name, { etag }]) => [`annotation ${name}`, etag])
  return Object.fromEntries(etags) as Values
}

/** What an ACL grants. A copy may belong to another account, so its owner is called so. */
function aclValues(context: { readonly accounts: Accounts }, { bucket, version }: Placed): Values {
  const { id } = ownerOf(context, bucket, version)
  const lines = grantsOf(context, bucket, version).map(
    (grant) => `${grant.id === id ? 'owner' : (grant.id ?? grant.uri)} ${grant.permission}`,
  )
  return { acl: lines.sort().join(', ') }
}

function prefixed(prefix: string, values: Values): Values {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [prefix + name, value]))
}

function namesThatDiffer(left: Values, right: Values): string[] {
  const names = new Set([...Object.keys(left), ...Object.keys(right)])
  return [...names].filter((name) => left[name] !== right[name])
}

import { STORAGE_CLASSES } from '#model/storage-class.ts'
import {
  CANNED_ACLS,
  CHECKSUM_ALGORITHMS,
  GRANT_PERMISSIONS,
  HEADER_NAMES,
  RETENTION_MODES,
  type EncryptionToSet,
  type Grant,
  type HeaderName,
  type SomeProperties,
} from '#model/properties.ts'
import { HEADER_FIELDS } from '#model/field.ts'
import { flag, list, text, type Options } from './arguments.ts'
import { choice, instant, pair } from './values.ts'
import { UsageError } from './usage.ts'

/**
 * The properties that the options name; those that they leave out are the command's own defaults. Pure.
 *
 * | options                                        | policy          |
 * |------------------------------------------------|-----------------|
 * | --set, --remove; --set-meta …; --tag, --untag  | change          |
 * | --headers, --metadata, --tags copy or drop     | copy, drop      |
 * | the same drop, with --set, --set-meta or --tag | set exactly     |
 */
export function someProperties(options: Options): SomeProperties {
  const found: SomeProperties = {}
  const headers = changes(options, 'headers', 'set', 'remove', headerName)
  if (headers) found.headers = headers as NonNullable<SomeProperties['headers']>
  const metadata = changes(options, 'metadata', 'set-meta', 'remove-meta', (name) => name.toLowerCase())
  if (metadata) found.metadata = metadata as NonNullable<SomeProperties['metadata']>
  const tags = changes(options, 'tags', 'tag', 'untag', (name) => name)
  if (tags) found.tags = tags as NonNullable<SomeProperties['tags']>

  const annotations = text(options, 'annotations')
  if (annotations !== undefined)
    found.annotations = { policy: choice('annotations', annotations, ['copy', 'drop']) }
  const acl = aclOf(options)
  if (acl) found.acl = acl
  const lock = lockOf(text(options, 'lock'))
  if (lock) found.retention = lock
  const hold = text(options, 'legal-hold')
  if (hold !== undefined) {
    const said = choice('legal-hold', hold, ['ON', 'OFF', 'copy', 'drop'])
    found.legalHold = said === 'copy' || said === 'drop' ? { policy: said } : { policy: 'set', value: said }
  }
  const redirect = text(options, 'redirect')
  if (redirect !== undefined) found.redirect = redirectOf(redirect)
  const storageClass = text(options, 'storage-class')
  if (storageClass !== undefined) {
    found.storageClass =
      storageClass === 'copy'
        ? { policy: 'copy' }
        : { policy: 'set', value: choice('storage-class', storageClass, STORAGE_CLASSES) }
  }
  const encryption = encryptionOf(options)
  if (encryption) found.encryption = encryption
  const checksum = text(options, 'checksum')
  if (checksum !== undefined) {
    const said = choice('checksum', checksum, [...CHECKSUM_ALGORITHMS, 'copy', 'drop'])
    found.checksum = said === 'copy' || said === 'drop' ? { policy: said } : { policy: 'set', value: said }
  }
  return found
}

type Changes =
  | { policy: 'copy' | 'drop' }
  | { policy: 'set'; value: Record<string, string> }
  | { policy: 'change'; set: Record<string, string>; remove: string[] }

/** What is set and removed of headers, metadata or tags. With `drop`, what is set is all that there is. */
function changes(
  options: Options,
  whole: string,
  setter: string,
  remover: string,
  nameOf: (given: string, option: string) => string,
): Changes | undefined {
  const said = text(options, whole)
  const policy = said === undefined ? undefined : choice(whole, said, ['copy', 'drop'])
  const set = Object.fromEntries(
    list(options, setter).map((given) => {
      const [name, value] = pair(setter, given)
      return [nameOf(name, setter), value]
    }),
  )
  const remove = list(options, remover).map((name) => nameOf(name, remover))
  const sets = Object.keys(set).length > 0
  if (policy === 'drop') {
    if (remove.length > 0)
      throw new UsageError(`--${remover}: there is nothing to take from with --${whole} drop`)
    return sets ? { policy: 'set', value: set } : { policy }
  }
  if (sets || remove.length > 0) return { policy: 'change', set, remove }
  return policy === undefined ? undefined : { policy }
}

/** `cache-control` → `cacheControl`. */
function headerName(given: string, option: string): HeaderName {
  const lower = given.toLowerCase()
  const found = HEADER_NAMES.find((name) => dashed(name) === lower)
  if (found === undefined) {
    throw new UsageError(
      `--${option}: must name one of ${HEADER_NAMES.map(dashed).join(', ')}, not "${given}" (--set-meta sets metadata)`,
    )
  }
  return found
}

/** `Cache-Control` → `cache-control`. */
export function headerField(given: string, option: string): string {
  return HEADER_FIELDS[headerName(given, option)]
}

/** `cacheControl` → `cache-control`. */
export function dashed(name: string): string {
  return name.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`)
}

function aclOf(options: Options): SomeProperties['acl'] {
  const grants = list(options, 'grant').map(grantOf)
  const acl = text(options, 'acl')
  if (grants.length > 0) {
    if (acl !== undefined) throw new UsageError('--grant: cannot go with --acl; say one of them')
    return { policy: 'set', value: { kind: 'grants', grants } }
  }
  if (acl === undefined) return undefined
  const said = choice('acl', acl, [...CANNED_ACLS, 'copy', 'drop'])
  if (said === 'copy' || said === 'drop') return { policy: said }
  return { policy: 'set', value: { kind: 'canned', acl: said } }
}

/** `READ=id:CANONICAL`, `READ=email:A@B`, `READ=uri:GROUP`. */
function grantOf(given: string): Grant {
  const [permission, to] = pair('grant', given)
  const [, kind, who] = /^(id|email|uri):(.+)$/.exec(to) ?? []
  if (kind === undefined || who === undefined)
    throw new UsageError(`--grant: must be like READ=id:…, READ=email:… or READ=uri:…, not "${given}"`)
  const grantee =
    kind === 'id'
      ? ({ kind: 'account', id: who } as const)
      : kind === 'email'
        ? ({ kind: 'email', address: who } as const)
        : ({ kind: 'group', uri: who } as const)
  return { permission: choice('grant', permission, GRANT_PERMISSIONS), grantee }
}

/** `GOVERNANCE=2027-01-01`, `copy` or `drop`. */
function lockOf(given: string | undefined): SomeProperties['retention'] {
  if (given === undefined) return undefined
  if (given === 'copy' || given === 'drop') return { policy: given }
  const [mode, until] = pair('lock', given)
  return {
    policy: 'set',
    value: { mode: choice('lock', mode, RETENTION_MODES), until: instant('lock', until) },
  }
}

function redirectOf(given: string): SomeProperties['redirect'] {
  if (given === 'copy' || given === 'drop') return { policy: given }
  if (!/^(\/|https?:\/\/)/.test(given))
    throw new UsageError(`--redirect: must begin with /, http:// or https://, not "${given}"`)
  return { policy: 'set', value: given }
}

const KINDS = ['SSE-S3', 'SSE-KMS', 'DSSE-KMS', 'SSE-C', 'copy', 'default'] as const

function encryptionOf(options: Options): SomeProperties['encryption'] {
  const kind = text(options, 'sse')
  const keyId = text(options, 'sse-kms-key-id')
  const context = list(options, 'sse-kms-context').map((given) => pair('sse-kms-context', given))
  const bucketKey = flag(options, 'sse-bucket-key')
  const key = text(options, 'sse-c-key')
  const said = kind === undefined ? undefined : choice('sse', kind, KINDS)
  const isKms = said === 'SSE-KMS' || said === 'DSSE-KMS'
  if (!isKms && (keyId !== undefined || context.length > 0))
    throw new UsageError(`--sse-kms-key-id and --sse-kms-context need --sse SSE-KMS or DSSE-KMS`)
  if (bucketKey && said !== 'SSE-KMS') throw new UsageError('--sse-bucket-key: needs --sse SSE-KMS')
  if ((key !== undefined) !== (said === 'SSE-C'))
    throw new UsageError('--sse SSE-C and --sse-c-key NAME go together: the key is one of the key ring')
  switch (said) {
    case undefined:
      return undefined
    case 'copy':
      return { policy: 'copy' }
    case 'default':
      return { policy: 'drop' }
    case 'SSE-S3':
      return { policy: 'set', value: { kind: said } }
    case 'SSE-C':
      return { policy: 'set', value: { kind: said, key: key ?? '' } }
    case 'SSE-KMS':
    case 'DSSE-KMS': {
      const value: EncryptionToSet = {
        kind: said,
        ...(keyId !== undefined && { keyId }),
        ...(context.length > 0 && { context: Object.fromEntries(context) }),
        ...(bucketKey && { bucketKey }),
      }
      return { policy: 'set', value }
    }
  }
}

import type { IncomingHttpHeaders } from 'node:http'
import type { Account } from './accounts.ts'
import type { Bucket, ObjectVersion } from './bucket.ts'
import { BUCKET_ACLS, cannedGrants, EC2, GROUPS, OBJECT_ACLS } from './canned-acl.ts'
import type { CannedAcl, Parties } from './canned-acl.ts'
import { header } from './context.ts'
import type { Context, S3Request } from './context.ts'
import { S3Error } from './errors.ts'
import { PERMISSIONS } from './guard.ts'
import type { Grant, Guard, Permission } from './guard.ts'
import { ownershipOf } from './rules.ts'

const GRANT_HEADERS: Readonly<Record<string, Permission>> = {
  'x-amz-grant-full-control': 'FULL_CONTROL',
  'x-amz-grant-read': 'READ',
  'x-amz-grant-read-acp': 'READ_ACP',
  'x-amz-grant-write': 'WRITE',
  'x-amz-grant-write-acp': 'WRITE_ACP',
}

const GRANT_HEADER_NAMES = Object.keys(GRANT_HEADERS)

/** Whether a request's headers name an ACL. */
export function namesAcl(headers: IncomingHttpHeaders): boolean {
  if (headers['x-amz-acl'] !== undefined) return true
  for (const name of GRANT_HEADER_NAMES) if (headers[name] !== undefined) return true
  return false
}

/**
 * The owner and grants of an object that a request writes; empty for a private one of the bucket's owner.
 *
 * | ownership            | ACL named                 | owner          | ACL                  |
 * |----------------------|---------------------------|----------------|----------------------|
 * | BucketOwnerEnforced  | none, or the owner's own  | bucket's owner | the owner's own      |
 * | BucketOwnerEnforced  | any other                 |                | refused              |
 * | BucketOwnerPreferred | bucket-owner-full-control | bucket's owner | as named             |
 * | BucketOwnerPreferred | none, or any other        | who writes     | as named, or private |
 * | ObjectWriter         | none, or any              | who writes     | as named, or private |
 *
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
 * @throws S3Error AccessControlListNotSupported, InvalidArgument, InvalidRequest
 */
export function grantsFrom(
  context: Context,
  bucket: Bucket,
  { headers, account }: S3Request,
): Pick<Guard, 'owner' | 'grants'> {
  const bucketOwner = context.accounts.byNumber(bucket.rules.owner)
  const ownership = ownershipOf(bucket.rules)
  if (ownership === 'BucketOwnerEnforced') {
    requireOwnersAcl(context, headers, bucketOwner)
    return {}
  }
  const gives = ownership === 'BucketOwnerPreferred' && headers['x-amz-acl'] === 'bucket-owner-full-control'
  const owner = gives ? bucketOwner : account
  const parties = { owner: owner.id, bucketOwner: bucketOwner.id }
  const grants = namesAcl(headers) ? headerGrants(context, headers, parties, OBJECT_ACLS) : undefined
  return {
    ...(owner.account === bucketOwner.account ? undefined : { owner: owner.account }),
    ...(grants === undefined || isPrivate(grants, owner) ? undefined : { grants }),
  }
}

function isPrivate(grants: readonly Grant[], owner: Account): boolean {
  return grants.length === 1 && grants[0]?.id === owner.id && grants[0].permission === 'FULL_CONTROL'
}

/** Where ACLs are disabled: none, or one that says what holds anyway. @throws S3Error AccessControlListNotSupported */
function requireOwnersAcl(context: Context, headers: IncomingHttpHeaders, owner: Account): void {
  if (!namesAcl(headers) || headers['x-amz-acl'] === 'bucket-owner-full-control') return
  const isOwners =
    headers['x-amz-acl'] === undefined &&
    isPrivate(headerGrants(context, headers, { owner: owner.id, bucketOwner: owner.id }, OBJECT_ACLS), owner)
  if (!isOwners) throw new S3Error('AccessControlListNotSupported')
}

/** The grants of x-amz-acl or the x-amz-grant-… headers. @throws S3Error InvalidArgument, InvalidRequest */
function headerGrants(
  context: Context,
  headers: IncomingHttpHeaders,
  parties: Parties,
  known: readonly CannedAcl[],
): readonly Grant[] {
  const canned = header(headers, 'x-amz-acl')
  const named = GRANT_HEADER_NAMES.filter((name) => headers[name] !== undefined)
  if (canned !== undefined && named.length > 0) {
    throw new S3Error('InvalidRequest', {
      message: 'Specifying both Canned ACLs and Header Grants is not allowed',
    })
  }
  if (canned === undefined) {
    return named.flatMap((name) =>
      readGrants(context, name, header(headers, name) ?? '', GRANT_HEADERS[name] ?? 'READ'),
    )
  }
  const acl = known.find((each) => each === canned)
  if (acl === undefined) throw invalid('x-amz-acl', canned, '')
  return cannedGrants(acl, parties)
}

/** `id="…", uri="…"` */
function readGrants(context: Context, name: string, text: string, permission: Permission): readonly Grant[] {
  return text.split(',').map((each) => {
    const [, kind, quoted, bare] = /^\s*(\w+)\s*=\s*(?:"([^"]*)"|([^"\s]+))\s*$/.exec(each) ?? []
    const value = quoted ?? bare ?? ''
    if (kind === 'id') return { ...requireGrantee(context, { id: value }), permission }
    if (kind === 'uri') return { ...requireGrantee(context, { uri: value }), permission }
    if (kind === 'emailAddress') throw new S3Error('UnresolvableGrantByEmailAddress')
    throw invalid(name, text, 'Argument format not recognized')
  })
}

/** A grantee that there is. @throws S3Error InvalidArgument */
export function requireGrantee(
  { accounts }: Context,
  grantee: { readonly id?: string; readonly uri?: string },
): { readonly id: string } | { readonly uri: string } {
  const { id, uri } = grantee
  if (id !== undefined) {
    if (id !== EC2.id && accounts.byCanonicalId(id) === undefined)
      throw invalid('CanonicalUser/ID', id, 'Invalid id')
    return { id }
  }
  if (uri === undefined || !GROUPS.includes(uri)) throw invalid('Group/URI', uri ?? '', 'Invalid group uri')
  return { uri }
}

/** The grants of a bucket ACL that headers name. @throws S3Error InvalidArgument, InvalidRequest */
export function bucketGrantsFrom(
  context: Context,
  headers: IncomingHttpHeaders,
  owner: Account,
): readonly Grant[] {
  return headerGrants(context, headers, { owner: owner.id, bucketOwner: owner.id }, BUCKET_ACLS)
}

/** The grants of an object ACL that headers name. @throws S3Error InvalidArgument, InvalidRequest */
export function objectGrantsFrom(
  context: Context,
  headers: IncomingHttpHeaders,
  owner: Account,
  bucketOwner: Account,
): readonly Grant[] {
  return headerGrants(context, headers, { owner: owner.id, bucketOwner: bucketOwner.id }, OBJECT_ACLS)
}

function invalid(name: string, value: string, message: string): S3Error {
  return new S3Error('InvalidArgument', {
    ...(message === '' ? undefined : { message }),
    elements: { ArgumentName: name, ArgumentValue: value },
  })
}

/** Who a version belongs to. Where ACLs are disabled all is the bucket owner's, whoever wrote it. */
export function ownerOf(
  { accounts }: Pick<Context, 'accounts'>,
  { rules }: Bucket,
  { guard }: Pick<ObjectVersion, 'guard'>,
): Account {
  const isEnforced = ownershipOf(rules) === 'BucketOwnerEnforced'
  return accounts.byNumber(isEnforced ? rules.owner : (guard?.owner ?? rules.owner))
}

/** What counts now: where ACLs are disabled, the owner's full control alone. */
export function grantsOf(
  context: Pick<Context, 'accounts'>,
  bucket: Bucket,
  version: ObjectVersion,
): readonly Grant[] {
  const own: readonly Grant[] = [{ id: ownerOf(context, bucket, version).id, permission: 'FULL_CONTROL' }]
  return ownershipOf(bucket.rules) === 'BucketOwnerEnforced' ? own : (version.guard?.grants ?? own)
}

/** As grantsOf, of the bucket itself. */
export function bucketGrantsOf({ accounts }: Context, { rules }: Bucket): readonly Grant[] {
  const own: readonly Grant[] = [{ id: accounts.byNumber(rules.owner).id, permission: 'FULL_CONTROL' }]
  return ownershipOf(rules) === 'BucketOwnerEnforced' ? own : (rules.grants ?? own)
}

/** @throws S3Error MalformedACLError */
export function permissionFrom(text: string | undefined): Permission {
  const permission = PERMISSIONS.find((each) => each === text)
  if (permission === undefined) throw new S3Error('MalformedACLError')
  return permission
}

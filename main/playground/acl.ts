import type { IncomingHttpHeaders } from 'node:http'
import type { Account } from './accounts.ts'
import { header } from './context.ts'
import type { Context, S3Request } from './context.ts'
import { S3Error } from './errors.ts'
import { PERMISSIONS } from './guard.ts'
import type { Grant, Guard, Permission } from './guard.ts'
import { ownershipOf } from './rules.ts'
import type { Bucket, ObjectVersion } from './store.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html */
export const ALL_USERS = 'http://acs.amazonaws.com/groups/global/AllUsers'
export const AUTHENTICATED_USERS = 'http://acs.amazonaws.com/groups/global/AuthenticatedUsers'
const LOG_DELIVERY = 'http://acs.amazonaws.com/groups/s3/LogDelivery'
const GROUPS = [ALL_USERS, AUTHENTICATED_USERS, LOG_DELIVERY]

/** The account that aws-exec-read names: EC2, which reads bundles of images. */
export const EC2: Account = {
  id: '6aa5a366c34c1cbe25dc49211496e913e0351eb0e8c37aa3477e40942ec6b97c',
  displayName: 'za-team',
  account: '000000000000',
}

/** Those for objects, and those that only buckets take. */
export const OBJECT_ACLS = [
  'private',
  'public-read',
  'public-read-write',
  'aws-exec-read',
  'authenticated-read',
  'bucket-owner-read',
  'bucket-owner-full-control',
] as const
const BUCKET_ACLS = [
  'private',
  'public-read',
  'public-read-write',
  'aws-exec-read',
  'authenticated-read',
  'log-delivery-write',
] as const

export type ObjectAcl = (typeof OBJECT_ACLS)[number]

type CannedAcl = ObjectAcl | (typeof BUCKET_ACLS)[number]

/** The accounts, by canonical id, that a canned ACL speaks of. */
interface Parties {
  readonly owner: string
  readonly bucketOwner: string
}

/** What a canned ACL grants: https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl */
export function cannedGrants(acl: CannedAcl, { owner, bucketOwner }: Parties): readonly Grant[] {
  const own: Grant = { id: owner, permission: 'FULL_CONTROL' }
  const forBucketOwner = (permission: Permission): readonly Grant[] =>
    owner === bucketOwner ? [own] : [own, { id: bucketOwner, permission }]
  switch (acl) {
    case 'private':
      return [own]
    case 'public-read':
      return [own, { uri: ALL_USERS, permission: 'READ' }]
    case 'public-read-write':
      return [own, { uri: ALL_USERS, permission: 'READ' }, { uri: ALL_USERS, permission: 'WRITE' }]
    case 'aws-exec-read':
      return [own, { id: EC2.id, permission: 'READ' }]
    case 'authenticated-read':
      return [own, { uri: AUTHENTICATED_USERS, permission: 'READ' }]
    case 'bucket-owner-read':
      return forBucketOwner('READ')
    case 'bucket-owner-full-control':
      return forBucketOwner('FULL_CONTROL')
    case 'log-delivery-write':
      return [own, { uri: LOG_DELIVERY, permission: 'WRITE' }, { uri: LOG_DELIVERY, permission: 'READ_ACP' }]
  }
}

const GRANT_HEADERS: Readonly<Record<string, Permission>> = {
  'x-amz-grant-full-control': 'FULL_CONTROL',
  'x-amz-grant-read': 'READ',
  'x-amz-grant-read-acp': 'READ_ACP',
  'x-amz-grant-write': 'WRITE',
  'x-amz-grant-write-acp': 'WRITE_ACP',
}

/** Whether a request's headers name an ACL. */
export function namesAcl(headers: IncomingHttpHeaders): boolean {
  return (
    headers['x-amz-acl'] !== undefined ||
    Object.keys(GRANT_HEADERS).some((name) => headers[name] !== undefined)
  )
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
  const named = Object.keys(GRANT_HEADERS).filter((name) => headers[name] !== undefined)
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

import {
  bucketGrantsFrom,
  bucketGrantsOf,
  grantsOf,
  namesAcl,
  objectGrantsFrom,
  ownerOf,
  permissionFrom,
  requireGrantee,
} from './acl.ts'
import type { Bucket } from './bucket.ts'
import { EC2 } from './canned-acl.ts'
import type { Account } from './accounts.ts'
import { emptyAnswer, xmlAnswer } from './answer.ts'
import type { Answer } from './answer.ts'
import { owner as ownerElement } from './buckets.ts'
import { requireBucket, requireKey, requireObject, versionHeader } from './context.ts'
import type { Context, S3Request } from './context.ts'
import { S3Error } from './errors.ts'
import type { Grant } from './guard.ts'
import { OWNERSHIPS, ownershipOf } from './rules.ts'
import { child, childText, element, parseXml } from './xml.ts'
import type { XmlElement } from './xml.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAcl.html */
export function getObjectAcl(context: Context, request: S3Request): Answer {
  const bucket = requireBucket(context, request)
  const version = requireObject(bucket, requireKey(request), request.query.get('versionId'))
  const grants = grantsOf(context, bucket, version)
  return policyAnswer(
    context,
    ownerOf(context, bucket, version),
    grants,
    versionHeader(bucket, version.versionId),
  )
}

export async function putObjectAcl(context: Context, request: S3Request): Promise<Answer> {
  const document = (await request.body()).toString('utf8')
  const bucket = requireBucket(context, request)
  requireAclsEnabled(bucket)
  const key = requireKey(request)
  const version = requireObject(bucket, key, request.query.get('versionId'))
  const owner = ownerOf(context, bucket, version)
  const bucketOwner = context.accounts.byNumber(bucket.rules.owner)
  const grants = askedGrants(context, request, document, owner, () =>
    objectGrantsFrom(context, request.headers, owner, bucketOwner),
  )
  const { versionId } = version
  const guard = { ...version.guard, grants }
  context.commit({ op: 'PutObjectAcl', bucket: bucket.name, key, time: context.now(), versionId, guard })
  return emptyAnswer(200, versionHeader(bucket, versionId))
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketAcl.html */
export function getBucketAcl(context: Context, request: S3Request): Answer {
  const bucket = requireBucket(context, request)
  const owner = context.accounts.byNumber(bucket.rules.owner)
  return policyAnswer(context, owner, bucketGrantsOf(context, bucket))
}

export async function putBucketAcl(context: Context, request: S3Request): Promise<Answer> {
  const document = (await request.body()).toString('utf8')
  const bucket = requireBucket(context, request)
  requireAclsEnabled(bucket)
  const owner = context.accounts.byNumber(bucket.rules.owner)
  const grants = askedGrants(context, request, document, owner, () =>
    bucketGrantsFrom(context, request.headers, owner),
  )
  const rules = { ...bucket.rules, grants }
  context.commit({ op: 'PutBucketAcl', bucket: bucket.name, time: context.now(), rules })
  return emptyAnswer(200)
}

/**
 * Where the bucket's owner owns all, no ACL can be put.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectAcl.html
 * @throws S3Error AccessControlListNotSupported
 */
function requireAclsEnabled({ rules }: Bucket): void {
  if (ownershipOf(rules) === 'BucketOwnerEnforced') throw new S3Error('AccessControlListNotSupported')
}

/** What a PUT of an ACL asks for, in one of its three ways. */
function askedGrants(
  context: Context,
  { headers }: S3Request,
  document: string,
  owner: Account,
  fromHeaders: () => readonly Grant[],
): readonly Grant[] {
  if (document === '') {
    if (!namesAcl(headers)) throw new S3Error('MissingSecurityHeader')
    return fromHeaders()
  }
  if (namesAcl(headers)) throw new S3Error('UnexpectedContent')
  return readPolicy(context, document, owner)
}

const MOST_GRANTS = 100

/** @throws S3Error MalformedACLError, InvalidArgument, AccessDenied (another owner than it has) */
function readPolicy(context: Context, document: string, { id }: Account): readonly Grant[] {
  const policy = parseXml(document, 'AccessControlPolicy')
  const owner = child(policy, 'Owner')
  const list = child(policy, 'AccessControlList')
  if (owner === undefined || list === undefined || list.children.length > MOST_GRANTS) {
    throw new S3Error('MalformedACLError')
  }
  if (childText(owner, 'ID') !== id) throw new S3Error('AccessDenied')
  return list.children.map((grant) => readGrant(context, grant))
}

function readGrant(context: Context, grant: XmlElement): Grant {
  const grantee = child(grant, 'Grantee')
  if (grant.name !== 'Grant' || grantee === undefined) throw new S3Error('MalformedACLError')
  const [id, uri] = [childText(grantee, 'ID'), childText(grantee, 'URI')]
  if (childText(grantee, 'EmailAddress') !== undefined) throw new S3Error('UnresolvableGrantByEmailAddress')
  if (id === undefined && uri === undefined) throw new S3Error('MalformedACLError')
  const permission = permissionFrom(childText(grant, 'Permission'))
  const named = requireGrantee(context, {
    ...(id === undefined ? undefined : { id }),
    ...(uri === undefined ? undefined : { uri }),
  })
  return { ...named, permission }
}

function policyAnswer(
  { accounts }: Context,
  owner: Account,
  grants: readonly Grant[],
  headers: Readonly<Record<string, string>> = {},
): Answer {
  const elements = grants.map((grant) => {
    const account = grant.id === undefined ? undefined : (accounts.byCanonicalId(grant.id) ?? EC2)
    const grantee =
      account === undefined
        ? granteeElement('Group', element('URI', grant.uri))
        : granteeElement(
            'CanonicalUser',
            element('ID', account.id) + element('DisplayName', account.displayName),
          )
    return `<Grant>${grantee}${element('Permission', grant.permission)}</Grant>`
  })
  const list = `<AccessControlList>${elements.join('')}</AccessControlList>`
  return xmlAnswer('AccessControlPolicy', ownerElement('Owner', owner) + list, headers)
}

function granteeElement(type: 'CanonicalUser' | 'Group', content: string): string {
  return `<Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="${type}">${content}</Grantee>`
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketOwnershipControls.html */
export function getBucketOwnershipControls(context: Context, request: S3Request): Answer {
  const { ownership = 'BucketOwnerEnforced' } = requireBucket(context, request).rules
  if (ownership === 'none') throw new S3Error('OwnershipControlsNotFoundError')
  return xmlAnswer('OwnershipControls', `<Rule>${element('ObjectOwnership', ownership)}</Rule>`)
}

export async function putBucketOwnershipControls(context: Context, request: S3Request): Promise<Answer> {
  const document = parseXml((await request.body()).toString('utf8'), 'OwnershipControls')
  const [rule, ...others] = document.children
  const named = rule === undefined ? undefined : childText(rule, 'ObjectOwnership')
  const ownership = OWNERSHIPS.find((each) => each === named)
  const bucket = requireBucket(context, request)
  if (ownership === undefined || others.length > 0) throw new S3Error('MalformedXML')
  if (ownership === 'BucketOwnerEnforced') requireNobodyElse(bucket, context)
  const rules = { ...bucket.rules, ownership }
  context.commit({ op: 'PutBucketOwnershipControls', bucket: bucket.name, time: context.now(), rules })
  return emptyAnswer(200)
}

/** ACLs cannot be disabled while the bucket's own lets others in. @throws S3Error InvalidBucketAclWithObjectOwnership */
function requireNobodyElse({ rules }: Bucket, { accounts }: Context): void {
  const { id } = accounts.byNumber(rules.owner)
  if (rules.grants?.some((grant) => grant.id !== id) === true) {
    throw new S3Error('InvalidBucketAclWithObjectOwnership')
  }
}

export function deleteBucketOwnershipControls(context: Context, request: S3Request): Answer {
  const bucket = requireBucket(context, request)
  const rules = { ...bucket.rules, ownership: 'none' as const }
  context.commit({ op: 'DeleteBucketOwnershipControls', bucket: bucket.name, time: context.now(), rules })
  return emptyAnswer(204)
}

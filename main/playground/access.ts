import { EVERYBODY } from './accounts.ts'
import type { Account } from './accounts.ts'
import { isGranted, isGuests } from './acl-access.ts'
import type { Aim } from './acl-access.ts'
import { namesAcl } from './acl.ts'
import type { Bucket } from './bucket.ts'
import { header } from './context.ts'
import type { Context, S3Request } from './context.ts'
import { S3Error } from './errors.ts'
import type { Operation } from './operations.ts'
import { NEEDS } from './rights.ts'

/**
 * Whether `account` may do `operation` on `bucket`, ACLs left aside. A denial counts before all else.
 *
 * | account | denied | has the right | verdict   |
 * |---------|--------|---------------|-----------|
 * | any     | yes    |               | denied    |
 * | owner   | no     |               | allowed   |
 * | another | no     | yes           | allowed   |
 * | another | no     | no            | undecided |
 */
function verdict({ rules }: Bucket, { account }: Account, operation: Operation): Verdict {
  const own = rules.access?.[account]
  const { right, permission } = NEEDS[operation]
  if (own?.deny.includes(operation) === true) return 'denied'
  if (permission !== undefined && own?.deny.includes(permission) === true) return 'denied'
  if (rules.owner === account || right === 'everybody') return 'allowed'
  if (right === 'nobody') return 'undecided'
  const everybodys = rules.access?.[EVERYBODY.account]
  const isAllowed = own?.allow.includes(right) === true || everybodys?.allow.includes(right) === true
  return isAllowed ? 'allowed' : 'undecided'
}

type Verdict = 'allowed' | 'denied' | 'undecided'

/** Whether `account` may do `operation` on `bucket` by what it was allowed, whatever ACLs say. */
export function may(bucket: Bucket, account: Account, operation: Operation): boolean {
  return verdict(bucket, account, operation) === 'allowed'
}

/** Whether it may do it to this object: what nobody decided, the ACLs of object and bucket do. */
function mayReach(
  context: Context,
  bucket: Bucket,
  account: Account,
  operation: Operation,
  aim: Aim,
): boolean {
  const said = verdict(bucket, account, operation)
  if (said === 'denied') return false
  const needsGrant =
    said === 'undecided' ||
    (bucket.rules.owner === account.account && isGuests(context, bucket, operation, aim))
  return !needsGrant || isGranted(context, bucket, account, operation, aim)
}

/** Whether `account` may pass over retentions in GOVERNANCE mode. */
export function mayBypassLock({ rules }: Bucket, { account }: Account): boolean {
  return rules.owner === account || rules.access?.[account]?.allow.includes('bypassLock') === true
}

/** @throws S3Error AccessDenied */
export function requireRight(bucket: Bucket, account: Account, operation: Operation): void {
  if (!may(bucket, account, operation)) throw new S3Error('AccessDenied')
}

/**
 * Holds a request against the rules of the bucket that it names. One for a bucket that is not there passes:
 * its handler says so.
 * @throws S3Error AccessDenied
 */
export function authorize(context: Context, request: S3Request): void {
  const { operation, account, key } = request
  const isOfBucket = request.bucket !== undefined && operation !== 'CreateBucket'
  if (account === EVERYBODY && !isOfBucket) throw new S3Error('AccessDenied')
  const bucket = operation === 'CreateBucket' ? undefined : context.store.buckets.get(request.bucket ?? '')
  if (bucket === undefined) return
  requirePayer(bucket, request)
  const aim = { key, versionId: request.query.get('versionId') }
  if (!mayReach(context, bucket, account, operation, aim)) throw new S3Error('AccessDenied')
  requireRightsBesides(bucket, request)
}

/** Beside the operation's own permission, what its headers do needs theirs. */
function requireRightsBesides(bucket: Bucket, { operation, headers, account }: S3Request): void {
  if (header(headers, 'x-amz-tagging')) requireRight(bucket, account, 'PutObjectTagging')
  if (headers['x-amz-object-lock-mode'] !== undefined) requireRight(bucket, account, 'PutObjectRetention')
  if (headers['x-amz-object-lock-legal-hold'] !== undefined) {
    requireRight(bucket, account, 'PutObjectLegalHold')
  }
  if (namesAcl(headers) && !operation.endsWith('Acl')) requireRight(bucket, account, 'PutObjectAcl')
}

/**
 * Holds a copy's source against the rules of its bucket.
 * @throws S3Error AccessDenied
 */
export function authorizeSource(context: Context, bucket: Bucket, request: S3Request, source: Aim): void {
  requirePayer(bucket, request)
  if (!mayReach(context, bucket, request.account, 'GetObject', source)) throw new S3Error('AccessDenied')
}

/**
 * A copy takes tags along only for who may read and write them; without the right the whole copy is denied.
 * https://repost.aws/knowledge-center/s3-troubleshoot-copy-between-buckets
 * @throws S3Error AccessDenied
 */
export function authorizeTags(source: Bucket, target: Bucket, account: Account): void {
  requireRight(source, account, 'GetObjectTagging')
  requireRight(target, account, 'PutObjectTagging')
}

/**
 * Others than the owner must say that they know who pays.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/ObjectsinRequesterPaysBuckets.html
 * @throws S3Error AccessDenied
 */
function requirePayer({ rules }: Bucket, { account, headers, query }: S3Request): void {
  if (rules.requesterPays !== true || rules.owner === account.account) return
  // In the query for presigned URLs.
  const payer = header(headers, 'x-amz-request-payer') ?? query.get('x-amz-request-payer')
  if (payer !== 'requester') throw new S3Error('AccessDenied')
}

/** The header of an answer for which the requester pays. */
export function chargedHeader(
  bucket: Bucket | undefined,
  account: Account,
): Readonly<Record<string, string>> | undefined {
  const isCharged = bucket?.rules.requesterPays === true && bucket.rules.owner !== account.account
  return isCharged ? { 'x-amz-request-charged': 'requester' } : undefined
}

/**
 * Who may not list a bucket does not learn what is missing in it.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html (Permissions)
 */
export function hideMissing(bucket: Bucket, account: Account, error: unknown): unknown {
  const isMissing = error instanceof S3Error && error.code === 'NoSuchKey'
  return isMissing && !may(bucket, account, 'ListObjectsV2') ? new S3Error('AccessDenied') : error
}

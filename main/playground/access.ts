import type { Account } from './accounts.ts'
import { header } from './context.ts'
import type { Context, S3Request } from './context.ts'
import { S3Error } from './errors.ts'
import { Fields, InputError, show } from './input.ts'
import type { Mutation } from './mutation.ts'
import { OPERATIONS } from './operations.ts'
import type { Operation } from './operations.ts'
import { NEEDS, RIGHTS } from './rights.ts'
import type { Access } from './rights.ts'
import type { Bucket } from './store.ts'

/**
 * Whether `account` may do `operation` on `bucket`. A denial counts before all else.
 *
 * | account | denied | has the right | may |
 * |---------|--------|---------------|-----|
 * | any     | yes    |               | no  |
 * | owner   | no     |               | yes |
 * | another | no     | yes           | yes |
 * | another | no     | no            | no  |
 */
export function may(bucket: Bucket, account: Account, operation: Operation): boolean {
  const { owner, access } = bucket.rules
  const own = access?.[account.account]
  const { right, permission } = NEEDS[operation]
  if (own?.deny.includes(operation) === true) return false
  if (permission !== undefined && own?.deny.includes(permission) === true) return false
  if (owner === account.account || right === 'everybody') return true
  return right !== 'nobody' && own?.allow.includes(right) === true
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
export function authorize({ store }: Context, request: S3Request): void {
  const bucket = request.operation === 'CreateBucket' ? undefined : store.buckets.get(request.bucket ?? '')
  if (bucket === undefined) return
  requirePayer(bucket, request)
  for (const operation of neededFor(request)) requireRight(bucket, request.account, operation)
}

const ACL_HEADERS = [
  'x-amz-acl',
  'x-amz-grant-full-control',
  'x-amz-grant-read',
  'x-amz-grant-read-acp',
  'x-amz-grant-write',
  'x-amz-grant-write-acp',
]

/** Beside the operation's own permission, what its headers do needs theirs. */
function neededFor({ operation, headers }: S3Request): readonly Operation[] {
  const needed: Operation[] = [operation]
  if (header(headers, 'x-amz-tagging')) needed.push('PutObjectTagging')
  if (headers['x-amz-object-lock-mode'] !== undefined) needed.push('PutObjectRetention')
  if (headers['x-amz-object-lock-legal-hold'] !== undefined) needed.push('PutObjectLegalHold')
  if (!operation.endsWith('Acl') && ACL_HEADERS.some((name) => headers[name] !== undefined)) {
    needed.push('PutObjectAcl')
  }
  return needed
}

/**
 * Holds a copy's source against the rules of its bucket.
 * @throws S3Error AccessDenied
 */
export function authorizeSource(bucket: Bucket, request: S3Request): void {
  requirePayer(bucket, request)
  requireRight(bucket, request.account, 'GetObject')
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
export function chargedHeader(bucket: Bucket | undefined, account: Account): Record<string, string> {
  const isCharged = bucket?.rules.requesterPays === true && bucket.rules.owner !== account.account
  return isCharged ? { 'x-amz-request-charged': 'requester' } : {}
}

/**
 * Who may not list a bucket does not learn what is missing in it.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html (Permissions)
 */
export function hideMissing(bucket: Bucket, account: Account, error: unknown): unknown {
  const isMissing = error instanceof S3Error && error.code === 'NoSuchKey'
  return isMissing && !may(bucket, account, 'ListObjectsV2') ? new S3Error('AccessDenied') : error
}

/**
 * The change that the admin request asks for.
 * @throws InputError
 */
export function readAccess(
  { store, accounts, now }: Pick<Context, 'store' | 'accounts' | 'now'>,
  body: unknown,
): Mutation {
  const fields = new Fields(body, 'access')
  const name = fields.requiredText('bucket')
  const bucket = store.buckets.get(name)
  if (bucket === undefined) throw new InputError(`${fields.at('bucket')} names no bucket: ${show(name)}`)
  const { account } = accounts.named(fields.requiredText('account'), fields.at('account'))
  const allow = RIGHTS.filter((right) => fields.flag(right) === true)
  const deny = (fields.list('deny') ?? []).map((each) => {
    const operation = OPERATIONS.find((known) => known === each)
    if (operation !== undefined) return operation
    throw new InputError(`${fields.at('deny')} must be a list of operations, not ${show(each)}`)
  })
  fields.end()
  const access: Access = { allow, deny }
  const rules = { ...bucket.rules, access: { ...bucket.rules.access, [account]: access } }
  return { op: 'PutAccess', bucket: name, time: now(), rules }
}

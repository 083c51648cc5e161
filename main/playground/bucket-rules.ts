import { bucketGrantsFrom, namesAcl } from './acl.ts'
import { OWNER } from './accounts.ts'
import { header } from './context.ts'
import type { Context, S3Request } from './context.ts'
import { S3Error } from './errors.ts'
import { OWNERSHIPS, ownershipOf } from './rules.ts'
import type { BucketRules, Ownership } from './rules.ts'

/**
 * The rules of a bucket that CreateBucket makes. One with object lock has versioning from the start.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
 * @throws S3Error InvalidArgument, InvalidBucketAclWithObjectOwnership
 */
export function newRules(context: Context, { headers, account }: S3Request): BucketRules {
  const ownership = readOwnership(header(headers, 'x-amz-object-ownership'))
  const withLock = header(headers, 'x-amz-bucket-object-lock-enabled')?.toLowerCase() === 'true'
  const rules: BucketRules = {
    owner: account.account,
    ...(ownership === undefined ? undefined : { ownership }),
    ...(withLock ? { lock: {} } : undefined),
  }
  if (!namesAcl(headers)) return rules
  const grants = bucketGrantsFrom(context, headers, account)
  // private is what a bucket has anyway.
  if (headers['x-amz-acl'] === 'private') return rules
  if (ownershipOf(rules) === 'BucketOwnerEnforced') throw new S3Error('InvalidBucketAclWithObjectOwnership')
  return { ...rules, grants }
}

/** The field of a mutation, left out for the first account's bucket with no rules of its own. */
export function rulesField(rules: BucketRules): { readonly rules: BucketRules } | undefined {
  return rules.owner === OWNER.account && Object.keys(rules).length === 1 ? undefined : { rules }
}

function readOwnership(text: string | undefined): Ownership | undefined {
  if (text === undefined) return undefined
  const ownership = OWNERSHIPS.find((each) => each === text)
  if (ownership !== undefined) return ownership
  throw new S3Error('InvalidArgument', {
    message: 'Invalid x-amz-object-ownership header',
    elements: { ArgumentName: 'x-amz-object-ownership', ArgumentValue: text },
  })
}

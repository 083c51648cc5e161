import { emptyAnswer, xmlAnswer } from './answer.ts'
import type { Answer } from './answer.ts'
import { requireBucket } from './context.ts'
import type { Context, S3Request } from './context.ts'
import { S3Error } from './errors.ts'
import type { BucketRules, RuleChange } from './rules.ts'
import { bucketTagsFromXml, tagsToXml } from './tags.ts'
import { childText, element, parseXml } from './xml.ts'

/**
 * What a bucket keeps and shows, and the playground does not act by: policy, lifecycle, tags, and the block of public
 * access. Nothing expires here, and who may do what is said to the admin port.
 */

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicy.html */
export function getBucketPolicy(context: Context, request: S3Request): Answer {
  const { policy } = requireBucket(context, request).rules
  if (policy === undefined) throw new S3Error('NoSuchBucketPolicy')
  return { status: 200, headers: { 'Content-Type': 'application/json' }, body: policy }
}

export async function putBucketPolicy(context: Context, request: S3Request): Promise<Answer> {
  const policy = (await request.body()).toString('utf8')
  if (!isJsonObject(policy)) throw new S3Error('MalformedPolicy')
  return change(context, request, 'PutBucketPolicy', { policy }, 204)
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}

export function deleteBucketPolicy(context: Context, request: S3Request): Answer {
  return change(context, request, 'DeleteBucketPolicy', { policy: undefined }, 204)
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLifecycleConfiguration.html */
export function getBucketLifecycle(context: Context, request: S3Request): Answer {
  const { lifecycle } = requireBucket(context, request).rules
  if (lifecycle === undefined) throw new S3Error('NoSuchLifecycleConfiguration')
  return xmlAnswer('LifecycleConfiguration', lifecycle)
}

/** The rules are kept as they came, but for what an element of another name would make of them. */
export async function putBucketLifecycle(context: Context, request: S3Request): Promise<Answer> {
  const document = (await request.body()).toString('utf8')
  const rules = parseXml(document, 'LifecycleConfiguration').children
  const states = rules.map((rule) => childText(rule, 'Status'))
  const known = states.every((state) => state === 'Enabled' || state === 'Disabled')
  if (rules.length === 0 || !known || rules.some(({ name }) => name !== 'Rule')) {
    throw new S3Error('MalformedXML')
  }
  const lifecycle = /<LifecycleConfiguration[^>]*>([^]*)<\/LifecycleConfiguration>/.exec(document)?.[1] ?? ''
  return change(context, request, 'PutBucketLifecycleConfiguration', { lifecycle }, 200)
}

export function deleteBucketLifecycle(context: Context, request: S3Request): Answer {
  return change(context, request, 'DeleteBucketLifecycle', { lifecycle: undefined }, 204)
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketTagging.html */
export function getBucketTagging(context: Context, request: S3Request): Answer {
  const { tags } = requireBucket(context, request).rules
  if (tags === undefined) throw new S3Error('NoSuchTagSet')
  return { status: 200, headers: { 'Content-Type': 'application/xml' }, body: tagsToXml(tags) }
}

export async function putBucketTagging(context: Context, request: S3Request): Promise<Answer> {
  const tags = bucketTagsFromXml((await request.body()).toString('utf8'))
  return change(context, request, 'PutBucketTagging', { tags }, 204)
}

export function deleteBucketTagging(context: Context, request: S3Request): Answer {
  return change(context, request, 'DeleteBucketTagging', { tags: undefined }, 204)
}

const BLOCKS = ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets'] as const

/** New buckets have it: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetPublicAccessBlock.html */
export function getPublicAccessBlock(context: Context, request: S3Request): Answer {
  const { publicAccess = BLOCKS } = requireBucket(context, request).rules
  if (publicAccess === 'none') throw new S3Error('NoSuchPublicAccessBlockConfiguration')
  const rows = BLOCKS.map((name) => element(name, publicAccess.includes(name)))
  return xmlAnswer('PublicAccessBlockConfiguration', rows.join(''))
}

export async function putPublicAccessBlock(context: Context, request: S3Request): Promise<Answer> {
  const document = parseXml((await request.body()).toString('utf8'), 'PublicAccessBlockConfiguration')
  const publicAccess = BLOCKS.filter((name) => childText(document, name)?.toLowerCase() === 'true')
  return change(context, request, 'PutPublicAccessBlock', { publicAccess }, 200)
}

export function deletePublicAccessBlock(context: Context, request: S3Request): Answer {
  return change(context, request, 'DeletePublicAccessBlock', { publicAccess: 'none' }, 204)
}

type Changed = { readonly [N in keyof BucketRules]?: BucketRules[N] | undefined }

/** What is undefined is taken away. */
function change(
  context: Context,
  request: S3Request,
  op: RuleChange,
  changed: Changed,
  status: 200 | 204,
): Answer {
  const bucket = requireBucket(context, request)
  const all = Object.entries({ ...bucket.rules, ...changed }).filter(([, value]) => value !== undefined)
  const rules = Object.fromEntries(all) as unknown as BucketRules
  context.commit({ op, bucket: bucket.name, time: context.now(), rules })
  return emptyAnswer(status)
}

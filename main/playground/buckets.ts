import type { Account } from './accounts.ts'
import { emptyAnswer, isoTime, xmlAnswer } from './answer.ts'
import type { Answer } from './answer.ts'
import { newRules, rulesField } from './bucket-rules.ts'
import { isEmpty } from './bucket.ts'
import { requireBucket } from './context.ts'
import type { Context, S3Request } from './context.ts'
import { S3Error } from './errors.ts'
import { childText, element, parseXml } from './xml.ts'

const DEFAULT_REGION = 'us-east-1'
const MOST_BUCKETS = 10_000

export function listBuckets({ store }: Context, { account, query }: S3Request): Answer {
  const prefix = query.get('prefix') ?? ''
  const after = query.get('continuation-token') ?? ''
  const most = Math.min(Number(query.get('max-buckets') ?? MOST_BUCKETS) || MOST_BUCKETS, MOST_BUCKETS)
  const names = [...store.buckets.values()]
    .filter(({ name, rules }) => rules.owner === account.account && name.startsWith(prefix) && name > after)
    .map(({ name }) => name)
    .sort()
  const page = names.slice(0, most)
  const buckets = page.map((name) => {
    const bucket = store.buckets.get(name)
    if (bucket === undefined) return ''
    const region = element('BucketRegion', bucket.region)
    return `<Bucket>${element('Name', name)}${element('CreationDate', isoTime(bucket.created))}${region}</Bucket>`
  })
  const token = names.length > page.length ? element('ContinuationToken', page[page.length - 1]) : ''
  return xmlAnswer(
    'ListAllMyBucketsResult',
    `${owner('Owner', account)}<Buckets>${buckets.join('')}</Buckets>${token}`,
  )
}

/** An account, as an element called `name`. */
export function owner(name: 'Owner' | 'Initiator', { id, displayName }: Account): string {
  return `<${name}>${element('ID', id)}${element('DisplayName', displayName)}</${name}>`
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const BUCKET_NAME = /^(?!xn--|\d+\.\d+\.\d+\.\d+$)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/

/** Whether S3 would take `name` for a bucket. */
export function isBucketName(name: string): boolean {
  return BUCKET_NAME.test(name)
}

export async function createBucket(context: Context, request: S3Request): Promise<Answer> {
  const name = request.bucket ?? ''
  const document = (await request.body()).toString('utf8')
  const configuration = document === '' ? undefined : parseXml(document, 'CreateBucketConfiguration')
  const region = configuration === undefined ? undefined : childText(configuration, 'LocationConstraint')
  if (!isBucketName(name)) throw new S3Error('InvalidBucketName', { elements: { BucketName: name } })
  const { account } = request.account
  const standing = context.store.buckets.get(name)
  if (standing !== undefined) {
    const isOwn = standing.rules.owner === account
    throw new S3Error(isOwn ? 'BucketAlreadyOwnedByYou' : 'BucketAlreadyExists', {
      elements: { BucketName: name },
    })
  }
  context.commit({
    op: 'CreateBucket',
    bucket: name,
    time: context.now(),
    region: region ?? DEFAULT_REGION,
    ...rulesField(newRules(context, request)),
  })
  return emptyAnswer(200, { Location: `/${name}` })
}

export function deleteBucket(context: Context, request: S3Request): Answer {
  const bucket = requireBucket(context, request)
  if (!isEmpty(bucket)) throw new S3Error('BucketNotEmpty', { elements: { BucketName: bucket.name } })
  context.commit({ op: 'DeleteBucket', bucket: bucket.name, time: context.now() })
  return emptyAnswer(204)
}

export function headBucket(context: Context, request: S3Request): Answer {
  return emptyAnswer(200, { 'x-amz-bucket-region': requireBucket(context, request).region })
}

/** The default Region is answered by an empty element, as on AWS. */
export function getBucketLocation(context: Context, request: S3Request): Answer {
  const { region } = requireBucket(context, request)
  return xmlAnswer('LocationConstraint', region === DEFAULT_REGION ? '' : region)
}

export function getBucketVersioning(context: Context, request: S3Request): Answer {
  return xmlAnswer('VersioningConfiguration', element('Status', requireBucket(context, request).versioning))
}

export async function putBucketVersioning(context: Context, request: S3Request): Promise<Answer> {
  const configuration = parseXml((await request.body()).toString('utf8'), 'VersioningConfiguration')
  const status = childText(configuration, 'Status')
  const bucket = requireBucket(context, request)
  if (status !== 'Enabled' && status !== 'Suspended') throw new S3Error('MalformedXML')
  if (status === 'Suspended' && bucket.rules.lock !== undefined) {
    throw new S3Error('InvalidBucketState', {
      message:
        'An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.',
    })
  }
  context.commit({ op: 'PutBucketVersioning', bucket: bucket.name, time: context.now(), status })
  return emptyAnswer(200)
}

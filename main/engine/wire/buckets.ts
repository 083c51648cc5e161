import type { BucketSummary, Versioning } from '#model/object.ts'
import { isAws } from '../habits.ts'
import { ListTrails } from '../listing/list-trails.ts'
import type { CreateBucket } from '../storage.ts'
import { bucketList, rootOf } from './answers.ts'
import type { WireClient } from './client.ts'
import type { Query } from './encode.ts'
import { documentHeaders, escapeXml, XMLNS } from './documents.ts'
import { childText } from './xml.ts'

/** Requests about buckets, one function an operation of S3. */

/** Asked for page by page, AWS tells the Regions too (BucketRegion), and gives more than 10,000 buckets. */
export async function listBuckets(client: WireClient, signal?: AbortSignal): Promise<BucketSummary[]> {
  const asked = { operation: 'ListBuckets', method: 'GET' } as const
  if (!isAws(client.config)) return bucketList(asked, await client.call(asked, signal)).buckets
  const all: BucketSummary[] = []
  const trails = new ListTrails()
  for (let token: string | undefined, more = true; more; more = token !== undefined) {
    const query: Query = [
      ['max-buckets', '1000'],
      ...(token === undefined ? [] : [['continuation-token', token] as const]),
    ]
    const page = bucketList(asked, await client.call({ ...asked, query }, signal))
    for (const { name, region } of page.buckets) if (region !== undefined) client.routeTo(name, region)
    all.push(...page.buckets)
    trails.tokens(asked, token, page.token)
    token = page.token
  }
  return all
}

/** us-east-1 is S3's default, and must not be named. A server that is not AWS is told a Region only where one was asked for. */
export async function createBucket(
  client: WireClient,
  bucket: string,
  options: CreateBucket = {},
  signal?: AbortSignal,
): Promise<void> {
  const region = options.region ?? (isAws(client.config) ? client.config.region : 'us-east-1')
  if (options.region !== undefined && isAws(client.config)) client.routeTo(bucket, region)
  const lock = options.objectLock === true ? ['x-amz-bucket-object-lock-enabled', 'true'] : []
  const asked = { operation: 'CreateBucket', bucket, method: 'PUT' } as const
  if (region === 'us-east-1') {
    await client.call({ ...asked, headers: lock }, signal)
    return
  }
  const body = Buffer.from(
    `<CreateBucketConfiguration xmlns="${XMLNS}"><LocationConstraint>${escapeXml(region)}</LocationConstraint></CreateBucketConfiguration>`,
  )
  await client.call({ ...asked, headers: [...documentHeaders(body), ...lock], body }, signal)
}

export async function deleteBucket(client: WireClient, bucket: string, signal?: AbortSignal): Promise<void> {
  await client.call({ operation: 'DeleteBucket', bucket, method: 'DELETE' }, signal)
}

export async function headBucket(
  client: WireClient,
  bucket: string,
  signal?: AbortSignal,
): Promise<{ region?: string | undefined }> {
  const answer = await client.call({ operation: 'HeadBucket', bucket, method: 'HEAD' }, signal)
  const region = answer.headers['x-amz-bucket-region']
  return { region: typeof region === 'string' ? region : undefined }
}

export async function getVersioning(
  client: WireClient,
  bucket: string,
  signal?: AbortSignal,
): Promise<Versioning> {
  const asked = { operation: 'GetBucketVersioning', bucket }
  const answer = await client.call({ ...asked, method: 'GET', query: [['versioning', '']] }, signal)
  const status = childText(rootOf(asked, answer, 'VersioningConfiguration'), 'Status')
  if (status === 'Enabled') return 'enabled'
  return status === 'Suspended' ? 'suspended' : 'off'
}

export async function putVersioning(
  client: WireClient,
  bucket: string,
  versioning: 'enabled' | 'suspended',
  signal?: AbortSignal,
): Promise<void> {
  const status = versioning === 'enabled' ? 'Enabled' : 'Suspended'
  const body = Buffer.from(
    `<VersioningConfiguration xmlns="${XMLNS}"><Status>${status}</Status></VersioningConfiguration>`,
  )
  await client.call(
    {
      operation: 'PutBucketVersioning',
      bucket,
      method: 'PUT',
      query: [['versioning', '']],
      headers: documentHeaders(body),
      body,
    },
    signal,
  )
}

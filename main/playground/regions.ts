import { S3Error } from './errors.ts'
import { Fields } from './input.ts'
import type { Operation } from './operations.ts'
import type { Store } from './store.ts'

/**
 * What a bucket of another Region is answered with. AWS has all of these, by the kind of request and the age of the
 * bucket; the playground is told which.
 * - `any`: every Region will do, as on most other servers
 * - `redirect`: 301 PermanentRedirect, x-amz-bucket-region names the Region
 * - `malformed`: 400 AuthorizationHeaderMalformed, `<Region>` names it
 * - `bare`: 301 without a word about the Region, but for HeadBucket
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingRouting.html
 */
const ANSWERS = ['any', 'redirect', 'malformed', 'bare'] as const
export type RegionAnswer = (typeof ANSWERS)[number]

/** Which Region is asked, and what those are told that asked the wrong one. */
export class Regions {
  #answer: RegionAnswer = 'any'

  /** From the admin. @throws InputError */
  set(body: unknown): void {
    const fields = new Fields(body, 'regions')
    const answer = fields.oneOf('answer', ANSWERS)
    fields.end()
    this.#answer = answer ?? 'any'
  }

  /**
   * Passes requests for buckets of the Region that is asked: the one in the host name (s3.REGION.amazonaws.com), else
   * the one that the request is signed for.
   * @throws S3Error AuthorizationHeaderMalformed, PermanentRedirect
   */
  direct(
    store: Store,
    operation: Operation,
    bucketName: string | undefined,
    host: string | undefined,
    scope: string,
  ): void {
    if (this.#answer === 'any') return
    const signed = scope === '' ? undefined : scope.split('/')[1]
    const asked = /(?:^|\.)s3\.([a-z0-9-]+)\.amazonaws\.com(?::\d+)?$/i.exec(host ?? '')?.[1] ?? signed
    if (signed !== undefined && signed !== asked) throw malformed(signed, asked ?? '')
    const bucket = operation === 'CreateBucket' ? undefined : store.buckets.get(bucketName ?? '')
    if (bucket === undefined || bucket.region === asked) return
    const { region } = bucket
    if (this.#answer === 'malformed' && signed !== undefined) throw malformed(signed, region)
    const tells = this.#answer !== 'bare' || operation === 'HeadBucket'
    throw new S3Error('PermanentRedirect', {
      elements: { Endpoint: 's3.amazonaws.com', Bucket: bucket.name },
      ...(tells && { headers: { 'x-amz-bucket-region': region } }),
    })
  }
}

function malformed(signed: string, region: string): S3Error {
  return new S3Error('AuthorizationHeaderMalformed', {
    message: `The authorization header is malformed; the region '${signed}' is wrong; expecting '${region}'`,
    elements: { Region: region },
  })
}

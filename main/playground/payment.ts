import { emptyAnswer, xmlAnswer } from './answer.ts'
import type { Answer } from './answer.ts'
import { requireBucket } from './context.ts'
import type { Context, S3Request } from './context.ts'
import { S3Error } from './errors.ts'
import { childText, element, parseXml } from './xml.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketRequestPayment.html */
export function getBucketRequestPayment(context: Context, request: S3Request): Answer {
  const { requesterPays } = requireBucket(context, request).rules
  const payer = requesterPays === true ? 'Requester' : 'BucketOwner'
  return xmlAnswer('RequestPaymentConfiguration', element('Payer', payer))
}

export async function putBucketRequestPayment(context: Context, request: S3Request): Promise<Answer> {
  const configuration = parseXml((await request.body()).toString('utf8'), 'RequestPaymentConfiguration')
  const payer = childText(configuration, 'Payer')
  const bucket = requireBucket(context, request)
  if (payer !== 'Requester' && payer !== 'BucketOwner') throw new S3Error('MalformedXML')
  const rules = { ...bucket.rules, requesterPays: payer === 'Requester' }
  context.commit({ op: 'PutBucketRequestPayment', bucket: bucket.name, time: context.now(), rules })
  return emptyAnswer(200)
}

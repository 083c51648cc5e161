import { emptyAnswer } from './answer.ts'
import type { Answer } from './answer.ts'
import { requireBucket, requireKey, requireObject, versionHeader } from './context.ts'
import type { Context, S3Request } from './context.ts'
import { tagsFromXml, tagsToXml } from './tags.ts'

export function getObjectTagging(context: Context, request: S3Request): Answer {
  const bucket = requireBucket(context, request)
  const version = requireObject(bucket, requireKey(request), request.query.get('versionId'))
  return {
    status: 200,
    headers: { 'Content-Type': 'application/xml', ...versionHeader(bucket, version.versionId) },
    body: tagsToXml(version.tags),
  }
}

export async function putObjectTagging(context: Context, request: S3Request): Promise<Answer> {
  const tags = tagsFromXml((await request.body()).toString('utf8'))
  const bucket = requireBucket(context, request)
  const key = requireKey(request)
  const { versionId } = requireObject(bucket, key, request.query.get('versionId'))
  context.commit({ op: 'PutObjectTagging', bucket: bucket.name, key, time: context.now(), versionId, tags })
  return emptyAnswer(200, versionHeader(bucket, versionId))
}

export function deleteObjectTagging(context: Context, request: S3Request): Answer {
  const bucket = requireBucket(context, request)
  const key = requireKey(request)
  const { versionId } = requireObject(bucket, key, request.query.get('versionId'))
  context.commit({ op: 'DeleteObjectTagging', bucket: bucket.name, key, time: context.now(), versionId })
  return emptyAnswer(204, versionHeader(bucket, versionId))
}

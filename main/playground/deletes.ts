import { requireRight } from './access.ts'
import { emptyAnswer, xmlAnswer } from './answer.ts'
import type { Answer } from './answer.ts'
import { etagOf, findEntry, NULL_VERSION } from './bucket.ts'
import type { Bucket } from './bucket.ts'
import { etagListHolds, preconditionFailed } from './conditions.ts'
import { header, requireBucket, requireKey, requireVersionIdForm } from './context.ts'
import type { Context, S3Request } from './context.ts'
import { S3Error } from './errors.ts'
import { fromByteKey, toByteKey } from './keys.ts'
import type { ByteKey } from './keys.ts'
import { bypasses, hasDigest, requireUnlocked } from './lock.ts'
import { childText, element, parseXml } from './xml.ts'
import type { XmlElement } from './xml.ts'

interface Deletion {
  readonly key: ByteKey
  readonly versionId: string | undefined
  /** The ETag that the current version must have. */
  readonly match: string | undefined
  /** Whether it passes over a retention in GOVERNANCE mode. */
  readonly bypass: boolean
}

interface Deleted {
  /** The version or marker that is gone, or the marker that was made. */
  readonly versionId: string | undefined
  /** Whether that is a delete marker. */
  readonly marker: boolean
}

export function deleteObject(context: Context, request: S3Request): Answer {
  const bucket = requireBucket(context, request)
  const deleted = remove(context, bucket, {
    key: requireKey(request),
    versionId: request.query.get('versionId'),
    match: header(request.headers, 'if-match'),
    bypass: bypasses(request, bucket),
  })
  return emptyAnswer(204, {
    ...(deleted.versionId === undefined ? undefined : { 'x-amz-version-id': deleted.versionId }),
    ...(deleted.marker ? { 'x-amz-delete-marker': 'true' } : undefined),
  })
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeletingObjectVersions.html */
function remove(context: Context, bucket: Bucket, { key, versionId, match, bypass }: Deletion): Deleted {
  requireVersionIdForm(versionId)
  if (match !== undefined) requireMatch(bucket, key, match)
  const change = { op: 'DeleteObject', bucket: bucket.name, key, time: context.now() } as const
  if (versionId !== undefined) {
    const entry = findEntry(bucket, key, versionId)
    if (entry?.kind === 'object') requireUnlocked(entry, context.now(), bypass)
    if (entry !== undefined) context.commit({ ...change, removed: versionId })
    return { versionId, marker: entry?.kind === 'delete-marker' }
  }
  const replaced = findEntry(bucket, key, NULL_VERSION) === undefined ? undefined : { removed: NULL_VERSION }
  if (bucket.versioning === undefined) {
    if (replaced !== undefined) context.commit({ ...change, ...replaced })
    return { versionId: undefined, marker: false }
  }
  if (bucket.versioning === 'Suspended') {
    context.commit({ ...change, ...replaced, marker: NULL_VERSION })
    return { versionId: NULL_VERSION, marker: true }
  }
  const marker = context.newId()
  context.commit({ ...change, marker })
  return { versionId: marker, marker: true }
}

/**
 * The condition applies to the current version, whatever version is named.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-deletes.html
 */
function requireMatch(bucket: Bucket, key: ByteKey, match: string): void {
  const entry = bucket.objects.get(key)
  if (entry === undefined) throw new S3Error('NoSuchKey', { elements: { Key: fromByteKey(key) } })
  if (entry.kind !== 'object' || !etagListHolds(match, etagOf(entry))) throw preconditionFailed('If-Match')
}

/** S3's limit of keys in one request. */
const MOST_DELETIONS = 1000

export async function deleteObjects(context: Context, request: S3Request): Promise<Answer> {
  requireDigest(request)
  const document = parseXml((await request.body()).toString('utf8'), 'Delete')
  const bypass = bypasses(request, requireBucket(context, request))
  const objects = document.children.filter((each) => each.name === 'Object')
  if (objects.length === 0 || objects.length > MOST_DELETIONS) throw new S3Error('MalformedXML')
  const quiet = childText(document, 'Quiet') === 'true'
  const deletions = objects.map((each) => readDeletion(each, bypass))
  const said: string[] = []
  for (const each of deletions) said.push(await deleteOne(context, request, each, quiet))
  return xmlAnswer('DeleteResult', said.join(''))
}

function readDeletion(object: XmlElement, bypass: boolean): Deletion {
  const key = childText(object, 'Key')
  if (key === undefined || key === '') throw new S3Error('MalformedXML')
  return {
    key: toByteKey(key),
    versionId: childText(object, 'VersionId'),
    match: childText(object, 'ETag'),
    bypass,
  }
}

/** One key's part of the answer: what fails for one key does not stop the others. */
async function deleteOne(
  context: Context,
  request: S3Request,
  deletion: Deletion,
  quiet: boolean,
): Promise<string> {
  const key = fromByteKey(deletion.key)
  const named = element('Key', key) + element('VersionId', deletion.versionId)
  try {
    const bucket = requireBucket(context, request)
    requireRight(bucket, request.account, 'DeleteObject')
    await request.sufferKey('before', key)
    const { versionId, marker } = remove(context, bucket, deletion)
    await request.sufferKey('after', key)
    if (quiet) return ''
    const made = marker ? element('DeleteMarker', true) + element('DeleteMarkerVersionId', versionId) : ''
    return `<Deleted>${named}${made}</Deleted>`
  } catch (error) {
    if (!(error instanceof S3Error)) throw error
    return `<Error>${named}${element('Code', error.code)}${element('Message', error.message)}</Error>`
  }
}

function requireDigest({ headers }: S3Request): void {
  if (!hasDigest(headers)) {
    throw new S3Error('InvalidRequest', {
      message: 'Missing required header for this request: Content-MD5 OR x-amz-checksum-*',
    })
  }
}

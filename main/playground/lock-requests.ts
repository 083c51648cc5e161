import { emptyAnswer, xmlAnswer } from './answer.ts'
import type { Answer } from './answer.ts'
import type { Bucket, ObjectVersion } from './bucket.ts'
import { requireBucket, requireKey, requireObject, versionHeader } from './context.ts'
import type { Context, S3Request } from './context.ts'
import { S3Error } from './errors.ts'
import type { Guard, GuardChange, LegalHold, Retention } from './guard.ts'
import { bypasses, readMode, readUntil, requireLockable, requireRetentionChange, untilText } from './lock.ts'
import type { BucketLock } from './rules.ts'
import { child, childText, element, parseXml } from './xml.ts'
import type { XmlElement } from './xml.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectLockConfiguration.html */
export function getObjectLockConfiguration(context: Context, request: S3Request): Answer {
  const { lock } = requireBucket(context, request).rules
  if (lock === undefined) throw new S3Error('ObjectLockConfigurationNotFoundError')
  const { retention } = lock
  const rule =
    retention === undefined
      ? ''
      : `<Rule><DefaultRetention>${element('Mode', retention.mode)}${element(retention.unit, retention.length)}</DefaultRetention></Rule>`
  return xmlAnswer('ObjectLockConfiguration', element('ObjectLockEnabled', 'Enabled') + rule)
}

export async function putObjectLockConfiguration(context: Context, request: S3Request): Promise<Answer> {
  const lock = readConfiguration(parseXml((await request.body()).toString('utf8'), 'ObjectLockConfiguration'))
  const bucket = requireBucket(context, request)
  if (bucket.versioning !== 'Enabled') {
    throw new S3Error('InvalidBucketState', {
      message: "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration",
    })
  }
  const rules = { ...bucket.rules, lock }
  context.commit({ op: 'PutObjectLockConfiguration', bucket: bucket.name, time: context.now(), rules })
  return emptyAnswer(200)
}

/** @throws S3Error MalformedXML, InvalidArgument */
function readConfiguration(document: XmlElement): BucketLock {
  if (childText(document, 'ObjectLockEnabled') !== 'Enabled') throw new S3Error('MalformedXML')
  const rule = child(document, 'Rule')
  if (rule === undefined) return {}
  const retention = child(rule, 'DefaultRetention')
  const mode = retention === undefined ? undefined : childText(retention, 'Mode')
  const units = (['Days', 'Years'] as const).filter(
    (unit) => retention !== undefined && childText(retention, unit) !== undefined,
  )
  const [unit, second] = units
  if (retention === undefined || mode === undefined || unit === undefined || second !== undefined) {
    throw new S3Error('MalformedXML')
  }
  const length = Number(childText(retention, unit))
  if (!Number.isInteger(length)) throw new S3Error('MalformedXML')
  if (length < 1) {
    throw new S3Error('InvalidArgument', {
      message: 'Default retention period must be a positive integer value.',
    })
  }
  return { retention: { mode: readMode(mode), unit, length } }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectRetention.html */
export function getObjectRetention(context: Context, request: S3Request): Answer {
  const { version } = requireLockedVersion(context, request)
  const retention = version.guard?.retention
  if (retention === undefined) throw new S3Error('NoSuchObjectLockConfiguration')
  return xmlAnswer(
    'Retention',
    element('Mode', retention.mode) + element('RetainUntilDate', untilText(retention)),
  )
}

export async function putObjectRetention(context: Context, request: S3Request): Promise<Answer> {
  const document = parseXml((await request.body()).toString('utf8'), 'Retention')
  const { bucket, version } = requireLockedVersion(context, request)
  const now = context.now()
  const asked = readRetention(document, now)
  const { retention: standing, ...guard } = version.guard ?? {}
  requireRetentionChange(standing, asked, now, bypasses(request, bucket))
  const retention = asked === undefined ? undefined : { retention: asked }
  return changeGuard(context, request, 'PutObjectRetention', { ...guard, ...retention })
}

/** An empty Retention takes it away. @throws S3Error MalformedXML, InvalidArgument */
function readRetention(document: XmlElement, now: number): Retention | undefined {
  const mode = childText(document, 'Mode')
  const until = childText(document, 'RetainUntilDate')
  if (mode === undefined && until === undefined) return undefined
  if (mode === undefined || until === undefined) throw new S3Error('MalformedXML')
  return { mode: readMode(mode), until: readUntil(until, now) }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectLegalHold.html */
export function getObjectLegalHold(context: Context, request: S3Request): Answer {
  const { version } = requireLockedVersion(context, request)
  const legalHold = version.guard?.legalHold
  if (legalHold === undefined) throw new S3Error('NoSuchObjectLockConfiguration')
  return xmlAnswer('LegalHold', element('Status', legalHold))
}

export async function putObjectLegalHold(context: Context, request: S3Request): Promise<Answer> {
  const status = childText(parseXml((await request.body()).toString('utf8'), 'LegalHold'), 'Status')
  if (status !== 'ON' && status !== 'OFF') throw new S3Error('MalformedXML')
  const legalHold: LegalHold = status
  const { version } = requireLockedVersion(context, request)
  return changeGuard(context, request, 'PutObjectLegalHold', { ...version.guard, legalHold })
}

interface Found {
  readonly bucket: Bucket
  readonly version: ObjectVersion
}

/** The version that is named, in a bucket that has a lock. */
function requireLockedVersion(context: Context, request: S3Request): Found {
  const bucket = requireBucket(context, request)
  requireLockable(bucket.rules)
  return { bucket, version: requireObject(bucket, requireKey(request), request.query.get('versionId')) }
}

function changeGuard(context: Context, request: S3Request, op: GuardChange, guard: Guard): Answer {
  const { bucket, version } = requireLockedVersion(context, request)
  const key = requireKey(request)
  const { versionId } = version
  context.commit({ op, bucket: bucket.name, key, time: context.now(), versionId, guard })
  return emptyAnswer(200, versionHeader(bucket, versionId))
}

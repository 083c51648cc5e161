import { emptyAnswer, httpTime, isoTime } from './answer.ts'
import type { Answer } from './answer.ts'
import { header, requireBucket, requireKey, requireObject, versionHeader } from './context.ts'
import type { Context, S3Request } from './context.ts'
import { S3Error } from './errors.ts'
import { RESTORE_TIERS } from './guard.ts'
import type { Restore, RestoreTier } from './guard.ts'
import type { ObjectVersion } from './bucket.ts'
import { child, childText, element, parseXml } from './xml.ts'
import type { XmlElement } from './xml.ts'

const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/**
 * How long a restore takes: the least that AWS names.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/restoring-objects-retrieval-options.html
 */
const SECONDS: Readonly<Record<'shallow' | 'deep', Readonly<Partial<Record<RestoreTier, number>>>>> = {
  shallow: { Expedited: MINUTE, Standard: 3 * HOUR, Bulk: 5 * HOUR },
  deep: { Standard: 12 * HOUR, Bulk: 48 * HOUR },
}

/**
 * How far away a version is:
 *
 * | class               | archive status      | depth   |
 * |---------------------|---------------------|---------|
 * | GLACIER             |                     | shallow |
 * | DEEP_ARCHIVE        |                     | deep    |
 * | INTELLIGENT_TIERING | ARCHIVE_ACCESS      | shallow |
 * | INTELLIGENT_TIERING | DEEP_ARCHIVE_ACCESS | deep    |
 * | any other           |                     | none    |
 */
function depthOf({ storageClass, guard }: ObjectVersion): keyof typeof SECONDS | undefined {
  if (storageClass === 'GLACIER') return 'shallow'
  if (storageClass === 'DEEP_ARCHIVE') return 'deep'
  if (storageClass !== 'INTELLIGENT_TIERING' || guard?.archive === undefined) return undefined
  return guard.archive === 'ARCHIVE_ACCESS' ? 'shallow' : 'deep'
}

type RestoreState = 'none' | 'ongoing' | 'restored'

/** How far the last restore is at the time `now`. An expired one is as if it had never been. */
function restoreState(restore: Restore | undefined, now: number): RestoreState {
  if (restore === undefined) return 'none'
  if (now < restore.readyAt) return 'ongoing'
  return restore.expiresAt === undefined || now < restore.expiresAt ? 'restored' : 'none'
}

/** Whether the version must be restored before it can be read. */
export function isArchived(version: ObjectVersion, now: number): boolean {
  return depthOf(version) !== undefined && restoreState(version.guard?.restore, now) !== 'restored'
}

/** Whether it is in the archive for good: what was restored from INTELLIGENT_TIERING's is not. */
function isKeptAway(version: ObjectVersion, now: number): boolean {
  return version.storageClass === 'INTELLIGENT_TIERING'
    ? isArchived(version, now)
    : depthOf(version) !== undefined
}

/**
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html (InvalidObjectState)
 * @throws S3Error InvalidObjectState
 */
export function requireRestored(version: ObjectVersion, now: number, message?: string): void {
  if (!isArchived(version, now)) return
  const { storageClass, guard } = version
  throw new S3Error('InvalidObjectState', {
    ...(message === undefined ? undefined : { message }),
    elements: {
      StorageClass: storageClass,
      ...(storageClass === 'INTELLIGENT_TIERING' && guard?.archive !== undefined
        ? { AccessTier: guard.archive }
        : undefined),
    },
  })
}

/**
 * x-amz-restore and x-amz-archive-status of a GET or HEAD.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
 */
export function restoreHeaders(version: ObjectVersion, now: number): Record<string, string> {
  if (!isKeptAway(version, now)) return {}
  const headers: Record<string, string> = {}
  const { restore, archive } = version.guard ?? {}
  const state = restoreState(restore, now)
  if (state === 'ongoing') headers['x-amz-restore'] = 'ongoing-request="true"'
  if (state === 'restored' && restore?.expiresAt !== undefined) {
    headers['x-amz-restore'] = `ongoing-request="false", expiry-date="${httpTime(restore.expiresAt)}"`
  }
  if (version.storageClass === 'INTELLIGENT_TIERING' && archive !== undefined) {
    headers['x-amz-archive-status'] = archive
  }
  return headers
}

/** Whether a listing is asked for each object's restore. @throws S3Error InvalidArgument */
export function wantsRestoreStatus({ headers }: S3Request): boolean {
  const named = header(headers, 'x-amz-optional-object-attributes')
  if (named === undefined || named === '') return false
  for (const each of named.split(',')) {
    if (each.trim() === 'RestoreStatus') continue
    throw new S3Error('InvalidArgument', {
      message: 'Invalid attribute name specified',
      elements: { ArgumentName: 'x-amz-optional-object-attributes', ArgumentValue: named },
    })
  }
  return true
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_RestoreStatus.html */
export function restoreElement(version: ObjectVersion, now: number): string {
  if (!isKeptAway(version, now)) return ''
  const restore = version.guard?.restore
  const state = restoreState(restore, now)
  if (restore === undefined || state === 'none') return ''
  const expiry =
    state === 'restored' && restore.expiresAt !== undefined ? isoTime(restore.expiresAt) : undefined
  const status = element('IsRestoreInProgress', state === 'ongoing') + element('RestoreExpiryDate', expiry)
  return `<RestoreStatus>${status}</RestoreStatus>`
}

/**
 * | state    | tier                    | answer                       |
 * |----------|-------------------------|------------------------------|
 * | none     |                         | 202, begun                   |
 * | ongoing  | faster than the one now | 202, ready sooner            |
 * | ongoing  | the same or slower      | 409 RestoreAlreadyInProgress |
 * | restored |                         | 200, Days counted from now   |
 *
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_RestoreObject.html
 */
export async function restoreObject(context: Context, request: S3Request): Promise<Answer> {
  const asked = readRestore(parseXml((await request.body()).toString('utf8'), 'RestoreRequest'))
  const bucket = requireBucket(context, request)
  const key = requireKey(request)
  const version = requireObject(bucket, key, request.query.get('versionId'))
  const now = context.now()
  const depth = depthOf(version)
  if (depth === undefined || !isKeptAway(version, now)) {
    throw new S3Error('InvalidObjectState', {
      message: "Restore is not allowed for the object's current storage class",
      elements: { StorageClass: version.storageClass },
    })
  }
  requireDays(asked.days, version.storageClass)
  const seconds = SECONDS[depth][asked.tier]
  if (seconds === undefined) {
    throw invalid('Tier', asked.tier, 'Expedited retrievals are not available for this storage class')
  }
  const { restore } = version.guard ?? {}
  const state = restoreState(restore, now)
  if (restore !== undefined && state === 'ongoing' && !isFaster(asked.tier, restore.tier)) {
    throw new S3Error('RestoreAlreadyInProgress')
  }
  const readyAt =
    state === 'restored' ? now : soonest(now + seconds, state === 'ongoing' ? restore : undefined)
  const begun: Restore = {
    tier: asked.tier,
    readyAt,
    ...(asked.days === undefined ? undefined : { expiresAt: expiry(readyAt, asked.days) }),
  }
  context.commit({
    op: 'RestoreObject',
    bucket: bucket.name,
    key,
    time: now,
    versionId: version.versionId,
    guard: { ...version.guard, restore: begun },
  })
  return {
    ...emptyAnswer(200, versionHeader(bucket, version.versionId)),
    status: state === 'restored' ? 200 : 202,
  }
}

interface Asked {
  readonly days: number | undefined
  readonly tier: RestoreTier
}

/** @throws S3Error MalformedXML, InvalidArgument */
function readRestore(document: XmlElement): Asked {
  const parameters = child(document, 'GlacierJobParameters')
  const named =
    (parameters === undefined ? undefined : childText(parameters, 'Tier')) ?? childText(document, 'Tier')
  const tier = RESTORE_TIERS.find((each) => each === (named ?? 'Standard'))
  if (tier === undefined || child(document, 'SelectParameters') !== undefined)
    throw new S3Error('MalformedXML')
  const text = childText(document, 'Days')
  if (text === undefined) return { days: undefined, tier }
  const days = Number(text)
  if (!Number.isInteger(days)) throw new S3Error('MalformedXML')
  if (days < 1) throw invalid('Days', text, 'restoration days should be at least 1')
  return { days, tier }
}

/** Days are for a copy that goes again; what INTELLIGENT_TIERING gives back stays. */
function requireDays(days: number | undefined, storageClass: string): void {
  const isTemporary = storageClass !== 'INTELLIGENT_TIERING'
  if (isTemporary && days === undefined) throw new S3Error('MalformedXML')
  if (!isTemporary && days !== undefined) {
    throw invalid('Days', String(days), 'Days cannot be specified for objects in INTELLIGENT_TIERING')
  }
}

function invalid(name: string, value: string, message: string): S3Error {
  return new S3Error('InvalidArgument', {
    message,
    elements: { ArgumentName: name, ArgumentValue: value },
  })
}

function isFaster(tier: RestoreTier, than: RestoreTier): boolean {
  return RESTORE_TIERS.indexOf(tier) > RESTORE_TIERS.indexOf(than)
}

function soonest(readyAt: number, before: Restore | undefined): number {
  return before === undefined ? readyAt : Math.min(readyAt, before.readyAt)
}

/**
 * The days from `from` on, rounded up to the next midnight UTC. AWS says that it rounds so; that the days of a
 * first restore count from when the copy is there, not from when it was asked for, is our reading.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/restoring-objects.html
 */
function expiry(from: number, days: number): number {
  return Math.ceil((from + days * DAY) / DAY) * DAY
}

import type { IncomingHttpHeaders } from 'node:http'
import { mayBypassLock } from './access.ts'
import type { Bucket, ObjectVersion } from './bucket.ts'
import { header } from './context.ts'
import type { S3Request } from './context.ts'
import { S3Error } from './errors.ts'
import { LOCK_MODES } from './guard.ts'
import type { Guard, LegalHold, LockMode, Retention } from './guard.ts'
import type { BucketRules } from './rules.ts'

const MODE = 'x-amz-object-lock-mode'
const UNTIL = 'x-amz-object-lock-retain-until-date'
const HOLD = 'x-amz-object-lock-legal-hold'

const DAY = 24 * 3600

/** Whether a write asks for a lock. */
export function namesLock(headers: IncomingHttpHeaders): boolean {
  return headers[MODE] !== undefined || headers[UNTIL] !== undefined || headers[HOLD] !== undefined
}

/**
 * The lock that a write's headers ask for. A bucket's default retention is not looked at.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html
 * @throws S3Error InvalidRequest (a bucket without lock), InvalidArgument
 */
export function lockFrom(
  headers: IncomingHttpHeaders,
  rules: BucketRules,
  now: number,
): Pick<Guard, 'retention' | 'legalHold'> {
  if (!namesLock(headers)) return {}
  requireLockable(rules)
  const [mode, until, hold] = [header(headers, MODE), header(headers, UNTIL), header(headers, HOLD)]
  if ((mode === undefined) !== (until === undefined)) {
    throw new S3Error('InvalidArgument', { message: `${UNTIL} and ${MODE} must both be supplied` })
  }
  return {
    ...(mode === undefined || until === undefined
      ? undefined
      : { retention: { mode: readMode(mode), until: readUntil(until, now) } }),
    ...(hold === undefined ? undefined : { legalHold: readHold(hold) }),
  }
}

/** @throws S3Error InvalidRequest */
export function requireLockable({ lock }: BucketRules): void {
  if (lock === undefined) {
    throw new S3Error('InvalidRequest', { message: 'Bucket is missing Object Lock Configuration' })
  }
}

/** The bucket's default for an object that names no retention itself, counted from `now`. */
export function defaultRetention({ lock }: BucketRules, now: number): Pick<Guard, 'retention'> {
  const { retention } = lock ?? {}
  if (retention === undefined) return {}
  const { mode, unit, length } = retention
  if (unit === 'Days') return { retention: { mode, until: now + length * DAY } }
  const until = new Date(now * 1000)
  until.setUTCFullYear(until.getUTCFullYear() + length)
  return { retention: { mode, until: until.getTime() / 1000 } }
}

/** @throws S3Error InvalidArgument */
export function readMode(text: string): LockMode {
  const mode = LOCK_MODES.find((each) => each === text)
  if (mode === undefined) throw invalid(MODE, text, 'Unknown wormMode directive.')
  return mode
}

/** Seconds since 1970. @throws S3Error InvalidArgument */
export function readUntil(text: string, now: number): number {
  const milliseconds = /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : NaN
  if (Number.isNaN(milliseconds)) {
    throw invalid(UNTIL, text, 'The retain until date must be provided in ISO 8601 format')
  }
  if (milliseconds <= now * 1000) throw invalid(UNTIL, text, 'The retain until date must be in the future!')
  return milliseconds / 1000
}

function readHold(text: string): LegalHold {
  if (text === 'ON' || text === 'OFF') return text
  throw invalid(HOLD, text, "Legal Hold must be either of 'ON' or 'OFF'")
}

function invalid(name: string, value: string, message: string): S3Error {
  return new S3Error('InvalidArgument', { message, elements: { ArgumentName: name, ArgumentValue: value } })
}

/**
 * What is locked stays as it was sent, so its bytes must be vouched for.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html (Content-MD5)
 * @throws S3Error InvalidRequest
 */
export function requireDigestForLock({ retention, legalHold }: Guard, headers: IncomingHttpHeaders): void {
  if ((retention === undefined && legalHold === undefined) || hasDigest(headers)) return
  throw new S3Error('InvalidRequest', {
    message:
      'Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters',
  })
}

/** Whether a request vouches for its body. */
export function hasDigest(headers: IncomingHttpHeaders): boolean {
  return Object.keys(headers).some(
    (name) => name === 'content-md5' || name === 'x-amz-trailer' || name.startsWith('x-amz-checksum-'),
  )
}

/** x-amz-object-lock-… of a GET or HEAD. A retention that is over is still told. */
export function lockHeaders({ guard }: ObjectVersion): Record<string, string> {
  const { retention, legalHold } = guard ?? {}
  return {
    ...(retention === undefined ? undefined : { [MODE]: retention.mode, [UNTIL]: untilText(retention) }),
    ...(legalHold === undefined ? undefined : { [HOLD]: legalHold }),
  }
}

/** 2026-11-21T01:23:18.123Z */
export function untilText({ until }: Retention): string {
  return new Date(Math.round(until * 1000)).toISOString()
}

/** Whether a request may pass over a retention in GOVERNANCE mode: it says so, and has the right. */
export function bypasses({ headers, account }: S3Request, bucket: Bucket): boolean {
  return (
    header(headers, 'x-amz-bypass-governance-retention')?.toLowerCase() === 'true' &&
    mayBypassLock(bucket, account)
  )
}

/**
 * Whether a version must stay as it is:
 *
 * | legal hold | retention  | over | bypass | locked |
 * |------------|------------|------|--------|--------|
 * | ON         |            |      |        | yes    |
 * | OFF        | none       |      |        | no     |
 * | OFF        | any        | yes  |        | no     |
 * | OFF        | GOVERNANCE | no   | no     | yes    |
 * | OFF        | GOVERNANCE | no   | yes    | no     |
 * | OFF        | COMPLIANCE | no   |        | yes    |
 *
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
 */
export function isLocked({ retention, legalHold }: Guard, now: number, bypass: boolean): boolean {
  if (legalHold === 'ON') return true
  if (retention === undefined || retention.until <= now) return false
  return retention.mode === 'COMPLIANCE' || !bypass
}

/**
 * For whatever would delete or change a locked version, UpdateObjectEncryption too, which knows no bypass.
 * @throws S3Error AccessDenied
 */
export function requireUnlocked({ guard }: Pick<ObjectVersion, 'guard'>, now: number, bypass: boolean): void {
  if (guard !== undefined && isLocked(guard, now, bypass)) throw objectLocked()
}

function objectLocked(): S3Error {
  return new S3Error('AccessDenied', { message: 'Access Denied because object protected by object lock.' })
}

/**
 * How a retention that is not over may be changed:
 *
 * | mode now   | change                                 | bypass | passes |
 * |------------|----------------------------------------|--------|--------|
 * | GOVERNANCE | none shorter, mode kept                |        | yes    |
 * | GOVERNANCE | shorter, removed, or another mode      | no     | no     |
 * | GOVERNANCE | shorter, removed, or another mode      | yes    | yes    |
 * | COMPLIANCE | shorter, removed, or another mode      |        | no     |
 *
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectRetention.html
 * @throws S3Error AccessDenied
 */
export function requireRetentionChange(
  standing: Retention | undefined,
  asked: Retention | undefined,
  now: number,
  bypass: boolean,
): void {
  if (standing === undefined || standing.until <= now) return
  if (asked?.mode === standing.mode && asked.until >= standing.until) return
  if (standing.mode === 'COMPLIANCE' || !bypass) throw objectLocked()
}

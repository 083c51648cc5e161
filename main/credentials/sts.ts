import { createHash } from 'node:crypto'
import type { Credentials } from '#model/connection.ts'
import { DecantError, fail } from '#model/failure.ts'
import type { HttpAnswer } from '../engine/wire/answer-reader.ts'
import { Signer } from '../engine/wire/sign.ts'
import { child, childText, parseXml, type XmlElement } from '../engine/wire/xml.ts'
import { askPatiently, clockAhead, localTime, type CallContext } from './services.ts'

export interface RoleRequest {
  readonly roleArn: string
  readonly sessionName?: string | undefined
  readonly externalId?: string | undefined
  /** Seconds. */
  readonly duration?: number | undefined
}
export interface MfaCode {
  readonly serial: string
  readonly code: string
}
/** Where STS is, and the Region that requests to it are signed for. */
export interface StsPlace {
  readonly url: URL
  readonly region: string
}

const VERSION = '2011-06-15'

/**
 * STS AssumeRole with these keys. A wrong code is `bad-input` with the property `code`; any other refusal is
 * `credentials-missing`, in a sentence that names the role.
 * Source: "AssumeRole", AWS Security Token Service API Reference.
 */
export async function assumeRole(
  context: CallContext,
  place: StsPlace,
  base: Credentials,
  request: RoleRequest,
  mfa?: MfaCode,
): Promise<Credentials> {
  const body = form({
    Action: 'AssumeRole',
    Version: VERSION,
    RoleArn: request.roleArn,
    RoleSessionName: request.sessionName ?? 'decant',
    ExternalId: request.externalId,
    DurationSeconds: request.duration?.toString(),
    SerialNumber: mfa?.serial,
    TokenCode: mfa?.code,
  })
  const { now } = context.seams
  let answer = await askSigned(context, place, base, body, now())
  const ahead = clockAhead(answer, now())
  if (answer.status === 403 && ahead !== 0)
    answer = await askSigned(context, place, base, body, now() + ahead)
  return credentialsOf(context, answer, request, mfa)
}

/** The same with the token that a platform (EKS, OIDC) puts into a file. Not signed. */
export async function assumeRoleWithWebIdentity(
  context: CallContext,
  place: StsPlace,
  token: string,
  request: RoleRequest,
): Promise<Credentials> {
  const answer = await askPatiently(context, {
    operation: 'AssumeRoleWithWebIdentity',
    method: 'POST',
    url: place.url,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: form({
      Action: 'AssumeRoleWithWebIdentity',
      Version: VERSION,
      RoleArn: request.roleArn,
      RoleSessionName: request.sessionName ?? 'decant',
      DurationSeconds: request.duration?.toString(),
      WebIdentityToken: token,
    }),
  })
  return credentialsOf(context, answer, request)
}

function askSigned(
  context: CallContext,
  { url, region }: StsPlace,
  base: Credentials,
  body: string,
  at: number,
): Promise<HttpAnswer> {
  const list = ['host', url.host, 'content-type', 'application/x-www-form-urlencoded']
  const payload = createHash('sha256').update(body).digest('hex')
  new Signer('sts').sign(
    { method: 'POST', path: url.pathname, query: '', headers: list, payload },
    base,
    region,
    at,
  )
  const headers: Record<string, string> = {}
  // `host` is added by whoever sends it.
  for (let n = 2; n < list.length; n += 2) headers[list[n] as string] = list[n + 1] as string
  return askPatiently(context, { operation: 'AssumeRole', method: 'POST', url, headers, body })
}

function credentialsOf(
  context: CallContext,
  answer: HttpAnswer,
  request: RoleRequest,
  mfa?: MfaCode,
): Credentials {
  const root = rootOf(answer)
  if (answer.status >= 300 || !root) refuse(answer, root, request, mfa)
  const found = child(root.children[0] ?? root, 'Credentials')
  const text = (name: string): string =>
    (found && childText(found, name)) || fail('bad-answer', 'attempt', `The answer of STS has no ${name}.`)
  const expires = Date.parse(text('Expiration'))
  return {
    accessKeyId: text('AccessKeyId'),
    secretAccessKey: text('SecretAccessKey'),
    sessionToken: text('SessionToken'),
    expiresAt: Number.isNaN(expires) ? undefined : localTime(expires, answer, context.seams.now()),
  }
}

function rootOf({ text }: HttpAnswer): XmlElement | undefined {
  try {
    return parseXml(text)
  } catch {
    return undefined
  }
}

function refuse(
  answer: HttpAnswer,
  root: XmlElement | undefined,
  request: RoleRequest,
  mfa?: MfaCode,
): never {
  const error = root && (child(root, 'Error') ?? root)
  const code = (error && childText(error, 'Code')) ?? ''
  const said = (error && childText(error, 'Message')) ?? ''
  throw new DecantError(stsRefusal({ status: answer.status, code, said }, request, mfa))
}

/**
 * Pure: what STS's refusal means.
 *
 * | STS says                                           | failure                            |
 * |----------------------------------------------------|------------------------------------|
 * | MultiFactorAuthentication failed with invalid …    | bad-input, `code`: can be tried again |
 * | … unable to validate MFA code, … serial number     | bad-input, `mfaSerial`             |
 * | MultiFactorAuthentication failed, must provide …   | credentials-missing: no device is named |
 * | ExpiredToken, ExpiredTokenException                | credentials-expired: of the base   |
 * | DurationSeconds exceeds …                          | credentials-missing, `duration`    |
 * | anything else                                      | credentials-missing, in its words  |
 */
export function stsRefusal(
  { status, code, said }: { readonly status: number; readonly code: string; readonly said: string },
  { roleArn }: RoleRequest,
  mfa?: MfaCode,
): DecantError['failure'] {
  const s3 = { operation: 'AssumeRole', status, code, message: said.slice(0, 500) }
  const refusal = (
    failureCode: 'bad-input' | 'credentials-missing' | 'credentials-expired',
    message: string,
    property?: string,
  ): DecantError['failure'] => ({
    code: failureCode,
    reach: failureCode === 'bad-input' ? 'item' : 'job',
    message,
    ...(property !== undefined && { property }),
    s3,
  })
  if (mfa && /MFA|MultiFactor/i.test(said)) {
    return /serial/i.test(said)
      ? refusal('bad-input', `mfaSerial: the device ${mfa.serial} does not belong to these keys`, 'mfaSerial')
      : refusal('bad-input', 'code: it is not accepted; wait for the next one that the device shows', 'code')
  }
  if (/MultiFactor/i.test(said)) {
    const message = `The role ${roleArn} is only given with a code: name the device (mfaSerial) that shows codes.`
    return refusal('credentials-missing', message, 'mfaSerial')
  }
  if (/^ExpiredToken/.test(code)) {
    return refusal('credentials-expired', `The keys that the role ${roleArn} is taken with have expired.`)
  }
  if (code === 'InvalidClientTokenId' || code === 'SignatureDoesNotMatch') {
    const message = /Signature expired|not yet current/i.test(said)
      ? "This machine's clock and that of STS are too far apart."
      : `STS does not accept the keys that the role ${roleArn} is taken with (${code}).`
    return refusal('credentials-missing', message)
  }
  const why = said || code || `status ${status}`
  return refusal('credentials-missing', `The role ${roleArn} cannot be taken: ${why}`)
}

function form(fields: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(fields).filter((field): field is [string, string] => field[1] !== undefined)
  return new URLSearchParams(given).toString()
}

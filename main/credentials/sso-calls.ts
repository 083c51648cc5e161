import type { SsoAccount } from '#contract/connection-answers.ts'
import type { Credentials, SsoPortal } from '#model/connection.ts'
import { DecantError, fail } from '#model/failure.ts'
import type { HttpAnswer } from '../engine/wire/answer-reader.ts'
import { jsonFields, numberOf, textOf, type Fields } from './json.ts'
import { askPatiently, below, localTime, serviceUrl, type CallContext } from './services.ts'
import { noKeys } from './sign-in-needed.ts'
import type { SsoRenewal, SsoToken } from './sso-tokens.ts'

/** A program that may ask people to sign in. */
export interface Registration {
  readonly clientId: string
  readonly clientSecret: string
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
}
export interface DeviceCode {
  readonly deviceCode: string
  readonly userCode: string
  readonly page: string
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
  /** Milliseconds between two looks. */
  readonly interval: number
}
export type TokenAnswer =
  | { readonly is: 'token'; readonly token: SsoToken }
  | { readonly is: 'pending' | 'slow-down' | 'denied' | 'expired' }

/** Seconds between two looks where the server does not say. Source: RFC 8628, 3.2. */
const INTERVAL = 5
const SECOND = 1000
const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code'
/** What the accounts and their roles, and a token that can be renewed, need. */
const SCOPE = 'sso:account:access'

/**
 * The calls of IAM Identity Center, as its REST APIs have them (SSO OIDC 2019-06-10: RegisterClient,
 * StartDeviceAuthorization, CreateToken; SSO portal 2019-06-10: ListAccounts, ListAccountRoles, GetRoleCredentials).
 */
export async function registerClient(
  context: CallContext,
  portal: SsoPortal,
  signal?: AbortSignal,
): Promise<Registration> {
  const body = { clientName: 'Decant', clientType: 'public', scopes: [SCOPE] }
  const answer = await post(context, portal, 'RegisterClient', '/client/register', body, signal)
  const fields = fieldsOf(answer, 'RegisterClient', portal)
  const expires = numberOf(fields, 'clientSecretExpiresAt')
  return {
    clientId: owed(fields, 'clientId', 'RegisterClient'),
    clientSecret: owed(fields, 'clientSecret', 'RegisterClient'),
    expiresAt: expires ? localTime(expires * 1000, answer, context.seams.now()) : Infinity,
  }
}

export async function startDeviceAuthorization(
  context: CallContext,
  portal: SsoPortal,
  { clientId, clientSecret }: Registration,
  signal?: AbortSignal,
): Promise<DeviceCode> {
  const operation = 'StartDeviceAuthorization'
  const body = { clientId, clientSecret, startUrl: portal.startUrl }
  const fields = fieldsOf(
    await post(context, portal, operation, '/device_authorization', body, signal),
    operation,
    portal,
  )
  const page = textOf(fields, 'verificationUriComplete') ?? owed(fields, 'verificationUri', operation)
  // It is opened in the person's browser.
  if (!URL.canParse(page) || new URL(page).protocol !== 'https:') {
    fail('bad-answer', 'item', `The page to sign in at is not one of https: ${page.slice(0, 200)}`)
  }
  return {
    deviceCode: owed(fields, 'deviceCode', operation),
    userCode: owed(fields, 'userCode', operation),
    page,
    expiresAt: context.seams.now() + (numberOf(fields, 'expiresIn') ?? 600) * 1000,
    interval: (numberOf(fields, 'interval') || INTERVAL) * SECOND,
  }
}

/** Whether somebody has said yes on the page. */
export async function askForToken(
  context: CallContext,
  portal: SsoPortal,
  registration: Registration,
  deviceCode: string,
  signal?: AbortSignal,
): Promise<TokenAnswer> {
  const { clientId, clientSecret } = registration
  const body = { clientId, clientSecret, grantType: DEVICE_GRANT, deviceCode }
  const answer = await post(context, portal, 'CreateToken', '/token', body, signal)
  if (answer.status < 300) return { is: 'token', token: tokenOf(context, answer, registration) }
  switch (errorOf(answer)) {
    case 'authorization_pending':
    case 'AuthorizationPendingException':
      return { is: 'pending' }
    case 'slow_down':
    case 'SlowDownException':
      return { is: 'slow-down' }
    case 'access_denied':
    case 'AccessDeniedException':
      return { is: 'denied' }
    case 'expired_token':
    case 'ExpiredTokenException':
    case 'invalid_grant':
    case 'InvalidGrantException':
      return { is: 'expired' }
    default:
      return refused(answer, 'CreateToken', portal)
  }
}

/** Undefined where the session has ended, so that a person has to sign in. */
export async function renewToken(
  context: CallContext,
  portal: SsoPortal,
  renewal: SsoRenewal,
): Promise<SsoToken | undefined> {
  const { clientId, clientSecret, refreshToken, registrationExpiresAt } = renewal
  const body = { clientId, clientSecret, grantType: 'refresh_token', refreshToken }
  const answer = await post(context, portal, 'CreateToken', '/token', body)
  if (answer.status >= 300) return undefined
  const token = tokenOf(context, answer, { clientId, clientSecret, expiresAt: registrationExpiresAt })
  return token.renewal ? token : { ...token, renewal }
}

/** Undefined where the token is not accepted any more. */
export async function roleCredentials(
  context: CallContext,
  portal: SsoPortal,
  accessToken: string,
  { accountId, roleName }: { readonly accountId: string; readonly roleName: string },
): Promise<Credentials | undefined> {
  const operation = 'GetRoleCredentials'
  const query = { account_id: accountId, role_name: roleName }
  const answer = await get(context, portal, operation, '/federation/credentials', query, accessToken)
  if (answer.status === 401) return undefined
  if (answer.status === 403 || answer.status === 404) {
    noKeys(
      `Whoever is signed in at ${portal.startUrl} may not take the role ${roleName} of account ${accountId}.`,
    )
  }
  const role = fieldsOf(answer, operation, portal)['roleCredentials'] as Fields | undefined
  const expiration = numberOf(role, 'expiration')
  return {
    accessKeyId: owed(role, 'accessKeyId', operation),
    secretAccessKey: owed(role, 'secretAccessKey', operation),
    sessionToken: owed(role, 'sessionToken', operation),
    expiresAt: expiration === undefined ? undefined : localTime(expiration, answer, context.seams.now()),
  }
}

/** All accounts, page by page, without their roles. Undefined where the token is not accepted any more. */
export async function listAccounts(
  context: CallContext,
  portal: SsoPortal,
  accessToken: string,
  signal?: AbortSignal,
): Promise<Omit<SsoAccount, 'roles'>[] | undefined> {
  const rows = await pages(context, portal, 'ListAccounts', '/assignment/accounts', {}, accessToken, signal)
  return rows?.flatMap((row) => {
    const accountId = textOf(row, 'accountId')
    return accountId === undefined ? [] : [{ accountId, name: textOf(row, 'accountName') ?? accountId }]
  })
}

export async function listRoles(
  context: CallContext,
  portal: SsoPortal,
  accessToken: string,
  accountId: string,
  signal?: AbortSignal,
): Promise<string[] | undefined> {
  const query = { account_id: accountId }
  const rows = await pages(
    context,
    portal,
    'ListAccountRoles',
    '/assignment/roles',
    query,
    accessToken,
    signal,
  )
  return rows?.flatMap((row) => textOf(row, 'roleName') ?? [])
}

async function pages(
  context: CallContext,
  portal: SsoPortal,
  operation: 'ListAccounts' | 'ListAccountRoles',
  path: string,
  query: Readonly<Record<string, string>>,
  accessToken: string,
  signal: AbortSignal | undefined,
): Promise<Fields[] | undefined> {
  const list = operation === 'ListAccounts' ? 'accountList' : 'roleList'
  const rows: Fields[] = []
  let next: string | undefined
  do {
    const page = { ...query, max_result: '100', ...(next !== undefined && { next_token: next }) }
    const answer = await get(context, portal, operation, path, page, accessToken, signal)
    if (answer.status === 401) return undefined
    const fields = fieldsOf(answer, operation, portal)
    const found = fields[list]
    if (Array.isArray(found)) rows.push(...(found as Fields[]))
    next = textOf(fields, 'nextToken')
  } while (next !== undefined)
  return rows
}

function post(
  context: CallContext,
  portal: SsoPortal,
  operation: string,
  path: string,
  body: object,
  signal?: AbortSignal,
): Promise<HttpAnswer> {
  return askPatiently(context, {
    operation,
    method: 'POST',
    url: below(serviceUrl('sso_oidc', portal.region, context.env), path),
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal,
  })
}

function get(
  context: CallContext,
  portal: SsoPortal,
  operation: string,
  path: string,
  query: Readonly<Record<string, string>>,
  accessToken: string,
  signal?: AbortSignal,
): Promise<HttpAnswer> {
  return askPatiently(context, {
    operation,
    method: 'GET',
    url: below(serviceUrl('sso', portal.region, context.env), path, query),
    headers: { 'x-amz-sso_bearer_token': accessToken },
    signal,
  })
}

function tokenOf(context: CallContext, answer: HttpAnswer, registration: Registration): SsoToken {
  const fields = jsonFields(answer.text)
  const refreshToken = textOf(fields, 'refreshToken')
  const { clientId, clientSecret, expiresAt: registrationExpiresAt } = registration
  return {
    accessToken: owed(fields, 'accessToken', 'CreateToken'),
    expiresAt: context.seams.now() + (numberOf(fields, 'expiresIn') ?? 3600) * 1000,
    ...(refreshToken !== undefined && {
      renewal: { clientId, clientSecret, refreshToken, registrationExpiresAt },
    }),
  }
}

/** The name of an error, in the body (OAuth's) or in the header (AWS's). */
function errorOf({ text, headers }: HttpAnswer): string {
  const fields = jsonFields(text)
  const type = headers['x-amzn-errortype']?.split(':')[0]
  return textOf(fields, 'error') ?? type ?? textOf(fields, '__type') ?? ''
}

function fieldsOf(answer: HttpAnswer, operation: string, portal: SsoPortal): Fields {
  if (answer.status >= 300) refused(answer, operation, portal)
  return jsonFields(answer.text) ?? noAnswer(operation, 'no JSON')
}

function refused(answer: HttpAnswer, operation: string, { startUrl, region }: SsoPortal): never {
  const fields = jsonFields(answer.text)
  const said = textOf(fields, 'error_description') ?? textOf(fields, 'message') ?? ''
  const code = errorOf(answer)
  const atFault = operation === 'StartDeviceAuthorization' && answer.status === 400
  const message = atFault
    ? `startUrl: there is no sign-in portal ${startUrl} in the Region ${region} (${code || answer.status}).`
    : `The sign-in service of ${region} refuses ${operation}: ${said || code || `status ${answer.status}`}`
  throw new DecantError({
    code: atFault ? 'bad-input' : 'access-denied',
    reach: 'item',
    message,
    ...(atFault && { property: 'startUrl' }),
  })
}

function owed(fields: Fields | undefined, name: string, operation: string): string {
  return textOf(fields, name) ?? noAnswer(operation, `no ${name}`)
}

function noAnswer(operation: string, why: string): never {
  return fail(
    'bad-answer',
    'attempt',
    `The answer to ${operation} is not one of the sign-in service: ${why}.`,
  )
}

import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Keys that the fakes give; `session` of a playground makes ones that open it. */
export interface GivenKeys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
}

/** What a person does at the page of a sign-in, in the order of the looks; the last one stays. */
export type PageAnswer = 'pending' | 'slow-down' | 'denied' | 'expired' | 'allowed'

export interface FakeAccount {
  readonly accountId: string
  readonly accountName: string
  readonly roles: readonly string[]
}

/** STS, IAM Identity Center, and the metadata services of instance and container, on one port of this machine. */
export interface FakeAws {
  /** Leads everything that asks for keys here. */
  readonly env: Readonly<Record<string, string>>
  /** Leads instance and container here, which would outdo nothing but are not always wanted. */
  readonly instanceEnv: Readonly<Record<string, string>>
  readonly containerEnv: Readonly<Record<string, string>>
  readonly portal: { readonly startUrl: string; readonly region: string }
  /** How often each operation was asked for. */
  readonly asked: Record<string, number>
  /** The fields of the last AssumeRole. */
  lastRole: Readonly<Record<string, string>>
  page: PageAnswer[]
  /** Seconds between two looks. */
  interval: number
  accounts: FakeAccount[]
  /** Accounts and roles a page. */
  pageSize: number
  /** The token that the portal takes; others have ended. Undefined: none. */
  accessToken: string | undefined
  /** What a renewal takes; undefined: the session has ended for good. */
  refreshToken: string | undefined
  /** Seconds that an access token lasts. */
  tokenSeconds: number
  /** The code that STS takes; a role asked for without one is given as well. */
  mfaCode: string
  mfaSerial: string
  /** STS answers every role with this refusal. */
  refuseRole: { readonly code: string; readonly message: string } | undefined
  /** Makes the keys that roles, instance and container give, and says for how many seconds. */
  keys: () => Promise<GivenKeys> | GivenKeys
  keySeconds: number
  /** Closes the port, or opens the same one again. */
  offline(on: boolean): Promise<void>
  stop(): Promise<void>
}

const PORTAL = { startUrl: 'https://decant-test.awsapps.com/start', region: 'eu-central-1' }

export async function startFakeAws(): Promise<FakeAws> {
  let made = 0
  const server = createServer((request, response) => {
    answer(fake, request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const at = (path: string): string => `http://127.0.0.1:${port}/${path}`
  const close = async (): Promise<void> => {
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }
  const fake: FakeAws = {
    env: {
      AWS_ENDPOINT_URL_STS: at('sts'),
      AWS_ENDPOINT_URL_SSO: at('portal'),
      AWS_ENDPOINT_URL_SSO_OIDC: at('oidc'),
      AWS_EC2_METADATA_DISABLED: 'true',
    },
    instanceEnv: { AWS_EC2_METADATA_DISABLED: 'false', AWS_EC2_METADATA_SERVICE_ENDPOINT: at('instance') },
    containerEnv: { AWS_CONTAINER_CREDENTIALS_FULL_URI: at('container/keys') },
    portal: PORTAL,
    asked: {},
    lastRole: {},
    page: ['pending'],
    interval: 0.05,
    accounts: [{ accountId: '123456789012', accountName: 'Main', roles: ['Reader', 'Admin'] }],
    pageSize: 100,
    accessToken: undefined,
    refreshToken: undefined,
    tokenSeconds: 3600,
    mfaCode: '123456',
    mfaSerial: 'arn:aws:iam::123456789012:mfa/me',
    refuseRole: undefined,
    keys: () => ({
      accessKeyId: `ASIA${++made}`,
      secretAccessKey: `secret-${made}`,
      sessionToken: `token-${made}`,
    }),
    keySeconds: 3600,
    async offline(on) {
      if (!on) {
        server.listen(port, '127.0.0.1')
        await once(server, 'listening')
      } else await close()
    },
    stop: () => (server.listening ? close() : Promise.resolve()),
  }
  return fake
}

async function answer(fake: FakeAws, request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = ''
  for await (const chunk of request.setEncoding('utf8') as AsyncIterable<string>) body += chunk
  const url = new URL(request.url ?? '/', 'http://fake')
  const [, service, ...rest] = url.pathname.split('/')
  const path = rest.join('/')
  switch (service) {
    case 'sts':
      return answerSts(fake, new URLSearchParams(body), response)
    case 'oidc':
      return answerOidc(fake, path, JSON.parse(body) as Record<string, string>, response)
    case 'portal':
      return answerPortal(fake, path, url.searchParams, request, response)
    case 'instance':
      return answerInstance(fake, path, request, response)
    case 'container':
      count(fake, 'ContainerKeys')
      return json(response, 200, await metadataKeys(fake))
    default:
      return json(response, 404, {})
  }
}

function count(fake: FakeAws, operation: string): void {
  fake.asked[operation] = (fake.asked[operation] ?? 0) + 1
}

async function answerSts(fake: FakeAws, fields: URLSearchParams, response: ServerResponse): Promise<void> {
  const action = fields.get('Action') ?? ''
  count(fake, action)
  fake.lastRole = Object.fromEntries(fields)
  const { refuseRole } = fake
  if (refuseRole) return stsError(response, refuseRole.code, refuseRole.message)
  const serial = fields.get('SerialNumber')
  if (serial !== null && serial !== fake.mfaSerial) {
    const words =
      'unable to validate MFA code. Please verify your MFA serial number is valid and associated with this user.'
    return stsError(response, 'AccessDenied', `MultiFactorAuthentication failed, ${words}`)
  }
  if (serial !== null && fields.get('TokenCode') !== fake.mfaCode) {
    const words = 'MultiFactorAuthentication failed with invalid MFA one time pass code. '
    return stsError(response, 'AccessDenied', words)
  }
  const keys = await fake.keys()
  response
    .writeHead(200, { 'content-type': 'text/xml' })
    .end(
      `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result><Credentials>` +
        `<AccessKeyId>${keys.accessKeyId}</AccessKeyId><SecretAccessKey>${keys.secretAccessKey}</SecretAccessKey>` +
        `<SessionToken>${keys.sessionToken}</SessionToken><Expiration>${expiration(fake)}</Expiration>` +
        `</Credentials></${action}Result></${action}Response>`,
    )
}

function stsError(response: ServerResponse, code: string, message: string): void {
  response
    .writeHead(403, { 'content-type': 'text/xml' })
    .end(
      `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
    )
}

function answerOidc(
  fake: FakeAws,
  path: string,
  fields: Readonly<Record<string, string>>,
  response: ServerResponse,
): void {
  if (path === 'client/register') {
    count(fake, 'RegisterClient')
    const clientSecretExpiresAt = Math.floor(Date.now() / 1000) + 90 * 86_400
    return json(response, 200, { clientId: 'client', clientSecret: 'client-secret', clientSecretExpiresAt })
  }
  if (path === 'device_authorization') {
    count(fake, 'StartDeviceAuthorization')
    if (fields['startUrl'] !== fake.portal.startUrl) return oauthError(response, 'invalid_request')
    return json(response, 200, {
      ...{ deviceCode: 'device', userCode: 'ABCD-EFGH', expiresIn: 600, interval: fake.interval },
      verificationUri: 'https://device.sso.eu-central-1.amazonaws.com/',
      verificationUriComplete: 'https://device.sso.eu-central-1.amazonaws.com/?user_code=ABCD-EFGH',
    })
  }
  if (fields['grantType'] === 'refresh_token') {
    count(fake, 'RenewToken')
    if (fields['refreshToken'] !== fake.refreshToken) return oauthError(response, 'invalid_grant')
    return token(fake, response)
  }
  count(fake, 'CreateToken')
  const now = fake.page.length > 1 ? fake.page.shift() : fake.page[0]
  switch (now) {
    case 'allowed':
      return token(fake, response)
    case 'denied':
      return oauthError(response, 'access_denied')
    case 'expired':
      return oauthError(response, 'expired_token')
    case 'slow-down':
      return oauthError(response, 'slow_down')
    default:
      return oauthError(response, 'authorization_pending')
  }
}

let tokens = 0
function token(fake: FakeAws, response: ServerResponse): void {
  tokens += 1
  fake.accessToken = `access-token-${tokens}`
  fake.refreshToken = `refresh-token-${tokens}`
  json(response, 200, {
    ...{ accessToken: fake.accessToken, refreshToken: fake.refreshToken },
    ...{ tokenType: 'Bearer', expiresIn: fake.tokenSeconds },
  })
}

function oauthError(response: ServerResponse, error: string): void {
  json(response, 400, { error, error_description: `fake: ${error}` })
}

async function answerPortal(
  fake: FakeAws,
  path: string,
  query: URLSearchParams,
  { headers }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const isAllowed = fake.accessToken !== undefined && headers['x-amz-sso_bearer_token'] === fake.accessToken
  if (!isAllowed) return json(response, 401, { message: 'Session token not found or invalid' })
  const account = fake.accounts.find(({ accountId }) => accountId === query.get('account_id'))
  switch (path) {
    case 'assignment/accounts': {
      count(fake, 'ListAccounts')
      const rows = fake.accounts.map(({ accountId, accountName }) => ({ accountId, accountName }))
      return page(fake, 'accountList', rows, query, response)
    }
    case 'assignment/roles': {
      count(fake, 'ListAccountRoles')
      const rows = (account?.roles ?? []).map((roleName) => ({ roleName, accountId: account?.accountId }))
      return page(fake, 'roleList', rows, query, response)
    }
    case 'federation/credentials': {
      count(fake, 'GetRoleCredentials')
      if (!account?.roles.includes(query.get('role_name') ?? ''))
        return json(response, 403, { message: 'No access' })
      const keys = await fake.keys()
      const roleCredentials = { ...keys, expiration: Date.now() + fake.keySeconds * 1000 }
      return json(response, 200, { roleCredentials })
    }
    default:
      return json(response, 404, {})
  }
}

function page(
  { pageSize }: FakeAws,
  list: string,
  rows: readonly object[],
  query: URLSearchParams,
  response: ServerResponse,
): void {
  const from = Number(query.get('next_token') ?? 0)
  const next = from + pageSize
  json(response, 200, {
    [list]: rows.slice(from, next),
    ...(next < rows.length && { nextToken: String(next) }),
  })
}

async function answerInstance(
  fake: FakeAws,
  path: string,
  { method, headers }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (method === 'PUT' && path === 'latest/api/token') {
    count(fake, 'InstanceSession')
    return void response.end('metadata-session')
  }
  if (headers['x-aws-ec2-metadata-token'] !== 'metadata-session') return json(response, 401, {})
  if (path === 'latest/meta-data/iam/security-credentials/') return void response.end('instance-role')
  count(fake, 'InstanceKeys')
  return json(response, 200, { Code: 'Success', ...(await metadataKeys(fake)) })
}

async function metadataKeys(fake: FakeAws): Promise<object> {
  const { accessKeyId, secretAccessKey, sessionToken } = await fake.keys()
  return {
    ...{ AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, Token: sessionToken },
    Expiration: expiration(fake),
  }
}

function expiration({ keySeconds }: FakeAws): string {
  return new Date(Date.now() + keySeconds * 1000).toISOString()
}

function json(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
}

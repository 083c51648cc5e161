import { readFile } from 'node:fs/promises'
import type { Credentials } from '#model/connection.ts'
import { DecantError } from '#model/failure.ts'
import type { HttpAnswer } from '../engine/wire/answer-reader.ts'
import type { WebRequest } from '../engine/web.ts'
import { dateOf, jsonFields, textOf } from './json.ts'
import { localTime, type CallContext } from './services.ts'
import { noKeys } from './sign-in-needed.ts'

const INSTANCE = 'http://169.254.169.254'
const CONTAINER = 'http://169.254.170.2'
/** Hosts that a container's keys may be asked from in plain HTTP: loopback, ECS, EKS. */
const PLAIN_HOSTS = /^(localhost|127(\.\d+){3}|\[::1\]|169\.254\.170\.2|169\.254\.170\.23|\[fd00:ec2::23\])$/
/** Seconds that a session with the metadata service may last: one round of questions. */
const SESSION = '60'

/** `web` waits for a second at most and goes by no proxy: these services are on this machine, or there are none. */
export type MetadataContext = CallContext

/**
 * The role of the EC2 instance, by its metadata service (IMDSv2: a session first).
 * Source: "Retrieve instance metadata", Amazon EC2 User Guide; AWS_EC2_METADATA_* of the AWS SDKs and Tools.
 */
export async function instanceCredentials(context: MetadataContext): Promise<Credentials> {
  const { env } = context
  if (env['AWS_EC2_METADATA_DISABLED']?.toLowerCase() === 'true') {
    noKeys('AWS_EC2_METADATA_DISABLED says that the metadata service of the instance is not to be asked.')
  }
  const endpoint = new URL(env['AWS_EC2_METADATA_SERVICE_ENDPOINT'] || INSTANCE)
  const none = `This machine has no metadata service at ${endpoint.host}: it is no EC2 instance, or containers on it may not ask (hop limit).`
  const base = `${endpoint.href.replace(/\/+$/, '')}/latest`
  const session = await asked(context, none, {
    operation: 'the session of the metadata service',
    method: 'PUT',
    url: new URL(`${base}/api/token`),
    headers: { 'x-aws-ec2-metadata-token-ttl-seconds': SESSION },
  })
  const headers = { 'x-aws-ec2-metadata-token': session.text }
  const get = (path: string): Promise<HttpAnswer> =>
    asked(context, none, {
      operation: 'the role of the instance',
      method: 'GET',
      url: new URL(`${base}/meta-data/iam/security-credentials/${path}`),
      headers,
    })
  const named = await get('')
  const role = named.text.split('\n')[0]?.trim() ?? ''
  if (named.status >= 300 || role === '')
    noKeys('The instance has no role (no instance profile is attached).')
  return keysOf(await get(encodeURIComponent(role)), `The role ${role} of the instance`, context)
}

/**
 * The role of the container or pod.
 * Source: "Container credential provider", AWS SDKs and Tools Reference Guide.
 */
export async function containerCredentials(context: MetadataContext): Promise<Credentials> {
  const { env } = context
  const url = containerUrl(env)
  const authorization = await containerToken(env)
  const answer = await asked(context, `The container's endpoint ${url.host} does not answer.`, {
    operation: 'the role of the container',
    method: 'GET',
    url,
    ...(authorization !== undefined && { headers: { authorization } }),
  })
  return keysOf(answer, 'The role of the container', context)
}

/** Pure: whether the environment names a container's endpoint. */
export function isInContainer(env: NodeJS.ProcessEnv): boolean {
  return Boolean(env['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'] || env['AWS_CONTAINER_CREDENTIALS_FULL_URI'])
}

/** Pure: plain HTTP goes no further than to this machine. */
export function containerUrl(env: NodeJS.ProcessEnv): URL {
  const relative = env['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI']
  const full = env['AWS_CONTAINER_CREDENTIALS_FULL_URI']
  if (relative) {
    if (!relative.startsWith('/')) noKeys('AWS_CONTAINER_CREDENTIALS_RELATIVE_URI must begin with a slash.')
    return new URL(`${CONTAINER}${relative}`)
  }
  if (!full) {
    noKeys(
      'There is no role of a container here: neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor AWS_CONTAINER_CREDENTIALS_FULL_URI is set.',
    )
  }
  const url = URL.canParse(full) ? new URL(full) : undefined
  const allowed = url?.protocol === 'https:' || (url?.protocol === 'http:' && PLAIN_HOSTS.test(url.hostname))
  if (!url || !allowed) {
    noKeys('AWS_CONTAINER_CREDENTIALS_FULL_URI must be a URL of https, or of http on this machine.')
  }
  return url
}

async function containerToken(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const file = env['AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE']
  const token = file
    ? await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) =>
        noKeys(`AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE names ${file}, which cannot be read (${error.code}).`),
      )
    : env['AWS_CONTAINER_AUTHORIZATION_TOKEN']
  const line = token?.trim()
  if (line && /[\r\n]/.test(line)) noKeys('The token of the container has more than one line.')
  return line || undefined
}

/** Where nobody answers there are no keys: these services are next door, not behind a network that may come back. */
async function asked({ web }: MetadataContext, none: string, request: WebRequest): Promise<HttpAnswer> {
  try {
    const answer = await web.ask(request)
    if (answer.status === 403 || answer.status === 405) noKeys(none)
    return answer
  } catch (error) {
    if (error instanceof DecantError && error.failure.reach === 'attempt') noKeys(none, error)
    throw error
  }
}

function keysOf(answer: HttpAnswer, of: string, { seams }: MetadataContext): Credentials {
  const fields = answer.status < 300 ? jsonFields(answer.text) : undefined
  const accessKeyId = textOf(fields, 'AccessKeyId')
  const secretAccessKey = textOf(fields, 'SecretAccessKey')
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    return noKeys(`${of} gave no keys (status ${answer.status}).`)
  }
  const expires = dateOf(fields, 'Expiration')
  return {
    accessKeyId,
    secretAccessKey,
    sessionToken: textOf(fields, 'Token'),
    expiresAt: expires === undefined ? undefined : localTime(expires, answer, seams.now()),
  }
}

import type { HttpAnswer } from '../engine/wire/answer-reader.ts'
import { sleep, type Seams } from '#model/seams.ts'
import { parseDate } from '#model/dates.ts'
import type { Web, WebRequest } from '../engine/web.ts'
import { endpointOf, type AwsFiles } from './aws-files.ts'
import { notNow } from './sign-in-needed.ts'

/** The services of AWS that are asked for keys. */
export type KeyService = 'sts' | 'sso' | 'sso_oidc'

const HOSTS: Readonly<Record<KeyService, string>> = { sts: 'sts', sso: 'portal.sso', sso_oidc: 'oidc' }
const TRIES = 3
/** Milliseconds. */
const FIRST_WAIT = 200
const SKEW = 5 * 60_000

/** What the calls have in common. */
export interface CallContext {
  readonly web: Web
  readonly seams: Seams
  readonly env: NodeJS.ProcessEnv
}

/**
 * Where a service is:
 *
 * | said by                                     | counts                                |
 * |---------------------------------------------|---------------------------------------|
 * | AWS_ENDPOINT_URL_STS, _SSO, _SSO_OIDC       | first                                 |
 * | AWS_ENDPOINT_URL                            | next                                  |
 * | the profile (`services`, `endpoint_url`)    | then                                  |
 * | `own`: the store's, where that is not AWS   | then; Ceph and MinIO have an STS there |
 * | the Region                                  | else; China has a domain of its own   |
 *
 * Source: "Service-specific endpoints", AWS SDKs and Tools Reference Guide.
 */
export function serviceUrl(
  service: KeyService,
  region: string,
  env: NodeJS.ProcessEnv,
  { files, profile, own }: { files?: AwsFiles; profile?: string | undefined; own?: string | undefined } = {},
): URL {
  const section = profile === undefined ? undefined : files?.profiles.get(profile)
  const isIgnored = env['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS']?.toLowerCase() === 'true'
  const said = isIgnored
    ? undefined
    : env[`AWS_ENDPOINT_URL_${service.toUpperCase()}`] ||
      env['AWS_ENDPOINT_URL'] ||
      (section && files ? endpointOf(service, section, files.sections) : undefined)
  return new URL(said ?? own ?? `https://${HOSTS[service]}.${region}.${dnsSuffix(region)}`)
}

function dnsSuffix(region: string): string {
  if (region.startsWith('cn-')) return 'amazonaws.com.cn'
  if (region.startsWith('us-iso-')) return 'c2s.ic.gov'
  if (region.startsWith('us-isob-')) return 'sc2s.sgov.gov'
  return 'amazonaws.com'
}

/** A path below an endpoint, which may have one itself. */
export function below(endpoint: URL, path: string, query: Readonly<Record<string, string>> = {}): URL {
  const url = new URL(endpoint)
  url.pathname = url.pathname.replace(/\/+$/, '') + path
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
  return url
}

/** Asks again where the service is busy; what is busy for longer counts as out of reach. */
export async function askPatiently({ web, seams }: CallContext, request: WebRequest): Promise<HttpAnswer> {
  for (let tries = 1; ; tries++) {
    const answer = await web.ask(request)
    if (answer.status < 500 && answer.status !== 429 && !/Throttling|TooManyRequests/.test(answer.text)) {
      return answer
    }
    if (tries === TRIES) {
      throw notNow(
        `${request.url.host} answers ${request.operation} with status ${answer.status}: it is busy or out of order.`,
      )
    }
    await sleep(seams, seams.random() * FIRST_WAIT * 2 ** tries, request.signal)
  }
}

/** By how many milliseconds the server's clock is ahead, where that is too much to overlook. */
export function clockAhead({ headers }: HttpAnswer, now: number): number {
  const at = parseDate(headers['date'])
  const ahead = at === undefined ? 0 : at - now
  return Math.abs(ahead) > SKEW ? ahead : 0
}

/** A time of the server's as one of this machine's clock. */
export function localTime(at: number, answer: HttpAnswer, now: number): number {
  return at - clockAhead(answer, now)
}

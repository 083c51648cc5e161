import type { Asking, SourceContext } from './asking.ts'
import { isAws } from '../engine/habits.ts'
import type { Web } from '../engine/web.ts'
import type { Credentials, CredentialSource, EndpointConfig } from '#model/connection.ts'
import { fail } from '#model/failure.ts'
import { environmentCredentials } from './environment.ts'
import { containerCredentials, instanceCredentials } from './metadata.ts'
import { profileCredentials } from './profile.ts'
import { createRoles, type CodeQuestion } from './roles.ts'
import { serviceUrl, type CallContext } from './services.ts'
import type { Sso } from './sso.ts'

export interface CredentialRequest {
  readonly config: EndpointConfig
  readonly scope: string
  /** The keys that the host keeps for it, or that were lent. */
  readonly own: () => Promise<Credentials>
  readonly refused?: Credentials | undefined
  /** What somebody typed in just now. */
  readonly code?: string | undefined
}

/** Where keys come from. One question at a time for all that want the same. */
export interface CredentialSources {
  /**
   * Rejects with SignInNeeded where somebody has to sign in, `credentials-missing` or `credentials-expired` where there
   * are none, and `connection` where who gives them cannot be reached.
   */
  get(request: CredentialRequest): Promise<Credentials>
}

export interface SourcesOptions extends CallContext {
  readonly nearby: Web
  readonly sso: Sso
  /** Somebody at a terminal; absent where codes come by another way. */
  readonly askCode?: ((question: CodeQuestion) => Promise<string | undefined>) | undefined
}

export function createCredentialSources({ nearby, askCode, ...rest }: SourcesOptions): CredentialSources {
  const context: SourceContext = { ...rest, roles: createRoles(rest), nearby: { ...rest, web: nearby } }
  const under = new Map<string, Promise<Credentials>>()
  return {
    get(request) {
      const { config, scope, refused, code } = request
      let given = code
      const asking: Asking = {
        region: config.region,
        scope,
        refused,
        given: code !== undefined,
        // Good for one role only.
        code: async (question) => {
          const one = given
          given = undefined
          return one ?? (await askCode?.(question))
        },
      }
      const { credentials } = config
      if (credentials.kind === 'keys') return request.own()
      const id = JSON.stringify([scope, config, refused?.accessKeyId, code !== undefined])
      const running = under.get(id)
      if (running) return running
      const getting = fromSource(context, credentials, request, asking).finally(() => under.delete(id))
      under.set(id, getting)
      return getting
    },
  }
}

async function fromSource(
  context: SourceContext,
  source: CredentialSource,
  request: CredentialRequest,
  asking: Asking,
): Promise<Credentials> {
  switch (source.kind) {
    case 'keys':
      return request.own()
    case 'profile':
      return profileCredentials(context, source.profile, asking)
    case 'environment':
      return environmentCredentials(context, asking)
    case 'sso':
      return context.sso.credentials({ startUrl: source.startUrl, region: source.region }, source)
    case 'role':
      return context.roles.take({
        ...source,
        scope: JSON.stringify([asking.scope, source.base]),
        place: stsOf(request.config, context),
        base: () => fromSource(context, source.base, request, asking),
        refused: asking.refused,
        given: asking.given,
        code: asking.code,
      })
    case 'container':
      return containerCredentials(context.nearby)
    case 'instance':
      return instanceCredentials(context.nearby)
    case 'anonymous':
    case 'local':
    case 'playground':
      return fail('not-supported', 'job', `There are no keys of the kind ${source.kind}.`)
  }
}

/** A store that is not AWS has an STS of its own, at its endpoint. */
function stsOf(config: EndpointConfig, { env }: CallContext): { url: URL; region: string } {
  const own = isAws(config) ? undefined : config.endpoint
  return { url: serviceUrl('sts', config.region, env, { own }), region: config.region }
}

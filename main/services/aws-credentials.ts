import { DecantError, fail } from '#model/failure.ts'
import type { Credentials } from '#model/connection.ts'

/** Where credentials come from that Decant does not keep: the AWS files (keys, SSO, roles, processes) or the environment. */
export type AwsSource =
  { readonly kind: 'profile'; readonly profile: string } | { readonly kind: 'environment' }

/**
 * Asks them anew. Loaded on first use: the providers are most of an SDK. Rejects with `credentials-missing`
 * where there are none, `credentials-expired` where somebody has to sign in again.
 */
export async function readAwsCredentials(
  source: AwsSource,
  region: string,
  env: NodeJS.ProcessEnv,
): Promise<Credentials> {
  const plain = source.kind === 'environment' ? environmentKeys(env) : undefined
  if (plain) return plain
  const providers = await import('@aws-sdk/credential-providers')
  const provide =
    source.kind === 'profile'
      ? providers.fromIni({ profile: source.profile, ignoreCache: true, clientConfig: { region } })
      : providers.fromNodeProviderChain({ clientConfig: { region }, timeout: 1000, maxRetries: 0 })
  try {
    const { accessKeyId, secretAccessKey, sessionToken, expiration } = await provide()
    return { accessKeyId, secretAccessKey, sessionToken, expiresAt: expiration?.getTime() }
  } catch (error) {
    throw translated(source, error)
  }
}

/** What the providers would look at first, without loading them. */
function environmentKeys(env: NodeJS.ProcessEnv): Credentials | undefined {
  const accessKeyId = env['AWS_ACCESS_KEY_ID']
  const secretAccessKey = env['AWS_SECRET_ACCESS_KEY']
  if (!accessKeyId || !secretAccessKey) return undefined
  return { accessKeyId, secretAccessKey, sessionToken: env['AWS_SESSION_TOKEN'] || undefined }
}

function translated(source: AwsSource, error: unknown): DecantError {
  const said = error instanceof Error ? error.message : String(error)
  const where = source.kind === 'profile' ? `the profile "${source.profile}"` : 'the environment'
  // The providers throw one class for everything and give it no code: their words are all there is to go by.
  const expired = /expired|sso login|refresh/i.test(said)
  return new DecantError(
    {
      code: expired ? 'credentials-expired' : 'credentials-missing',
      reach: 'job',
      message: expired
        ? `The sign-in of ${where} has ended. Sign in again${source.kind === 'profile' ? `: aws sso login --profile ${source.profile}` : ''}.`
        : `No keys were found in ${where}: ${firstSentence(said)}`,
    },
    { cause: error },
  )
}

function firstSentence(text: string): string {
  return text.split('\n')[0]?.slice(0, 300) ?? ''
}

export function missingKeys(name: string): never {
  return fail(
    'credentials-missing',
    'job',
    `The keys of the connection "${name}" are not here. Type them in again under Connections.`,
  )
}

import type { Credentials } from '#model/connection.ts'
import { DecantError } from '#model/failure.ts'

/**
 * Keys by a way that only the SDK knows (`aws login`'s `login_session`). Loaded on first use: the providers are most
 * of an SDK.
 */
export async function otherCredentials(profile: string, region: string): Promise<Credentials> {
  const { fromIni } = await import('@aws-sdk/credential-providers')
  try {
    const keys = await fromIni({ profile, ignoreCache: true, clientConfig: { region } })()
    const { accessKeyId, secretAccessKey, sessionToken, expiration } = keys
    return { accessKeyId, secretAccessKey, sessionToken, expiresAt: expiration?.getTime() }
  } catch (error) {
    throw translated(profile, error)
  }
}

function translated(profile: string, error: unknown): DecantError {
  const said = error instanceof Error ? error.message : String(error)
  // The providers throw one class for everything and give it no code: their words are all there is to go by.
  const expired = /expired|login|refresh/i.test(said)
  return new DecantError(
    {
      code: expired ? 'credentials-expired' : 'credentials-missing',
      reach: 'job',
      message: expired
        ? `The sign-in of the profile "${profile}" has ended. Sign in again with the AWS command line.`
        : `The profile "${profile}" has no keys: ${said.split('\n')[0]?.slice(0, 300) ?? ''}`,
    },
    { cause: error },
  )
}

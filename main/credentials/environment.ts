import type { Credentials } from '#model/connection.ts'
import { DecantError } from '#model/failure.ts'
import { readAwsFiles } from './aws-files.ts'
import { containerCredentials, instanceCredentials, isInContainer } from './metadata.ts'
import { environmentKeys, profileCredentials, webIdentity, wayOf } from './profile.ts'
import { noKeys } from './sign-in-needed.ts'
import type { Asking, SourceContext } from './asking.ts'

/**
 * Wherever the AWS tools would find some:
 *
 * | where                                                       | counts |
 * |-------------------------------------------------------------|--------|
 * | AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY                    | first  |
 * | AWS_WEB_IDENTITY_TOKEN_FILE, AWS_ROLE_ARN                   | next   |
 * | the profile AWS_PROFILE, or `default` where it has a way to keys | then |
 * | the container's endpoint                                    | then   |
 * | the instance's metadata service, unless it is disabled      | last   |
 *
 * Source: "Configuration settings and authentication credentials", AWS CLI User Guide.
 */
export async function environmentCredentials(context: SourceContext, asking: Asking): Promise<Credentials> {
  const { env } = context
  const keys = environmentKeys(env)
  if (keys) return keys
  const tokenFile = env['AWS_WEB_IDENTITY_TOKEN_FILE']
  const roleArn = env['AWS_ROLE_ARN']
  if (tokenFile && roleArn) {
    const sessionName = env['AWS_ROLE_SESSION_NAME'] || undefined
    return webIdentity(context, { roleArn, tokenFile, sessionName, region: asking.region })
  }
  const profile = env['AWS_PROFILE'] || env['AWS_DEFAULT_PROFILE']
  if (profile) return profileCredentials(context, profile, asking)
  if (await hasDefault(env)) return profileCredentials(context, 'default', asking)
  if (isInContainer(env)) return containerCredentials(context.nearby)
  return instanceCredentials(context.nearby).catch((error: unknown) => {
    if (!(error instanceof DecantError) || error.failure.code !== 'credentials-missing') throw error
    return noKeys(
      'There are no keys: not in AWS_ACCESS_KEY_ID and its kin, not in the AWS files, and this machine has no role.',
      error,
    )
  })
}

async function hasDefault(env: NodeJS.ProcessEnv): Promise<boolean> {
  const files = await readAwsFiles(env)
  const section = files.profiles.get('default')
  if (!section) return false
  if (section.has('login_session')) return true
  try {
    return wayOf('default', section, files, false).by !== 'other'
  } catch {
    // What is half said is said when it is asked for.
    return true
  }
}

import type { SsoSession } from '#contract/connection-answers.ts'
import { ssoPortal, type SsoPortal } from '#model/connection.ts'
import { badInput, DecantError } from '#model/failure.ts'
import { systemSeams } from '#model/seams.ts'
import { readAwsFiles } from '../../credentials/aws-files.ts'
import { portalOfProfile } from '../../credentials/profile.ts'
import { openKeys } from '../../services/keys.ts'
import { COMMON_OPTIONS, readArguments, takePositionals } from '../arguments.ts'
import type { EntryContext } from '../context.ts'
import { terminal } from '../screen.ts'
import { UsageError } from '../usage.ts'

/** `decant login`: signs in by a device code, and keeps the token where the AWS tools and a running Decant find it. */
export async function login(args: readonly string[], { env }: EntryContext): Promise<number> {
  const { values, positionals } = readArguments(args, {
    ...COMMON_OPTIONS,
    profile: { type: 'string' },
    'sso-start-url': { type: 'string' },
    'sso-region': { type: 'string' },
  })
  takePositionals(positionals)
  const portal = await portalFrom(values, env)
  const screen = terminal({ quiet: values.quiet === true })
  let look = (): void => {}
  const keys = openKeys({ seams: systemSeams, env, changed: () => look() })
  const over = new Promise<SsoSession>((resolve) => {
    look = () => {
      void keys.sso.session(portal).then((session) => session.state !== 'waiting' && resolve(session))
    }
  })
  try {
    const waiting = await keys.sso.signIn(portal)
    // Also with --quiet: without them nobody can sign in.
    screen.complain(`Open this page and confirm that it shows the code ${waiting.userCode}:\n${waiting.page}`)
    const { failure, expiresAt } = await over
    if (failure) throw new DecantError(failure)
    if (values.json === true) screen.result(JSON.stringify({ ...portal, expiresAt }))
    else screen.say(`Signed in at ${portal.startUrl}.`)
    return 0
  } finally {
    keys.close()
  }
}

async function portalFrom(
  given: { profile?: string; 'sso-start-url'?: string; 'sso-region'?: string },
  env: NodeJS.ProcessEnv,
): Promise<SsoPortal> {
  const { 'sso-start-url': startUrl, 'sso-region': region } = given
  if (startUrl !== undefined || region !== undefined) {
    if (given.profile !== undefined)
      throw new UsageError(
        '--profile: says where to sign in itself; leave out --sso-start-url and --sso-region',
      )
    if (startUrl === undefined) throw new UsageError('--sso-start-url: must be given beside --sso-region')
    if (region === undefined) throw new UsageError('--sso-region: must be given beside --sso-start-url')
    const portal = ssoPortal.safeParse({ startUrl, region }, { reportInput: true })
    if (portal.success) return portal.data
    const option = portal.error.issues[0]?.path[0] === 'region' ? 'region' : 'start-url'
    throw new UsageError(`--sso-${badInput(portal.error).message.replace(/^\w+/, option)}`)
  }
  const profile = given.profile ?? (env['AWS_PROFILE'] || 'default')
  const files = await readAwsFiles(env)
  if (!files.profiles.has(profile))
    throw new UsageError(`--profile: there is no profile "${profile}" in the AWS files`)
  const portal = portalOfProfile(profile, files)
  if (!portal)
    throw new UsageError(`--profile: "${profile}" does not sign in by a browser (it has no sso_session)`)
  return portal
}

import { readFile } from 'node:fs/promises'
import type { Credentials, SsoPortal } from '#model/connection.ts'
import { noKeys } from './sign-in-needed.ts'
import { readAwsFiles, type AwsFiles, type Section } from './aws-files.ts'
import { containerCredentials, instanceCredentials } from './metadata.ts'
import { processCredentials } from './process.ts'
import type { TakenRole } from './roles.ts'
import { otherCredentials } from './sdk-credentials.ts'
import { serviceUrl } from './services.ts'
import type { SourceContext, Asking } from './asking.ts'
import { assumeRoleWithWebIdentity } from './sts.ts'

/** What a profile says about where its keys come from; the first that fits counts. */
export type ProfileWay =
  | {
      readonly by: 'role'
      readonly roleArn: string
      readonly from:
        | { readonly profile: string }
        | { readonly source: 'Environment' | 'Ec2InstanceMetadata' | 'EcsContainer' }
    }
  | { readonly by: 'web-identity'; readonly roleArn: string; readonly tokenFile: string }
  | { readonly by: 'keys'; readonly keys: Credentials }
  | { readonly by: 'sso'; readonly portal: SsoPortal; readonly accountId: string; readonly roleName: string }
  | { readonly by: 'process'; readonly command: string }
  /** Something that only the SDK knows (`login_session`), or nothing. */
  | { readonly by: 'other' }

/**
 * Pure: the way to a profile's keys. `isSource`: another profile takes its role with them; then keys of its own count
 * before a role. Refuses what is half said.
 */
export function wayOf(name: string, section: Section, files: AwsFiles, isSource: boolean): ProfileWay {
  const value = (field: string): string | undefined => section.get(field) || undefined
  const keys = keysOf(section)
  const roleArn = value('role_arn')
  const sourceProfile = value('source_profile')
  const credentialSource = value('credential_source')
  const tokenFile = value('web_identity_token_file')
  if (keys && isSource) return { by: 'keys', keys }
  if (roleArn !== undefined && sourceProfile !== undefined)
    return { by: 'role', roleArn, from: { profile: sourceProfile } }
  if (roleArn !== undefined && credentialSource !== undefined)
    return { by: 'role', roleArn, from: { source: sourceNamed(name, credentialSource) } }
  if (roleArn !== undefined && tokenFile !== undefined) return { by: 'web-identity', roleArn, tokenFile }
  if (roleArn !== undefined)
    noKeys(`The profile "${name}" names a role, but no source_profile to take it with.`)
  if (keys) return { by: 'keys', keys }
  if (value('sso_session') !== undefined || value('sso_start_url') !== undefined)
    return { by: 'sso', ...ssoOf(name, section, files) }
  const command = value('credential_process')
  return command === undefined ? { by: 'other' } : { by: 'process', command }
}

function keysOf(section: Section): Credentials | undefined {
  const accessKeyId = section.get('aws_access_key_id')
  const secretAccessKey = section.get('aws_secret_access_key')
  if (!accessKeyId || !secretAccessKey) return undefined
  return { accessKeyId, secretAccessKey, sessionToken: section.get('aws_session_token') || undefined }
}

function sourceNamed(name: string, source: string): 'Environment' | 'Ec2InstanceMetadata' | 'EcsContainer' {
  if (source === 'Environment' || source === 'Ec2InstanceMetadata' || source === 'EcsContainer') return source
  return noKeys(
    `The profile "${name}" has the credential_source "${source}"; it may be Environment, Ec2InstanceMetadata or EcsContainer.`,
  )
}

/** Pure: the portal, account and role of a profile, which an `[sso-session]` may complete. */
function ssoOf(
  name: string,
  section: Section,
  { sections }: AwsFiles,
): { portal: SsoPortal; accountId: string; roleName: string } {
  const session = section.get('sso_session')
  const shared = session === undefined ? undefined : sections.get(`sso-session ${session}`)
  if (session !== undefined && !shared)
    noKeys(`The profile "${name}" names the sso-session "${session}", which is not in the AWS files.`)
  const value = (field: string): string =>
    section.get(field) ||
    shared?.get(field) ||
    noKeys(`The profile "${name}" signs in by the browser, but says no ${field}.`)
  return {
    portal: { startUrl: value('sso_start_url'), region: value('sso_region') },
    accountId: value('sso_account_id'),
    roleName: value('sso_role_name'),
  }
}

/** Whether a code of a device is asked for on the way to this profile's keys. */
export function asksForCode(name: string, files: AwsFiles): boolean {
  return chainOf(name, files).some(({ section, way }) => way.by === 'role' && section.has('mfa_serial'))
}

/** The portal where this profile's keys, or those that it takes its role with, are signed in for. */
export function portalOfProfile(name: string, files: AwsFiles): SsoPortal | undefined {
  const last = chainOf(name, files).at(-1)?.way
  return last?.by === 'sso' ? last.portal : undefined
}

/** A profile, the one that it takes its role with, and so on; as far as they are said in full. */
function chainOf(name: string, files: AwsFiles): { section: Section; way: ProfileWay }[] {
  const chain: { section: Section; way: ProfileWay }[] = []
  const seen = new Set<string>()
  for (let at: string | undefined = name; at !== undefined && !seen.has(at);) {
    seen.add(at)
    const section: Section | undefined = files.profiles.get(at)
    if (!section) return chain
    try {
      const way = wayOf(at, section, files, at !== name)
      chain.push({ section, way })
      at = way.by === 'role' && 'profile' in way.from ? way.from.profile : undefined
    } catch {
      return chain
    }
  }
  return chain
}

/** The keys of a profile, asked for anew, by whatever way the AWS files say. */
export async function profileCredentials(
  context: SourceContext,
  name: string,
  asking: Asking,
): Promise<Credentials> {
  const files = await readAwsFiles(context.env)
  return ofProfile(context, files, name, asking, [])
}

async function ofProfile(
  context: SourceContext,
  files: AwsFiles,
  name: string,
  asking: Asking,
  seen: readonly string[],
): Promise<Credentials> {
  const section =
    files.profiles.get(name) ?? noKeys(`There is no profile "${name}" in the AWS files of this machine.`)
  // A profile may take its role with keys of its own.
  const isSource = seen.length > 0
  if (seen.includes(name) && (seen.at(-1) !== name || !keysOf(section)))
    noKeys(`The profiles ${[...seen, name].join(', ')} name each other as their source.`)
  const way = wayOf(name, section, files, isSource)
  const place = { region: section.get('region') ?? asking.region, files, profile: name }
  switch (way.by) {
    case 'keys':
      return way.keys
    case 'sso':
      return context.sso.credentials(way.portal, way)
    case 'process':
      return processCredentials(way.command, name, context)
    case 'web-identity':
      return webIdentity(context, {
        ...way,
        sessionName: section.get('role_session_name'),
        region: place.region,
      })
    case 'role':
      return context.roles.take({
        ...roleOf(section, way.roleArn, name),
        scope: JSON.stringify([asking.scope, 'profile', name]),
        place: {
          url: serviceUrl('sts', place.region, context.env, place),
          region: place.region,
        },
        base: () => sourceOf(context, files, way.from, asking, [...seen, name]),
        refused: asking.refused,
        given: asking.given,
        code: asking.code,
      })
    case 'other':
      return otherCredentials(name, asking.region)
  }
}

function sourceOf(
  context: SourceContext,
  files: AwsFiles,
  from: Extract<ProfileWay, { by: 'role' }>['from'],
  asking: Asking,
  seen: readonly string[],
): Promise<Credentials> {
  if ('profile' in from) return ofProfile(context, files, from.profile, asking, seen)
  switch (from.source) {
    case 'Environment':
      return Promise.resolve(
        environmentKeys(context.env) ?? noKeys('AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set.'),
      )
    case 'Ec2InstanceMetadata':
      return instanceCredentials(context.nearby)
    case 'EcsContainer':
      return containerCredentials(context.nearby)
  }
}

function roleOf(
  section: Section,
  roleArn: string,
  name: string,
): Pick<TakenRole, 'roleArn' | 'externalId' | 'sessionName' | 'duration' | 'mfaSerial'> {
  const duration = section.get('duration_seconds')
  if (duration !== undefined && !/^\d+$/.test(duration))
    noKeys(`The profile "${name}" has the duration_seconds "${duration}", which is no number.`)
  return {
    roleArn,
    externalId: section.get('external_id'),
    sessionName: section.get('role_session_name'),
    duration: duration === undefined ? undefined : Number(duration),
    mfaSerial: section.get('mfa_serial'),
  }
}

/** The keys that stand in the environment themselves. */
export function environmentKeys(env: NodeJS.ProcessEnv): Credentials | undefined {
  const accessKeyId = env['AWS_ACCESS_KEY_ID']
  const secretAccessKey = env['AWS_SECRET_ACCESS_KEY']
  if (!accessKeyId || !secretAccessKey) return undefined
  return { accessKeyId, secretAccessKey, sessionToken: env['AWS_SESSION_TOKEN'] || undefined }
}

/** A role by the token that a platform keeps in a file, read anew each time: it is replaced there. */
export async function webIdentity(
  context: SourceContext,
  {
    roleArn,
    tokenFile,
    sessionName,
    region,
  }: {
    readonly roleArn: string
    readonly tokenFile: string
    readonly sessionName?: string | undefined
    readonly region: string
  },
): Promise<Credentials> {
  const token = await readFile(tokenFile, 'utf8').catch((error: NodeJS.ErrnoException) =>
    noKeys(`The web identity token file ${tokenFile} cannot be read (${error.code}).`, error),
  )
  const place = { url: serviceUrl('sts', region, context.env), region }
  return assumeRoleWithWebIdentity(context, place, token.trim(), { roleArn, sessionName })
}

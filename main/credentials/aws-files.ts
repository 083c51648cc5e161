import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import path from 'node:path'

/** One profile of the AWS files: everything said of it in both of them. */
export interface AwsProfile {
  readonly name: string
  readonly region: string | undefined
  readonly endpoint: string | undefined
  readonly kind: 'keys' | 'sso' | 'role' | 'process' | 'unknown'
}

/**
 * The profiles of this machine, from the files where the AWS tools look (AWS_CONFIG_FILE and
 * AWS_SHARED_CREDENTIALS_FILE, else ~/.aws/). Files that are not there hold none. Reads no key's value.
 */
export async function readAwsProfiles(env: NodeJS.ProcessEnv): Promise<AwsProfile[]> {
  return profilesOf(await readAwsFiles(env))
}

/** What the AWS files say: every line of them, keys too. */
export async function readAwsFiles(env: NodeJS.ProcessEnv): Promise<AwsFiles> {
  const [config, credentials] = await Promise.all(awsFilePaths(env).map(readIfThere))
  return awsFilesOf(config ?? '', credentials ?? '')
}

/** Where the AWS tools look for the config file and for the credentials file. */
export function awsFilePaths(env: NodeJS.ProcessEnv): [config: string, credentials: string] {
  return [
    env['AWS_CONFIG_FILE'] || path.join(awsFolder(env), 'config'),
    env['AWS_SHARED_CREDENTIALS_FILE'] || path.join(awsFolder(env), 'credentials'),
  ]
}

/** `~/.aws`. */
export function awsFolder(env: NodeJS.ProcessEnv): string {
  return path.join(env['HOME'] || env['USERPROFILE'] || homedir(), '.aws')
}

async function readIfThere(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '')
}

/** Names in lower case. */
export type Section = ReadonlyMap<string, string>

export interface AwsFiles {
  readonly profiles: ReadonlyMap<string, Section>
  /** Every section of the config file, by its title: `sso-session NAME`, `services NAME`. */
  readonly sections: ReadonlyMap<string, Section>
}

/** Pure: the texts of both files. The config file says `[profile NAME]` except for `[default]`; the other `[NAME]`. */
export function awsFilesOf(config: string, credentials: string): AwsFiles {
  const sections = parseIni(config)
  const profiles = new Map<string, Section>()
  for (const [title, section] of sections) {
    const name = title === 'default' ? title : /^profile\s+(.+)$/.exec(title)?.[1]?.trim()
    if (name !== undefined) profiles.set(name.replace(/^"(.*)"$/, '$1'), section)
  }
  for (const [name, section] of parseIni(credentials)) {
    profiles.set(name, new Map([...(profiles.get(name) ?? []), ...section]))
  }
  return { profiles, sections }
}

/** Pure: what a list of profiles tells of each. */
export function profilesOf({ profiles, sections }: AwsFiles): AwsProfile[] {
  return [...profiles].map(([name, section]) => ({
    name,
    region: section.get('region'),
    endpoint: endpointOf('s3', section, sections),
    kind: kindOf(section),
  }))
}

function kindOf(section: Section): AwsProfile['kind'] {
  if (section.has('role_arn')) return 'role'
  if (section.has('sso_session') || section.has('sso_start_url')) return 'sso'
  if (section.has('credential_process')) return 'process'
  if (section.has('aws_access_key_id')) return 'keys'
  return 'unknown'
}

/** `services = NAME` leads to `[services NAME]`, whose `s3 =` block may name an endpoint; else `endpoint_url`. */
export function endpointOf(
  service: 's3' | 'sts' | 'sso' | 'sso_oidc',
  section: Section,
  sections: ReadonlyMap<string, Section>,
): string | undefined {
  const services = section.get('services')
  const name = `${service}.endpoint_url`
  const named = services === undefined ? undefined : sections.get(`services ${services}`)?.get(name)
  return named ?? section.get(name) ?? section.get('endpoint_url')
}

/** Sections by title; a nested block (`s3 =` and indented lines) becomes `s3.name`. Lines that say nothing are passed over. */
function parseIni(text: string): Map<string, Map<string, string>> {
  const sections = new Map<string, Map<string, string>>()
  let section = new Map<string, string>()
  let block = ''
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*([#;]|$)/.test(line)) continue
    const title = /^\s*\[(.+)\]\s*$/.exec(line)?.[1]?.trim()
    if (title !== undefined) {
      section = sections.get(title) ?? new Map<string, string>()
      sections.set(title, section)
      block = ''
      continue
    }
    const pair = /^(\s*)([^=]+?)\s*=\s*(.*?)\s*$/.exec(line)
    if (!pair) continue
    const [, indent, name = '', value = ''] = pair
    if (indent && block) section.set(`${block}.${name.toLowerCase()}`, value)
    else {
      block = value === '' ? name.toLowerCase() : ''
      section.set(name.toLowerCase(), value.replace(/\s[#;].*$/, ''))
    }
  }
  return sections
}

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
  const home = path.join(homedir(), '.aws')
  const [config, credentials] = await Promise.all([
    readIfThere(env['AWS_CONFIG_FILE'] ?? path.join(home, 'config')),
    readIfThere(env['AWS_SHARED_CREDENTIALS_FILE'] ?? path.join(home, 'credentials')),
  ])
  return profilesOf(config, credentials)
}

async function readIfThere(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '')
}

type Section = Map<string, string>

/** Pure: the texts of both files. The config file says `[profile NAME]` except for `[default]`; the other `[NAME]`. */
export function profilesOf(config: string, credentials: string): AwsProfile[] {
  const sections = parseIni(config)
  const profiles = new Map<string, Section>()
  for (const [title, section] of sections) {
    const name = title === 'default' ? title : /^profile\s+(.+)$/.exec(title)?.[1]?.trim()
    if (name !== undefined) profiles.set(name.replace(/^"(.*)"$/, '$1'), section)
  }
  for (const [name, section] of parseIni(credentials)) {
    profiles.set(name, new Map([...(profiles.get(name) ?? []), ...section]))
  }
  return [...profiles].map(([name, section]) => ({
    name,
    region: section.get('region'),
    endpoint: endpointOf(section, sections),
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
function endpointOf(section: Section, sections: ReadonlyMap<string, Section>): string | undefined {
  const services = section.get('services')
  const ofS3 =
    services === undefined ? undefined : sections.get(`services ${services}`)?.get('s3.endpoint_url')
  return ofS3 ?? section.get('s3.endpoint_url') ?? section.get('endpoint_url')
}

/** Sections by title; a nested block (`s3 =` and indented lines) becomes `s3.name`. Lines that say nothing are passed over. */
function parseIni(text: string): Map<string, Section> {
  const sections = new Map<string, Section>()
  let section: Section = new Map()
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

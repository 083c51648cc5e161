import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { SsoPortal } from '#model/connection.ts'
import { awsFolder, type AwsFiles } from './aws-files.ts'
import { dateOf, jsonFields, textOf } from './json.ts'

/** What signing in gave, as it lies in the file that all AWS tools share. Never leaves main's side. */
export interface SsoToken {
  readonly accessToken: string
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
  /** By which a new one can be had without a person. */
  readonly renewal?: SsoRenewal | undefined
}
export interface SsoRenewal {
  readonly clientId: string
  readonly clientSecret: string
  readonly refreshToken: string
  /** Milliseconds since the epoch. */
  readonly registrationExpiresAt: number
}
/** A token and the names under which it was found. */
export interface KeptToken extends SsoToken {
  readonly names: readonly string[]
}

/** Portals are written with and without a slash or a `#` at their end. */
export function samePortal(one: SsoPortal, other: SsoPortal): boolean {
  return one.region === other.region && bare(one.startUrl) === bare(other.startUrl)
}

function bare(startUrl: string): string {
  return startUrl.replace(/[/#?]+$/, '').toLowerCase()
}

/** Pure: the portals that the AWS files know, by `[sso-session]` and by profiles of the older form. */
export function portalsOf({ profiles, sections }: AwsFiles): SsoPortal[] {
  const portals: SsoPortal[] = []
  for (const section of [...sections.values(), ...profiles.values()]) {
    const startUrl = section.get('sso_start_url')
    const region = section.get('sso_region')
    if (startUrl === undefined || region === undefined || !URL.canParse(startUrl)) continue
    if (!portals.some((known) => samePortal(known, { startUrl, region }))) portals.push({ startUrl, region })
  }
  return portals
}

/**
 * Pure: the names under which the AWS tools keep this portal's token: that of each `[sso-session]` that leads there,
 * and the start URLs as they are written in profiles of the older form.
 */
export function tokenNames(portal: SsoPortal, { sections, profiles }: AwsFiles): string[] {
  const names = new Set<string>()
  for (const [title, section] of sections) {
    const session = /^sso-session\s+(.+)$/.exec(title)?.[1]?.trim()
    if (session !== undefined && leadsTo(section, portal)) names.add(session)
  }
  names.add(portal.startUrl)
  for (const section of profiles.values()) {
    const startUrl = section.get('sso_start_url')
    if (startUrl !== undefined && leadsTo(section, portal)) names.add(startUrl)
  }
  return [...names]
}

function leadsTo(section: ReadonlyMap<string, string>, portal: SsoPortal): boolean {
  const startUrl = section.get('sso_start_url')
  const region = section.get('sso_region')
  return startUrl !== undefined && region !== undefined && samePortal({ startUrl, region }, portal)
}

/** `~/.aws/sso/cache/SHA1-of-the-name.json`. */
export function tokenFile(name: string, env: NodeJS.ProcessEnv): string {
  const file = `${createHash('sha1').update(name).digest('hex')}.json`
  return path.join(awsFolder(env), 'sso', 'cache', file)
}

/** Of the tokens under these names the one that lasts longest. */
export async function readToken(
  names: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<KeptToken | undefined> {
  let best: KeptToken | undefined
  for (const name of names) {
    const text = await readFile(tokenFile(name, env), 'utf8').catch(() => '')
    const token = parseToken(text)
    if (!token) continue
    if (best?.accessToken === token.accessToken) best = { ...best, names: [...best.names, name] }
    else if (!best || token.expiresAt > best.expiresAt) best = { ...token, names: [name] }
  }
  return best
}

/** Pure. */
export function parseToken(text: string): SsoToken | undefined {
  const fields = jsonFields(text)
  const accessToken = textOf(fields, 'accessToken')
  const expiresAt = dateOf(fields, 'expiresAt')
  if (accessToken === undefined || expiresAt === undefined) return undefined
  const clientId = textOf(fields, 'clientId')
  const clientSecret = textOf(fields, 'clientSecret')
  const refreshToken = textOf(fields, 'refreshToken')
  if (clientId === undefined || clientSecret === undefined || refreshToken === undefined) {
    return { accessToken, expiresAt }
  }
  const registrationExpiresAt = dateOf(fields, 'registrationExpiresAt') ?? Infinity
  return { accessToken, expiresAt, renewal: { clientId, clientSecret, refreshToken, registrationExpiresAt } }
}

/** Writes it under each of the names, readable by this user only. */
export async function writeToken(
  token: SsoToken,
  portal: SsoPortal,
  names: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const text = `${JSON.stringify(fileOf(token, portal), null, 2)}\n`
  for (const name of names) {
    const file = tokenFile(name, env)
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 })
    const half = `${file}.${randomBytes(6).toString('hex')}`
    try {
      await writeFile(half, text, { mode: 0o600, flag: 'wx' })
      await rename(half, file)
    } catch (error) {
      await rm(half, { force: true })
      throw error
    }
  }
}

function fileOf({ accessToken, expiresAt, renewal }: SsoToken, { startUrl, region }: SsoPortal): object {
  return {
    startUrl,
    region,
    accessToken,
    expiresAt: isoDate(expiresAt),
    ...(renewal && {
      clientId: renewal.clientId,
      clientSecret: renewal.clientSecret,
      ...(Number.isFinite(renewal.registrationExpiresAt) && {
        registrationExpiresAt: isoDate(renewal.registrationExpiresAt),
      }),
      refreshToken: renewal.refreshToken,
    }),
  }
}

/** As aws-cli writes it: without milliseconds. */
function isoDate(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z')
}

import { readdir, readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { fail, toFailure } from '#model/failure.ts'
import { readCyberduck } from './cyberduck.ts'
import { isSealedRclone, readRclone } from './rclone.ts'
import { readS3cmd } from './s3cmd.ts'
import type { ElsewhereStore } from './store.ts'

/** Where this machine keeps things, as far as the other tools go by it. */
export interface Surroundings {
  readonly home: string
  readonly platform: NodeJS.Platform
  readonly env: NodeJS.ProcessEnv
}

/** Bytes. No settings file of these tools comes near it. */
const LARGEST = 1_000_000
const MOST_BOOKMARKS = 500

export interface SettingsFile {
  readonly path: string
  readonly stores: readonly ElsewhereStore[]
}

/** Every settings file that is there and can be read; what is none of these is passed over. */
export async function settingsFiles(around: Surroundings): Promise<SettingsFile[]> {
  const single = [...rcloneFiles(around), ...s3cmdFiles(around)]
  const bookmarks = (await Promise.all(cyberduckFolders(around).map(filesIn))).flat().slice(0, MOST_BOOKMARKS)
  const found: SettingsFile[] = []
  for (const file of new Set([...single, ...bookmarks])) {
    const text = await textOf(file)
    if (text === undefined) continue
    try {
      found.push({ path: file, stores: readSettings(path.basename(file), text) })
    } catch (error) {
      // A bookmark that is broken must not hide the others.
      if (toFailure(error).code !== 'bad-input') throw error
    }
  }
  return found
}

/**
 * By name and content; rejects with `bad-input` for what is none of them.
 *
 * | content or name                                  | is             |
 * |--------------------------------------------------|----------------|
 * | a NUL                                            | no text at all |
 * | XML, `.duck`, `.cyberduckprofile`                | Cyberduck's    |
 * | encrypted, `rclone….conf`, a section of a `type` | rclone's       |
 * | `[default]` with an access_key or a host_base    | s3cmd's        |
 */
export function readSettings(name: string, text: string): readonly ElsewhereStore[] {
  if (text.includes('\0')) fail('bad-input', 'item', `${name} is no text: its settings cannot be read.`)
  if (/\.(duck|cyberduckprofile)$/i.test(name) || /^\ufeff?\s*<(\?xml|!DOCTYPE|plist)/.test(text)) {
    return readCyberduck(text, name)
  }
  if (isSealedRclone(text) || /^[ \t]*type[ \t]*=[ \t]*\S/m.test(text)) return readRclone(text)
  if (/^[ \t]*(access_key|host_base)[ \t]*=/m.test(text)) return readS3cmd(text)
  return fail('bad-input', 'item', `${name} is no settings file of rclone, s3cmd or Cyberduck.`)
}

/** Source: "rclone config file" and --config, rclone's documentation. */
function rcloneFiles({ home, platform, env }: Surroundings): string[] {
  if (env['RCLONE_CONFIG']) return [env['RCLONE_CONFIG']]
  const roaming =
    platform === 'win32' && env['APPDATA'] ? [path.join(env['APPDATA'], 'rclone/rclone.conf')] : []
  const config = env['XDG_CONFIG_HOME'] || path.join(home, '.config')
  return [...roaming, path.join(config, 'rclone/rclone.conf'), path.join(home, '.rclone.conf')]
}

/** Source: the default of --config, s3cmd's manual. */
function s3cmdFiles({ home, platform, env }: Surroundings): string[] {
  if (env['S3CMD_CONFIG']) return [env['S3CMD_CONFIG']]
  const roaming = platform === 'win32' && env['APPDATA'] ? [path.join(env['APPDATA'], 's3cmd.ini')] : []
  return [...roaming, path.join(home, '.s3cfg')]
}

/** Source: "Support folder" and "Bookmarks", Cyberduck's documentation; Linux has its command line alone. */
function cyberduckFolders({ home, platform, env }: Surroundings): string[] {
  const roots =
    platform === 'darwin'
      ? [
          path.join(home, 'Library/Group Containers/G69SCX94XU.duck/Library/Application Support/duck'),
          path.join(home, 'Library/Application Support/Cyberduck'),
        ]
      : platform === 'win32' && env['APPDATA']
        ? [path.join(env['APPDATA'], 'Cyberduck')]
        : [path.join(home, '.duck')]
  const folders = platform === 'linux' ? ['bookmarks', 'profiles'] : ['Bookmarks', 'Profiles']
  return roots.flatMap((root) => folders.map((name) => path.join(root, name)))
}

async function filesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => [])
  return names
    .filter((name) => /\.(duck|cyberduckprofile)$/i.test(name))
    .sort()
    .map((name) => path.join(folder, name))
}

async function textOf(file: string): Promise<string | undefined> {
  try {
    const { size } = await stat(file)
    return size > LARGEST ? undefined : await readFile(file, 'utf8')
  } catch {
    return undefined
  }
}

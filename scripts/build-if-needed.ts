/** Builds out/ when what it is made from has changed. */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'

export const repository = path.resolve(import.meta.dirname, '..')

const MADE_FROM = ['main', 'preload', 'renderer', 'resources']
const SET_UP_BY = [
  'electron.vite.config.ts',
  'svelte.config.js',
  'tsconfig.json',
  'package.json',
  'package-lock.json',
]

/** What the last build was made from; inside out/, so that removing out/ forgets it. */
const stamp = path.join(repository, 'out/.made-from')

/** Builds unless out/ is up to date. Throws, with what the build said, when it fails. */
export function buildIfNeeded(say: (line: string) => void): void {
  const wanted = digest()
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  say('Building…')
  const tool = path.join(repository, 'node_modules/electron-vite/bin/electron-vite.js')
  const build = spawnSync(process.execPath, [tool, 'build', '--logLevel', 'warn'], {
    cwd: repository,
    encoding: 'utf8',
  })
  if (build.status !== 0) throw new Error(`The build failed:\n${build.stdout}${build.stderr}`)
  writeFileSync(stamp, wanted)
}

/** Of contents, not of times: a checkout or a copy of the repository changes every time and no content. */
function digest(): string {
  const hash = createHash('sha256')
  for (const file of [...SET_UP_BY, ...MADE_FROM.flatMap(filesIn)].sort()) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(path.join(repository, file)))
      .update('\0')
  }
  return hash.digest('hex')
}

function filesIn(folder: string): string[] {
  const entries = readdirSync(path.join(repository, folder), { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(repository, path.join(entry.parentPath, entry.name)))
}

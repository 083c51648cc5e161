import { statSync } from 'node:fs'
import path from 'node:path'
import envPaths from 'env-paths'
import { fail } from '#model/failure.ts'

/** Where everything is kept: what was said on the command line, in DECANT_DATA_DIR, or the platform's own place. */
export function dataDirectory(said: string | undefined, env: NodeJS.ProcessEnv): string {
  return path.resolve(said ?? (env['DECANT_DATA_DIR'] || envPaths('decant', { suffix: '' }).data))
}

/** A folder that `--folder` names; absolute. */
export function allowedFolder(said: string): string {
  const folder = path.resolve(said)
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return folder
  return fail('bad-input', 'job', `--folder: there is no folder ${JSON.stringify(said)}`)
}

import path from 'node:path'
import envPaths from 'env-paths'

/** Where everything is kept: what was said on the command line, in DECANT_DATA_DIR, or the platform's own place. */
export function dataDirectory(said: string | undefined, env: NodeJS.ProcessEnv): string {
  return path.resolve(said ?? (env['DECANT_DATA_DIR'] || envPaths('decant', { suffix: '' }).data))
}

import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startSource } from '../helpers/processes.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'decant-home-'))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

const CLI = path.resolve(import.meta.dirname, '../../main/cli.ts')

/** A command that has to load its own files to find out that something is missing. */
async function copyNothing(env: NodeJS.ProcessEnv): Promise<string> {
  const running = startSource(CLI, ['copy'], { env: { PATH: process.env['PATH'], ...env } })
  await running.exit
  return running.output()
}

test.skipIf(process.platform !== 'linux')(
  'what was compiled is kept in a folder of the user alone',
  async () => {
    expect(await copyNothing({ HOME: home })).toMatch(/^decant: /)
    const folder = path.join(home, '.cache/decant/compiled')
    expect(readdirSync(folder, { recursive: true }).length).toBeGreaterThan(1)
    expect(statSync(folder).mode & 0o077).toBe(0)
  },
)

test.skipIf(process.platform !== 'linux')(
  'without a home that can be written, commands run as ever',
  async () => {
    expect(await copyNothing({ HOME: '/dev/null', XDG_CACHE_HOME: '/dev/null/cache' })).toMatch(/^decant: /)
  },
)

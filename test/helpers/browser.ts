/** A real Chromium, for the end-to-end tests against `serve`. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chromium } from 'playwright'
import type { Browser } from 'playwright'

/** Where Debian and Ubuntu, and then others, keep a Chromium. */
const INSTALLED = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** No sandbox (it needs privileges that a container lacks) and no traffic of the browser's own. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Of what Playwright adds: people have scroll bars. */
const UNWANTED = ['--hide-scrollbars']

/** The Chromium to test with (Playwright's own, else the machine's), or why there is none. */
export function findChromium(): { readonly path: string } | { readonly skip: string } {
  const path = [chromium.executablePath(), ...INSTALLED].find(runs)
  return path === undefined ? { skip: 'no Chromium (npm run setup installs it)' } : { path }
}

/** Being there is not enough: Ubuntu's /usr/bin/chromium-browser only asks for a snap. */
function runs(executable: string): boolean {
  return existsSync(executable) && spawnSync(executable, ['--version'], { stdio: 'ignore' }).status === 0
}

/** Starts it headless. Close what it returns. */
export async function launchBrowser(): Promise<Browser> {
  const found = findChromium()
  if ('skip' in found) throw new Error(`No browser: ${found.skip}.`)
  return chromium.launch({ executablePath: found.path, args: FLAGS, ignoreDefaultArgs: UNWANTED })
}

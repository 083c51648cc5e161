/** The official Electron runtime: whether it can run here, and fetching it where it is not. */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs'
import path from 'node:path'
import { repository } from './build-if-needed.ts'

const SECOND = 1000
/** No byte for this long and the download has stalled. */
const STALL = 60 * SECOND
/** However steadily the bytes trickle. */
const OVERALL = 20 * 60 * SECOND

const electron = path.join(repository, 'node_modules/electron')

export type Runtime = { readonly path: string } | { readonly missing: string }

/** Why no window can be shown on this machine, as far as that is known before trying; undefined if it may work. */
export function whyNoWindow(): string | undefined {
  if (process.platform !== 'linux') return undefined
  if (process.getuid?.() === 0) return 'Electron does not run as root on Linux'
  if (!process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']) return 'there is no display'
  return undefined
}

/** The runtime's executable, fetched first if it is not there; or why it cannot be had. Never waits without end. */
export async function ensureRuntime(say: (line: string) => void): Promise<Runtime> {
  const installed = installedRuntime()
  if (installed !== undefined) return { path: installed }
  const { version } = JSON.parse(readFileSync(path.join(electron, 'package.json'), 'utf8')) as {
    version: string
  }
  say(`Fetching the Electron ${version} runtime (once, about 120 MB)…`)
  const failure = await install(say)
  const fetched = installedRuntime()
  if (fetched !== undefined) return { path: fetched }
  return {
    missing: `the Electron runtime cannot be fetched (${failure ?? 'its installer left nothing behind'})`,
  }
}

function installedRuntime(): string | undefined {
  try {
    const executable = path.join(electron, 'dist', readFileSync(path.join(electron, 'path.txt'), 'utf8'))
    return existsSync(executable) ? executable : undefined
  } catch {
    return undefined
  }
}

/** Runs Electron's own installer, which checks what it downloads; returns what went wrong, if anything did. */
async function install(say: (line: string) => void): Promise<string | undefined> {
  const cache = path.join(repository, '.cache')
  mkdirSync(cache, { recursive: true })
  // The installer shows nothing for half a minute. In a folder of its own, what it has so far can be measured.
  const temporary = mkdtempSync(path.join(cache, 'electron-'))
  const installer = spawn(process.execPath, [path.join(electron, 'install.js')], {
    env: {
      ...process.env,
      TMPDIR: temporary,
      TEMP: temporary,
      TMP: temporary,
      ELECTRON_GET_NO_PROGRESS: '1',
      // Its downloader is `fetch`, which heeds HTTPS_PROXY only when told to.
      NODE_USE_ENV_PROXY: '1',
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const stopWithUs = (): void => void installer.kill('SIGKILL')
  process.on('exit', stopWithUs)
  const watch = watchGrowth([temporary, path.join(electron, 'dist')], say, () => installer.kill('SIGKILL'))
  try {
    const complaint = await new Promise<string | undefined>((resolve) => {
      let said = ''
      installer.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
      installer.once('error', (error) => resolve(error.message))
      installer.once('close', (code) => resolve(code === 0 ? undefined : firstLine(said)))
    })
    return watch.gaveUp() ?? complaint
  } finally {
    watch.stop()
    process.off('exit', stopWithUs)
    rmSync(temporary, { recursive: true, force: true })
  }
}

/** Says how far the folders have grown, and calls `giveUp` when they no longer grow or all of it takes too long. */
function watchGrowth(
  folders: readonly string[],
  say: (line: string) => void,
  giveUp: () => void,
): { stop(): void; gaveUp(): string | undefined } {
  const begun = Date.now()
  let size = 0
  let grew = begun
  let reported = begun
  let reason: string | undefined
  const timer = setInterval(() => {
    const now = Date.now()
    const measured = folders.reduce((sum, folder) => sum + sizeOf(folder), 0)
    if (measured !== size) grew = now
    size = measured
    if (now - reported >= 5 * SECOND) {
      reported = now
      say(`  ${Math.round(size / 1e6)} MB`)
    }
    if (now - grew > STALL) reason = `nothing came for ${STALL / SECOND} seconds`
    else if (now - begun > OVERALL) reason = `it took more than ${OVERALL / SECOND / 60} minutes`
    if (reason !== undefined) giveUp()
  }, SECOND)
  return { stop: () => clearInterval(timer), gaveUp: () => reason }
}

function sizeOf(folder: string): number {
  try {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    )
    return entries.reduce((sum, entry) => sum + statSync(path.join(entry.parentPath, entry.name)).size, 0)
  } catch {
    // It is being written: not there yet, or a file has just been moved away.
    return 0
  }
}

function firstLine(text: string): string {
  const line = text.split('\n').find((candidate) => candidate.trim() !== '')
  return line?.replace(/^\w*Error: /, '').trim() ?? 'its installer failed without a word'
}

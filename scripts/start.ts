/**
 * `npm start`: the desktop app, or, where it cannot run, the same app in a browser. Arguments go on to whichever it is.
 */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import path from 'node:path'
import { buildIfNeeded, repository } from './build-if-needed.ts'
import { ensureRuntime, whyNoWindow } from './electron-runtime.ts'

const say = (line: string): void => console.log(line)
const given = process.argv.slice(2)

try {
  buildIfNeeded(say)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}
const reason = whyNoWindow() ?? (await openWindow())
if (reason !== undefined) {
  say(`No window: ${reason}. Serving the same app to a browser instead.`)
  const serve = path.join(repository, 'out/main/serve.js')
  const { code } = await followed(spawn(process.execPath, [serve, '--open', ...given], { stdio: 'inherit' }))
  process.exitCode = code ?? 1
}

/** Runs the desktop app to its end; returns why, if it could not be started at all. */
async function openWindow(): Promise<string | undefined> {
  const runtime = await ensureRuntime(say)
  if ('missing' in runtime) return runtime.missing
  const electron = spawn(runtime.path, [repository, ...given], { stdio: ['inherit', 'inherit', 'pipe'] })
  let complaint = ''
  electron.stderr.on('data', (chunk: Buffer) => {
    process.stderr.write(chunk)
    if (complaint.length < 10_000) complaint += chunk.toString()
  })
  const { code } = await followed(electron)
  const cause = neverStarted(complaint)
  if (code !== 0 && cause !== undefined) return cause
  process.exitCode = code ?? 1
  return undefined
}

/** What Electron and the loader say when the machine, not the app, is the reason that nothing opened. */
function neverStarted(complaint: string): string | undefined {
  const library = /error while loading shared libraries: ([^:\s]+)/.exec(complaint)
  if (library !== null) return `Electron needs a library that is not installed, ${library[1]}`
  if (/SUID sandbox helper|No usable sandbox/.test(complaint))
    return 'this system does not let Electron make its sandbox'
  if (/Missing X server|cannot open display|Failed to connect to Wayland/i.test(complaint))
    return 'the display cannot be opened'
  return undefined
}

/** Waits for a child. Ctrl-C reaches it too, from the terminal: it ends in its own way, and then so do we. */
function followed(child: ChildProcess): Promise<{ code: number | null }> {
  const leave = (): void => {}
  const pass = (): void => void child.kill('SIGTERM')
  process.on('SIGINT', leave)
  process.on('SIGTERM', pass)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      process.off('SIGINT', leave)
      process.off('SIGTERM', pass)
      resolve({ code })
    })
  })
}

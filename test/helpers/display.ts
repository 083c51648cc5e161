/** A screen for windows on a machine that has none: an X server in memory. Linux only; elsewhere there is a screen. */
import { spawn, spawnSync } from 'node:child_process'

export interface Display {
  /** What DISPLAY must be, or undefined where the platform needs none. */
  readonly name: string | undefined
  stop(): Promise<void>
}

/** Whether windows can be shown here, by the machine's own screen or by Xvfb. */
export function hasDisplay(): boolean {
  return ownDisplay() || spawnSync('Xvfb', ['-help'], { stdio: 'ignore' }).error === undefined
}

function ownDisplay(): boolean {
  return process.platform !== 'linux' || (process.env['DISPLAY'] ?? '') !== ''
}

/** The machine's own screen, or an Xvfb on a display number that it finds free by itself. Stop it by its handle. */
export async function startDisplay(): Promise<Display> {
  if (ownDisplay()) return { name: process.env['DISPLAY'], stop: () => Promise.resolve() }
  const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1440x900x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  })
  const gone = new Promise<void>((resolve) => server.once('close', () => resolve()))
  const killWithUs = (): void => void server.kill('SIGKILL')
  process.on('exit', killWithUs)
  const number = await new Promise<string>((resolve, reject) => {
    let said = ''
    server.stdio[3]?.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      if (said.includes('\n')) resolve(said.trim())
    })
    server.once('error', reject)
    server.once('exit', (code) => reject(new Error(`Xvfb ended with ${code} before it had a display.`)))
  })
  const stop = async (): Promise<void> => {
    process.off('exit', killWithUs)
    server.kill('SIGTERM')
    await gone
  }
  return { name: `:${number}`, stop }
}

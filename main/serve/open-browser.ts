import { spawn } from 'node:child_process'

/** Shows the address in the person's browser, where there is one; whether it worked is the browser's business. */
export function openBrowser(url: string, env: NodeJS.ProcessEnv): void {
  const command = browserCommand(process.platform, env)
  if (!command) return
  const [program, ...args] = command
  const child = spawn(program, [...args, url], { detached: true, stdio: 'ignore' })
  child.on('error', () => {})
  child.unref()
}

function browserCommand(
  platform: NodeJS.Platform,
  env: NodeJS.ProcessEnv,
): [string, ...string[]] | undefined {
  if (platform === 'darwin') return ['open']
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler']
  return env['DISPLAY'] || env['WAYLAND_DISPLAY'] ? ['xdg-open'] : undefined
}

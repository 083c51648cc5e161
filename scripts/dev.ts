/** `npm run dev`: the desktop app with its renderer reloaded as you type. electron-vite expects the runtime to be there. */
import { spawn } from 'node:child_process'
import path from 'node:path'
import { repository } from './build-if-needed.ts'
import { ensureRuntime, whyNoWindow } from './electron-runtime.ts'

const reason = whyNoWindow() ?? (await missingRuntime())
if (reason === undefined) {
  const tool = path.join(repository, 'node_modules/electron-vite/bin/electron-vite.js')
  const dev = spawn(process.execPath, [tool, 'dev', ...process.argv.slice(2)], {
    cwd: repository,
    stdio: 'inherit',
  })
  dev.once('close', (code) => (process.exitCode = code ?? 1))
} else {
  console.error(
    `No window: ${reason}. Run "npm start" for the same app in a browser, built anew at each start.`,
  )
  process.exitCode = 1
}

async function missingRuntime(): Promise<string | undefined> {
  const runtime = await ensureRuntime((line) => console.log(line))
  return 'missing' in runtime ? runtime.missing : undefined
}

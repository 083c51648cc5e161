import { openBrowser } from './open-browser.ts'
import { serve, type ServeOptions } from './serve.ts'

/** Serves until SIGINT or SIGTERM. Prints exactly one line on stdout: the address. Rejects if it cannot begin. */
export async function runServe(options: ServeOptions & { readonly open: boolean }): Promise<void> {
  const serving = await serve(options)
  process.stdout.write(`${serving.url}\n`)
  if (options.open) openBrowser(serving.url, process.env)
  let stopping = false
  const stop = (): void => {
    if (stopping) return
    stopping = true
    void serving.stop().then(() => process.exit(0))
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
}

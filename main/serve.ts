/** The entry of the host for a browser: `node out/main/serve.js [--port N] [--data-dir DIR] [--folder DIR]… [--open]`. */
import { parseArgs } from 'node:util'
import manifest from '../package.json' with { type: 'json' }
import { toFailure } from '#model/failure.ts'
import { allowedFolder, dataDirectory } from './serve/data-dir.ts'
import { entriesBeside } from './serve/entries.ts'
import { runServe } from './serve/run.ts'

const USAGE = 'Usage: serve [--port N] [--data-dir DIR] [--folder DIR]… [--open]'

async function main(): Promise<void> {
  const { port, dataDir, open, folders } = readArguments()
  await runServe({
    dataDir,
    port,
    open,
    folders,
    version: manifest.version,
    paths: entriesBeside(import.meta.url),
  })
}

function readArguments(): { port: number; dataDir: string; open: boolean; folders: string[] } {
  try {
    const { values } = parseArgs({
      options: {
        port: { type: 'string', default: '0' },
        'data-dir': { type: 'string' },
        open: { type: 'boolean', default: false },
        folder: { type: 'string', multiple: true, default: [] },
      },
    })
    const port = Number(values.port)
    if (!Number.isInteger(port) || port < 0 || port > 65_535) {
      throw new Error(`--port: must be a number from 0 to 65535, not "${values.port}"`)
    }
    return {
      port,
      dataDir: dataDirectory(values['data-dir'], process.env),
      open: values.open,
      folders: values.folder.map(allowedFolder),
    }
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${USAGE}\n`)
    process.exit(2)
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${toFailure(error).message}\n`)
  process.exit(3)
})

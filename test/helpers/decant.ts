/** The command line in tests: the unbuilt entry, against a playground. */
import path from 'node:path'
import type { PlaygroundAddress } from './playground.ts'
import { startSource, type RunningProcess } from './processes.ts'

const CLI = path.resolve(import.meta.dirname, '../../main/cli.ts')

export interface Decant {
  /** Runs to its end. */
  (...args: string[]): Promise<{ code: number | null; output: string }>
  /** Starts it; the test watches and ends it. */
  start(...args: string[]): RunningProcess
  /** Ends whatever of it still runs, as where a test failed before it did so. */
  end(): Promise<void>
  readonly env: NodeJS.ProcessEnv
}

/** The last line of `--json`. */
export interface JsonResult {
  readonly jobId: string
  readonly status: string
  readonly outcome: string
  readonly tally: Readonly<
    Record<
      'items' | 'bytes' | 'copied' | 'skipped' | 'failed' | 'deleted' | 'bytesCopied' | 'edited' | 'filtered',
      number
    >
  >
  readonly requests: Readonly<Record<string, number>>
  readonly seconds: number
}

export function decantFor(
  { endpoint, accessKeyId, secretAccessKey }: PlaygroundAddress,
  dataDir: string,
  more: NodeJS.ProcessEnv = {},
): Decant {
  const env: NodeJS.ProcessEnv = {
    PATH: process.env['PATH'],
    HOME: dataDir,
    NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_REGION: 'us-east-1',
    DECANT_DATA_DIR: dataDir,
    ...more,
  }
  const under = new Set<RunningProcess>()
  const start = (...args: string[]): RunningProcess => {
    const started = startSource(CLI, args, { env })
    under.add(started)
    const gone = (): void => void under.delete(started)
    started.exit.then(gone, gone)
    return started
  }
  const end = async (): Promise<void> => {
    await Promise.allSettled([...under].map((one) => one.kill()))
  }
  const run = async (...args: string[]): Promise<{ code: number | null; output: string }> => {
    const running = start(...args)
    const { code } = await running.exit
    return { code, output: running.output() }
  }
  return Object.assign(run, { start, end, env })
}

/** What `--json` said, of output that may hold warnings, too. */
export function jsonResult(output: string): JsonResult {
  const line = output.split('\n').find((candidate) => candidate.startsWith('{"jobId"'))
  if (line === undefined) throw new Error(`no result in:\n${output}`)
  return JSON.parse(line) as JsonResult
}

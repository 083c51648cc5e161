import { fork } from 'node:child_process'
import path from 'node:path'
import type { PlaygroundAccess } from '#contract/host.ts'
import { COMMON_OPTIONS, readArguments, takePositionals } from '../arguments.ts'
import { withDataDir, type EntryContext } from '../context.ts'
import { wholeNumber } from '../values.ts'

/** `decant playground`: a process of its own, as everywhere; this one waits for it and passes Ctrl+C on. */
export async function playground(args: readonly string[], context: EntryContext): Promise<number> {
  const { values, positionals } = readArguments(args, {
    ...COMMON_OPTIONS,
    port: { type: 'string', default: '0' },
    seed: { type: 'string' },
  })
  takePositionals(positionals)
  const port = wholeNumber('port', values.port, 0, 65_535)
  const { dataDir, entries } = withDataDir(context, values)
  const child = fork(
    entries.playground,
    [
      ...['--port', `${port}`],
      ...(values['data-dir'] === undefined ? [] : ['--dir', path.join(dataDir, 'playground')]),
      ...(values.seed === undefined ? [] : ['--seed', path.resolve(values.seed)]),
    ],
    { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
  )
  child.on('message', (message) => {
    const { type, ...access } = message as { type: string } & PlaygroundAccess
    if (type === 'ready') process.stdout.write(`${values.json ? JSON.stringify(access) : lines(access)}\n`)
  })
  const stop = (): void => {
    if (child.connected) child.send({ type: 'stop' }, () => {})
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  return new Promise((resolve) => child.once('exit', (code) => resolve(code === 0 ? 0 : 3)))
}

/** Ready to be pasted into a shell: every AWS tool, and Decant, understands them. */
function lines({ endpoint, accessKeyId, secretAccessKey }: PlaygroundAccess): string {
  return [
    `export AWS_ENDPOINT_URL=${endpoint}`,
    `export AWS_ACCESS_KEY_ID=${accessKeyId}`,
    `export AWS_SECRET_ACCESS_KEY=${secretAccessKey}`,
    'export AWS_REGION=us-east-1',
  ].join('\n')
}

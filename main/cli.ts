/**
 * The command line. Knows where the other entries lie; everything else is loaded when a command needs it. Built, it is
 * started by cli-start.ts.
 */
import './compile-cache.ts'
import './file-threads.ts'
import manifest from '../package.json' with { type: 'json' }
import type { Command, EntryContext } from './cli/context.ts'
import type { JobCommand } from './cli/job-spec.ts'
import { generalHelp, helpOf, isCommand, noCommand, UsageError, type CommandName } from './cli/usage.ts'
import { entriesBeside } from './serve/entries.ts'
import { visibleControls } from '#model/visible.ts'

const COMMANDS: Readonly<Record<CommandName, () => Promise<Command>>> = {
  copy: () => jobCommand('copy'),
  move: () => jobCommand('move'),
  edit: () => jobCommand('edit'),
  delete: () => jobCommand('delete'),
  parity: () => jobCommand('parity'),
  purge: () => jobCommand('purge'),
  rewind: () => jobCommand('rewind'),
  undelete: () => jobCommand('undelete'),
  'restore-version': () => jobCommand('restore-version'),
  plan: async () => (await import('./cli/commands/plan.ts')).plan,
  run: async () => (await import('./cli/commands/run.ts')).run,
  start: async () => (await import('./cli/commands/start.ts')).start,
  resume: async () => (await import('./cli/commands/resume.ts')).resume,
  retry: async () => (await import('./cli/commands/retry.ts')).retry,
  leave: async () => (await import('./cli/commands/retry.ts')).leave,
  undo: async () => (await import('./cli/commands/undo.ts')).undo,
  usage: async () => (await import('./cli/commands/usage.ts')).usage,
  uploads: async () => (await import('./cli/commands/uploads.ts')).uploads,
  manifest: async () => (await import('./cli/commands/manifest.ts')).manifest,
  presign: async () => (await import('./cli/commands/presign.ts')).presign,
  jobs: async () => (await import('./cli/commands/jobs.ts')).jobs,
  record: async () => (await import('./cli/commands/record.ts')).record,
  queue: async () => (await import('./cli/commands/queue.ts')).queue,
  templates: async () => (await import('./cli/commands/templates.ts')).templates,
  report: async () => (await import('./cli/commands/report.ts')).report,
  serve: async () => (await import('./cli/commands/serve.ts')).serve,
  login: async () => (await import('./cli/commands/login.ts')).login,
  playground: async () => (await import('./cli/commands/playground.ts')).playground,
}

async function jobCommand(name: JobCommand): Promise<Command> {
  const { makeJob } = await import('./cli/commands/make-job.ts')
  return (args, context) => makeJob(name, args, context)
}

async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(`${rest[0] !== undefined && isCommand(rest[0]) ? helpOf(rest[0]) : generalHelp()}\n`)
    return name === undefined ? 2 : 0
  }
  if (name === '--version' || name === '-v') {
    process.stdout.write(`${manifest.version}\n`)
    return 0
  }
  if (!isCommand(name)) throw new UsageError(noCommand(name))
  if (rest.includes('--help') || rest.includes('-h')) {
    process.stdout.write(`${helpOf(name)}\n`)
    return 0
  }
  const context: EntryContext = {
    version: manifest.version,
    entries: entriesBeside(import.meta.url),
    env: process.env,
  }
  return (await COMMANDS[name]())(rest, context)
}

/** A reader that has gone (`decant jobs | head`) is no failure. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
})

/** Exits when everything written has left: a slow reader of a pipe must not lose the end. */
function leave(code: number): void {
  process.stdout.write('', () => process.stderr.write('', () => process.exit(code)))
}

main(process.argv.slice(2)).then(leave, async (error: unknown) => {
  if (error instanceof UsageError) {
    process.stderr.write(`decant: ${visibleControls(error.message)}\n`)
    return leave(2)
  }
  const { toFailure } = await import('#model/failure.ts')
  const failure = toFailure(error)
  process.stderr.write(`decant: ${visibleControls(failure.message)}\n`)
  leave(failure.code === 'bad-input' ? 2 : 3)
})

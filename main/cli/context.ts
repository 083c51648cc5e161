import path from 'node:path'
import { dataDirectory } from '../serve/data-dir.ts'
import { terminal } from './screen.ts'
import type { CliContext } from './session.ts'
import type { WatchOptions } from './watch.ts'

/** What the entry hands to a command. */
export type EntryContext = Omit<CliContext, 'dataDir'>

/** A command: gets the arguments after its name, gives the exit code. */
export type Command = (args: readonly string[], context: EntryContext) => Promise<number>

interface CommonValues {
  readonly 'data-dir'?: string | undefined
  readonly json?: boolean | undefined
  readonly quiet?: boolean | undefined
  readonly 'ca-bundle'?: string | undefined
}

export function withDataDir(context: EntryContext, values: CommonValues): CliContext {
  const bundle = values['ca-bundle']
  // As the AWS tools have it: the option outdoes the variable.
  const env = bundle === undefined ? context.env : { ...context.env, AWS_CA_BUNDLE: path.resolve(bundle) }
  return { ...context, env, dataDir: dataDirectory(values['data-dir'], context.env) }
}

export function watchOptions(context: EntryContext, values: CommonValues): WatchOptions {
  const quiet = values.quiet === true
  return {
    context: withDataDir(context, values),
    screen: terminal({ quiet }),
    json: values.json === true,
    quiet,
  }
}

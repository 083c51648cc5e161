import type { PourSpec } from '#model/spec.ts'
import { readAwsProfiles } from '../../services/aws-files.ts'
import { POUR_OPTIONS, readArguments, takePositionals } from '../arguments.ts'
import { watchOptions, type EntryContext } from '../context.ts'
import { createJob } from '../create.ts'
import { pourSpec } from '../pour-spec.ts'
import { runJob } from '../watch.ts'

/** `decant copy` and `decant move`. */
export async function pour(
  kind: 'copy' | 'move',
  args: readonly string[],
  context: EntryContext,
): Promise<number> {
  const { spec, values } = await readPour(kind, args, context)
  return runJob(watchOptions(context, values), (session) => createJob(session, spec, false, context.env))
}

export async function readPour(
  kind: 'copy' | 'move',
  args: readonly string[],
  { env }: EntryContext,
): Promise<{ spec: PourSpec; values: ReturnType<typeof parse>['values'] }> {
  const { values, positionals } = parse(args)
  const [source, destination] = takePositionals(positionals, 'SOURCE', 'DEST')
  const profiles = new Map((await readAwsProfiles(env)).map((profile) => [profile.name, profile]))
  const spec = pourSpec(kind, { source, destination, options: values }, env, (name) => profiles.get(name))
  return { spec, values }
}

function parse(args: readonly string[]) {
  return readArguments(args, POUR_OPTIONS)
}

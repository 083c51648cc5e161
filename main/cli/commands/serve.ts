import { COMMON_OPTIONS, readArguments, takePositionals } from '../arguments.ts'
import { withDataDir, type EntryContext } from '../context.ts'
import { wholeNumber } from '../values.ts'
import { allowedFolder } from '../../serve/data-dir.ts'
import { runServe } from '../../serve/run.ts'

/** `decant serve`: stays until it is stopped, so it never gives an exit code. */
export async function serve(args: readonly string[], context: EntryContext): Promise<number> {
  const { values, positionals } = readArguments(args, {
    ...COMMON_OPTIONS,
    port: { type: 'string', default: '0' },
    open: { type: 'boolean', default: false },
    folder: { type: 'string', multiple: true, default: [] },
  })
  takePositionals(positionals)
  const { dataDir, version, entries } = withDataDir(context, values)
  await runServe({
    dataDir,
    version,
    port: wholeNumber('port', values.port, 0, 65_535),
    open: values.open,
    folders: values.folder.map(allowedFolder),
    paths: entries,
  })
  return new Promise(() => {})
}

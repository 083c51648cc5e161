import type { ArchivePolicy, JobFile, SourcePlace } from '#model/spec.ts'
import { VERIFY_LEVELS } from '#model/spec.ts'
import { restoreVersionSpec } from '#model/version-specs.ts'
import { flag, text, type Options } from './arguments.ts'
import { choice, days, instant, wholeNumber } from './values.ts'
import { UsageError } from './usage.ts'

export const VERSION_COMMANDS = ['purge', 'rewind', 'undelete', 'restore-version'] as const
export type VersionCommand = (typeof VERSION_COMMANDS)[number]

export function isVersionCommand(command: string): command is VersionCommand {
  return (VERSION_COMMANDS as readonly string[]).includes(command)
}

/** What the commands that work on versions mean by their arguments; `common` is what every job file has. Pure. */
export function versionFile(
  command: VersionCommand,
  sources: readonly SourcePlace[],
  options: Options,
  common: Pick<JobFile, 'v' | 'filter' | 'concurrency'>,
  archived: ArchivePolicy | undefined,
): JobFile {
  if (command === 'restore-version') return { ...restoreFile(sources, options, archived), ...common }
  const of = { ...common, sources: sources.map((one) => ({ ...one, versions: { take: 'all' as const } })) }
  if (command === 'purge') return { ...of, kind: 'delete', purge: purgeRule(options) } as JobFile
  const verify = choice('verify', text(options, 'verify') ?? 'auto', VERIFY_LEVELS)
  const to = command === 'undelete' ? { is: 'undelete' as const } : asOf(options)
  return { ...of, kind: 'rewind', verify, to, ...(archived && { archived }) } as JobFile
}

/** What was not said would be everything: of a request for good, something has to be. */
function purgeRule(options: Options): object {
  const [older, keep] = [text(options, 'older-than'), text(options, 'keep')]
  if (older === undefined && keep === undefined) {
    throw new UsageError('purge: say which old versions go, with --older-than 30d, --keep 3 or both')
  }
  return {
    ...(older !== undefined && { olderThanDays: days('older-than', older) }),
    ...(keep !== undefined && { keep: wholeNumber('keep', keep, 0, 100) }),
    loneMarkers: flag(options, 'lone-markers'),
  }
}

function asOf(options: Options): object {
  const given = text(options, 'to')
  if (given === undefined) throw new UsageError('--to is missing: a time such as 2026-03-01T12:00Z')
  return { is: 'as-of', at: instant('to', given), later: flag(options, 'delete-later') ? 'delete' : 'keep' }
}

function restoreFile(
  [source, ...more]: readonly SourcePlace[],
  options: Options,
  archived: ArchivePolicy | undefined,
): JobFile {
  const [selected] = source?.select ?? []
  const versionId = text(options, 'version-id')
  if (source === undefined || more.length > 0 || selected?.kind !== 'object')
    throw new UsageError('restore-version: SOURCE must be one object, like s3://bucket/key')
  if (versionId === undefined)
    throw new UsageError('--version-id is missing: which version of the object to bring back')
  return restoreVersionSpec(source, { key: selected.key, versionId }, archived)
}

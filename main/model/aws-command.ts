import { lossesOf } from './aws-losses.ts'
import { propertyOptions } from './aws-options.ts'
import type { ConnectionRef } from './connection.ts'
import type { KeyPattern } from './filter.ts'
import { isLocal, pathBelow } from './local.ts'
import { shellComment, shellLines } from './shell-words.ts'
import type { DeleteSpec, EditSpec, JobSpec, PourSpec, Selection, SourcePlace } from './spec.ts'

/** What a job would be with another tool. */
export interface ToolCommands {
  /** For a POSIX shell; comments among them. */
  readonly lines: readonly string[]
  /** What they lose, a sentence each. */
  readonly loses: readonly string[]
}

/** Chosen things that are written out one by one; the others are counted. */
const MOST = 20

/**
 * A job as commands of the AWS command line (version 2).
 * Source: AWS CLI Command Reference, s3 (cp, mv, sync, rm) and s3api (copy-object, delete-object).
 *
 * | job                                     | command                                              |
 * |-----------------------------------------|------------------------------------------------------|
 * | copy, move of a prefix                  | s3 cp, s3 mv --recursive                             |
 * | copy if-different or if-newer, a mirror | s3 sync, with --delete                               |
 * | copy of one object                      | s3 cp; of a version s3api copy-object                |
 * | between two stores                      | s3 cp to a folder, and from there                    |
 * | edit                                    | s3 cp onto itself                                    |
 * | delete                                  | s3 rm; of a version s3api delete-object              |
 * | parity                                  | s3 sync --dryrun                                     |
 * | any with a manifest; all versions, purge, rewind, undo, names by rules | none: a comment that says so |
 */
export function awsCommands(spec: JobSpec): ToolCommands {
  const why = impossible(spec)
  if (why !== undefined) return { lines: [shellComment(why)], loses: [] }
  return { lines: commandsOf(spec), loses: lossesOf(spec) }
}

function impossible(spec: JobSpec): string | undefined {
  if (spec.manifest !== undefined)
    return 'The AWS command line takes no manifest: that is S3 Batch Operations (aws s3control create-job).'
  if (spec.kind === 'rewind' || spec.kind === 'undo')
    return 'The AWS command line has no command that brings back what was.'
  if (spec.kind === 'delete' && spec.purge !== undefined)
    return 'The AWS command line has no command that takes away old versions by a rule: that is a lifecycle rule of the bucket.'
  if (spec.sources.some(({ versions }) => versions.take !== 'current'))
    return 'The AWS command line has no command for whole histories, or for what was current at a moment.'
  if ('names' in spec && spec.names.length > 0)
    return 'The AWS command line has no rules for names: each object would need a command of its own.'
  return undefined
}

function commandsOf(spec: JobSpec): readonly string[] {
  const lines: string[] = []
  for (const source of spec.sources) {
    lines.push(...credentialsNote(source.connection))
    for (const selection of source.select.slice(0, MOST)) lines.push(...commandsFor(spec, source, selection))
    const more = source.select.length - MOST
    if (more > 0)
      lines.push(shellComment(`and so on for ${more.toLocaleString('en')} more of ${source.bucket}`))
  }
  return lines
}

/** Keys are nobody's business here: whoever runs the command brings them. */
function credentialsNote({ name, config }: ConnectionRef): string[] {
  const { kind } = config.credentials
  if (kind === 'profile' || kind === 'local' || kind === 'environment') return []
  return [
    shellComment(`with the keys of the connection ${name}: aws configure --profile …, or AWS_ACCESS_KEY_ID`),
  ]
}

function commandsFor(spec: JobSpec, source: SourcePlace, selection: Selection): readonly string[] {
  switch (spec.kind) {
    case 'copy':
    case 'move':
      return spec.destinations.flatMap((destination) => pourLines(spec, source, selection, destination))
    case 'edit':
      return shellLines(editWords(spec, source, selection))
    case 'delete':
      return shellLines(deleteWords(spec, source, selection))
    case 'parity':
      return spec.destinations.flatMap((destination) => {
        const { from, options } = sourceWords(spec, source, selection)
        const words = [
          'aws',
          's3',
          'sync',
          from,
          target(source, selection, destination),
          '--dryrun',
          ...options,
        ]
        return shellLines([...words, ...connectionOptions(source.connection)])
      })
    case 'rewind':
    case 'undo':
      return []
  }
}

type Destination = PourSpec['destinations'][number]

function pourLines(
  spec: PourSpec,
  source: SourcePlace,
  selection: Selection,
  destination: Destination,
): readonly string[] {
  if (selection.kind === 'object' && selection.versionId !== undefined)
    return shellLines(copyVersionWords(spec, source, selection, destination))
  const verb = spec.kind === 'move' ? 'mv' : isSync(spec) && selection.kind === 'prefix' ? 'sync' : 'cp'
  const { from, options } = sourceWords(spec, source, selection)
  const recursiveFor = (command: string): string[] =>
    selection.kind === 'prefix' && command !== 'sync' ? ['--recursive'] : []
  const mirror = verb === 'sync' && spec.kind === 'copy' && spec.deleteExtra ? ['--delete'] : []
  const choice = [...recursiveFor(verb), ...mirror, ...options]
  const to = target(source, selection, destination)
  const written = [...propertyOptions(spec.properties, 'copy'), ...payer(source, destination)]
  if (isOneStore(source.connection, destination.connection)) {
    const { connection } = isLocal(source) ? destination : source
    return shellLines(['aws', 's3', verb, from, to, ...choice, ...written, ...connectionOptions(connection)])
  }
  // The command line speaks to one store at a time.
  const folder = selection.kind === 'prefix' ? './on-the-way/' : './on-the-way'
  const [first, second] = verb === 'sync' ? ['cp', 'sync'] : [verb, 'mv']
  const down = ['aws', 's3', first, from, folder, ...recursiveFor(first), ...options]
  const up = ['aws', 's3', second, folder, to, ...recursiveFor(second), ...mirror, ...written]
  return [
    ...shellLines([...down, ...connectionOptions(source.connection)]),
    ...shellLines([...up, ...connectionOptions(destination.connection)]),
  ]
}

function isSync(spec: PourSpec): boolean {
  if (spec.kind === 'move') return false
  return spec.deleteExtra || spec.conflict === 'if-different' || spec.conflict === 'if-newer'
}

function copyVersionWords(
  spec: PourSpec,
  source: SourcePlace,
  { key, versionId = '' }: Extract<Selection, { kind: 'object' }>,
  destination: Destination,
): readonly string[] {
  const named = `${source.bucket}/${key.split('/').map(encodeURIComponent).join('/')}`
  return [
    ...['aws', 's3api', 'copy-object'],
    ...['--copy-source', `${named}?versionId=${encodeURIComponent(versionId)}`],
    ...['--bucket', destination.bucket, '--key', `${destination.prefix}${key.slice(source.base.length)}`],
    ...propertyOptions(spec.properties, 'copy-object'),
    ...connectionOptions(destination.connection),
  ]
}

function editWords(spec: EditSpec, source: SourcePlace, selection: Selection): readonly string[] {
  const { from, options } = sourceWords(spec, source, selection)
  const recursive = selection.kind === 'prefix' ? ['--recursive'] : []
  const written = propertyOptions(spec.properties, 'edit')
  return [
    'aws',
    's3',
    'cp',
    from,
    from,
    ...recursive,
    ...options,
    ...written,
    ...connectionOptions(source.connection),
  ]
}

function deleteWords(spec: DeleteSpec, source: SourcePlace, selection: Selection): readonly string[] {
  const connection = connectionOptions(source.connection)
  if (selection.kind === 'object' && selection.versionId !== undefined) {
    const object = ['--bucket', source.bucket, '--key', selection.key, '--version-id', selection.versionId]
    return ['aws', 's3api', 'delete-object', ...object, ...connection]
  }
  const { from, options } = sourceWords(spec, source, selection)
  const recursive = selection.kind === 'prefix' ? ['--recursive'] : []
  return ['aws', 's3', 'rm', from, ...recursive, ...options, ...connection]
}

/**
 * What is taken, as a path and filters. With --recursive a path is a folder, so a prefix that ends within a name
 * becomes a filter on the folder that it lies in.
 */
function sourceWords(
  spec: JobSpec,
  source: SourcePlace,
  selection: Selection,
): { readonly from: string; readonly options: readonly string[] } {
  if (selection.kind === 'object') return { from: address(source, selection.key), options: [] }
  const { prefix } = selection
  const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1)
  const rest = prefix.slice(folder.length)
  const within = rest === '' ? [] : ['--exclude', '*', '--include', `${escapeGlob(rest)}*`]
  return { from: address(source, folder), options: [...within, ...patternOptions(spec.filter)] }
}

/** Of globs the later ones count; there is no word for what is over the whole key or for regular expressions. */
function patternOptions(filter: JobSpec['filter']): readonly string[] {
  if (filter === undefined) return []
  const globs = (patterns: readonly KeyPattern[]): string[] =>
    patterns.flatMap((one) => (one.kind === 'glob' ? [one.glob] : []))
  const included = globs(filter.include)
  return [
    ...(included.length > 0 ? ['--exclude', '*'] : []),
    ...included.flatMap(awsGlobs).flatMap((glob) => ['--include', glob]),
    ...globs(filter.exclude)
      .flatMap(awsGlobs)
      .flatMap((glob) => ['--exclude', glob]),
  ]
}

/** `*` of the command line goes over slashes; ours without a slash is over the name alone, wherever it stands. */
function awsGlobs(glob: string): readonly string[] {
  if (glob.includes('/')) return [glob.replaceAll('**', '*')]
  return glob.startsWith('*') ? [glob] : [glob, `*/${glob}`]
}

function escapeGlob(text: string): string {
  return text.replace(/[*?[\]]/g, (sign) => `[${sign}]`)
}

function address({ connection, bucket }: Pick<SourcePlace, 'connection' | 'bucket'>, key: string): string {
  return isLocal({ connection }) ? pathBelow(bucket, key) : `s3://${bucket}/${key}`
}

function target(source: SourcePlace, selection: Selection, destination: Destination): string {
  const key = selection.kind === 'object' ? selection.key : folderOf(selection.prefix)
  return address(destination, `${destination.prefix}${key.slice(source.base.length)}`)
}

function folderOf(prefix: string): string {
  return prefix.slice(0, prefix.lastIndexOf('/') + 1)
}

function isOneStore(one: ConnectionRef, other: ConnectionRef): boolean {
  if (isLocal({ connection: one }) || isLocal({ connection: other })) return true
  return one.id === other.id
}

function connectionOptions({ config }: ConnectionRef): readonly string[] {
  if (config.credentials.kind === 'local') return []
  return [
    ...(config.endpoint === undefined ? [] : ['--endpoint-url', config.endpoint]),
    ...['--region', config.region],
    ...(config.credentials.kind === 'profile' ? ['--profile', config.credentials.profile] : []),
    ...(config.credentials.kind === 'anonymous' ? ['--no-sign-request'] : []),
  ]
}

function payer(source: SourcePlace, destination: Destination): readonly string[] {
  return source.requesterPays || destination.requesterPays ? ['--request-payer', 'requester'] : []
}

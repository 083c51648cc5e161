import { badInput } from '#model/failure.ts'
import { COPY_DEFAULTS, EDIT_DEFAULTS, MOVE_DEFAULTS } from '#model/properties.ts'
import { CONFLICT_POLICIES, VERIFY_LEVELS, jobSpec } from '#model/spec.ts'
import type { ConflictPolicy, JobFile, JobSpec } from '#model/spec.ts'
import { afterOptions } from './after-options.ts'
import { flag, list, text, type OptionInOrder, type Options } from './arguments.ts'
import { budgetOption } from './budget-options.ts'
import { fieldOptions } from './field-options.ts'
import { archivePolicy, filterOf, nameRules, propertyRules } from './filter-options.ts'
import { destinationPlaces, given, isMany, sourcePlaces, target } from './from-to.ts'
import type { Given, Target } from './from-to.ts'
import { isFolderKey } from './local-places.ts'
import type { Surroundings } from './places.ts'
import { someProperties } from './property-options.ts'
import { choice, wholeNumber } from './values.ts'
import { UsageError } from './usage.ts'
import { isVersionCommand, versionFile, type VersionCommand } from './version-file.ts'

/** A command that makes a job, as the command line has it. */
export interface JobArguments {
  /** What stands without dashes: sources, and the destination after them where the command has one. */
  readonly places: readonly string[]
  readonly options: Options
  /** The options once more, in the order in which they stand on the line. */
  readonly inOrder: readonly OptionInOrder[]
}

export type JobCommand = 'copy' | 'move' | 'edit' | 'delete' | 'parity' | VersionCommand

/** Pure: the spec that the arguments mean, or a `UsageError` that names the argument and the value. */
export function specOfCommand(command: JobCommand, args: JobArguments, around: Surroundings): JobSpec {
  const file = fileOf(command, args, around)
  const checked = jobSpec.safeParse(file, { reportInput: true })
  if (!checked.success) throw new UsageError(badInput(checked.error).message)
  return checked.data
}

function fileOf(command: JobCommand, args: JobArguments, around: Surroundings): JobFile {
  if (command === 'edit') return editFile(args, around)
  if (command === 'delete') {
    const sources = atLeastOne(sourcePlaces(sourcesOnly(args), undefined, args.options, around))
    return { ...common(args, around), kind: 'delete', sources }
  }
  if (!isVersionCommand(command)) return acrossFile(command, args, around)
  const { options } = args
  // The version to bring back is no choice of what is looked at.
  const sources = sourcePlaces(sourcesOnly(args), undefined, { ...options, 'version-id': undefined }, around)
  return versionFile(command, sources, options, common(args, around), archivePolicy(text(options, 'restore')))
}

/** Of a command that works on objects where they are. */
function sourcesOnly({ places }: JobArguments): Given[] {
  if (places.length === 0) throw new UsageError('SOURCE is missing.')
  return places.map((text) => ({ text, isLocal: false }))
}

function editFile(args: JobArguments, around: Surroundings): JobFile {
  const { options } = args
  const urls = sourcesOnly(args)
  const { rules: fieldRules, others } = fieldOptions(options, args.inOrder)
  const changed = someProperties(others)
  const rules = propertyRules(list(options, 'rule'))
  const table = text(options, 'csv') ?? text(options, 'export-csv')
  if (
    table === undefined &&
    Object.keys(changed).length === 0 &&
    rules.length === 0 &&
    fieldRules.length === 0
  )
    throw new UsageError('edit: say what shall be changed, for example --set cache-control=no-cache')
  return {
    ...common(args, around),
    kind: 'edit',
    sources: atLeastOne(sourcePlaces(urls, undefined, options, around)),
    verify: verifyOf(options),
    archived: archivePolicy(text(options, 'restore')),
    properties: { ...EDIT_DEFAULTS, ...changed },
    rules,
    fieldRules,
  } as JobFile
}

function acrossFile(
  command: Exclude<JobCommand, 'edit' | 'delete' | VersionCommand>,
  args: JobArguments,
  around: Surroundings,
): JobFile {
  const { options, places } = args
  if (places.length < 2) throw new UsageError(`${places.length === 0 ? 'SOURCE' : 'DEST'} is missing.`)
  const from = places.slice(0, -1).map((text) => given('SOURCE', text))
  const many = from.length > 1 || from.some((one) => isMany(one, options, around.machine))
  const to = target('DEST', given('DEST', places.at(-1) ?? ''), many, around.machine)
  const others = list(options, 'also-to').map((text) => alsoTo(text, to, many, around))
  const isUpload = from.every(({ isLocal }) => isLocal)
  const across = {
    ...common(args, around),
    sources: atLeastOne(sourcePlaces(from, to, options, around)),
    destinations: atLeastOne(destinationPlaces([to, ...others], isUpload, options, around)),
    names: nameRules(args.inOrder),
  }
  if (command === 'parity') {
    const level = choice('compare', text(options, 'compare') ?? 'head', ['listing', 'head', 'full'])
    return { ...across, kind: 'parity', compare: level } as JobFile
  }
  const defaults = command === 'copy' ? COPY_DEFAULTS : MOVE_DEFAULTS
  return {
    ...across,
    kind: command,
    conflict: choice('conflict', text(options, 'conflict') ?? usualConflict(options), CONFLICT_POLICIES),
    verify: verifyOf(options),
    properties: { ...defaults, ...someProperties(options) },
    rules: propertyRules(list(options, 'rule')),
    archived: archivePolicy(text(options, 'restore')),
    partLayout: choice('part-layout', text(options, 'part-layout') ?? 'chosen', ['chosen', 'same']),
    ...(text(options, 'backup') !== undefined && { backup: { prefix: text(options, 'backup') } }),
    ...(command === 'copy' && { deleteExtra: flag(options, 'mirror') }),
  } as JobFile
}

/** A mirror that left what has changed would only look like its source. */
function usualConflict(options: Options): ConflictPolicy {
  return flag(options, 'mirror') ? 'if-different' : 'skip'
}

/** What is cut off the source's key is the same for all destinations, so all are folders, or all are new names. */
function alsoTo(text: string, to: Target, many: boolean, { machine }: Surroundings): Target {
  const other = target('--also-to', given('--also-to', text), many, machine)
  if (isFolderKey(other) !== isFolderKey(to)) {
    throw new UsageError(`--also-to: must end in / where DEST does, and only there, not "${text}"`)
  }
  return other
}

function common({ options }: JobArguments, around: Surroundings) {
  const concurrency = text(options, 'concurrency')
  const filter = filterOf(options)
  const budget = budgetOption(options)
  return {
    v: 1 as const,
    ...afterOptions(options, around),
    ...(budget && { budget }),
    ...(filter && { filter }),
    ...(concurrency !== undefined && { concurrency: wholeNumber('concurrency', concurrency, 1, 1024) }),
  }
}

function verifyOf(options: Options): (typeof VERIFY_LEVELS)[number] {
  return choice('verify', text(options, 'verify') ?? 'auto', VERIFY_LEVELS)
}

/** The callers have made sure of the first. */
function atLeastOne<T>(all: readonly T[]): [T, ...T[]] {
  return all as [T, ...T[]]
}

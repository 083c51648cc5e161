import type { EndpointConfig } from '#model/connection.ts'
import { isLocal } from '#model/local.ts'
import { hasDestinations, type DestinationPlace, type Selection, type SourcePlace } from '#model/spec.ts'
import {
  filterOptions,
  historyOptions,
  nameOptions,
  propertyOptions,
  ruleOptions,
  together,
  versionOptions,
  type Said,
} from './command-options.ts'
import { localPath } from './local-words.ts'
import { isHistorySpec, sameChoice, type HistorySpec, type SheetSpec } from './sheet-spec.ts'

export type CommandLine =
  { readonly ok: true; readonly text: string } | { readonly ok: false; readonly reason: string }

/**
 * The job as a line for a terminal: `decant copy s3://a/x/ s3://b/x/ …`. It holds no keys; those come from the
 * profile, or from the environment. What a line cannot say, a job file can.
 */
export function commandLine(spec: SheetSpec): CommandLine {
  if (isHistorySpec(spec)) return historyLine(spec)
  if (spec.kind === 'edit' && (spec.fieldRules.length > 0 || spec.changes.from === 'grid'))
    return no('What the metadata grid changes is said by no line')
  const said = together(
    placeWords(spec),
    sideWords(spec),
    filterOptions(spec.filter),
    versionOptions(spec.sources[0]),
    'names' in spec ? nameOptions(spec.names) : [],
    spec.kind === 'parity' ? ['--compare', spec.compare] : propertyOptions(spec),
    spec.kind === 'parity' ? [] : ruleOptions(spec.rules),
    spec.kind === 'parity' || spec.archived.do === 'refuse'
      ? []
      : ['--restore', `${spec.archived.tier}:${spec.archived.days}`],
    spec.kind === 'copy' || spec.kind === 'move'
      ? [
          '--conflict',
          spec.conflict,
          ...(spec.partLayout === 'same' ? ['--part-layout', 'same'] : []),
          ...(spec.backup ? ['--backup', spec.backup.prefix] : []),
          ...(spec.kind === 'copy' && spec.deleteExtra ? ['--mirror'] : []),
        ]
      : [],
    spec.kind === 'parity' || spec.verify === 'auto' ? [] : ['--verify', spec.verify],
    spec.concurrency === undefined ? [] : ['--concurrency', String(spec.concurrency)],
    budgetWords(spec.budget),
  )
  if (typeof said === 'string') return no(said)
  return { ok: true, text: ['decant', spec.kind, ...said].map(quote).join(' ') }
}

function budgetWords(budget: SheetSpec['budget']): string[] {
  return [
    ...(budget?.requests === undefined ? [] : ['--max-requests', String(budget.requests)]),
    ...(budget?.usd === undefined ? [] : ['--budget-usd', String(budget.usd)]),
  ]
}

function historyLine(spec: HistorySpec): CommandLine {
  const [command, options] = historyOptions(spec)
  const said = together(
    placeWords(spec),
    sideWords(spec),
    filterOptions(spec.filter),
    options,
    spec.concurrency === undefined ? [] : ['--concurrency', String(spec.concurrency)],
    budgetWords(spec.budget),
  )
  return typeof said === 'string'
    ? no(said)
    : { ok: true, text: ['decant', command, ...said].map(quote).join(' ') }
}

/** Where a chosen thing lies, and the name that the line has to give its destination. */
interface Way {
  readonly url: string
  readonly target: (prefix: string) => string | undefined
}

/** The places without dashes, and the further destinations: every source has to go to the same ones. */
function placeWords(spec: SheetSpec): Said {
  const chosen = spec.sources.flatMap((source) => source.select.map((one) => [source, one] as const))
  const alone = chosen.length === 1
  const ways: Way[] = []
  for (const [source, one] of chosen) {
    const way = wayOf(source, one, alone)
    if (typeof way === 'string') return way
    ways.push(way)
  }
  const first = chosen[0]?.[1]
  const version =
    first?.kind === 'object' && first.versionId !== undefined ? ['--version-id', first.versionId] : []
  if (version.length > 0 && !alone) return 'Single versions of several objects are chosen'
  if (!hasDestinations(spec)) return [...ways.map(({ url }) => url), ...version]
  const targets: string[] = []
  for (const place of spec.destinations) {
    const { prefix } = place
    const names = new Set(ways.map(({ target }) => target(prefix)))
    const [name] = names
    if (names.size > 1) return 'What is chosen goes to several prefixes'
    if (name === undefined)
      return first?.kind === 'object' ? 'The new key ends in a slash' : 'The new prefix ends within a name'
    targets.push(urlOf(place, name))
  }
  const [target = '', ...others] = targets
  return [...ways.map(({ url }) => url), target, ...others.flatMap((one) => ['--also-to', one]), ...version]
}

/**
 * A chosen thing on the line. `target` is undefined where the line would mean other names:
 *
 * | chosen             | SOURCE            | DEST                                           |
 * |--------------------|-------------------|------------------------------------------------|
 * | a prefix           | s3://b/x/y/       | the new prefix whole: s3://c/z/y/              |
 * | one object, alone  | s3://b/x/a.txt    | its new key: s3://c/z/a.txt                    |
 * | one of several     | s3://b/x/a.txt    | the prefix they all go to, if they lie in base |
 */
function wayOf(source: SourcePlace, one: Selection, alone: boolean): Way | string {
  const key = one.kind === 'object' ? one.key : one.prefix
  const url = urlOf(source, key)
  const rest = key.slice(source.base.length)
  if (one.kind === 'object') {
    if (key.endsWith('/')) return 'The object’s key ends in a slash'
    if (!alone)
      return { url, target: (prefix) => (rest.includes('/') || !isFolder(prefix) ? undefined : prefix) }
    return { url, target: (prefix) => (isFolder(prefix + rest) ? undefined : prefix + rest) }
  }
  if (!isFolder(key)) return 'The prefix ends within a name'
  return { url, target: (prefix) => (isFolder(prefix + rest) ? prefix + rest : undefined) }
}

/** A place of a store, or a path of this computer. */
function urlOf(place: SourcePlace | DestinationPlace, key: string): string {
  return isLocal(place) ? localPath(place.bucket, key) : `s3://${place.bucket}/${key}`
}

function isFolder(key: string): boolean {
  return key === '' || key.endsWith('/')
}

/** Both sides' stores and how their buckets are asked; all places of a side have to be alike. */
function sideWords(spec: SheetSpec): Said {
  const [source, ...sources] = spec.sources
  const asked = ({ connection, owner, requesterPays }: SourcePlace | DestinationPlace): unknown => [
    connection.config,
    owner,
    requesterPays,
  ]
  const taken = ({ versions, customerKeys }: SourcePlace): unknown => [versions, customerKeys]
  if (sources.some((one) => !sameChoice(asked(one), asked(source)) || !sameChoice(taken(one), taken(source))))
    return 'The sources are not reached alike'
  const near = [
    ...accessWords(source, ''),
    ...source.customerKeys.flatMap((name) => ['--sse-c-source-key', name]),
  ]
  if (!hasDestinations(spec))
    return together(sideOptions(source.connection.config, source.connection.config), near)
  const [destination, ...destinations] = spec.destinations
  // Files have no side of their own: the options are those of the one store there is.
  const from = isLocal(source) ? destination : source
  const to = isLocal(destination) ? source : destination
  if (destinations.some((one) => !sameChoice(asked(one), asked(destination))))
    return 'The destinations are not reached alike'
  return together(
    sideOptions(from.connection.config, to.connection.config),
    near,
    accessWords(destination, isLocal(source) ? '' : 'dest-'),
  )
}

function accessWords({ owner, requesterPays }: SourcePlace | DestinationPlace, side: '' | 'dest-'): string[] {
  return [
    ...(owner === undefined ? [] : [`--${side}owner`, owner]),
    ...(requesterPays ? [`--${side}requester-pays`] : []),
  ]
}

/** The options of both sides; the destination takes the source's where it is told nothing of its own. */
function sideOptions(near: EndpointConfig, far: EndpointConfig): string[] | string {
  const own = profileOf(near)
  const other = profileOf(far)
  if (own !== other && other === undefined) return 'The destination’s keys are in no profile'
  if (own === undefined && JSON.stringify(near.credentials) !== JSON.stringify(far.credentials))
    return 'The two sides have different keys'
  for (const side of [near, far]) {
    if (side.addressing === 'virtual' && side.endpoint !== undefined && !isAws(side.endpoint))
      return 'Virtual-host addressing is used at an endpoint of one’s own'
  }
  const options: string[] = []
  if (own !== undefined) options.push('--profile', own)
  if (near.endpoint !== undefined) options.push('--endpoint-url', near.endpoint)
  options.push('--region', near.region)
  if (wantsPathStyle(near)) options.push('--path-style')
  if (other !== undefined && other !== own) options.push('--dest-profile', other)
  if (far.endpoint !== near.endpoint)
    options.push('--dest-endpoint-url', far.endpoint ?? `https://s3.${far.region}.amazonaws.com`)
  if (far.region !== near.region) options.push('--dest-region', far.region)
  if (wantsPathStyle(far) && !wantsPathStyle(near)) options.push('--dest-path-style')
  return options
}

function profileOf({ credentials }: EndpointConfig): string | undefined {
  return credentials.kind === 'profile' ? credentials.profile : undefined
}

/** Elsewhere than at AWS it is the default. */
function wantsPathStyle({ addressing, endpoint }: EndpointConfig): boolean {
  return addressing === 'path' && (endpoint === undefined || isAws(endpoint))
}

function isAws(endpoint: string): boolean {
  return /(^|\.)amazonaws\.com(\.cn)?$/.test(new URL(endpoint).hostname)
}

/** As a POSIX shell takes it: left alone where nothing in it means anything to a shell. */
function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

function no(reason: string): CommandLine {
  return { ok: false, reason: `${reason}: save it as a job file and run that with decant run.` }
}

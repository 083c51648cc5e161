import type { JobSnapshot } from '#model/job.ts'
import { cameOf, DOES } from '#model/job-words.ts'
import { PROPERTY_NAMES } from '#model/properties.ts'
import {
  hasDestinations,
  worksOnVersions,
  type JobSpec,
  type PurgeRule,
  type RewindSpec,
  type SourcePlace,
} from '#model/spec.ts'
import type { Fact } from '../../components/fact.ts'
import {
  archiveWords,
  filterWords,
  nameWords,
  PROPERTY_LABELS,
  propertyWords,
  ruleWords,
  versionWords,
} from '../../components/option-words.ts'
import { formatBytes, formatExactBytes } from '../../format/bytes.ts'
import { formatCount, formatNumberOf } from '../../format/count.ts'
import { formatExactDate, formatFullDate } from '../../format/date.ts'
import { formatDuration } from '../../format/duration.ts'

const CONFLICTS = {
  skip: 'skip',
  overwrite: 'overwrite',
  'if-newer': 'overwrite if newer',
  'if-different': 'overwrite if different',
  fail: 'fail',
} as const
const VERIFY = { auto: 'automatic', answer: 'by the answer', head: 'by a HEAD', full: 'in full' } as const
const COMPARED = {
  listing: 'size and content',
  head: 'headers, metadata, class and encryption, too',
  full: 'tags, access and lock, too',
} as const
/** What was asked for, as the spec has it: every place, and everything that is not left as it is. */
export function specFacts(spec: JobSpec): Fact[] {
  const facts: Fact[] = [{ name: 'Do', value: doesWhat(spec) }]
  for (const source of spec.sources)
    facts.push({ name: hasDestinations(spec) ? 'From' : 'In', value: sourceText(source) })
  if (hasDestinations(spec))
    for (const { bucket, prefix } of spec.destinations)
      facts.push({ name: spec.kind === 'parity' ? 'With' : 'To', value: `s3://${bucket}/${prefix}` })
  const { versions } = spec.sources[0]
  if (versions.take !== 'current' && !worksOnVersions(spec))
    facts.push({ name: 'Versions', value: versionWords(versions) })
  if (spec.filter !== undefined) facts.push({ name: 'Filter', value: filterWords(spec.filter) })
  if ('names' in spec && spec.names.length > 0) facts.push({ name: 'Names', value: nameWords(spec.names) })
  if (spec.concurrency !== undefined)
    facts.push({ name: 'In flight', value: `at most ${formatNumberOf(spec.concurrency, 'request')}` })
  if (spec.kind === 'parity') return [...facts, { name: 'Compared', value: COMPARED[spec.compare] }]
  if (spec.kind === 'delete') return spec.purge ? [...facts, ...purgeFacts(spec.purge)] : facts
  if (spec.kind === 'rewind') return [...facts, ...rewindFacts(spec)]
  if (spec.kind === 'undo') return [...facts, { name: 'Verified', value: VERIFY[spec.verify] }]
  if (spec.kind !== 'edit') facts.push({ name: 'Key exists', value: CONFLICTS[spec.conflict] })
  if (spec.kind === 'copy' && spec.deleteExtra)
    facts.push({ name: 'Mirror', value: 'deletes what has no source' })
  facts.push({ name: 'Verified', value: VERIFY[spec.verify] })
  if (spec.archived.do === 'restore') facts.push({ name: 'Archived', value: archiveWords(spec.archived) })
  return [...facts, ...propertyFacts(spec), ...ruleFacts(spec)]
}

function doesWhat(spec: JobSpec): string {
  if (spec.kind === 'delete' && spec.purge !== undefined) return 'delete old versions for good'
  if (spec.kind === 'rewind' && spec.to.is === 'undelete') return 'undelete'
  return DOES[spec.kind]
}

/** What is not asked for is left out. */
function purgeFacts({ olderThanDays, keep, loneMarkers }: PurgeRule): Fact[] {
  const facts: Fact[] = [
    { name: 'Older than', value: `${formatNumberOf(olderThanDays, 'day')} since replaced or deleted` },
  ]
  if (keep > 0) facts.push({ name: 'Always kept', value: `${formatNumberOf(keep, 'older version')} a key` })
  if (loneMarkers) facts.push({ name: 'Lone markers', value: 'go, too' })
  return facts
}

function rewindFacts({ to, verify, archived }: RewindSpec): Fact[] {
  if (to.is === 'undelete') return []
  const facts: Fact[] = [
    { name: 'As of', value: formatFullDate(to.at), exact: formatExactDate(to.at) },
    { name: 'Made later', value: to.later === 'keep' ? 'kept' : 'deleted by a marker' },
    { name: 'Verified', value: VERIFY[verify] },
  ]
  if (archived.do === 'restore') facts.push({ name: 'Archived', value: archiveWords(archived) })
  return facts
}

type Changing = Extract<JobSpec, { kind: 'copy' | 'move' | 'edit' }>

/** An edit says what it changes, a pour what becomes of each property. */
function propertyFacts(spec: Changing): Fact[] {
  const doing = spec.kind === 'edit' ? 'edit' : 'pour'
  const shown = PROPERTY_NAMES.filter((name) => doing === 'pour' || spec.properties[name].policy !== 'copy')
  return shown.map((name) => ({
    name: PROPERTY_LABELS[name],
    value: propertyWords(name, spec.properties, doing),
  }))
}

function ruleFacts({ rules, kind }: Changing): Fact[] {
  return rules.map((rule, at) => ({
    name: `Rule ${at + 1}`,
    value: `${filterWords(rule.when)}: ${ruleWords(rule, kind === 'edit' ? 'edit' : 'pour')}`,
  }))
}

function sourceText({ bucket, base, select }: SourcePlace): string {
  const [only, another] = select
  if (only === undefined || another !== undefined)
    return `s3://${bucket}/${base}, ${formatNumberOf(select.length, 'thing')} chosen`
  return `s3://${bucket}/${only.kind === 'prefix' ? only.prefix : only.key}`
}

/** What came of it: only what there is. */
export function outcomeFacts(job: JobSnapshot): Fact[] {
  const { tally } = job
  const at = (name: string, instant: number | undefined): Fact[] =>
    instant === undefined ? [] : [{ name, value: formatFullDate(instant), exact: formatExactDate(instant) }]
  return [
    ...cameOf(tally).map(([name, { items, bytes }]) => ({
      name,
      value: `${formatCount(items)}, ${formatBytes(bytes)}`,
      exact: formatExactBytes(bytes),
    })),
    ...(tally.conflicts > 0 ? [{ name: 'Replaced', value: formatCount(tally.conflicts) }] : []),
    ...at('Started', job.startedAt),
    ...at('Ended', job.endedAt),
    ...(job.ranFor > 0 ? [{ name: 'Ran for', value: formatDuration(job.ranFor) }] : []),
  ]
}

import type { JobSnapshot } from '#model/job.ts'
import { SKIP_REASONS } from '#model/plan.ts'
import type { JobSpec } from '#model/spec.ts'
import type { Fact } from '../../components/fact.ts'
import { storageClassName } from '../../components/storage-class.ts'
import { formatBytes, formatExactBytes } from '../../format/bytes.ts'
import { formatCount } from '../../format/count.ts'
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
const SKIPS = {
  exists: 'the key exists',
  same: 'the same is there',
  'not-newer': 'not newer',
  'same-object': 'itself',
  'nothing-to-do': 'nothing to do',
} as const

/** What was asked for, as the spec has it. */
export function specFacts(spec: JobSpec): Fact[] {
  const [source] = spec.sources
  const [first] = source.select
  const what =
    source.select.length === 1 && first !== undefined
      ? first.kind === 'prefix'
        ? first.prefix
        : first.key
      : source.base
  const facts: Fact[] = [
    { name: 'Do', value: spec.kind },
    { name: 'From', value: `s3://${source.bucket}/${what}` },
  ]
  if (source.select.length > 1)
    facts.push({ name: 'Chosen', value: `${formatCount(source.select.length)} things` })
  if (spec.kind !== 'copy' && spec.kind !== 'move') return facts
  const { properties } = spec
  const [destination] = spec.destinations
  const { storageClass, tags } = properties
  return [
    ...facts,
    { name: 'To', value: `s3://${destination.bucket}/${destination.prefix}` },
    { name: 'Key exists', value: CONFLICTS[spec.conflict] },
    { name: 'Verified', value: VERIFY[spec.verify] },
    {
      name: 'Class',
      value: storageClass.policy === 'copy' ? 'as the source' : storageClassName(storageClass.value),
    },
    {
      name: 'Tags',
      value:
        tags.policy === 'copy'
          ? 'copied'
          : tags.policy === 'drop'
            ? 'dropped'
            : Object.entries(tags.policy === 'set' ? tags.value : tags.set)
                .map(([name, value]) => `${name}=${value}`)
                .join(', ') || 'none',
    },
  ]
}

/** What came of it: only what there is. */
export function outcomeFacts(job: JobSnapshot): Fact[] {
  const { tally } = job
  const count = (name: string, { items, bytes }: { items: number; bytes: number }): Fact[] =>
    items === 0
      ? []
      : [{ name, value: `${formatCount(items)}, ${formatBytes(bytes)}`, exact: formatExactBytes(bytes) }]
  const at = (name: string, instant: number | undefined): Fact[] =>
    instant === undefined ? [] : [{ name, value: formatFullDate(instant), exact: formatExactDate(instant) }]
  return [
    ...count('Listed', tally.listed),
    ...count('Copied', tally.copied),
    ...count('Moved', tally.moved),
    ...count('Deleted', tally.deleted),
    ...SKIP_REASONS.flatMap((reason) => count(`Skipped: ${SKIPS[reason]}`, tally.skipped[reason])),
    ...count('Failed', tally.failed),
    ...(tally.conflicts > 0 ? [{ name: 'Replaced', value: formatCount(tally.conflicts) }] : []),
    ...at('Started', job.startedAt),
    ...at('Ended', job.endedAt),
    ...(job.ranFor > 0 ? [{ name: 'Ran for', value: formatDuration(job.ranFor) }] : []),
  ]
}

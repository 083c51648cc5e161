import { binarySize } from '#model/binary-size.ts'
import { isoDate } from '#model/dates.ts'
import type { JobDetail, JobSnapshot } from '#model/job.ts'
import { cameOf, DOES } from '#model/job-words.ts'
import { isLocal } from '#model/local.ts'
import { hasDestinations } from '#model/spec.ts'
import type { DestinationPlace, JobSpec, SourcePlace, VerifyLevel } from '#model/spec.ts'

/** A name and what is said of it. */
export type Said = readonly [name: string, value: string]

const VERIFIED: Readonly<Record<VerifyLevel, string>> = {
  auto: 'automatic: by the answer where the endpoint keeps its word, else by a HEAD',
  answer: 'by the answer',
  head: 'by a HEAD',
  full: 'in full: tags, ACL and lock, too',
}

/** What was asked for, in short; the whole of it is in the spec. */
export function askedFor(spec: JobSpec): Said[] {
  const said: Said[] = [['Do', DOES[spec.kind]]]
  for (const source of spec.sources) said.push([hasDestinations(spec) ? 'From' : 'In', sourceText(source)])
  if (hasDestinations(spec))
    for (const place of spec.destinations)
      said.push([spec.kind === 'parity' ? 'With' : 'To', placeText(place)])
  if ('conflict' in spec) said.push(['Where the key exists', spec.conflict])
  if (spec.filter !== undefined) said.push(['Filter', 'only what passes it: see the spec'])
  if ('verify' in spec) said.push(['Verified', VERIFIED[spec.verify]])
  if (spec.kind === 'parity') said.push(['Compared', spec.compare])
  return said
}

function sourceText({ connection, bucket, base, select, ...place }: SourcePlace): string {
  const [only, another] = select
  const key =
    only === undefined || another !== undefined
      ? `${base}, ${count(select.length)} things chosen`
      : only.kind === 'prefix'
        ? only.prefix
        : only.key
  const versions = place.versions.take === 'current' ? '' : ` (versions: ${place.versions.take})`
  return `${address({ connection, bucket }, key)}${versions} by ${connection.name}`
}

function placeText(place: DestinationPlace): string {
  return `${address(place, place.prefix)} by ${place.connection.name}`
}

/** `s3://bucket/key`, or the path of a file. */
export function address(place: Pick<DestinationPlace, 'connection' | 'bucket'>, key: string): string {
  return isLocal(place) ? `${place.bucket}/${key}` : `s3://${place.bucket}/${key}`
}

/** What came of it: only what there is. */
export function outcome({ tally }: JobSnapshot): Said[] {
  return [
    ...cameOf(tally).map(([name, { items, bytes }]): Said => [name, `${count(items)}, ${binarySize(bytes)}`]),
    ...(tally.conflicts > 0 ? ([['Replaced', count(tally.conflicts)]] satisfies Said[]) : []),
  ]
}

export function times({ createdAt, startedAt, endedAt, ranFor }: JobSnapshot): Said[] {
  return [
    ['Made', isoDate(createdAt)],
    ...(startedAt === undefined ? [] : ([['Started', isoDate(startedAt)]] satisfies Said[])),
    ...(endedAt === undefined ? [] : ([['Ended', isoDate(endedAt)]] satisfies Said[])),
    ...(ranFor > 0 ? ([['Ran for', took(ranFor)]] satisfies Said[]) : []),
  ]
}

/** What it cost, as far as anybody knows. */
export function costs({ estimate: { cost }, spentUsd }: Pick<JobDetail, 'estimate' | 'spentUsd'>): Said[] {
  const said: Said[] = []
  if (spentUsd !== undefined) said.push(['Spent, by the price file', usd(spentUsd)])
  if (cost.is === 'known')
    said.push(
      ['Estimated for the plan', `${HOW[cost.how]}${usd(cost.usd)}`],
      ...cost.lines.map((line): Said => [line.words, usd(line.usd)]),
      ['Prices of', cost.pricesOf],
    )
  return said
}

const HOW = { exact: '', 'at-most': 'at most ', 'at-least': 'at least ' } as const

/** How it stands, in words. */
export function standing({ status, tally }: JobSnapshot): {
  readonly text: string
  readonly look: 'ok' | 'warn' | 'bad'
} {
  switch (status.is) {
    case 'completed':
      return tally.failed.items > 0
        ? { text: `Completed with ${count(tally.failed.items)} failed`, look: 'warn' }
        : { text: 'Completed', look: 'ok' }
    case 'failed':
      return { text: `Failed: ${status.failure.message}`, look: 'bad' }
    case 'cancelled':
      return { text: 'Cancelled', look: 'warn' }
    default:
      return { text: `Not over yet: ${status.is}`, look: 'warn' }
  }
}

export function count(items: number): string {
  return items.toLocaleString('en')
}

function took(milliseconds: number): string {
  const seconds = milliseconds / 1000
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`
}

/** Cents where they tell anything, else as many digits as it takes. */
function usd(value: number): string {
  return `$${value >= 0.1 || value === 0 ? value.toFixed(2) : value.toPrecision(2)}`
}

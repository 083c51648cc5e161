import type { LogEntry } from '../../main/playground/mutation.ts'
import type { Seen } from './tap.ts'

/**
 * What must be true of a job, whatever befell it:
 * - `nothing-lost`: every object is there, attributes and all, or stands as it was and is reported so
 * - `failed-with-cause`: what is not there is listed as failed, and says why
 * - `written-once`: at most one successful mutation a key, but for requests that nobody knew the end of
 * - `settled-first`: what nobody knew the end of was looked for before anything was sent again
 * - `verified-before-delete`: a source goes only after its copy was made and looked at
 * - `journaled-before-delete`: and after the journal had it
 * - `rewrite-kept`: what somebody wrote at the source meanwhile is still there
 * - `no-upload-left`
 * - `exit-state`: exit code, `--json`, `decant jobs` and the report's rows say what is there, all the same
 * - `within-bound`: a fault ends within a minute
 * - `no-endless-retry`: nothing is sent more often than a handful of tries
 */
export type Rule =
  | 'nothing-lost'
  | 'failed-with-cause'
  | 'written-once'
  | 'settled-first'
  | 'verified-before-delete'
  | 'journaled-before-delete'
  | 'rewrite-kept'
  | 'no-upload-left'
  | 'exit-state'
  | 'within-bound'
  | 'no-endless-retry'

export interface Violation {
  readonly rule: Rule
  readonly text: string
}

/** What the job was to do with each object. `made` in the evidence is a copy, or the object as it was to be edited. */
export type Task = 'copy' | 'move' | 'edit' | 'undo-copy' | 'undo-move' | 'undo-edit'

/** One object, as it stands in the end. Content and all attributes are compared. */
export interface ObjectFacts {
  /** Below the prefixes. */
  readonly key: string
  /** Of the source: as it was at first, or not. */
  readonly source: 'same' | 'other' | 'gone'
  /** Of the copy, or of an edited object: as it was to be, or not. */
  readonly made: 'same' | 'other' | 'none'
  /** What somebody else did to it while the job ran. */
  readonly touched?: Touch | undefined
  /** What somebody else wrote is what stands there. */
  readonly kept?: boolean | undefined
}

export type Touch = 'source-written' | 'source-deleted' | 'destination-written'

export interface ReportRow {
  readonly key: string
  readonly status: string
  readonly code: string
  readonly message: string
}

/** A process from its start to its end. */
export interface LifeFacts {
  readonly seconds: number
  /** `killed`, or its exit code. */
  readonly exit: number | 'killed'
}

/** What `--json` says, and `decant jobs --json` in one line a job. */
export interface Said {
  readonly status: string
  readonly outcome: string
  readonly tally: Readonly<Record<string, number>>
}

export interface Evidence {
  readonly task: Task
  readonly from: { readonly bucket: string; readonly prefix: string }
  readonly to: { readonly bucket: string; readonly prefix: string }
  readonly objects: readonly ObjectFacts[]
  /** Keys at the destination, below its prefix, that have no source. */
  readonly extras: readonly string[]
  /** The mutations of the job, in their order; those of others are left out. */
  readonly log: readonly LogEntry[]
  /** The requests of the job, in their order. */
  readonly seen: readonly Seen[]
  readonly rows: readonly ReportRow[]
  readonly lives: readonly LifeFacts[]
  /** Of the last life, where it said anything. */
  readonly result: Said | undefined
  readonly listed: Said
  /** Keys whose delete was sent while the journal did not have the copy yet. */
  readonly early: readonly string[]
  /** Unfinished uploads, by key. */
  readonly uploads: readonly string[]
}

/** Seconds. */
const BOUND = 60
/** More than any number of tries of one request in one life: S3 asks to slow down thirty times at most. */
const TRIES = 40
/** What names no object is sent for many: pages of a listing, looks whether the server is there, in one life. */
const FOR_MANY = 200

export function judge(evidence: Evidence): readonly Violation[] {
  return [
    ...judgeObjects(evidence),
    ...judgeRepeats(evidence),
    ...judgeDeletes(evidence),
    ...evidence.early.map((key) =>
      violation('journaled-before-delete', `${key} was deleted before its copy was journaled`),
    ),
    ...evidence.uploads.map((key) => violation('no-upload-left', `an upload of ${key} is left over`)),
    ...judgeState(evidence),
    ...judgeBounds(evidence),
  ]
}

function judgeObjects(evidence: Evidence): readonly Violation[] {
  const { objects, rows, task, listed } = evidence
  const rowOf = new Map(rows.map((row) => [row.key, row]))
  const isOver = listed.status === 'completed'
  const inDoubt = listed.status === 'cancelled' ? keysInDoubt(evidence) : new Set<string>()
  return objects.flatMap((object) => {
    const row = rowOf.get(evidence.from.prefix + object.key)
    const found: Violation[] = []
    const isDone = inDoubt.has(object.key) && object.made === 'same'
    if (!isDone && !isWell(task, object, row?.status ?? 'unplanned', isOver)) {
      const { source, made, touched = 'untouched' } = object
      const text = `${object.key} (${touched}) is ${row?.status ?? 'not in the report'}: source ${source}, made ${made}`
      found.push(violation('nothing-lost', text))
    }
    if (row?.status === 'failed' && (row.code === '' || row.message === '')) {
      found.push(violation('failed-with-cause', `${object.key} failed and does not say why`))
    }
    if (object.touched === 'source-written' && object.kept !== true) {
      found.push(violation('rewrite-kept', `${object.key} was rewritten at the source, and that is gone`))
    }
    return found
  })
}

/** Names below the prefixes of what the last life sent without ever hearing of it. */
function keysInDoubt({ lives, seen, from, to }: Evidence): ReadonlySet<string> {
  const last = seen.filter(
    ({ life, op, told }) => life === lives.length && op in GROUPS && told !== 'answered',
  )
  return new Set(last.map(({ bucket, key }) => key.slice((bucket === to.bucket ? to : from).prefix.length)))
}

/**
 * Whether what stands there is what the row says. `intact`: the source as it was at first, or as somebody else left it.
 *
 * | task             | succeeded               | failed, skipped | not done, unplanned (only in a job that was stopped) |
 * |------------------|-------------------------|-----------------|--------------------------------|
 * | copy             | made same, intact       | intact          | made none, intact              |
 * | move             | made same, source gone  | intact          | intact                         |
 * | edit             | made same               | intact          | intact                         |
 * | undo of a copy   | made none, intact       | made same       | intact                         |
 * | undo of others   | source same             | -               | made same, or source same      |
 *
 * What was in flight when a job was cancelled is in doubt for good: there the copy may be made, and its source gone.
 */
function isWell(task: Task, object: ObjectFacts, status: string, isOver: boolean): boolean {
  const { source, made, touched } = object
  const isIntact = source === 'same' || touched === 'source-written' || touched === 'source-deleted'
  const isMade = made === 'same' || touched === 'destination-written'
  const isStopped = status === 'not-done' || status === 'unplanned'
  // What somebody else made after the plan, or took away before it, nobody has to know.
  if (isStopped && isOver) return status === 'unplanned' && touched !== undefined && isIntact
  switch (task) {
    case 'copy':
      if (!isIntact) return false
      if (status === 'succeeded') return isMade || touched === 'source-written'
      if (status === 'skipped') return made !== 'none'
      return status === 'failed' || made === 'none'
    case 'move':
      if (status === 'succeeded') return isMade && (source === 'gone' || touched === 'source-written')
      return isIntact
    case 'edit':
      return status === 'succeeded' ? isMade : isIntact
    case 'undo-copy':
      return isIntact && (status === 'succeeded' ? made === 'none' : isMade || isStopped)
    case 'undo-move':
    case 'undo-edit':
      return status === 'succeeded' ? source === 'same' : isStopped && (isMade || source === 'same')
  }
}

const GROUPS: Readonly<Record<string, string>> = {
  CopyObject: 'write',
  PutObject: 'write',
  CompleteMultipartUpload: 'write',
  UploadPart: 'part',
  UploadPartCopy: 'part',
  CreateMultipartUpload: 'upload',
  DeleteObject: 'delete',
}
/** What tells of a mutation whether it was done. An upload that still lists its parts was not completed. */
const LOOKS: Readonly<Record<string, readonly string[]>> = {
  write: ['HeadObject', 'ListObjectVersions', 'ListParts'],
  part: ['ListParts'],
  upload: ['ListMultipartUploads'],
  delete: ['HeadObject', 'ListObjectVersions'],
}

function judgeRepeats({ log, seen }: Evidence): readonly Violation[] {
  const times = new Map<string, number>()
  for (const { op, bucket, key, partNumber, uploadId } of log) {
    const group = GROUPS[op]
    if (group === undefined) continue
    const name = nameOf(group, bucket, key ?? '', partNumber)
    // The parts of one upload; another upload of the key has parts of its own, and is judged as an upload.
    const own = group === 'part' ? `${name} of ${uploadId}` : name
    times.set(own, (times.get(own) ?? 0) + 1)
  }
  const sent = Map.groupBy(
    seen.filter(({ op }) => op in GROUPS),
    ({ op, bucket, key, part }) => nameOf(GROUPS[op] ?? '', bucket, key, part),
  )
  const found: Violation[] = []
  for (const [name, count] of times) {
    if (count === 1) continue
    const requests = sent.get(name.split(' of ')[0] ?? name) ?? []
    const excused = requests.filter((each, at) => requests[at + 1] && cameLate(each, requests[at + 1]!, seen))
    if (count - 1 > excused.length) {
      found.push(violation('written-once', `${name}: ${count} successful mutations`))
    }
  }
  for (const [name, requests] of sent) {
    for (const [at, each] of requests.entries()) {
      const next = requests[at + 1]
      if (next === undefined || !isInDoubt(each) || isFromTogether(each, next)) continue
      if (looksBetween(each, next, seen).length === 0) {
        found.push(
          violation('settled-first', `${name} was sent again, and nobody had looked what became of it`),
        )
      }
    }
  }
  return found
}

function nameOf(group: string, bucket: string, key: string, part: number | undefined): string {
  return `${group} ${bucket}/${key}${part === undefined ? '' : ` part ${part}`}`
}

/** Nobody who sent it can tell whether it was done. */
export function isInDoubt({ told, status, isErrorBody }: Seen): boolean {
  return told !== 'answered' || status >= 500 || isErrorBody
}

/** The next one was on its way before this one had gone wrong: neither is a try of the other. */
function isFromTogether(each: Seen, next: Seen): boolean {
  return each.life === next.life && each.toldAt !== undefined && next.sentAt < each.toldAt
}

function looksBetween(each: Seen, next: Seen, seen: readonly Seen[]): readonly Seen[] {
  const looks = LOOKS[GROUPS[each.op] ?? ''] ?? []
  return seen.filter(
    (look) =>
      looks.includes(look.op) &&
      look.bucket === each.bucket &&
      (look.key === each.key || look.op === 'ListMultipartUploads') &&
      look.sentAt > each.sentAt &&
      look.sentAt < next.sentAt &&
      look.told === 'answered',
  )
}

/** In doubt, looked for, and done only after that look: nobody could have known. */
function cameLate(each: Seen, next: Seen, seen: readonly Seen[]): boolean {
  if (!isInDoubt(each)) return false
  const { landedAt = Infinity } = each
  return looksBetween(each, next, seen).some((look) => look.sentAt < landedAt)
}

/** Invariant 1, by the log and by the order of the requests. */
function judgeDeletes({ task, from, to, log, seen }: Evidence): readonly Violation[] {
  if (task !== 'move') return []
  const found: Violation[] = []
  for (const entry of log) {
    if (entry.op !== 'DeleteObject' || entry.bucket !== from.bucket) continue
    const key = to.prefix + (entry.key ?? '').slice(from.prefix.length)
    const isThere = (other: { bucket: string; key?: string | undefined }): boolean =>
      other.bucket === to.bucket && other.key === key
    const wasWritten = log.some(
      (other) => other.seq < entry.seq && GROUPS[other.op] === 'write' && isThere(other),
    )
    const deletedAt = seen.find(
      (request) =>
        request.bucket === from.bucket &&
        (request.op === 'DeleteObjects' || (request.op === 'DeleteObject' && request.key === entry.key)),
    )?.sentAt
    const writtenAt = seen.find((request) => GROUPS[request.op] === 'write' && isThere(request))?.sentAt
    const wasSeen = seen.some(
      (look) =>
        look.op === 'HeadObject' &&
        isThere(look) &&
        look.told === 'answered' &&
        look.status === 200 &&
        look.sentAt > (writtenAt ?? Infinity) &&
        (look.toldAt ?? Infinity) < (deletedAt ?? -Infinity),
    )
    if (!wasWritten || !wasSeen) {
      const what = wasWritten ? 'anybody had looked at its copy' : 'its copy was made'
      found.push(violation('verified-before-delete', `${entry.key} was deleted before ${what}`))
    }
  }
  return found
}

function judgeState(evidence: Evidence): readonly Violation[] {
  const { rows, result, listed, lives, objects, extras } = evidence
  const found: Violation[] = []
  const say = (text: string): void => void found.push(violation('exit-state', text))
  const count = (status: string): number => rows.filter((row) => row.status === status).length
  const { tally } = listed
  if (tally['items'] !== rows.length) say(`${tally['items']} items are told of, and ${rows.length} reported`)
  for (const each of ['failed', 'skipped'] as const) {
    if (tally[each] !== count(each))
      say(`${tally[each]} items are told to be ${each}, and ${count(each)} reported`)
  }
  if (result !== undefined) {
    for (const name of ['status', 'outcome'] as const) {
      if (result[name] !== listed[name]) say(`${name} is ${result[name]}, and listed as ${listed[name]}`)
    }
    for (const name of Object.keys(result.tally)) {
      if (result.tally[name] !== tally[name])
        say(`${name}: ${result.tally[name]}, and listed as ${tally[name]}`)
    }
  }
  const exit = lives.at(-1)?.exit
  const wanted = exitOf(listed.status, count('failed'))
  if (result !== undefined && exit !== wanted)
    say(`the exit code is ${exit} where ${listed.status} means ${wanted}`)
  if (new Set(rows.map(({ key }) => key)).size !== rows.length) say('a key is reported twice')
  for (const key of extras) say(`${key} is at the destination, and has no source`)
  for (const { key, made, touched } of objects) {
    const status = rows.find((row) => row.key === evidence.from.prefix + key)?.status
    const isUntold = evidence.task === 'copy' && status === 'failed' && made === 'same'
    if (isUntold && touched === undefined) say(`${key} is reported as failed, and it is there`)
  }
  return found
}

function exitOf(status: string, failed: number): number {
  if (status === 'completed') return failed > 0 ? 1 : 0
  return 3
}

function judgeBounds({ lives, seen }: Evidence): readonly Violation[] {
  const found = lives
    .filter(({ seconds }) => seconds > BOUND)
    .map(({ seconds }) => violation('within-bound', `a life of ${Math.round(seconds)} s`))
  const tries = new Map<string, number>()
  // Each part has tries of its own, and each of them may look once.
  const parts = new Map<string, Set<number>>()
  for (const { life, op, bucket, key, part } of seen) {
    const place = `${bucket}/${key} in life ${life}`
    if (part !== undefined) parts.set(place, (parts.get(place) ?? new Set()).add(part))
    const name = `${op}${part === undefined ? '' : ` of part ${part}`} at ${place}`
    tries.set(name, (tries.get(name) ?? 0) + 1)
  }
  for (const [name, times] of tries) {
    const perPart = name.startsWith('ListParts') ? (parts.get(name.split(' at ')[1] ?? '')?.size ?? 1) : 1
    const most = /^(List(?!Parts)|HeadBucket)/.test(name) ? FOR_MANY : TRIES * perPart
    if (times > most) found.push(violation('no-endless-retry', `${name}: sent ${times} times`))
  }
  return found
}

function violation(rule: Rule, text: string): Violation {
  return { rule, text }
}

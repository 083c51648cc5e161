import { readFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'csv-parse/sync'
import type { LogEntry } from '../../main/playground/mutation.ts'
import { jsonResult } from '../helpers/decant.ts'
import type { Cell, Job } from './cell.ts'
import type { Evidence, LifeFacts, ObjectFacts, ReportRow, Said, Task, Touch } from './oracle.ts'
import { FROM, isEdit, isUpload, TO } from './stage.ts'
import type { Stage } from './stage.ts'
import type { Seen } from './tap.ts'

/** What was noted while it ran. */
export interface Noted {
  readonly touched: ReadonlyMap<string, Touch>
  readonly lives: readonly LifeFacts[]
  readonly result: Said | undefined
  readonly log: readonly LogEntry[]
  readonly seen: readonly Seen[]
  readonly early: readonly string[]
}

/** What stands there in the end, and what is said of it. */
export async function gather(stage: Stage, { job }: Cell, noted: Noted): Promise<Evidence> {
  const listed = await listedJob(stage)
  const facts = await objectsOf(stage, job, noted.touched)
  const { touched, log, ...others } = noted
  return {
    task: taskOf(job),
    from: isUpload(job) ? { bucket: stage.folder, prefix: '' } : FROM,
    to: isEdit(job) ? FROM : TO,
    ...facts,
    ...others,
    log: log.filter((entry) => isOfTheJob(entry, noted)),
    rows: await rowsOf(stage, job, listed.jobId),
    listed,
    uploads: await uploadsIn(stage),
  }
}

function taskOf(job: Job): Task {
  switch (job) {
    case 'copy':
    case 'copy-parts':
    case 'relay':
    case 'relay-parts':
    case 'upload':
    case 'upload-parts':
      return 'copy'
    case 'move':
    case 'move-parts':
      return 'move'
    case 'edit':
    case 'undo-copy':
    case 'undo-move':
    case 'undo-edit':
      return job
  }
}

/** What somebody else did is in the playground's log, and did not go by the taps. */
function isOfTheJob({ op, bucket, key }: LogEntry, { seen }: Noted): boolean {
  return seen.some((each) => each.op === op && each.bucket === bucket && each.key === key)
}

type Listed = Said & { readonly jobId: string }

/** The newest job: of an undo, that. */
async function listedJob({ decant }: Stage): Promise<Listed> {
  const { output } = await decant('jobs', '--json')
  return jsonResult(output) as Listed
}

async function objectsOf(
  { playground: { admin } }: Stage,
  job: Job,
  touched: ReadonlyMap<string, Touch>,
): Promise<Pick<Evidence, 'objects' | 'extras'>> {
  const witness = { bucket: 'witness', prefix: FROM.prefix }
  const source = isUpload(job) ? witness : FROM
  const keys = await namesIn(admin, 'witness')
  const ofSource = await admin.compare(witness, source)
  const ofMade = isEdit(job)
    ? await admin.compare({ bucket: 'edited', prefix: FROM.prefix }, FROM)
    : await admin.compare(witness, TO)
  const ofOthers = await admin.compare({ bucket: 'others', prefix: FROM.prefix }, source)
  const isIn = (list: readonly string[], key: string): boolean => list.includes(key)
  const differs = (list: typeof ofSource.different, key: string): boolean =>
    list.some((each) => each.key === key)
  const objects = keys.map((key): ObjectFacts => {
    const touch = touched.get(key)
    return {
      key,
      source: isIn(ofSource.missing, key) ? 'gone' : differs(ofSource.different, key) ? 'other' : 'same',
      made: isIn(ofMade.missing, key) ? 'none' : differs(ofMade.different, key) ? 'other' : 'same',
      touched: touch,
      kept:
        touch === 'source-written'
          ? !isIn(ofOthers.missing, key) && !differs(ofOthers.different, key)
          : undefined,
    }
  })
  return { objects, extras: isEdit(job) ? [] : ofMade.extra }
}

/** Names below the prefix of a source. */
async function namesIn(admin: Stage['playground']['admin'], bucket: string): Promise<readonly string[]> {
  const nothing = { bucket, prefix: 'nothing/' }
  return (await admin.compare({ bucket, prefix: FROM.prefix }, nothing)).missing
}

/** Of an undo of a copy or move the rows name what the job made: they are told by their last names. */
async function rowsOf(stage: Stage, job: Job, jobId: string): Promise<readonly ReportRow[]> {
  const out = path.join(stage.dataDir, '..', 'report.csv')
  await stage.decant('report', jobId, '--format', 'csv', '--out', out)
  const records = parse(readFileSync(out), { columns: true }) as Record<string, string>[]
  return records.map((record) => {
    const key = decodeURIComponent(record['Key'] ?? '')
    const name = key.slice(key.lastIndexOf('/') + 1)
    return {
      key: isUpload(job) ? name : FROM.prefix + name,
      status: record['TaskStatus'] ?? '',
      code: record['ErrorCode'] ?? '',
      message: record['ResultMessage'] ?? '',
    }
  })
}

async function uploadsIn({ raw }: Stage): Promise<readonly string[]> {
  const found: string[] = []
  for (const bucket of [FROM.bucket, TO.bucket]) {
    const { text } = await raw.send({ method: 'GET', path: `/${bucket}?uploads=` })
    for (const [, key = ''] of text.matchAll(/<Upload>.*?<Key>(.*?)<\/Key>/gs)) found.push(`${bucket}/${key}`)
  }
  return found
}

import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { changedOf } from '../undo/changed.ts'
import type { ChangedOf } from '../undo/changed.ts'
import type { Item } from '../item.ts'
import { readItems } from './report.ts'
import { RECORD_VERSION } from './record-lines.ts'
import type { RecordHead, RecordItem, RecordLine } from './record-lines.ts'
import type { JobRecord } from '../record.ts'
import type { Store } from '../store/store.ts'
import { fail } from '#model/failure.ts'
import { isFinished } from '#model/job.ts'

/** Lines that go to gzip together: one write a line would cost more than the line. */
const LINES = 200

/** Writes a job's record, whole or not at all. Streams: a million items cost no memory. */
export async function writeRecord(store: Store, record: JobRecord, now: number, path: string): Promise<void> {
  if (record.draft || !isFinished(record.status))
    fail(
      'bad-input',
      'item',
      `id: the job ${record.id} is not over yet; its record is complete when it is.`,
      {
        property: 'id',
      },
    )
  const part = `${path}.part`
  try {
    await pipeline(Readable.from(bundled(lines(store, record, now))), createGzip(), createWriteStream(part))
    await rename(part, path)
  } catch (error) {
    await rm(part, { force: true })
    throw error
  }
}

async function* lines(store: Store, record: JobRecord, now: number): AsyncGenerator<RecordHead | RecordLine> {
  yield headOf(record, now)
  for (const log of store.history.readLog(record.n)) yield { log }
  const samples = store.history.readSamples(record.n)
  if (samples !== undefined) yield { samples }
  const changed = changedOf(store, record.spec)
  for await (const item of readItems(store, record)) yield { item: toLine(item, changed) }
  yield { end: { items: record.nextSeq - 1 } }
}

function headOf(record: JobRecord, now: number): RecordHead {
  const { id, spec, status, createdAt, startedAt, endedAt, ranFor, requests } = record
  const { expected, quantities, notes, tally, nextSeq } = record
  return {
    decantRecord: RECORD_VERSION,
    writtenAt: now,
    ...{ id, spec, createdAt, startedAt, endedAt, requests, expected },
    status: status as RecordHead['status'],
    ranFor: Math.round(ranFor),
    quantities: { counts: quantities.counts, regions: quantities.regions },
    notes: [...notes],
    filtered: tally.filtered,
    items: nextSeq - 1,
  }
}

/** What is asked of an item alone only another run needs. A field of it that no record knows of does not compile. */
type Forgotten = Exclude<keyof Item, keyof RecordItem | 'id' | 'own'>

function toLine(
  { id, own: _, ...item }: Item,
  changed: ChangedOf,
): RecordItem & Readonly<Record<Forgotten, never>> {
  const names = changed({ id, ...item })
  return { ...item, ...(names && { changed: [...names] }) }
}

async function* bundled(all: AsyncGenerator<unknown>): AsyncGenerator<string> {
  let text = ''
  let held = 0
  for await (const line of all) {
    text += `${JSON.stringify(line)}\n`
    if (++held < LINES) continue
    yield text
    text = ''
    held = 0
  }
  yield text
}

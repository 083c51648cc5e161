import { itemId } from '../item.ts'
import { legsOf } from '../plan/legs.ts'
import { recordHead, recordLine } from './record-lines.ts'
import type { RecordHead, RecordItem, RecordLine } from './record-lines.ts'
import type { JobRecord } from '../record.ts'
import type { Store } from '../store/store.ts'
import { countItem, emptyTally } from '../tally.ts'
import { badInput, fail } from '#model/failure.ts'
import type { Failure } from '#model/failure.ts'
import type { SomeProperties } from '#model/properties.ts'
import { sleep } from '#model/seams.ts'
import type { Seams } from '#model/seams.ts'

/** Lines that are written at a time; between two such slices everything else has its turn. */
const SLICE = 250
/** Characters of the longest line there can be: the head of a spec with as many selections as it may name. */
const LONGEST = 256 * 1024 * 1024
const LONGEST_OTHER = 4 * 1024 * 1024

/**
 * A job's record on its way in, piece by piece. Until its last line it is a draft that nobody sees, so that a process
 * that ends half-way leaves nothing but what its next start removes; what is wrong with it takes it out again, whole.
 */
export class RecordImport {
  readonly #store: Store
  readonly #seams: Seams
  #rest: string[] = []
  #restLength = 0
  #line = 0
  #head: RecordHead | undefined
  #record: JobRecord | undefined
  #ended = false

  constructor(store: Store, seams: Seams) {
    this.#store = store
    this.#seams = seams
  }

  /** The job, with the last piece. Rejects with `bad-input` and a sentence, and nothing of it is left. */
  async take(text: string, last: boolean): Promise<JobRecord | undefined> {
    try {
      await this.#takeLines(text, last)
      return last ? this.#finish() : undefined
    } catch (error) {
      this.drop()
      throw error
    }
  }

  drop(): void {
    if (this.#record !== undefined) this.#store.removeJob(this.#record)
    this.#record = undefined
  }

  async #takeLines(text: string, last: boolean): Promise<void> {
    const lines = text.split('\n')
    lines[0] = [...this.#rest, lines[0]].join('')
    const rest = lines.pop() ?? ''
    // Joined only when a line is whole: a head of many pieces is not copied with each of them.
    if (lines.length === 0) {
      this.#rest.push(text)
      this.#restLength += text.length
    } else {
      this.#rest = [rest]
      this.#restLength = rest.length
    }
    if (this.#restLength > (this.#head === undefined ? LONGEST : LONGEST_OTHER)) tooLong(this.#line + 1)
    if (last && this.#rest.join('').trim() !== '') {
      lines.push(this.#rest.join(''))
      this.#rest = []
    }
    for (let at = 0; at < lines.length; at += SLICE) {
      const slice = lines.slice(at, at + SLICE)
      this.#store.transaction(() => slice.forEach((line) => this.#take(line)))
      await sleep(this.#seams, 0)
    }
  }

  #take(text: string): void {
    this.#line += 1
    if (text.trim() === '') return
    const json = parse(text, this.#line)
    if (this.#head === undefined) return this.#begin(json)
    if (this.#ended) wrong(this.#line, 'comes after the end')
    const read = recordLine.safeParse(json, { reportInput: true })
    // A union says only that no member fits; the item says what of it does not.
    if (!read.success) wrong(this.#line, 'is none that a record has')
    this.#keep(read.data, this.#head)
  }

  #begin(json: unknown): void {
    this.#head = readHead(json)
    const { id, spec, status, createdAt } = this.#head
    if (this.#store.jobs.has(id))
      fail('bad-input', 'item', `The job of this record is here already: ${id}.`, { property: 'id' })
    this.#record = this.#store.jobs.insert(id, spec, true, status, createdAt)
    this.#record.tally = emptyTally()
    this.#record.tally.filtered = { ...this.#head.filtered }
  }

  #keep(line: RecordLine, head: RecordHead): void {
    const record = this.#record as JobRecord
    if ('log' in line) {
      const { at, text, failure } = line.log
      return this.#store.history.log(record.n, at, text, failure)
    }
    if ('samples' in line)
      return this.#store.history.saveSamples(record.n, line.samples.span, line.samples.points)
    if ('end' in line) {
      const items = record.nextSeq - 1
      if (line.end.items !== items || head.items !== items)
        wrong(this.#line, `says that there are ${line.end.items} items, and there are ${items}`)
      this.#ended = true
      return
    }
    if (record.nextSeq > head.items) wrong(this.#line, `is more than the ${head.items} items of its head`)
    this.#keepItem(record, line.item)
  }

  #keepItem(record: JobRecord, { changed, ...item }: RecordItem): void {
    if (item.leg >= legsOf(record.spec).length)
      wrong(this.#line, `names leg ${item.leg}, which the spec does not have`)
    if (item.after !== undefined && item.after >= record.nextSeq)
      wrong(this.#line, `waits for item ${item.after}, which comes later`)
    const { n, spec } = record
    const id = itemId(n, record.nextSeq)
    const cause = item.state === 'failed' ? this.#cause(n, item) : null
    this.#store.items.replace(id, item, cause)
    countItem(record.tally, item, 1)
    if (changed) this.#keepChanged(id, spec.kind, item.etag, changed)
    record.nextSeq += 1
  }

  #cause(n: number, { failure, key }: RecordItem): number {
    if (failure === undefined) return wrong(this.#line, 'is a failed item without a failure')
    return this.#store.causes.add(n, failure, key)
  }

  /** The names alone: what stood there is not in a record. */
  #keepChanged(id: number, kind: string, etag: string, changed: NonNullable<RecordItem['changed']>): void {
    const names = Object.fromEntries(changed.map((name) => [name, null])) as unknown as SomeProperties
    if (kind === 'edit') this.#store.edits.remember(id, etag, names)
    if (kind === 'undo') this.#store.edits.ask(id, { properties: names })
  }

  #finish(): JobRecord {
    const [head, record] = [this.#head, this.#record]
    if (head === undefined || record === undefined)
      return fail('bad-input', 'item', 'This file is no record of a job: it is empty.')
    if (!this.#ended)
      return fail('bad-input', 'item', `The record is cut off after line ${this.#line}: its end is missing.`)
    const { startedAt, endedAt, ranFor, requests, expected, quantities, notes } = head
    Object.assign(record, { startedAt, endedAt, ranFor, requests, expected, quantities, notes })
    record.listing = undefined
    record.draft = false
    record.more = { importedAt: this.#seams.now() }
    this.#store.transaction(() => {
      this.#store.jobs.save(record)
      this.#store.jobs.saveExpected(record)
    })
    this.#record = undefined
    return record
  }
}

function parse(text: string, line: number): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return line === 1
      ? fail('bad-input', 'item', 'This file is no record of a job: its first line is not JSON.')
      : wrong(line, 'is not JSON: the file is damaged, or cut off')
  }
}

function readHead(json: unknown): RecordHead {
  const version = (json as { decantRecord?: unknown } | null)?.decantRecord
  if (typeof version !== 'number')
    return fail('bad-input', 'item', 'This file is no record of a job: its first line has no decantRecord.')
  if (version > 1)
    return fail(
      'bad-input',
      'item',
      `This record was written by a newer Decant (version ${version}): use that one.`,
    )
  const read = recordHead.safeParse(json, { reportInput: true })
  if (read.success) return read.data
  const failure: Failure = badInput(read.error, 'the head')
  return fail('bad-input', 'item', `Line 1 of the record: ${failure.message}`)
}

function wrong(line: number, what: string): never {
  return fail('bad-input', 'item', `Line ${line} of the record ${what}.`)
}

function tooLong(line: number): never {
  return wrong(line, 'is longer than any line of a record')
}
